// SPDX-License-Identifier: Apache-2.0
// Which boards the bench is for: how each is to run here, and what it needs for that.
#pragma once

#include <string>
#include <vector>

#include "host/lab/doctor/doctor.hpp"
#include "host/lab/probes.hpp"
#include "host/lab/usb_devices.hpp"

namespace hil::lab::doctor {

/// How attach() would take a board.
enum class Way : std::uint8_t { kProcess, kVirtual, kDesk };

struct Use {
  const boards::Board* board = nullptr;
  Way way = Way::kDesk;
  bool wanted = false;  ///< asked for, or plugged in: what it lacks is a problem
};

/// A debug probe, and where its device is in /sys.
struct PluggedProbe {
  Probe probe;
  std::filesystem::path folder;  ///< "/sys/bus/usb/devices/1-2"
};

/// What all areas look at; made once. Points into the Checkup it was made of.
struct Bench {
  const Checkup* checkup = nullptr;
  std::vector<Use> uses;  ///< with a board asked for, that one alone
  std::vector<Process> processes;
  std::vector<UsbDevice> usb;
  std::vector<PluggedProbe> probes;  ///< that are or may be of a wanted board, or of no known one
  std::vector<Port> ports;           ///< that are or may be of a wanted board

  [[nodiscard]] const Machine& machine() const { return checkup->machine; }
  [[nodiscard]] const Installation& installed() const { return checkup->installed; }
  [[nodiscard]] bool on_desk() const;  ///< whether ports and probes matter at all
};

Bench bench_of(const Checkup& checkup);

/// The programs that @p use starts, without the agent.
std::vector<std::string> programs_of(const Use& use);

/// "a, b, c and 4 more".
std::string list_text(const std::vector<std::string>& names);

/// The state of what is missing for @p uses: a problem if any of them is wanted.
State severity(const std::vector<const Use*>& uses);

/// All uses of @p bench that start @p program.
std::vector<const Use*> uses_of(const Bench& bench, const std::string& program);

/// The boards of @p uses as list_text().
std::string boards_text(const std::vector<const Use*>& uses);

}  // namespace hil::lab::doctor
