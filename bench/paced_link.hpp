// SPDX-License-Identifier: Apache-2.0
// A link that passes bytes on at a line's rate, each way on its own.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <span>
#include <string>

#include "host/link/link.hpp"

namespace hil::bench {

/// Lets @p rate bytes per second through. What the line did not carry while it was idle is lost.
class Pace {
 public:
  explicit Pace(double rate) : rate_(rate) {}

  /// Bytes that may pass now, at most @p wanted; they count as passed.
  std::size_t take(std::size_t wanted) {
    const auto now = Clock::now();
    if (wanted == 0) {
      last_ = now;
      return 0;
    }
    const double due = std::chrono::duration<double>(now - last_).count() * rate_;
    const auto count = std::min(wanted, static_cast<std::size_t>(due));
    last_ += std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(count) / rate_));
    return count;
  }

 private:
  using Clock = std::chrono::steady_clock;
  double rate_;
  Clock::time_point last_ = Clock::now();
};

/// Holds bytes both ways until their time on the line has passed.
class PacedLink final : public Link {
 public:
  /// @p below must outlive it.
  PacedLink(Link& below, std::uint32_t baud)
      : below_(below), baud_(baud), out_pace_(baud / 10.0), in_pace_(baud / 10.0) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    HIL_TRY(pump());
    const std::size_t count = std::min(bytes.size(), kBuffer - std::min(kBuffer, out_.size()));
    out_.insert(out_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override {
    for (;;) {
      HIL_TRY(pump());
      const std::size_t count = std::min(buffer.size(), arrived_.size());
      std::copy_n(arrived_.begin(), count, buffer.begin());
      arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(count));
      if (count > 0 || deadline.expired()) return count;
      HIL_TRY(below_.wait(false, Deadline::earlier(deadline, Deadline::after(kSlice))));
    }
  }

  Status wait(bool want_write, Deadline deadline) override {
    for (;;) {
      HIL_TRY(pump());
      if (!arrived_.empty() || (want_write && out_.size() < kBuffer) || deadline.expired()) {
        return {};
      }
      HIL_TRY(below_.wait(false, Deadline::earlier(deadline, Deadline::after(kSlice))));
    }
  }

  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  [[nodiscard]] std::string name() const override { return "paced " + below_.name(); }

 private:
  // As the FIFO of a UART bridge. A link that took more ahead (a kernel's 4,096 bytes are a second
  // at 38,400 baud) would let acknowledgements wait behind samples, and the agent's window run dry.
  static constexpr std::size_t kBuffer = 64;
  static constexpr std::chrono::microseconds kSlice{200};

  Status pump() {
    std::size_t count = out_pace_.take(out_.size());
    while (count > 0) {
      std::array<std::uint8_t, 256> piece;
      const std::size_t size = std::min(count, piece.size());
      std::copy_n(out_.begin(), size, piece.begin());
      HIL_ASSIGN(const std::size_t written, below_.write(std::span(piece).first(size)));
      out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(written));
      count -= size;
      if (written < size) break;
    }
    std::array<std::uint8_t, 1024> came;
    HIL_ASSIGN(const std::size_t size, below_.read(came, Deadline::after(kNow)));
    on_line_.insert(on_line_.end(), came.begin(), came.begin() + static_cast<std::ptrdiff_t>(size));
    const auto passed = static_cast<std::ptrdiff_t>(in_pace_.take(on_line_.size()));
    arrived_.insert(arrived_.end(), on_line_.begin(), on_line_.begin() + passed);
    on_line_.erase(on_line_.begin(), on_line_.begin() + passed);
    return {};
  }
  static constexpr std::chrono::microseconds kNow{0};

  Link& below_;
  std::uint32_t baud_;
  Pace out_pace_, in_pace_;
  std::deque<std::uint8_t> out_, on_line_, arrived_;
};

}  // namespace hil::bench
