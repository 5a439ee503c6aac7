// SPDX-License-Identifier: Apache-2.0
// Payloads of control frames: fixed little-endian layouts, outside protobuf, so that they can say
// "wrong version" to anyone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "protocol/frame/bytes.hpp"

namespace hil::frame {

/// Why the agent started. Numbers never change meaning.
enum class ResetCause : std::uint8_t {
  kUnknown = 0,
  kPowerOn = 1,
  kPin = 2,
  kSoftware = 3,  ///< asked for, by the host or the agent itself
  kWatchdog = 4,
  kFault = 5,  ///< hard fault or broken invariant; the crash note says where
  kBrownOut = 6,
};

/// "power-on", "watchdog", ...
constexpr const char* text_of(ResetCause cause) {
  switch (cause) {
    case ResetCause::kPowerOn:
      return "power-on";
    case ResetCause::kPin:
      return "reset pin";
    case ResetCause::kSoftware:
      return "software";
    case ResetCause::kWatchdog:
      return "watchdog";
    case ResetCause::kFault:
      return "fault";
    case ResetCause::kBrownOut:
      return "brown-out";
    case ResetCause::kUnknown:
      break;
  }
  return "unknown";
}

/// An agent at a raised line rate goes back to the one it starts with when it has received so many
/// bytes without one good frame among them: it has no clock to miss the host by (section 4 of the
/// specification, Line). Eight frames of 1 KB, so that noise alone does not do it: a line that
/// garbles one bit in 100,000 breaks one such frame of twelve, and eight in a row once in 4 x 10^8;
/// a host that sends larger frames makes them smaller on such a line.
inline constexpr std::uint32_t kMostUnheardBytes = 8192;

/// Why a session ended. Numbers never change meaning.
enum class CloseReason : std::uint8_t {
  kDone = 0,
  kVersion = 1,  ///< the other side's link version is not spoken here; close.version says which is
  kMalformed = 2,  ///< an open that makes no sense
  kReplaced = 3,   ///< another host opened a session
};

/// What one side can take.
struct Limits {
  std::uint16_t payload_bytes = 0;  ///< of one frame
  std::uint16_t message_bytes = 0;  ///< of one message, its head included
  std::uint8_t window = 0;          ///< data frames in flight
};

/// Smallest limits a peer may announce; less is malformed.
inline constexpr Limits kLeastLimits{32, 64, 1};
inline constexpr std::uint8_t kMostWindow = 127;  ///< half the sequence space, less one
inline constexpr std::uint8_t kMostAhead = 32;    ///< frames beyond a missing one that are told of

/// True when @p limits can carry a session at all.
constexpr bool plausible(const Limits& limits) {
  return limits.payload_bytes >= kLeastLimits.payload_bytes &&
         limits.message_bytes >= kLeastLimits.message_bytes && limits.window >= 1 &&
         limits.window <= kMostWindow;
}

/// Host to agent. The link version is in the frame's first byte.
struct Open {
  std::uint32_t session = 0;  ///< drawn by the host; 0 is not a session
  std::uint64_t lease = 0;    ///< token of the lease under which the host uses the board, 0: none
  Limits host;
};

inline constexpr std::size_t kMostCrashNoteBytes = 64;

/// What an agent can do beyond the least; unknown bits are ignored.
inline constexpr std::uint8_t kTakesPlaced = 1;  ///< placed frames, in any order

/// Agent to host.
struct Accept {
  std::uint32_t session = 0;
  std::uint32_t boot_count = 0;
  ResetCause reset_cause = ResetCause::kUnknown;
  Limits agent;
  std::span<const std::uint8_t> crash_note;  ///< UTF-8, at most kMostCrashNoteBytes; empty if none
  std::uint8_t abilities = 0;                ///< bits above; 0 is not sent
};

struct Close {
  CloseReason reason = CloseReason::kDone;
  std::uint8_t version = 0;  ///< link version the sender speaks
};

/// Flags of an ack's payload.
inline constexpr std::uint8_t kAckResend = 1;  ///< send again from `ack` on
inline constexpr std::uint8_t kAckAnswer = 2;  ///< answers the poll whose `seq` follows
inline constexpr std::uint8_t kAckAhead = 4;   ///< then follows which frames beyond `ack` have come

struct Ack {
  std::uint8_t flags = 0;
  std::uint8_t polled_seq = 0;  ///< `seq` of the poll answered: frames before it were on the line
};
inline constexpr std::size_t kMostAckBytes = 6;

struct Busy {
  std::uint32_t quiet_ms = 0;  ///< longest silence to expect from now on; 0: back to normal
};

struct Reset {
  std::uint32_t boot_count = 0;
  ResetCause cause = ResetCause::kUnknown;
};

namespace detail {
constexpr void put_limits(ByteWriter& out, const Limits& limits) {
  out.put(limits.payload_bytes);
  out.put(limits.message_bytes);
  out.put(limits.window);
}
constexpr Limits take_limits(ByteReader& in) {
  Limits limits;
  limits.payload_bytes = in.take<std::uint16_t>();
  limits.message_bytes = in.take<std::uint16_t>();
  limits.window = in.take<std::uint8_t>();
  return limits;
}
}  // namespace detail

inline constexpr std::size_t kMostControlBytes = 16 + kMostCrashNoteBytes;

constexpr std::span<const std::uint8_t> write(const Open& open, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.put(open.session);
  writer.put(open.lease);
  detail::put_limits(writer, open.host);
  return writer.written();
}
constexpr std::optional<Open> read_open(std::span<const std::uint8_t> payload) {
  ByteReader in(payload);
  Open open;
  open.session = in.take<std::uint32_t>();
  open.lease = in.take<std::uint64_t>();
  open.host = detail::take_limits(in);
  if (!in.ok() || open.session == 0 || !plausible(open.host)) return std::nullopt;
  return open;
}

constexpr std::span<const std::uint8_t> write(const Accept& accept, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.put(accept.session);
  writer.put(accept.boot_count);
  writer.put(static_cast<std::uint8_t>(accept.reset_cause));
  detail::put_limits(writer, accept.agent);
  writer.put(static_cast<std::uint8_t>(accept.crash_note.size()));
  writer.put_bytes(accept.crash_note);
  if (accept.abilities != 0) writer.put(accept.abilities);
  return writer.written();
}
constexpr std::optional<Accept> read_accept(std::span<const std::uint8_t> payload) {
  ByteReader in(payload);
  Accept accept;
  accept.session = in.take<std::uint32_t>();
  accept.boot_count = in.take<std::uint32_t>();
  accept.reset_cause = static_cast<ResetCause>(in.take<std::uint8_t>());
  accept.agent = detail::take_limits(in);
  accept.crash_note = in.take_bytes(in.take<std::uint8_t>());
  const bool whole = in.ok();
  accept.abilities = in.take<std::uint8_t>();  // 0 behind the end: older agents
  if (!whole || accept.crash_note.size() > kMostCrashNoteBytes || !plausible(accept.agent)) {
    return std::nullopt;
  }
  return accept;
}

constexpr std::span<const std::uint8_t> write(const Close& close, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.put(static_cast<std::uint8_t>(close.reason));
  writer.put(close.version);
  return writer.written();
}
constexpr std::optional<Close> read_close(std::span<const std::uint8_t> payload) {
  ByteReader in(payload);
  Close close;
  close.reason = static_cast<CloseReason>(in.take<std::uint8_t>());
  close.version = in.take<std::uint8_t>();
  if (!in.ok()) return std::nullopt;
  return close;
}

constexpr std::span<const std::uint8_t> write(const Ack& ack, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.put(ack.flags);
  if ((ack.flags & kAckAnswer) != 0) writer.put(ack.polled_seq);
  return writer.written();
}
/// The same with kAckAhead. Bit i of @p come: frame `ack` + 1 + i has come; frame `ack` has not.
constexpr std::span<const std::uint8_t> write(Ack ack, std::uint32_t come,
                                              std::span<std::uint8_t> out) {
  ack.flags |= kAckAhead;
  const std::size_t size = write(ack, out).size();
  ByteWriter writer(out.subspan(size));
  writer.put(come);
  return out.first(size + writer.written().size());
}
/// An empty payload is a plain acknowledgement.
constexpr std::optional<Ack> read_ack(std::span<const std::uint8_t> payload) {
  if (payload.empty()) return Ack{};
  ByteReader in(payload);
  Ack ack;
  ack.flags = in.take<std::uint8_t>();
  if ((ack.flags & kAckAnswer) != 0) ack.polled_seq = in.take<std::uint8_t>();
  if (!in.ok()) return std::nullopt;
  return ack;
}
/// Which frames beyond `ack` have come, of the payload of @p ack; 0 if it does not say.
constexpr std::uint32_t read_come(const Ack& ack, std::span<const std::uint8_t> payload) {
  if ((ack.flags & kAckAhead) == 0) return 0;
  return ByteReader(payload.subspan((ack.flags & kAckAnswer) != 0 ? 2 : 1)).take<std::uint32_t>();
}

constexpr std::span<const std::uint8_t> write(const Busy& busy, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.put(busy.quiet_ms);
  return writer.written();
}
constexpr std::optional<Busy> read_busy(std::span<const std::uint8_t> payload) {
  ByteReader in(payload);
  Busy busy;
  busy.quiet_ms = in.take<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  return busy;
}

constexpr std::span<const std::uint8_t> write(const Reset& reset, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.put(reset.boot_count);
  writer.put(static_cast<std::uint8_t>(reset.cause));
  return writer.written();
}
constexpr std::optional<Reset> read_reset(std::span<const std::uint8_t> payload) {
  ByteReader in(payload);
  Reset reset;
  reset.boot_count = in.take<std::uint32_t>();
  reset.cause = static_cast<ResetCause>(in.take<std::uint8_t>());
  if (!in.ok()) return std::nullopt;
  return reset;
}

}  // namespace hil::frame
