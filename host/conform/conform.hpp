// SPDX-License-Identifier: Apache-2.0
// Proves the port of a board: every check in turn, each on a board that is ready again.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/base/error.hpp"
#include "host/boards/board.hpp"
#include "host/conform/bench.hpp"
#include "host/conform/checks/checks.hpp"
#include "host/conform/report.hpp"

namespace hil::conform {

struct ConformOptions {
  bool quick = false;
  bool emulate = false;  ///< as asked for; the agent's own word counts once it has answered
  std::string no_proof;  ///< of the options it was started with, as in ConformReport
  std::span<const CheckRow> checks = all_checks();
  /// Told when a check begins and when it is over; may be empty.
  std::function<void(std::string_view name)> begins;
  std::function<void(const Check& check)> ends;
};

struct Conformance {
  ConformReport report;
  /// Why the board could not be tried at all, or why it never answered (kLink, kDevice).
  std::optional<Error> never_answered;
  /// The first error that a check met and that is not the port's (kUser, kConfig, kLab, kTool,
  /// kBug).
  std::optional<Error> not_the_ports;
};

/// Starts @p board by @p start and runs all checks. An error of the board (kLink, kDevice, kModel)
/// is the finding of the check that met it, which fails; a check that met any other is "not run",
/// for that reason, and the report no proof. Then the board is brought back and the next one runs.
/// What comes after a board that stays away, or after a stop by @p watch, is "not run". Never fails
/// as a whole.
Conformance conform(const boards::Board& board, const Bench::Start& start,
                    const ConformOptions& options, const measure::Watch& watch);

}  // namespace hil::conform
