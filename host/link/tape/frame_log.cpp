// SPDX-License-Identifier: Apache-2.0
// Decodes both directions and follows their numbers and messages.
#include "host/link/tape/frame_log.hpp"

#include <algorithm>
#include <span>

#include "host/link/tape/host_frames.hpp"
#include "protocol/frame/control.hpp"

namespace hil::tape {
namespace {

constexpr std::size_t kMostPayload = 65535;  // by the width of its limit

std::size_t message_size(std::span<const std::uint8_t> bytes) {
  return frame::kMessageHeadBytes +
         frame::read_message_head(bytes.first<frame::kMessageHeadBytes>()).body_bytes;
}

bool is_data(const LoggedFrame& frame) {
  const frame::Type type = frame.header.type;
  return type == frame::Type::kData ||
         (type == frame::Type::kPlaced && frame.payload.size() >= kPlaceBytes);
}

LoggedMessage message_of(std::span<const std::uint8_t> bytes) {
  const auto body = bytes.subspan(frame::kMessageHeadBytes);
  return {frame::read_message_head(bytes.first<frame::kMessageHeadBytes>()),
          {body.begin(), body.end()}};
}

}  // namespace

FrameLog::Lane::Lane() : buffer(frame::body_size(kMostPayload)), decoder(buffer) {}

FrameLog::FrameLog() = default;

std::vector<LoggedFrame> FrameLog::take(const Record& record) {
  std::vector<LoggedFrame> frames;
  if (record.kind != Kind::kOut && record.kind != Kind::kIn) return frames;
  Lane& lane = record.kind == Kind::kOut ? to_board_ : from_board_;
  lane.counts.bytes += record.bytes.size();
  for (const std::uint8_t byte : record.bytes) {
    const auto event = lane.decoder.push(byte);
    if (event == frame::Decoder::Event::kNone) continue;
    LoggedFrame frame = frame_of(lane, event);
    frame.at_ns = record.at_ns;
    frame.to_board = record.kind == Kind::kOut;
    count(lane, frame);
    frames.push_back(std::move(frame));
  }
  return frames;
}

LoggedFrame FrameLog::frame_of(Lane& lane, frame::Decoder::Event event) {
  LoggedFrame frame;
  frame.event = event;
  frame.line_bytes = lane.decoder.last_raw_bytes() + 1;
  if (event != frame::Decoder::Event::kFrame) return frame;
  const auto body = lane.decoder.body();
  const auto payload = body.subspan(frame::kHeaderBytes);
  frame.header = frame::header_of(body);
  frame.payload.assign(payload.begin(), payload.end());
  if (frame.header.type == frame::Type::kOpen) {
    const auto open = frame::read_open(payload);
    if (open && open->session != session_) {
      session_ = open->session;
      reset_numbers();
    }
  }
  if (is_data(frame)) take_data(lane, frame);
  if (frame.header.type == frame::Type::kDatagram) take_datagram(lane, frame);
  return frame;
}

void FrameLog::reset_numbers() {
  for (Lane* lane : {&to_board_, &from_board_}) {
    lane->next_seq = lane->next_datagram = 0;
    lane->stream.clear();
  }
}

void FrameLog::take_data(Lane& lane, LoggedFrame& frame) {
  frame.missing = static_cast<std::uint8_t>(frame.header.seq - lane.next_seq);
  if (frame.missing != 0) return;
  ++lane.next_seq;
  const bool placed = frame.header.type == frame::Type::kPlaced;
  const std::ptrdiff_t place = placed ? kPlaceBytes : 0;
  lane.stream.insert(lane.stream.end(), frame.payload.begin() + place, frame.payload.end());
  std::span<const std::uint8_t> rest(lane.stream);
  while (rest.size() >= frame::kMessageHeadBytes && rest.size() >= message_size(rest)) {
    const std::size_t size = message_size(rest);
    frame.messages.push_back(message_of(rest.first(size)));
    rest = rest.subspan(size);
  }
  frame.message_bytes = rest.size();
  lane.stream.erase(lane.stream.begin(), lane.stream.end() - std::ssize(rest));
}

void FrameLog::take_datagram(Lane& lane, LoggedFrame& frame) {
  frame.missing = static_cast<std::uint8_t>(frame.header.seq - lane.next_datagram);
  if (frame.missing < 128) lane.next_datagram = static_cast<std::uint8_t>(frame.header.seq + 1);
  if (frame.payload.size() >= frame::kMessageHeadBytes) {
    frame.messages.push_back(message_of(frame.payload));
  }
}

void FrameLog::count(Lane& lane, const LoggedFrame& frame) {
  FrameCounts& counts = lane.counts;
  if (frame.event == frame::Decoder::Event::kCrcError) {
    ++counts.crc_errors;
    return;
  }
  if (frame.event != frame::Decoder::Event::kFrame) {
    ++counts.malformed;
    return;
  }
  ++counts.frames;
  const frame::Type type = frame.header.type;
  if (type == frame::Type::kAck) ++counts.acks;
  if (type == frame::Type::kPoll) ++counts.polls;
  if (type == frame::Type::kDatagram) ++counts.datagrams;
  if (is_data(frame)) {
    ++counts.data_frames;
    counts.data_bytes += frame.payload.size();
    if (frame.missing > 127) ++counts.again;
  }
  if (frame.missing > 0 && frame.missing < 128) ++counts.gaps;
}

}  // namespace hil::tape
