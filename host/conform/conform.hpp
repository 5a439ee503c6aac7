// SPDX-License-Identifier: Apache-2.0
// Proves the port of a board: every check in turn, each on a board that is ready again.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "host/base/error.hpp"
#include "host/boards/board.hpp"
#include "host/conform/bench.hpp"
#include "host/conform/report.hpp"

namespace hil::conform {

struct ConformOptions {
  bool quick = false;
  bool emulate = false;  ///< as asked for; the agent's own word counts once it has answered
  /// Told when a check begins and when it is over; may be empty.
  std::function<void(std::string_view name)> begins;
  std::function<void(const Check& check)> ends;
};

struct Conformance {
  ConformReport report;
  /// Why the board could not be tried at all, or why it never answered (kLink, kDevice).
  std::optional<Error> never_answered;
};

/// Starts @p board by @p start and runs all checks. An error of the board is the finding of the
/// check that met it; then the board is brought back and the next one runs. What comes after a
/// board that stays away, or after a stop by @p watch, is "not run". Never fails as a whole.
Conformance conform(const boards::Board& board, const Bench::Start& start,
                    const ConformOptions& options, const measure::Watch& watch);

}  // namespace hil::conform
