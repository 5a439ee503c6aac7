// SPDX-License-Identifier: Apache-2.0
// One end of a reliable link: frames in, frames out, bytes exactly once and in order between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/control.hpp"
#include "protocol/frame/frame.hpp"
#include "protocol/frame/receiver.hpp"
#include "protocol/frame/selective_sender.hpp"
#include "protocol/frame/sender.hpp"

namespace hil::frame {

/// Counts of one end since open().
struct Counters {
  std::uint64_t data_sent = 0;
  std::uint64_t data_sent_again = 0;
  std::uint64_t data_received = 0;
  std::uint64_t duplicates = 0;       ///< data frames that had come before
  std::uint64_t resends_asked = 0;    ///< gaps seen here
  std::uint64_t resends_granted = 0;  ///< asked for by the other end
  std::uint64_t foreign = 0;          ///< frames of another session
};

/// What a received frame was. Only the named ones need anything from the owner.
enum class Received : std::uint8_t {
  kNothing,     ///< acknowledgement or duplicate; handled
  kBytes,       ///< receiver().bytes() has grown
  kDatagram,    ///< payload is one message
  kOpen,        ///< payload: read_open()
  kAccept,      ///< payload: read_accept()
  kClose,       ///< payload: read_close()
  kBusy,        ///< payload: read_busy()
  kReset,       ///< payload: read_reset()
  kNoSession,   ///< a frame that needs a session, and none is open
  kForeign,     ///< a frame of another session; dropped
  kBadVersion,  ///< another link version; dropped
  kUnknown,     ///< a type or control payload that is not known; dropped
};

/// One frame for the line.
struct Outgoing {
  Header header;
  std::span<const std::uint8_t> payload;
};

/// Both ends run the same machine, but for who sends again what. It has no clock: who calls poll()
/// (the host) owns time.
template <class SenderType>
class BasicEndpoint {
 public:
  struct Memory {
    std::span<std::uint8_t> send_slots;                 ///< window * payload bytes
    std::span<typename SenderType::Slot> send_lengths;  ///< window entries
    std::span<std::uint8_t> receive;                    ///< window * payload bytes
    Ahead* ahead = nullptr;  ///< for frames that come out of order; null: in order only
  };

  constexpr explicit BasicEndpoint(const Memory& memory)
      : sender_(memory.send_slots, memory.send_lengths), receiver_(memory.receive, memory.ahead) {}

  /// Starts session @p session anew: @p own limits as announced, @p peer as heard, and (host)
  /// kTakesPlaced in @p abilities if the peer said so.
  constexpr void open(std::uint32_t session, const Limits& own, const Limits& peer,
                      std::uint8_t abilities = 0) {
    session_ = session;
    is_open_ = true;
    if constexpr (SenderType::kSelective) {
      sender_.open(peer, (abilities & kTakesPlaced) != 0);
    } else {
      static_cast<void>(abilities);
      sender_.open(peer);
    }
    receiver_.open(own.payload_bytes);
    counters_ = {};
    answer_flags_ = 0;
    poll_due_ = ack_due_ = ack_at_once_ = hushed_ = false;
    frames_since_ack_ = 0;
    datagram_seq_ = 0;
  }
  constexpr void close() { is_open_ = false; }
  [[nodiscard]] constexpr bool is_open() const { return is_open_; }
  [[nodiscard]] constexpr std::uint32_t session() const { return session_; }

  /// Takes one frame as a Decoder gives it.
  constexpr Received receive(std::span<const std::uint8_t> body) {
    const Header header = header_of(body);
    payload_ = body.subspan(kHeaderBytes);
    if (header.type == Type::kOpen) return Received::kOpen;    // frozen over all versions
    if (header.type == Type::kClose) return Received::kClose;  // so is this
    if (header.version != kLinkVersion) return Received::kBadVersion;
    if (header.type == Type::kAccept) return Received::kAccept;
    if (header.type == Type::kReset) return Received::kReset;
    if (!is_open_) return Received::kNoSession;
    if (header.session != static_cast<std::uint8_t>(session_)) {
      ++counters_.foreign;
      return Received::kForeign;
    }
    return receive_in_session(header);
  }
  /// Payload of the frame that receive() just took.
  [[nodiscard]] constexpr std::span<const std::uint8_t> payload() const { return payload_; }

