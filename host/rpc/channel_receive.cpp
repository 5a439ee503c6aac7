// SPDX-License-Identifier: Apache-2.0
// Channel's receiving half: bytes to frames, frames to messages, messages to whom they are for.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "host/rpc/channel.hpp"
#include "protocol/messages/log.pb.h"

namespace hil::rpc {
namespace {

namespace v1 = hilbench::v1;

/// What waits for take() at most; beyond that the agent is held back by the window.
constexpr std::size_t kMostInboxMessages = 4096;
constexpr std::size_t kMostInboxBytes = 8u << 20;
/// Log lines kept for take_log() at most; the agent can be asked for what is dropped.
constexpr std::size_t kMostLogLines = 1000;
/// Bytes taken from the link before other work gets its turn.
constexpr std::size_t kMostBytesPerRead = 64 * 1024;

Error broken_protocol(std::string what) {
  return Error{Blame::kDevice, std::move(what),
               "flash the agent again; report it if it happens again"};
}

bool is_newer(std::uint8_t a, std::uint8_t b) {
  return static_cast<std::int8_t>(a - b) > 0;
}

}  // namespace

Status Channel::read_all() {
  std::array<std::uint8_t, 4096> bytes;
  const Deadline now = Deadline::after({});
  for (std::size_t total = 0; total < kMostBytesPerRead;) {
    HIL_ASSIGN(const std::size_t count, link_.read(bytes, now));
    counted_.bytes_received += count;
    HIL_TRY(take_bytes(std::span<const std::uint8_t>(bytes).first(count)));
    if (count < bytes.size()) break;
    total += count;
  }
  return {};
}

Status Channel::take_bytes(std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    const auto event = decoder_.push(byte);
    if (event != frame::Decoder::Event::kNone) HIL_TRY(take_event(event));
  }
  return {};
}

Status Channel::take_event(frame::Decoder::Event event) {
  if (event != frame::Decoder::Event::kFrame) {
    ++(event == frame::Decoder::Event::kCrcError ? counted_.crc_errors : counted_.malformed_frames);
    counted_.discarded_bytes += decoder_.last_raw_bytes() + 1;
    if (!std::exchange(out_of_step_, true)) ++counted_.resyncs;
    return {};
  }
  out_of_step_ = false;
  ++counted_.frames_received;
  const frame::Header header = frame::header_of(decoder_.body());
  return act_on(endpoint_.receive(decoder_.body()), header);
}

Status Channel::act_on(frame::Received received, const frame::Header& header) {
  using frame::Received;
  switch (received) {
    case Received::kReset:
      return take_reset();
    case Received::kClose:
      return take_close(header);
    case Received::kOpen:     // an echo of our own
    case Received::kAccept:   // of a repeated open
    case Received::kForeign:  // late, from an earlier session
    case Received::kNoSession:
      return {};
    case Received::kBadVersion:
    case Received::kUnknown:
      ++counted_.malformed_frames;
      counted_.discarded_bytes += decoder_.last_raw_bytes() + 1;
      return {};
    default:
      break;
  }
  const auto now = Clock::now();
  clock_.heard(now);
  reset_doubt_ = false;
  take_ack(header);
  if (received == Received::kBytes) {
    clock_.progressed(now);
    return take_messages();
  }
  if (received == Received::kDatagram) return take_datagram(header);
  if (header.type == frame::Type::kAck) take_answer(header);
  if (received == Received::kBusy) {
    const auto busy = frame::read_busy(endpoint_.payload());
    quiet_announced_ = std::chrono::milliseconds(busy ? busy->quiet_ms : 0);
    apply_quiet();
  }
  return {};
}

void Channel::take_ack(const frame::Header& header) {
  if (!is_newer(header.ack, last_ack_)) return;
  last_ack_ = header.ack;
  news_ = true;  // there is room to send
  const auto now = Clock::now();
  // While something from the agent is missing, its acknowledgements do not put off the poll.
  if (!endpoint_.has_gap()) clock_.progressed(now);
  if (timed_from_ && is_newer(header.ack, timed_seq_)) {
    clock_.measured(now - *timed_from_);
    timed_from_.reset();
  }
}

/// The answer to a poll shows what was lost before it, if no later frame has shown that already.
void Channel::take_answer(const frame::Header& header) {
  const auto ack = frame::read_ack(endpoint_.payload());
  if (!ack || (ack->flags & frame::kAckAnswer) == 0) return;
  const bool stale = header.ack != last_ack_;
  if (!stale && ack->polled_seq != header.ack) ++counted_.polls_found_loss_to_board;
  const std::uint8_t expected = endpoint_.header_for(frame::Type::kAck).ack;
  if (is_newer(header.seq, expected)) ++counted_.polls_found_loss_from_board;
}

Status Channel::take_messages() {
  while (!inbox_full()) {
    HIL_ASSIGN(std::optional<Message> message, reader_.next(endpoint_));
    if (!message) return {};
    HIL_TRY(sort_in(std::move(*message)));
  }
  return {};
}

