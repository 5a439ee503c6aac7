// SPDX-License-Identifier: Apache-2.0
// The host's sending half: sends again only what is lost, if the agent can take frames in any
// order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/ahead.hpp"
#include "protocol/frame/control.hpp"
#include "protocol/frame/sender.hpp"

namespace hil::frame {

/// Go-back-N towards an agent that takes frames in order only; towards one that keeps frames ahead
/// of a missing one (kTakesPlaced) it learns which have come, and sends the others again when a
/// frame that left later has come. Frame size and frames in flight can change at any time.
class SelectiveSender {
 public:
  struct Slot {
    std::uint16_t bytes;  ///< of the stream; its place is kept before them
    bool due;             ///< to be sent again
    bool come;            ///< the peer has it, though not all before it
    bool again;           ///< it has left more than once
    std::uint32_t stamp;  ///< of its last leaving: they count up
  };
  static constexpr bool kSelective = true;
  static constexpr std::size_t kPlaceBytes = frame::kPlaceBytes;
  /// Bytes of a slot for frames of @p payload_bytes.
  static constexpr std::size_t slot_size(std::size_t payload_bytes) {
    return payload_bytes + kPlaceBytes;
  }

  /// @p memory: slots.size() slots of equal size, slot_size() of the largest frame each.
  constexpr SelectiveSender(std::span<std::uint8_t> memory, std::span<Slot> slots)
      : memory_(memory), slots_(slots), slot_bytes_(memory.size() / slots.size()) {}

  /// Starts anew towards a peer that takes @p peer, frames out of order if @p placed.
  constexpr void open(const Limits& peer, bool placed) {
    placed_ = placed;
    // The place is part of the payload on the line.
    most_payload_ = std::min(slot_bytes_ - kPlaceBytes,
                             std::size_t{peer.payload_bytes} - (placed ? kPlaceBytes : 0u));
    payload_bytes_ = most_payload_;
    most_frames_ = slots_.size();
    most_in_flight_ = kMostWindow;
    base_slot_ = closed_ = sent_ = due_ = open_bytes_ = 0;
    base_seq_ = 0;
    place_ = 0;
    window_ = peer.window;
    push_due_ = false;
  }
  constexpr void open(const Limits& peer) { open(peer, false); }

  /// New frames carry at most @p payload_bytes (at least 1; what the peer takes is the bound), at
  /// most @p frames are kept, and at most @p in_flight of them are under way. Frames that are
  /// complete stay as they are.
  constexpr void shape(std::size_t payload_bytes, std::size_t frames, std::size_t in_flight) {
    payload_bytes_ = std::clamp<std::size_t>(payload_bytes, 1, most_payload_);
    most_frames_ = std::clamp<std::size_t>(frames, 1, slots_.size());
    most_in_flight_ = std::max<std::size_t>(in_flight, 1);
    if (open_bytes_ >= payload_bytes_) close_frame();
  }
  [[nodiscard]] constexpr std::size_t payload_bytes() const { return payload_bytes_; }

  [[nodiscard]] constexpr std::size_t writable() const {
    if (closed_ >= most_frames_) return 0;
    return (most_frames_ - closed_) * payload_bytes_ - open_bytes_;
  }
  constexpr void write(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
      const std::size_t count = std::min(bytes.size(), payload_bytes_ - open_bytes_);
      const auto room = memory_at(closed_).subspan(kPlaceBytes + open_bytes_);
      std::copy_n(bytes.begin(), count, room.begin());
      open_bytes_ += count;
      bytes = bytes.subspan(count);
      if (open_bytes_ == payload_bytes_) close_frame();
    }
  }
  /// See Sender::push(); frames of any size may be shared.
  constexpr void push() {
    push_due_ = open_bytes_ != 0;
    push_if_due();
  }

