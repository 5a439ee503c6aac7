// SPDX-License-Identifier: Apache-2.0
// The system clock, and what makes times scatter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSources = "/sys/devices/system/clocksource/clocksource0/";

TEST(DoctorClock, InOrder) {
  MadeMachine machine;
  EXPECT_THAT(ok(machine.examine(), "clock"),
              ElementsAre("date: 2027-01-15T08:00:00Z, synchronised", "clock source: tsc",
                          "load: 0.5 on 2 cores"));
}

TEST(DoctorClock, NotSynchronised) {
  MadeMachine machine;
  machine.checkup.machine.synchronised = false;
  EXPECT_THAT(not_ok(machine.examine(), "clock"),
              ElementsAre("remark: date: 2027-01-15T08:00:00Z, but nothing keeps the clock right; "
                          "records carry it -> sudo timedatectl set-ntp true"));
  machine.checkup.machine.synchronised.reset();
  EXPECT_THAT(not_ok(machine.examine(), "clock"), IsEmpty()) << "the kernel does not say";
}

TEST(DoctorClock, AYearThatCanNotBe) {
  MadeMachine machine;
  machine.checkup.machine.now = std::chrono::system_clock::time_point(std::chrono::seconds(60));
  const auto findings = machine.examine();
  EXPECT_THAT(not_ok(findings, "clock"),
              ElementsAre("problem: date: 1970-01-01T00:01:00Z can't be: records would carry it -> "
                          "sudo timedatectl set-ntp true"));
  EXPECT_FALSE(is_fit(findings));
}

TEST(DoctorClock, SlowSources) {
  MadeMachine machine;
  machine.file(std::string(kSources) + "current_clocksource", "hpet\n");
  EXPECT_THAT(not_ok(machine.examine(), "clock"),
              ElementsAre("remark: clock source: hpet: reading the time is slow or coarse -> sudo "
                          "dmesg | grep -i clocksource  # why the kernel trusts no better one"));
  machine.file(std::string(kSources) + "available_clocksource", "hpet tsc acpi_pm\n");
  EXPECT_THAT(
      not_ok(machine.examine(), "clock"),
      ElementsAre("remark: clock source: hpet: reading the time is slow or coarse -> echo tsc | "
                  "sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource"));
}

TEST(DoctorClock, Governors) {
  MadeMachine machine;
  const std::string cpus = "/sys/devices/system/cpu/";
  machine.file(cpus + "cpu0/cpufreq/scaling_governor", "powersave\n");
  machine.file(cpus + "cpu1/cpufreq/scaling_governor", "powersave\n");
  machine.file(cpus + "intel_pstate/no_turbo", "0\n");
  EXPECT_THAT(
      not_ok(machine.examine(), "clock"),
      ElementsAre("remark: CPU clock: changes with the load (powersave, turbo on): latencies of "
                  "the board linux scatter -> sudo cpupower frequency-set -g performance"));
  machine.ask("netduino", true);
  EXPECT_THAT(not_ok(machine.examine(), "clock"), IsEmpty()) << "its time is not this machine's";
  machine.checkup.asked.reset();
  machine.file(cpus + "cpu0/cpufreq/scaling_governor", "performance\n");
  machine.file(cpus + "cpu1/cpufreq/scaling_governor", "performance\n");
  machine.file(cpus + "intel_pstate/no_turbo", "1\n");
  EXPECT_THAT(not_ok(machine.examine(), "clock"), IsEmpty());
}

TEST(DoctorClock, OnlyTurboIsOn) {
  MadeMachine machine;
  const std::string cpus = "/sys/devices/system/cpu/";
  const std::string said =
      "remark: CPU clock: changes with the load (performance, turbo on): latencies of the board "
      "linux scatter -> ";
  machine.file(cpus + "cpu0/cpufreq/scaling_governor", "performance\n");
  machine.file(cpus + "intel_pstate/no_turbo", "0\n");
  EXPECT_THAT(not_ok(machine.examine(), "clock"),
              ElementsAre(said + "echo 1 | sudo tee " + cpus + "intel_pstate/no_turbo"));
  machine.remove(cpus + "intel_pstate");
  machine.file(cpus + "cpufreq/boost", "1\n");
  EXPECT_THAT(not_ok(machine.examine(), "clock"),
              ElementsAre(said + "echo 0 | sudo tee " + cpus + "cpufreq/boost"));
  machine.file(cpus + "cpufreq/boost", "0\n");
  EXPECT_THAT(ok(machine.examine(), "clock"), Contains("CPU clock: performance"));
}

TEST(DoctorClock, ABusyMachine) {
  MadeMachine machine;
  machine.file("/proc/loadavg", "2.60 1.00 1.00 3/99 1234\n");
  EXPECT_THAT(not_ok(machine.examine(), "clock"),
              ElementsAre("remark: load: 2.6 on 2 cores: boards that run on this machine get slow, "
                          "times scatter -> top  # see what runs; wait for it, or end it"));
  for (const char* rubbish : {"", "nan 1 1", "inf"}) {
    machine.file("/proc/loadavg", rubbish);
    EXPECT_THAT(not_ok(machine.examine(), "clock"), IsEmpty()) << rubbish;
  }
}

}  // namespace
}  // namespace hil::lab::doctor