Status Channel::sort_in(Message message) {
  const frame::MessageHead& head = message.head;
  const bool answers = head.kind == Kind::kReply || head.kind == Kind::kError;
  if (answers && call_.call != 0 && head.call == call_.call && !reply_) {
    if (head.service != call_.service || head.method != call_.method) {
      return broken_protocol(fmt::format("the agent answered call {} as service {} method {}",
                                         head.call, static_cast<int>(head.service), head.method));
    }
    reply_ = std::move(message);
    news_ = true;
    return {};
  }
  if (abandoned_.test(head.call)) {
    // The reply to start_call() is not the last of its call, an error is.
    const bool first = head.kind == Kind::kReply && started_.test(head.call);
    if (answers && !first && !held_.test(head.call)) abandoned_.reset(head.call);
    if (answers) started_.reset(head.call);
    return {};
  }
  const bool known = head.call == last_call_ || held_.test(head.call);
  const bool owed = head.kind != Kind::kReply || started_.test(head.call);
  if (answers) started_.reset(head.call);
  if (!known || !owed || head.kind == Kind::kRequest) {
    return broken_protocol(
        fmt::format("the agent sent a message for call {}, which nobody made", head.call));
  }
  inbox_bytes_ += message.body.size();
  inbox_.push_back(std::move(message));
  news_ = true;
  return {};
}

bool Channel::inbox_full() const {
  return inbox_.size() >= kMostInboxMessages || inbox_bytes_ >= kMostInboxBytes;
}

std::optional<Message> Channel::take() {
  if (inbox_.empty()) return std::nullopt;
  Message message = std::move(inbox_.front());
  inbox_.pop_front();
  inbox_bytes_ -= message.body.size();
  return message;
}

Status Channel::take_datagram(const frame::Header& header) {
  const bool is_new = count_datagram(header.seq);
  const auto payload = endpoint_.payload();
  if (payload.size() < frame::kMessageHeadBytes) {
    return broken_protocol("the agent sent a datagram without a head");
  }
  const auto head = frame::read_message_head(payload.first<frame::kMessageHeadBytes>());
  const auto body = payload.subspan(frame::kMessageHeadBytes);
  // Samples have numbers of their own, which also tell of more than 255 lost in a row.
  if (head.service == Service::kStream) return take_samples(head, body);
  if (head.service != Service::kLog || !is_new) return {};  // a newer agent's; or late
  return take_log_line(head, body);
}

/// Counts what is missing before datagram @p seq. False if it came twice, or late and is already
/// counted as lost; two in a row with consecutive numbers are neither, but behind a long loss.
bool Channel::count_datagram(std::uint8_t seq) {
  const auto ahead = static_cast<std::uint8_t>(seq - next_datagram_);
  const bool behind = ahead >= 128;
  const bool jump = behind && stale_ && seq == static_cast<std::uint8_t>(last_stale_ + 1);
  stale_ = behind && !jump;
  last_stale_ = seq;
  if (stale_) return false;
  counted_.datagrams_lost += jump ? ahead - 1u : ahead;  // the one before has come
  next_datagram_ = static_cast<std::uint8_t>(seq + 1);
  return true;
}

/// Leftovers of an earlier stream are nobody's.
Status Channel::take_samples(const frame::MessageHead& head, std::span<const std::uint8_t> body) {
  if (head.call == 0) return {};
  const bool being_begun = head.call == call_.call && call_.service == Service::kStream;
  if (head.call != stream_.call() && being_begun) stream_.open(head.call);
  if (head.call != stream_.call()) return {};
  if (head.body_bytes != body.size() || !stream_.push(body)) {
    return broken_protocol("the agent sent samples that can't be read");
  }
  news_ = true;
  return {};
}

Status Channel::take_log_line(const frame::MessageHead& head, std::span<const std::uint8_t> body) {
  v1::LogLine line;
  if (head.body_bytes != body.size() ||
      !line.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return broken_protocol("the agent sent a log line that can't be read");
  }
  if (log_.size() < kMostLogLines) log_.push_back(log_line_of(line));
  news_ = true;
  return {};
}

std::vector<LogLine> Channel::take_log() {
  return std::exchange(log_, {});
}

Status Channel::take_close(const frame::Header& header) {
  const auto close = frame::read_close(endpoint_.payload());
  if (!close || header.session != static_cast<std::uint8_t>(endpoint_.session())) return {};
  if (close->reason == frame::CloseReason::kReplaced) {
    return Error{Blame::kLab, fmt::format("another host took {} over", options_.board),
                 "find out who else uses this board, or lease it"};
  }
  return Error{Blame::kDevice, fmt::format("the agent on {} closed the session", options_.board),
               "reset the board"};
}

/// A notice of another boot is a reset. One of the same boot may have been under way when the
/// session was opened: it is believed only when it comes again in answer to a poll.
Status Channel::take_reset() {
  const auto reset = frame::read_reset(endpoint_.payload());
  if (!reset) return {};
  if (reset->boot_count == start_.boot_count && !(reset_doubt_ && reset_probed_)) {
    if (!reset_doubt_) {
      reset_doubt_ = true;
      reset_probed_ = false;
      endpoint_.poll();
      ++counted_.polls;
    }
    return {};
  }
  heard_reset_ = reset;
  return Error{Blame::kDevice,
               fmt::format("the agent on {} reset (cause {}, boot {})", options_.board,
                           text_of(reset->cause), reset->boot_count),
               "look at the crash note of the next session, and at the board's supply"};
}

}  // namespace hil::rpc
