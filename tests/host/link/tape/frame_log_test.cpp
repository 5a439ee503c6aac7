// SPDX-License-Identifier: Apache-2.0
// Frames, gaps and messages are found in whatever pieces they were recorded.
#include "host/link/tape/frame_log.hpp"

#include <gtest/gtest.h>

#include <array>

#include "protocol/frame/control.hpp"

namespace hil::tape {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Event = frame::Decoder::Event;

Bytes frame_of(frame::Type type, std::uint8_t seq, const Bytes& payload) {
  Bytes wire(frame::max_wire_size(payload.size()));
  frame::Header header;
  header.type = type;
  header.seq = seq;
  wire.resize(frame::encode(header, payload, wire));
  return wire;
}

Bytes message_of(std::uint8_t method, std::size_t body_bytes) {
  Bytes bytes(frame::kMessageHeadBytes + body_bytes, 0x55);
  frame::MessageHead head{static_cast<std::uint16_t>(body_bytes), Service::kInfer, method,
                          hil::Kind::kRequest, 1};
  frame::write(head, std::span(bytes).first<frame::kMessageHeadBytes>());
  return bytes;
}

Record in(const Bytes& bytes, std::uint64_t at_ns = 0) {
  Record record;
  record.kind = tape::Kind::kIn;
  record.at_ns = at_ns;
  record.bytes = bytes;
  return record;
}

TEST(FrameLog, JoinsMessagesOverFrames) {
  FrameLog log;
  Bytes stream = message_of(1, 10);
  const Bytes second = message_of(2, 3);
  stream.insert(stream.end(), second.begin(), second.end());
  const Bytes first_half(stream.begin(), stream.begin() + 9);
  const Bytes last_half(stream.begin() + 9, stream.end());
  const auto first = log.take(in(frame_of(frame::Type::kData, 0, first_half), 7));
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].at_ns, 7u);
  EXPECT_FALSE(first[0].to_board);
  EXPECT_TRUE(first[0].messages.empty());
  EXPECT_EQ(first[0].message_bytes, 9u);
  const auto last = log.take(in(frame_of(frame::Type::kData, 1, last_half)));
  ASSERT_EQ(last.size(), 1u);
  ASSERT_EQ(last[0].messages.size(), 2u);
  EXPECT_EQ(last[0].messages[0].body.size(), 10u);
  EXPECT_EQ(last[0].messages[1].head.method, 2);
  EXPECT_EQ(last[0].message_bytes, 0u);
}

TEST(FrameLog, CountsGapsAndWhatComesAgain) {
  FrameLog log;
  log.take(in(frame_of(frame::Type::kData, 0, message_of(1, 1))));
  const auto late = log.take(in(frame_of(frame::Type::kData, 3, message_of(1, 1))));
  EXPECT_EQ(late[0].missing, 2);
  EXPECT_TRUE(late[0].messages.empty());
  const auto again = log.take(in(frame_of(frame::Type::kData, 0, message_of(1, 1))));
  EXPECT_GT(again[0].missing, 127);
  const auto next = log.take(in(frame_of(frame::Type::kData, 1, message_of(1, 1))));
  EXPECT_EQ(next[0].missing, 0);
  EXPECT_EQ(log.from_board().gaps, 1u);
  EXPECT_EQ(log.from_board().again, 1u);
  EXPECT_EQ(log.from_board().data_frames, 4u);
  EXPECT_EQ(log.to_board().frames, 0u);
}

TEST(FrameLog, TellsRubbishAndGarbledFrames) {
  FrameLog log;
  Bytes garbled = frame_of(frame::Type::kData, 0, message_of(1, 20));
  garbled[8] ^= 1;
  Bytes bytes{1, 2, 3, 0};
  bytes.insert(bytes.end(), garbled.begin(), garbled.end());
  std::vector<LoggedFrame> frames;
  for (const std::uint8_t byte : bytes) {  // in pieces of one byte
    for (auto& frame : log.take(in({byte})))
      frames.push_back(std::move(frame));
  }
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].event, Event::kMalformed);
  EXPECT_EQ(frames[0].line_bytes, 4u);
  EXPECT_EQ(frames[1].event, Event::kCrcError);
  EXPECT_EQ(frames[1].line_bytes, garbled.size());
  EXPECT_EQ(log.from_board().crc_errors, 1u);
  EXPECT_EQ(log.from_board().malformed, 1u);
}

TEST(FrameLog, ANewSessionStartsNumbersAnew) {
  FrameLog log;
  log.take(in(frame_of(frame::Type::kData, 0, {1, 0, 0})));  // half a message
  std::array<std::uint8_t, frame::kMostControlBytes> buffer;
  const auto payload = frame::write(frame::Open{77, 0, {2048, 65535, 64}}, buffer);
  Record open = in(frame_of(frame::Type::kOpen, 0, {payload.begin(), payload.end()}));
  open.kind = tape::Kind::kOut;
  EXPECT_TRUE(log.take(open)[0].to_board);
  const auto first = log.take(in(frame_of(frame::Type::kData, 0, message_of(1, 2))));
  EXPECT_EQ(first[0].missing, 0);
  EXPECT_EQ(first[0].messages.size(), 1u);
}

TEST(FrameLog, OtherRecordsHaveNoFrames) {
  FrameLog log;
  Record note;
  note.kind = tape::Kind::kNote;
  note.bytes = {'x', 0};
  EXPECT_TRUE(log.take(note).empty());
}

}  // namespace
}  // namespace hil::tape
