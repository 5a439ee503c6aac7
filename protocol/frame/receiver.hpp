// SPDX-License-Identifier: Apache-2.0
// The receiving half of a reliable link: numbered frames in, each byte out once and in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/byte_ring.hpp"
#include "protocol/frame/control.hpp"

namespace hil::frame {

/// Go-back-N receiver: accepts only the next frame, asks once per gap for a resend.
class Receiver {
 public:
  constexpr explicit Receiver(std::span<std::uint8_t> memory) : ring_(memory) {}

  /// Starts anew; @p payload_bytes is the largest frame announced to the peer.
  constexpr void open(std::size_t payload_bytes) {
    ring_.clear();
    payload_bytes_ = payload_bytes;
    expected_ = 0;
    promised_ = window();
    gap_ = refused_ = false;
  }

  enum class Verdict : std::uint8_t {
    kAccepted,
    kDuplicate,  ///< came before; acknowledge again
    kGap,        ///< an earlier frame is missing; nothing new to ask for
    kFirstGap,   ///< an earlier frame is missing; ask for a resend
    kRefused,    ///< no room; a resend is asked for when there is
  };

  constexpr Verdict take(std::uint8_t seq, std::span<const std::uint8_t> payload) {
    const auto ahead = static_cast<std::uint8_t>(seq - expected_);
    if (ahead >= 128) return Verdict::kDuplicate;
    if (ahead != 0) return take_gap(seq);
    if (payload.size() > ring_.free()) {
      refused_ = true;
      return Verdict::kRefused;
    }
    ring_.push(payload);
    ++expected_;
    gap_ = refused_ = false;
    return Verdict::kAccepted;
  }

  /// Received bytes, in order. Dropping some may make room: see room_was_made().
  [[nodiscard]] constexpr const ByteRing& bytes() const { return ring_; }
  constexpr void drop(std::size_t count) { ring_.drop(count); }

  /// True once after a frame was refused and there is room for it now.
  constexpr bool room_was_made() {
    if (!refused_ || window() == 0) return false;
    refused_ = false;
    return true;
  }
  /// True when the peer's view of the window is so old that it may be standing still.
  [[nodiscard]] constexpr bool window_news_due() const {
    const auto known = static_cast<std::uint8_t>(promised_ - expected_);
    const std::uint8_t now = window();
    return now > known && (known == 0 || now - known >= (capacity() + 1) / 2);
  }

  [[nodiscard]] constexpr std::uint8_t expected() const { return expected_; }
  /// Frames that can be taken from expected() on.
  [[nodiscard]] constexpr std::uint8_t window() const { return frames_in(ring_.free()); }
  /// Called when expected() and window() go out in a frame.
  constexpr void note_promise() { promised_ = static_cast<std::uint8_t>(expected_ + window()); }

 private:
  /// A resend starts at the missing frame, so a gap frame that is not beyond the last one tells
  /// that a resend began and lost its first frame: ask again.
  constexpr Verdict take_gap(std::uint8_t seq) {
    const bool first = !refused_ && (!gap_ || static_cast<std::int8_t>(seq - last_gap_) <= 0);
    gap_ = true;
    last_gap_ = seq;
    return first ? Verdict::kFirstGap : Verdict::kGap;
  }
  [[nodiscard]] constexpr std::uint8_t frames_in(std::size_t bytes) const {
    if (payload_bytes_ == 0) return 0;
    return static_cast<std::uint8_t>(std::min<std::size_t>(bytes / payload_bytes_, kMostWindow));
  }
  [[nodiscard]] constexpr std::uint8_t capacity() const {
    return frames_in(ring_.free() + ring_.size());
  }

  ByteRing ring_;
  std::size_t payload_bytes_ = 0;
  std::uint8_t expected_ = 0;
  std::uint8_t promised_ = 0;  ///< first number beyond the window last announced
  std::uint8_t last_gap_ = 0;
  bool gap_ = false;
  bool refused_ = false;
};

}  // namespace hil::frame
