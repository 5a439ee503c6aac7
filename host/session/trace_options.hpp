// SPDX-License-Identifier: Apache-2.0
// What an agent is asked to record of the operators of an inference.
#pragma once

#include <cstdint>

namespace hil::session {

/// Operators first, first + stride, ... (count of them) of the plan's.
struct TraceOptions {
  std::uint32_t first = 0;
  std::uint32_t stride = 1;
  std::uint32_t count = 0;
  bool ticks = false;       ///< spent in each
  bool digests = false;     ///< CRC-32 over all outputs of operators 0 to each
  bool stop_after = false;  ///< the run, of one sample, ends behind the last of them

  [[nodiscard]] std::uint32_t last_operator() const { return first + (count - 1) * stride; }
};

}  // namespace hil::session
