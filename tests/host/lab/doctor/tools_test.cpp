// SPDX-License-Identifier: Apache-2.0
// Other people's programs: missing, too old, too new, silent, talking rubbish.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <latch>

#include "host/lab/doctor/program_version.hpp"
#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using Kind = ProgramAnswer::Kind;

TEST(DoctorTools, AllThere) {
  MadeMachine machine;
  const auto findings = machine.examine();
  EXPECT_THAT(ok(findings, "tools"), ElementsAre("openocd: 0.12.0", "qemu-system-arm: 7.2.22"));
  EXPECT_TRUE(is_fit(findings));
}

TEST(DoctorTools, WhatNobodyNeedsNowIsARemark) {
  MadeMachine machine;
  machine.programs.erase("openocd");
  const auto findings = machine.examine();
  EXPECT_THAT(not_ok(findings, "tools"),
              ElementsAre("remark: openocd: not installed; needed by netduino, nucleo -> sudo "
                          "apt-get install openocd"));
  EXPECT_TRUE(is_fit(findings)) << "the board 'here' can be run";
}

TEST(DoctorTools, WhatAPluggedInBoardNeedsIsAProblem) {
  MadeMachine machine;
  machine.port("ttyACM0", {});
  machine.programs.erase("openocd");
  EXPECT_THAT(not_ok(machine.examine(), "tools"),
              ElementsAre("problem: openocd: not installed; needed by nucleo, netduino -> sudo "
                          "apt-get install openocd"));
}

TEST(DoctorTools, OnlyWhatTheAskedBoardNeeds) {
  MadeMachine machine;
  machine.programs.clear();
  machine.ask("here");
  EXPECT_THAT(ok(machine.examine(), "tools"), IsEmpty());
  EXPECT_TRUE(is_fit(machine.examine()));
  machine.ask("netduino", true);
  EXPECT_THAT(
      not_ok(machine.examine(), "tools"),
      ElementsAre(
          "problem: openocd: not installed; needed by netduino -> sudo apt-get install openocd",
          "problem: qemu-system-arm: not installed; needed by netduino -> sudo apt-get install "
          "qemu-system-arm"));
}

TEST(DoctorTools, PackagesOfTheOtherEmulators) {
  MadeMachine machine;
  machine.board("netduino").emulator->program = "qemu-system-riscv32";
  machine.board("netduino").emulator->probe = boards::ProbeModel::kNone;
  machine.checkup.machine.user.root = true;
  machine.ask("netduino", true);
  EXPECT_THAT(not_ok(machine.examine(), "tools"),
              ElementsAre("problem: qemu-system-riscv32: not installed; needed by netduino -> "
                          "apt-get install qemu-system-misc"));
  machine.remove("/etc/debian_version");
  EXPECT_THAT(not_ok(machine.examine(), "tools"),
              ElementsAre("problem: qemu-system-riscv32: not installed; needed by netduino -> "
                          "install it (Debian has it in the package qemu-system-misc)"));
}

TEST(DoctorTools, TooOld) {
  MadeMachine machine;
  machine.ask("netduino", true);
  machine.programs["openocd"].text = "Open On-Chip Debugger 0.11.0\nLicensed under GNU GPL v2\n";
  machine.programs["qemu-system-arm"].text = "QEMU emulator version 5.2.0 (Debian 1:5.2+dfsg)";
  EXPECT_THAT(
      not_ok(machine.examine(), "tools"),
      ElementsAre(
          "problem: openocd: 0.11.0 is too old: it lacks the command read_memory; needed by "
          "netduino -> sudo apt-get install openocd  # 0.12 or later; Debian 12 has it",
          "problem: qemu-system-arm: 5.2.0 is too old: it lacks machines that boards need; needed "
          "by netduino -> sudo apt-get install qemu-system-arm  # 6.0 or later; Debian 12 has it"));
}

