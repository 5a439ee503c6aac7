// SPDX-License-Identifier: Apache-2.0
// A byte queue between an interrupt handler and the loop, without masking interrupts.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hil::port {

/// One side pushes and the other pops; one of them is an interrupt handler on the same core.
template <std::size_t kBytes>
class InterruptRing {
  static_assert(kBytes >= 2 && kBytes <= 32768 && (kBytes & (kBytes - 1)) == 0,
                "a power of two, so that the free-running 16-bit places wrap where the ring does");

 public:
  [[nodiscard]] std::size_t size() const { return static_cast<std::uint16_t>(in_ - out_); }
  [[nodiscard]] bool empty() const { return in_ == out_; }
  [[nodiscard]] bool full() const { return size() == kBytes; }

  /// Appends @p byte; false, and it is lost, if the ring is full.
  bool push(std::uint8_t byte) {
    if (full()) return false;
    bytes_[in_ % kBytes] = byte;
    std::atomic_signal_fence(std::memory_order_release);  // the byte before its place
    in_ = static_cast<std::uint16_t>(in_ + 1u);
    return true;
  }
  /// The oldest byte, which stays; only if there is one.
  [[nodiscard]] std::uint8_t front() const {
    std::atomic_signal_fence(std::memory_order_acquire);
    return bytes_[out_ % kBytes];
  }
  /// Removes the oldest byte; only if there is one.
  void pop() {
    std::atomic_signal_fence(std::memory_order_release);  // read before its place is free
    out_ = static_cast<std::uint16_t>(out_ + 1u);
  }

 private:
  std::uint8_t bytes_[kBytes] = {};
  volatile std::uint16_t in_ = 0;
  volatile std::uint16_t out_ = 0;
};

}  // namespace hil::port
