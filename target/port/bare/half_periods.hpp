// SPDX-License-Identifier: Apache-2.0
// Makes 64 bits of a free-running 32-bit counter that an interrupt handler looks at now and then.
#pragma once

#include <cstdint>

namespace hil::port {

/// Counts half periods of the counter. look() must be called at least once per half period, from
/// an interrupt handler; extend() may be interrupted by it at any point and masks nothing: the
/// count's lowest bit tells which half it was made in, and a counter that is in the other half is
/// one half ahead.
class HalfPeriods {
 public:
  /// @p counter as it is now.
  void look(std::uint32_t counter) {
    if (((halves_ ^ (counter >> 31)) & 1u) != 0) halves_ = halves_ + 1u;
  }
  /// The counter in 64 bits. @p read gives the counter; it is called after the count is taken.
  template <class Read>
  [[nodiscard]] std::uint64_t extend(Read read) const {
    const std::uint32_t halves = halves_;
    const std::uint32_t counter = read();
    const std::uint32_t ahead = (halves ^ (counter >> 31)) & 1u;
    return (std::uint64_t{halves + ahead} << 31) | (counter & 0x7FFF'FFFFu);
  }
  /// The counter starts at 0 again.
  void clear() { halves_ = 0; }

 private:
  volatile std::uint32_t halves_ = 0;
};

}  // namespace hil::port
