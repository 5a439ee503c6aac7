// SPDX-License-Identifier: Apache-2.0
// How often and from where a run is taken up again after its line or board was gone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "host/base/result.hpp"
#include "host/lab/ready_board.hpp"

namespace hil::measure {

/// Of one run or one upload. Gives up where going on would hide something: after kMost times, and
/// when the same place breaks it twice (a sample that browns the board out, a model that hangs it).
class Resumption {
 public:
  static constexpr unsigned kMost = 8;

  /// Gets @p board back after @p why (lab::ReadyBoard::recover()). @p done: how far the run had
  /// come, in any unit; it must have grown since the last time. Blocks until the board is back.
  ///   @p why itself, with what had been gone through before, if it is no reason to go on
  ///   and every error of lab::ReadyBoard::recover()
  Status resume(lab::ReadyBoard& board, const Error& why, std::uint64_t done);

  /// Says that of what was done at the last resume() only @p done had arrived: the rest was under
  /// way when the line broke, and doing it again is progress.
  void correct(std::uint64_t done) { last_done_ = std::min(last_done_, done); }

 private:
  /// @p error, and the interruptions before it.
  [[nodiscard]] Error with_history(Error error, const char* reason) const;

  unsigned count_ = 0;
  std::uint64_t last_done_ = 0;
  std::string history_;  ///< "first; second"
};

}  // namespace hil::measure
