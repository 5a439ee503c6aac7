// SPDX-License-Identifier: Apache-2.0
// Frames that came ahead of a missing one, kept where they belong until it comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/byte_ring.hpp"
#include "protocol/frame/bytes.hpp"
#include "protocol/frame/control.hpp"

namespace hil::frame {

/// The frame that a receiver takes next.
struct Awaited {
  std::uint8_t seq = 0;
  std::uint16_t place = 0;  ///< bytes of the stream before it, modulo 65,536
};

/// A placed frame's payload begins with its place in the stream.
inline constexpr std::size_t kPlaceBytes = 2;

/// A receiver that has one takes frames in any order. Its functions are reached through pointers,
/// so that the agents of boards with little flash, which name no KeptAhead, do without their code.
class Ahead {
 public:
  /// Bit i: the frame i + 1 behind the missing one has come.
  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
  constexpr void clear() { bits_ = 0; }

  /// Keeps the placed frame @p seq if it is ahead of @p missing, and there is room. False if it is
  /// not ahead: for the receiver to take.
  bool keep(ByteRing& ring, const Awaited& missing, std::uint8_t seq,
            std::span<const std::uint8_t> payload) {
    return code_.keep(*this, ring, missing, seq, payload);
  }
  /// The missing frame has come, and its @p bytes lie in @p ring: moves @p next, whose place is
  /// that frame's, past the frames that were kept, and joins these to the ring.
  void join(ByteRing& ring, Awaited& next, std::size_t bytes) {
    code_.join(*this, ring, next, bytes);
  }
  /// The payload of an ack that also says which frames have come.
  std::span<const std::uint8_t> write_ack(const Ack& ack, std::span<std::uint8_t> out) const {
    return code_.write_ack(*this, ack, out);
  }

 protected:
  struct Code {
    bool (*keep)(Ahead&, ByteRing&, const Awaited&, std::uint8_t, std::span<const std::uint8_t>);
    void (*join)(Ahead&, ByteRing&, Awaited&, std::size_t);
    std::span<const std::uint8_t> (*write_ack)(const Ahead&, const Ack&, std::span<std::uint8_t>);
  };
  constexpr explicit Ahead(const Code& code) : code_(code) {}
  ~Ahead() = default;
  std::uint32_t bits_ = 0;

 private:
  const Code& code_;
};

/// Keeps frames in the free part of the ring itself, at most kMostAhead beyond the missing one.
class KeptAhead final : public Ahead {
 public:
  constexpr KeptAhead() : Ahead(kCode) {}

 private:
  struct Frame {
    std::uint16_t place;
    std::uint16_t bytes;
  };

  static bool keep(Ahead& self, ByteRing& ring, const Awaited& missing, std::uint8_t seq,
                   std::span<const std::uint8_t> payload) {
    KeptAhead& kept = static_cast<KeptAhead&>(self);
    const auto distance = static_cast<std::uint8_t>(seq - missing.seq);
    if (distance == 0 || distance >= 128) return false;
    if (distance > kMostAhead) return true;
    const auto place = ByteReader(payload).take<std::uint16_t>();
    const auto offset = static_cast<std::uint16_t>(place - missing.place);
    const auto bytes = payload.subspan(kPlaceBytes);
    const std::uint32_t bit = std::uint32_t{1} << (distance - 1);
    if ((kept.bits_ & bit) != 0 || std::size_t{offset} + bytes.size() > ring.free()) return true;
    kept.bits_ |= bit;
    kept.frames_[seq % kMostAhead] = {place, static_cast<std::uint16_t>(bytes.size())};
    ring.put_ahead(offset, bytes);
    return true;
  }
  static void join(Ahead& self, ByteRing& ring, Awaited& next, std::size_t bytes) {
    KeptAhead& kept = static_cast<KeptAhead&>(self);
    next.place = static_cast<std::uint16_t>(next.place + bytes);
    while (true) {
      const bool come = (kept.bits_ & 1u) != 0;
      kept.bits_ >>= 1;
      if (!come) return;
      const Frame& frame = kept.frames_[next.seq % kMostAhead];
      // A peer whose places do not fit together has broken the protocol; it gets no memory for it.
      if (frame.place != next.place || frame.bytes > ring.free()) return kept.clear();
      ring.extend(frame.bytes);
      ++next.seq;
      next.place = static_cast<std::uint16_t>(next.place + frame.bytes);
    }
  }
  static std::span<const std::uint8_t> write_ack(const Ahead& self, const Ack& ack,
                                                 std::span<std::uint8_t> out) {
    if (self.bits() != 0) return write(ack, self.bits(), out);
    return ack.flags != 0 ? write(ack, out) : std::span<const std::uint8_t>();
  }

  static constexpr Code kCode{keep, join, write_ack};
  Frame frames_[kMostAhead] = {};
};

}  // namespace hil::frame
