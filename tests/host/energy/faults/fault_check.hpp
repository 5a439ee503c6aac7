// SPDX-License-Identifier: Apache-2.0
// What became of one fault: how it was named, which windows were rejected, and whether the rest is
// right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/device_window.hpp"
#include "host/results/energy.hpp"

namespace hil::energy {

inline constexpr std::uint64_t kTickHz = 1'000'000;  ///< of the board that the scenarios play
inline constexpr double kVolts = 3.3;                ///< that meters are told to supply

/// What must come of a fault.
struct Expected {
  /// Part of an event, a note, the reason of a rejection, or the error; empty: nothing may be said.
  std::string named;
  std::string or_named{};               ///< on a machine too busy for that; empty: no such thing
  std::optional<Blame> error{};         ///< no figures: the error that says why
  std::vector<std::size_t> rejected{};  ///< windows, by number; all others count
  bool more_rejected = false;  ///< others may be, too: how many depends on how busy the machine is
  double volts = kVolts;       ///< that the board really gets
  /// All values are off by it: their own interval (k = 2) covers the truth, which is all they
  /// claim.
  bool widened = false;
};

/// Everything that was said.
struct Outcome {
  std::optional<Error> error{};
  std::vector<std::string> said{};  ///< "loss: 5 samples lost, ...", "window 3: ..."
  std::vector<std::size_t> rejected{};
  std::optional<results::Energy> energy{};
};

/// Scenario @p scenario's windows as the board tells them, by a clock that is 37 ppm fast; those
/// without inferences are idle.
std::vector<DeviceWindow> told_windows(const emulate::Scenario& scenario);

/// Finds @p windows in @p trace by the wire and computes the figures.
Outcome judge(const Trace& trace, const std::vector<DeviceWindow>& windows);

/// Compares @p outcome with what is @p expected and with the truth of @p scenario; adds a line to
/// the table.
void check(const std::string& fault, const Outcome& outcome, const emulate::Scenario& scenario,
           const Expected& expected);

/// @p fault as the name of a test: "loss of 5" is "LossOf5".
std::string case_name(const std::string& fault);

/// Prints the table of all check()s since the last call.
void print_table(const char* meter);

}  // namespace hil::energy