TEST(DoctorTools, TooNewForThePlugin) {
  MadeMachine machine;
  boards::Board& here = machine.board("here");
  here.chip.core = "no such processor";
  here.emulator->runner = {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"};
  machine.file("/agents/libhilbench_count.so", "plugin");
  machine.programs["qemu-aarch64"] = {Kind::kAnswered, "qemu-aarch64 version 9.0.2\n"};
  machine.ask("here");
  EXPECT_THAT(
      not_ok(machine.examine(), "tools"),
      ElementsAre("problem: qemu-aarch64: 9.0.2 is too new: it no longer takes plugins of version "
                  "1; needed by here -> put a qemu-aarch64 from 4.2 to below 9.0 first in PATH"));
  machine.programs["qemu-aarch64"].text = "qemu-aarch64 version 8.2.1\n";
  EXPECT_THAT(ok(machine.examine(), "tools"), ElementsAre("qemu-aarch64: 8.2.1"));
}

TEST(DoctorTools, SilenceRubbishAndFailure) {
  MadeMachine machine;
  machine.ask("netduino", true);
  machine.programs["openocd"] = {Kind::kSilent, ""};
  machine.programs["qemu-system-arm"] = {Kind::kFailed,
                                         "cannot start qemu-system-arm: \x1b[2JPermission denied"};
  EXPECT_THAT(not_ok(machine.examine(), "tools"),
              ElementsAre("problem: openocd: does not answer --version within 5 seconds -> "
                          "command -v openocd; openocd --version  # see what it is",
                          "problem: qemu-system-arm: cannot start qemu-system-arm: ?[2JPermission "
                          "denied -> ls -l \"$(command -v qemu-system-arm)\"; qemu-system-arm "
                          "--version  # see what it is"));
  for (const std::string& rubbish :
       {std::string("usage: openocd"), std::string(), std::string(3000, '7'), std::string("..."),
        std::string("4."), "99999999999999999999." + std::string("1"), std::string(1, '\0')}) {
    machine.programs["openocd"] = {Kind::kAnswered, rubbish};
    EXPECT_THAT(not_ok(machine.examine(), "tools").front(),
                StartsWith("remark: openocd: answers --version without a version -> "))
        << rubbish;
  }
}

TEST(DoctorTools, WithoutALibraryIsBroken) {
  MadeMachine machine;
  machine.ask("netduino", true);
  machine.programs["openocd"] = {Kind::kFailed,
                                 "exited with status 127: openocd: error while loading shared "
                                 "libraries: libusb-1.0.so.0"};
  const auto findings = machine.examine();
  EXPECT_THAT(not_ok(findings, "tools"),
              ElementsAre("problem: openocd: exited with status 127: openocd: error while loading "
                          "shared libraries: libusb-1.0.so.0 -> ls -l \"$(command -v openocd)\"; "
                          "openocd --version  # see what it is"));
  EXPECT_FALSE(is_fit(findings));
}

TEST(DoctorTools, AllAreAskedAtOnce) {
  MadeMachine machine;
  std::latch both(2);  // one after the other would wait forever; ctest ends that
  machine.checkup.machine.ask_version = [&](const std::string& program) {
    both.arrive_and_wait();
    return machine.programs.at(program);
  };
  machine.ask("netduino", true);
  EXPECT_THAT(ok(machine.examine(), "tools"),
              ElementsAre("openocd: 0.12.0", "qemu-system-arm: 7.2.22"));
}

class ProgramVersion : public testing::Test {
 protected:
  std::string script(const std::string& text) {
    const auto path = folder_.path() / "tool";
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    std::filesystem::permissions(path, std::filesystem::perms(0755));
    return path.string();
  }
  ScratchFolder folder_;
};

TEST_F(ProgramVersion, TakesBothOutputs) {
  const auto answer = program_version(script("echo out $1; echo error >&2"));
  EXPECT_EQ(answer.kind, Kind::kAnswered);
  EXPECT_EQ(answer.text, "out --version\nerror\n");
}

TEST_F(ProgramVersion, Missing) {
  EXPECT_EQ(program_version("no-such-tool-of-hilbench").kind, Kind::kMissing);
}

TEST_F(ProgramVersion, NotAProgram) {
  const std::string path = script("");
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  EXPECT_EQ(program_version(path).kind, Kind::kFailed);
}

TEST_F(ProgramVersion, HangsWithoutAWord) {
  EXPECT_EQ(program_version(script("trap '' TERM; exec sleep 100")).kind, Kind::kSilent);
}

TEST_F(ProgramVersion, NeverStopsTalking) {
  const auto answer = program_version(script("exec yes 1.2.3"));
  EXPECT_EQ(answer.kind, Kind::kAnswered);
  EXPECT_EQ(answer.text.size(), 4096u);
}

TEST_F(ProgramVersion, SaysNothingAndEnds) {
  const auto answer = program_version(script("exit 0"));
  EXPECT_EQ(answer.kind, Kind::kAnswered);
  EXPECT_EQ(answer.text, "");
}

TEST_F(ProgramVersion, EndsWithAnError) {
  const std::string line = "openocd: error while loading shared libraries: libusb-1.0.so.0";
  auto answer = program_version(script("echo '" + line + "' >&2; echo 0.12.0; exit 127"));
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_EQ(answer.text, "exited with status 127: " + line);
  answer = program_version(script("exit 3"));
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_EQ(answer.text, "exited with status 3");
  answer = program_version(script("echo 1.2.3; kill -SEGV $$"));
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_EQ(answer.text, "ended by signal 11 (SIGSEGV): 1.2.3");
}

TEST_F(ProgramVersion, ThinksForAWhile) {
  EXPECT_EQ(program_version(script("sleep 1.5; echo 1.2.3")).text, "1.2.3\n");
}

}  // namespace
}  // namespace hil::lab::doctor
