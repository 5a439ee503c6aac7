// SPDX-License-Identifier: Apache-2.0
// The system clock, and what makes times that are measured on this machine scatter.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "host/base/utc.hpp"
#include "host/lab/doctor/areas.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

/// 2025-01-01T00:00:00Z: before hilbench was written.
constexpr std::int64_t kBeforeHilbench = 1'735'689'600;

void add_date(Area& area, const Machine& machine) {
  const auto since_1970 =
      std::chrono::duration_cast<std::chrono::seconds>(machine.now.time_since_epoch()).count();
  const std::string date = utc_text(machine.now);
  // A container has its host's clock.
  const std::string set = in_container(machine) ? "sudo timedatectl set-ntp true  # on the host"
                                                : as_root(machine, "timedatectl set-ntp true");
  if (since_1970 < kBeforeHilbench) {
    return area.problem("date", fmt::format("{} can't be: records would carry it", date), set);
  }
  if (machine.synchronised == false) {
    return area.remark(
        "date", fmt::format("{}, but nothing keeps the clock right; records carry it", date), set);
  }
  area.ok("date", machine.synchronised ? date + ", synchronised" : date);
}

bool has_word(const std::string& text, const std::string& word) {
  return (" " + text + " ").find(" " + word + " ") != std::string::npos;
}

/// Reading one of these goes through slow hardware (HPET and ACPI timer: about a microsecond), or
/// has the resolution of a timer tick (jiffies): time sync with a board gets coarser.
void add_source(Area& area, const Machine& machine) {
  const fs::path folder = "/sys/devices/system/clocksource/clocksource0";
  const std::string source = first_line(machine, folder / "current_clocksource");
  if (source.empty()) return;
  static const std::set<std::string> kSlow{"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"};
  if (kSlow.count(source) == 0) return area.ok("clock source", source);
  const bool choice = has_word(first_line(machine, folder / "available_clocksource"), "tsc");
  area.remark(
      "clock source", fmt::format("{}: reading the time is slow or coarse", source),
      choice ? "echo tsc | " + as_root(machine, "tee " + (folder / "current_clocksource").string())
             : as_root(machine, "dmesg | grep -i clocksource") +
                   "  # why the kernel trusts no better one");
}

constexpr const char* kCpus = "/sys/devices/system/cpu";

/// Governors of all cores, each once; empty where the machine does not say (most virtual machines).
std::string governors_text(const Machine& machine) {
  std::set<std::string> governors;
  for (const fs::path& cpu : entries(machine, kCpus)) {
    const std::string governor = first_line(machine, cpu / "cpufreq/scaling_governor");
    if (!governor.empty()) governors.insert(governor);
  }
  std::string text;
  for (const std::string& governor : governors)
    text += (text.empty() ? "" : ", ") + governor;
  return text;
}

/// The command that turns turbo off; empty if it is off, or the machine does not say. Intel's own
/// driver has a switch of its own, the other way round.
std::string turbo_off(const Machine& machine) {
  const auto write = [&machine](const std::string& value, const fs::path& file) {
    return fmt::format("echo {} | {}", value, as_root(machine, "tee " + file.string()));
  };
  const fs::path intel = fs::path(kCpus) / "intel_pstate/no_turbo";
  const fs::path others = fs::path(kCpus) / "cpufreq/boost";
  if (first_line(machine, intel) == "0") return write("1", intel);
  return first_line(machine, others) == "1" ? write("0", others) : "";
}

/// Matters for boards whose time is this machine's own.
void add_frequency(Area& area, const Bench& bench) {
  const bool matters = std::any_of(bench.uses.begin(), bench.uses.end(), [](const Use& use) {
    return use.way == Way::kProcess && programs_of(use).empty();
  });
  const std::string governors = governors_text(bench.machine());
  if (!matters || governors.empty()) return;
  const std::string no_turbo = turbo_off(bench.machine());
  const bool steady = governors == "performance";
  if (steady && no_turbo.empty()) return area.ok("CPU clock", governors);
  area.remark(
      "CPU clock",
      fmt::format("changes with the load ({}{}): latencies of the board linux scatter", governors,
                  no_turbo.empty() ? "" : ", turbo on"),
      steady ? no_turbo : as_root(bench.machine(), "cpupower frequency-set -g performance"));
}

void add_load(Area& area, const Machine& machine) {
  const std::string text = first_line(machine, "/proc/loadavg");
  const double load = std::strtod(text.c_str(), nullptr);
  if (text.empty() || !std::isfinite(load)) return;
  const std::string what =
      fmt::format("{:.1f} on {} core{}", load, machine.cores, machine.cores == 1 ? "" : "s");
  if (load <= machine.cores) return area.ok("load", what);
  area.remark("load", what + ": boards that run on this machine get slow, times scatter",
              "top  # see what runs; wait for it, or end it");
}

}  // namespace

Findings examine_clock(const Bench& bench) {
  Area area("clock");
  add_date(area, bench.machine());
  add_source(area, bench.machine());
  add_frequency(area, bench);
  add_load(area, bench.machine());
  return area.take();
}

}  // namespace hil::lab::doctor
