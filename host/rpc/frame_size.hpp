// SPDX-License-Identifier: Apache-2.0
// How large frames should be on the line as it has been lately.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hil::rpc {

/// Large frames cost little overhead and much when one is lost. With h bytes of overhead per frame
/// and e losses per byte sent, a payload of n bytes wastes h/n + e*n of the line: least at
/// sqrt(h/e). Losses that do not depend on the size count as if they did, which makes frames
/// somewhat smaller than best (402 for 461 bytes at 1e-5 bit errors and 1 % lost frames).
class FrameSize {
 public:
  /// A frame of @p bytes left; @p again: because it had been lost.
  void sent(std::size_t bytes, bool again);
  /// Best payload in bytes, kLeast to @p most.
  [[nodiscard]] std::size_t best(std::size_t most) const;
  /// The line is another one now.
  void forget() { *this = FrameSize(); }

  static constexpr std::size_t kLeast = 64;

 private:
  double bytes_ = 0, losses_ = 0;  ///< lately: both halve from time to time
};

}  // namespace hil::rpc
