// SPDX-License-Identifier: Apache-2.0
// The receiving half of a reliable link: numbered frames in, each byte out once and in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/ahead.hpp"
#include "protocol/frame/byte_ring.hpp"
#include "protocol/frame/control.hpp"

namespace hil::frame {

/// Accepts only the next frame and asks once per gap for a resend (go-back-N); with an Ahead it
/// also keeps frames behind a gap, if they say where they belong.
class Receiver {
 public:
  constexpr explicit Receiver(std::span<std::uint8_t> memory, Ahead* ahead = nullptr)
      : ring_(memory), ahead_(ahead) {}

  /// Starts anew; @p payload_bytes is the largest frame announced to the peer.
  constexpr void open(std::size_t payload_bytes) {
    ring_.clear();
    payload_bytes_ = payload_bytes;
    next_ = {};
    if (ahead_ != nullptr) ahead_->clear();
    promised_ = window();
    gap_ = refused_ = false;
  }

  enum class Verdict : std::uint8_t {
    kAccepted,
    kDuplicate,  ///< came before; acknowledge again
    kGap,        ///< an earlier frame is missing; nothing new to ask for
    kFirstGap,   ///< an earlier frame is missing; ask for a resend
    kRefused,    ///< no room; a resend is asked for when there is
    kKept,       ///< an earlier frame is missing, this one is kept; say so
    kUnknown,    ///< it says its place, and this receiver takes frames in order only
  };

  constexpr Verdict take(std::uint8_t seq, std::span<const std::uint8_t> payload) {
    const auto ahead = static_cast<std::uint8_t>(seq - next_.seq);
    if (ahead >= 128) return Verdict::kDuplicate;
    if (ahead != 0) return take_gap(seq);
    if (payload.size() > ring_.free()) {
      refused_ = true;
      return Verdict::kRefused;
    }
    ring_.push(payload);
    ++next_.seq;
    if (ahead_ != nullptr) ahead_->join(ring_, next_, payload.size());
    gap_ = refused_ = false;
    return Verdict::kAccepted;
  }
  /// A frame that says its place in the stream.
  constexpr Verdict take_placed(std::uint8_t seq, std::span<const std::uint8_t> payload) {
    if (ahead_ == nullptr || payload.size() < kPlaceBytes) return Verdict::kUnknown;
    if (ahead_->keep(ring_, next_, seq, payload)) return Verdict::kKept;
    return take(seq, payload.subspan(kPlaceBytes));
  }
  [[nodiscard]] constexpr Ahead* ahead() const { return ahead_; }
  /// True when a frame behind expected() has come and expected() has not.
  [[nodiscard]] constexpr bool has_gap() const {
    return gap_ || (ahead_ != nullptr && ahead_->bits() != 0);
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
    const auto known = static_cast<std::uint8_t>(promised_ - next_.seq);
    const std::uint8_t now = window();
    return now > known && (known == 0 || now - known >= (capacity() + 1) / 2);
  }

  [[nodiscard]] constexpr std::uint8_t expected() const { return next_.seq; }
  /// Frames that can be taken from expected() on.
  [[nodiscard]] constexpr std::uint8_t window() const { return frames_in(ring_.free()); }
  /// Called when expected() and window() go out in a frame.
  constexpr void note_promise() { promised_ = static_cast<std::uint8_t>(next_.seq + window()); }

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
  Ahead* ahead_;
  std::size_t payload_bytes_ = 0;
  Awaited next_;
  std::uint8_t promised_ = 0;  ///< first number beyond the window last announced
  std::uint8_t last_gap_ = 0;
  bool gap_ = false;
  bool refused_ = false;
};

}  // namespace hil::frame