  /// Received bytes not yet consumed; drop() after use.
  [[nodiscard]] constexpr const ByteRing& bytes() const { return receiver_.bytes(); }
  constexpr void drop(std::size_t count) {
    receiver_.drop(count);
    if (receiver_.room_was_made()) answer_flags_ |= kAckResend;
    if (receiver_.window_news_due()) ack_at_once_ = ack_due_ = true;
  }

  /// Bytes that write() can take; write() appends them to the stream; push() sends a short frame.
  [[nodiscard]] constexpr std::size_t writable() const { return sender_.writable(); }
  constexpr void write(std::span<const std::uint8_t> bytes) { sender_.write(bytes); }
  constexpr void push() { sender_.push(); }
  /// The sending half, for what only one kind of it can do.
  [[nodiscard]] constexpr SenderType& sender() { return sender_; }
  [[nodiscard]] constexpr const SenderType& sender() const { return sender_; }
  /// True when a frame behind one that is missing has come.
  [[nodiscard]] constexpr bool has_gap() const { return receiver_.has_gap(); }
  /// What to announce in accept.
  [[nodiscard]] constexpr std::uint8_t abilities() const {
    return receiver_.ahead() != nullptr ? kTakesPlaced : 0;
  }

  /// Whether frames that have come before are not acknowledged again: the peer began to count on
  /// silence with the first acknowledgement. If that one was lost, a later poll repairs it.
  constexpr void hush(bool hushed) requires(SenderType::kSelective) { hushed_ = hushed; }
  /// Asks the peer for a sign of life; its answer also repairs what was lost either way.
  constexpr void poll() { poll_due_ = true; }

  using Outgoing = frame::Outgoing;
  /// Gives the next frame to send, if any. @p idle: no further input waits to be taken, so that
  /// acknowledgements need not wait for more. The payload is valid until the next member call.
  constexpr bool next(Outgoing& out, bool idle) {
    if (!is_open_) return false;
    if (poll_due_) return next_poll(out);
    if (answer_flags_ != 0) return next_ack(out);
    if (sender_.ready()) return next_data(out);
    if (ack_due_ && (idle || ack_at_once_)) return next_ack(out);
    return false;
  }
  /// The header of a frame that the owner sends itself (open, accept, close, busy, reset).
  constexpr Header header_for(Type type) {
    return Header{kLinkVersion,
                  type,
                  static_cast<std::uint8_t>(session_),
                  sender_.next_seq(),
                  receiver_.expected(),
                  receiver_.window()};
  }
  /// The same for a datagram, which has numbers of its own.
  constexpr Header header_for_datagram() {
    Header header = header_for(Type::kDatagram);
    header.seq = datagram_seq_++;
    return header;
  }

  /// True when every byte written here has been acknowledged.
  [[nodiscard]] constexpr bool settled() const { return sender_.settled(); }
  /// True when frames sent or ready wait for the peer.
  [[nodiscard]] constexpr bool waiting() const { return sender_.waiting(); }
  [[nodiscard]] constexpr const Counters& counters() const { return counters_; }