  constexpr void acknowledge(std::uint8_t ack, std::uint8_t window) {
    const std::size_t count = static_cast<std::uint8_t>(ack - base_seq_);
    if (count > sent_) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (slot_at(i).due) --due_;
    }
    base_seq_ = ack;
    base_slot_ = (base_slot_ + count) % slots_.size();
    closed_ -= count;
    sent_ -= count;
    window_ = window;
    push_if_due();
  }
  /// Bit i of @p come: the peer has the frame i + 1 behind the first unacknowledged one. A frame
  /// that has not come though one that left later has, is lost. Returns how many.
  constexpr std::size_t selected(std::uint32_t come) {
    if (!placed_) return 0;  // such a peer can't have kept any
    std::uint32_t newest = 0;
    for (std::size_t i = 1; i < sent_ && i <= kMostAhead; ++i) {
      if (((come >> (i - 1)) & 1u) != 0) take(slot_at(i));
      // Of one that left twice it is not known which of the two came: it is no evidence.
      if (slot_at(i).come && !slot_at(i).again) newest = std::max(newest, slot_at(i).stamp);
    }
    std::size_t lost = 0;
    for (std::size_t i = 0; i < sent_; ++i) {
      if (slot_at(i).stamp < newest) lost += lose(slot_at(i));
    }
    return lost;
  }
  constexpr void go_back() {
    for (std::size_t i = 0; i < sent_; ++i)
      lose(slot_at(i));
  }
  /// See Sender::answered(); what left after the last poll is not judged.
  constexpr void answered(std::uint8_t polled_seq) {
    const std::size_t before = static_cast<std::uint8_t>(polled_seq - base_seq_);
    if (before > sent_ || before == 0) return;
    if (!placed_) return go_back();
    for (std::size_t i = 0; i < before; ++i) {
      if (slot_at(i).stamp <= poll_stamp_) lose(slot_at(i));
    }
  }
  constexpr void note_poll() { poll_stamp_ = stamp_; }

  [[nodiscard]] constexpr bool ready() const {
    return first_due() < sent_ || (sent_ < closed_ && sent_ < window());
  }
  constexpr SentFrame next() {
    const std::size_t index = std::min(first_due(), sent_);
    Slot& slot = slot_at(index);
    slot.again = index < sent_;
    if (slot.again) {
      slot.due = false;
      --due_;
    } else {
      ++sent_;
    }
    slot.stamp = ++stamp_;
    const auto payload = memory_at(index).first(kPlaceBytes + slot.bytes);
    return {static_cast<std::uint8_t>(base_seq_ + index), slot.again, placed_,
            placed_ ? payload : payload.subspan(kPlaceBytes)};
  }

  [[nodiscard]] constexpr std::uint8_t first_unacknowledged() const { return base_seq_; }
  [[nodiscard]] constexpr std::uint8_t next_seq() const {
    return static_cast<std::uint8_t>(base_seq_ + sent_);
  }
  [[nodiscard]] constexpr bool settled() const { return closed_ == 0 && open_bytes_ == 0; }
  [[nodiscard]] constexpr bool waiting() const { return closed_ != 0; }
  /// Bytes of the stream that have left, and that the peer is not known to have.
  [[nodiscard]] constexpr std::size_t bytes_in_flight() const {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < sent_; ++i) {
      if (!slot_at(i).come) bytes += slot_at(i).bytes;
    }
    return bytes;
  }

 private:
  [[nodiscard]] constexpr Slot& slot_at(std::size_t index) const {
    return slots_[(base_slot_ + index) % slots_.size()];
  }
  [[nodiscard]] constexpr std::span<std::uint8_t> memory_at(std::size_t index) const {
    return memory_.subspan((base_slot_ + index) % slots_.size() * slot_bytes_, slot_bytes_);
  }
  [[nodiscard]] constexpr std::size_t window() const {
    const std::size_t most = placed_ ? kMostAhead + 1 : kMostWindow;
    return std::min({std::size_t{window_}, most, most_in_flight_});
  }
  /// The first frame to be sent again that the peer has room for; sent_ if there is none.
  [[nodiscard]] constexpr std::size_t first_due() const {
    if (due_ == 0) return sent_;
    const std::size_t end = std::min<std::size_t>(sent_, window_);
    for (std::size_t i = 0; i < end; ++i) {
      if (slot_at(i).due) return i;
    }
    return sent_;
  }
  constexpr void take(Slot& slot) {
    if (slot.due) --due_;
    slot.due = false;
    slot.come = true;
  }
  /// Marks a frame to be sent again, unless it is already or has come; 1 if it does.
  constexpr std::size_t lose(Slot& slot) {
    if (slot.due || slot.come) return 0;
    slot.due = true;
    ++due_;
    return 1;
  }
  constexpr void push_if_due() {
    if (push_due_ && (closed_ == 0 || closed_ + 1 < most_frames_)) close_frame();
  }
  constexpr void close_frame() {
    const auto memory = memory_at(closed_);
    memory[0] = static_cast<std::uint8_t>(place_ & 0xFFu);
    memory[1] = static_cast<std::uint8_t>(place_ >> 8);
    slot_at(closed_) = Slot{static_cast<std::uint16_t>(open_bytes_), false, false, false, 0};
    place_ = static_cast<std::uint16_t>(place_ + open_bytes_);
    ++closed_;
    open_bytes_ = 0;
    push_due_ = false;
  }

  std::span<std::uint8_t> memory_;
  std::span<Slot> slots_;
  std::size_t slot_bytes_;
  std::size_t most_payload_ = 0;    ///< bytes of the stream in one frame, as the peer takes them
  std::size_t payload_bytes_ = 0;   ///< the same, as shape() said
  std::size_t most_frames_ = 0;     ///< kept at most
  std::size_t most_in_flight_ = 0;  ///< of them under way
  std::size_t base_slot_ = 0;       ///< slot of the first unacknowledged frame
  std::size_t closed_ = 0;          ///< frames complete and unacknowledged
  std::size_t sent_ = 0;            ///< of those, sent at least once
  std::size_t due_ = 0;             ///< of those, to be sent again
  std::size_t open_bytes_ = 0;      ///< in the frame being filled
  std::uint32_t stamp_ = 0;         ///< of the last frame that left
  std::uint32_t poll_stamp_ = 0;    ///< of the last frame that left before the last poll
  std::uint16_t place_ = 0;         ///< of the frame being filled: stream bytes before it
  std::uint8_t base_seq_ = 0;
  std::uint8_t window_ = 0;
  bool placed_ = false;
  bool push_due_ = false;
};

}  // namespace hil::frame
