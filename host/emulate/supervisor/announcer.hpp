// SPDX-License-Identifier: Apache-2.0
// Prints a supervisor's lines for whoever started it, without ever waiting for them to be read.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "host/emulate/line/line_counts.hpp"
#include "host/emulate/power/truth_totals.hpp"
#include "host/emulate/virtual_board_info.hpp"

namespace hil::emulate {

/// Thread-safe. Events come behind the ready line, also those announced before it. Lines that a
/// slow reader leaves no room for are left out and counted in a remark once there is room again.
class Announcer {
 public:
  /// Writes to @p descriptor, which stays the caller's.
  explicit Announcer(int descriptor) : descriptor_(descriptor) {}

  /// The first line, and whatever was announced before.
  void ready(const VirtualBoardInfo& info);
  void announce(const VirtualBoardEvent& event);
  /// To a question, so only after ready().
  void answer(const LineCounts& counts);
  void answer(const TruthTotals& truth);
  void remark(const std::string& what) { announce({EventKind::kRemark, what, "", -1}); }

 private:
  void print(const std::string& line);
  bool print_now(const std::string& line) const;

  int descriptor_;
  std::mutex mutex_;
  bool ready_ = false;
  std::vector<std::string> early_;  ///< lines announced before ready()
  std::uint64_t left_out_ = 0;
};

}  // namespace hil::emulate