 private:
  constexpr Received receive_in_session(const Header& header) {
    switch (header.type) {
      case Type::kData:
      case Type::kPlaced:
        sender_.acknowledge(header.ack, header.window);
        return take_data(header);
      case Type::kAck:
        return take_ack(header);
      case Type::kPoll:
        return take_poll(header);
      case Type::kBusy:
        sender_.acknowledge(header.ack, header.window);
        return Received::kBusy;
      case Type::kDatagram:
        sender_.acknowledge(header.ack, header.window);
        return Received::kDatagram;
      default:
        return Received::kUnknown;
    }
  }
  constexpr Received take_data(const Header& header) {
    switch (header.type == Type::kData ? receiver_.take(header.seq, payload_)
                                       : receiver_.take_placed(header.seq, payload_)) {
      case Receiver::Verdict::kAccepted:
        ++counters_.data_received;
        ack_due_ = true;
        if (++frames_since_ack_ >= kFramesPerAck) ack_at_once_ = true;
        return Received::kBytes;
      case Receiver::Verdict::kDuplicate:
        ++counters_.duplicates;
        if (!SenderType::kSelective || !hushed_) ack_due_ = true;
        return Received::kNothing;
      case Receiver::Verdict::kFirstGap:
        ++counters_.resends_asked;
        answer_flags_ |= kAckResend;
        return Received::kNothing;
      case Receiver::Verdict::kKept:
        answer_flags_ |= kAckAhead;
        return Received::kNothing;
      case Receiver::Verdict::kUnknown:
        return Received::kUnknown;
      case Receiver::Verdict::kGap:
      case Receiver::Verdict::kRefused:
        return Received::kNothing;
    }
    return Received::kNothing;
  }
  constexpr Received take_ack(const Header& header) {
    const auto ack = read_ack(payload_);
    if (!ack) return Received::kUnknown;
    sender_.acknowledge(header.ack, header.window);
    if (header.ack != sender_.first_unacknowledged()) return Received::kNothing;  // stale
    if ((ack->flags & kAckResend) != 0) {
      ++counters_.resends_granted;
      sender_.go_back();
    }
    if constexpr (SenderType::kSelective) {
      const std::uint32_t come = read_come(*ack, payload_);
      if (come != 0 && sender_.selected(come) != 0) ++counters_.resends_granted;
    }
    if ((ack->flags & kAckAnswer) != 0) sender_.answered(ack->polled_seq);
    return Received::kNothing;
  }
  constexpr Received take_poll(const Header& header) {
    sender_.acknowledge(header.ack, header.window);
    if (header.ack == sender_.first_unacknowledged()) sender_.go_back();
    answer_flags_ |= kAckAnswer;
    polled_seq_ = header.seq;
    return Received::kNothing;
  }

  constexpr bool next_poll(Outgoing& out) {
    poll_due_ = false;
    sender_.note_poll();
    out = {promise(Type::kPoll), {}};
    return true;
  }
  constexpr bool next_ack(Outgoing& out) {
    std::span<const std::uint8_t> payload;
    // Which frames have come is said by who knows it.
    const Ack ack{static_cast<std::uint8_t>(answer_flags_ & ~kAckAhead), polled_seq_};
    if (Ahead* ahead = receiver_.ahead(); ahead != nullptr) {
      payload = ahead->write_ack(ack, control_);
    } else if (answer_flags_ != 0) {
      payload = hil::frame::write(ack, control_);
    }
    answer_flags_ = 0;
    out = {promise(Type::kAck), payload};
    return true;
  }
  constexpr bool next_data(Outgoing& out) {
    const SentFrame frame = sender_.next();
    ++counters_.data_sent;
    if (frame.again) ++counters_.data_sent_again;
    Header header = promise(frame.placed ? Type::kPlaced : Type::kData);
    header.seq = frame.seq;
    out = {header, frame.payload};
    return true;
  }
  /// A header that carries the newest acknowledgement, which is then no longer due.
  constexpr Header promise(Type type) {
    receiver_.note_promise();
    ack_due_ = ack_at_once_ = false;
    frames_since_ack_ = 0;
    return header_for(type);
  }

  /// Acknowledge at least this often while frames keep coming, so that the peer can free memory.
  static constexpr unsigned kFramesPerAck = 4;

  SenderType sender_;
  Receiver receiver_;
  Counters counters_;
  std::span<const std::uint8_t> payload_;
  std::array<std::uint8_t, kMostAckBytes> control_{};
  std::uint32_t session_ = 0;
  unsigned frames_since_ack_ = 0;
  std::uint8_t answer_flags_ = 0;
  std::uint8_t polled_seq_ = 0;  ///< next number of the peer when it polled
  std::uint8_t datagram_seq_ = 0;
  bool is_open_ = false;
  bool poll_due_ = false;
  bool ack_due_ = false;
  bool ack_at_once_ = false;
  bool hushed_ = false;
};

/// The agent's end, and any that is small.
using Endpoint = BasicEndpoint<Sender>;
/// The host's end.
using HostEndpoint = BasicEndpoint<SelectiveSender>;

}  // namespace hil::frame
