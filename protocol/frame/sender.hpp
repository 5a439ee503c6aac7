// SPDX-License-Identifier: Apache-2.0
// The sending half of a reliable link: bytes in, numbered frames out, kept until acknowledged.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/control.hpp"

namespace hil::frame {

/// A frame on its way out of a sender.
struct SentFrame {
  std::uint8_t seq;
  bool again;                             ///< it has been sent before
  bool placed;                            ///< the payload begins with its place in the stream
  std::span<const std::uint8_t> payload;  ///< valid until the next call of a member
};

/// Go-back-N sender. Frames live in fixed slots of the caller's memory.
class Sender {
 public:
  using Slot = std::uint16_t;                ///< length of a frame
  static constexpr bool kSelective = false;  ///< it does not read which frames have come
  /// Bytes of short messages that share a frame at most: on a bad line a large one is lost for
  /// ever.
  static constexpr std::size_t kMostShared = 512;

  /// @p slots: slot memory, lengths.size() slots of equal size; @p lengths: one entry per slot.
  constexpr Sender(std::span<std::uint8_t> slots, std::span<Slot> lengths)
      : slots_(slots), lengths_(lengths), slot_bytes_(slots.size() / lengths.size()) {}

  /// Starts anew towards a peer that takes @p peer.
  constexpr void open(const Limits& peer) {
    payload_bytes_ = std::min<std::size_t>(slot_bytes_, peer.payload_bytes);
    base_seq_ = 0;
    base_slot_ = closed_ = sent_ = most_sent_ = open_bytes_ = 0;
    window_ = peer.window;
    push_due_ = false;
  }

  /// Bytes that write() can take now.
  [[nodiscard]] constexpr std::size_t writable() const {
    return (lengths_.size() - closed_) * payload_bytes_ - open_bytes_;
  }
  /// Appends bytes (at most writable()); full frames become ready to send.
  constexpr void write(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
      const std::size_t count = std::min(bytes.size(), payload_bytes_ - open_bytes_);
      const auto slot = slot_at(closed_);
      std::copy_n(bytes.begin(), count, slot.begin() + static_cast<std::ptrdiff_t>(open_bytes_));
      open_bytes_ += count;
      bytes = bytes.subspan(count);
      if (open_bytes_ == payload_bytes_) close_frame();
    }
  }
  /// Makes the frame that is being filled ready to send, however short; if it is in the last slot
  /// and others wait for their acknowledgement, only when one has come or the frame holds
  /// kMostShared bytes. So short messages share frames when acknowledgements are slow, instead of
  /// filling the window one by one.
  constexpr void push() {
    push_due_ = open_bytes_ != 0;
    push_if_due();
  }

  /// Takes an acknowledgement; stale and impossible ones are ignored.
  constexpr void acknowledge(std::uint8_t ack, std::uint8_t window) {
    const std::size_t count = static_cast<std::uint8_t>(ack - base_seq_);
    if (count > most_sent_) return;
    base_seq_ = ack;
    base_slot_ = (base_slot_ + count) % lengths_.size();
    closed_ -= count;
    most_sent_ -= count;
    sent_ = sent_ > count ? sent_ - count : 0;
    window_ = window;
    push_if_due();
  }
  /// Sends everything that is not acknowledged again.
  constexpr void go_back() { sent_ = 0; }
  /// The peer answered the poll that said @p polled_seq: what had been sent before it, and is not
  /// acknowledged by this answer, is lost.
  constexpr void answered(std::uint8_t polled_seq) {
    if (polled_seq != base_seq_) go_back();
  }
  /// A poll leaves.
  constexpr void note_poll() {}

  /// True when next() would give a frame.
  [[nodiscard]] constexpr bool ready() const {
    return sent_ < closed_ && sent_ < std::min<std::size_t>(window_, kMostWindow);
  }
  /// The next frame to send; only when ready().
  constexpr SentFrame next() {
    const std::size_t slot = (base_slot_ + sent_) % lengths_.size();
    const SentFrame frame{static_cast<std::uint8_t>(base_seq_ + sent_), sent_ < most_sent_, false,
                          std::span<const std::uint8_t>(slot_at(sent_)).first(lengths_[slot])};
    ++sent_;
    most_sent_ = std::max(most_sent_, sent_);
    return frame;
  }

  /// Number of the first frame that is not acknowledged, and of the next new one.
  [[nodiscard]] constexpr std::uint8_t first_unacknowledged() const { return base_seq_; }
  [[nodiscard]] constexpr std::uint8_t next_seq() const {
    return static_cast<std::uint8_t>(base_seq_ + most_sent_);
  }
  /// True when every byte written has been acknowledged.
  [[nodiscard]] constexpr bool settled() const { return closed_ == 0 && open_bytes_ == 0; }
  /// True when frames wait for an acknowledgement or for window.
  [[nodiscard]] constexpr bool waiting() const { return closed_ != 0; }

 private:
  [[nodiscard]] constexpr std::span<std::uint8_t> slot_at(std::size_t index) const {
    return slots_.subspan((base_slot_ + index) % lengths_.size() * slot_bytes_, slot_bytes_);
  }
  constexpr void push_if_due() {
    const bool alone = closed_ + 1 >= lengths_.size() && closed_ != 0;
    if (push_due_ && (!alone || open_bytes_ >= kMostShared)) close_frame();
  }
  constexpr void close_frame() {
    lengths_[(base_slot_ + closed_) % lengths_.size()] = static_cast<Slot>(open_bytes_);
    ++closed_;
    open_bytes_ = 0;
    push_due_ = false;
  }

  std::span<std::uint8_t> slots_;
  std::span<Slot> lengths_;
  std::size_t slot_bytes_;
  std::size_t payload_bytes_ = 0;  ///< of one frame towards this peer
  std::size_t base_slot_ = 0;      ///< slot of the first unacknowledged frame
  std::size_t closed_ = 0;         ///< frames complete and unacknowledged
  std::size_t sent_ = 0;           ///< of those, sent since the last go_back()
  std::size_t most_sent_ = 0;      ///< of those, sent at least once
  std::size_t open_bytes_ = 0;     ///< in the frame being filled
  std::uint8_t base_seq_ = 0;
  std::uint8_t window_ = 0;
  bool push_due_ = false;  ///< the frame being filled leaves as soon as it may
};

}  // namespace hil::frame
