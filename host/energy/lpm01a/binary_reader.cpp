// SPDX-License-Identifier: Apache-2.0
// BinaryReader: words, metadata, and finding the way back into step.
#include "host/energy/lpm01a/binary_reader.hpp"

#include <cmath>
#include <utility>

namespace hil::energy::lpm01a {
namespace {

constexpr std::uint8_t kMark = 0xF0, kEndByte = 0xFF;
constexpr std::uint8_t kErrorText = 0xF1, kInfoText = 0xF2, kTimeStamp = 0xF3, kEnd = 0xF4,
                       kOvercurrent = 0xF5, kPowerDown = 0xF6, kVoltage = 0xF7, kTemperature = 0xF8,
                       kPowerState = 0xF9;
/// Of `F0 F3`, four bytes of time, one of the buffer, `FF FF`.
constexpr std::size_t kStampSize = 9;

/// Bytes of payload behind `F0 type`.
std::size_t payload_of(std::uint8_t type) {
  switch (type) {
    case kTimeStamp:
      return 5;
    case kVoltage:
    case kTemperature:
      return 2;
    case kPowerState:
      return 1;
    default:
      return 0;
  }
}

StreamRecord plain(RecordKind kind, double value = 0) {
  StreamRecord record;
  record.kind = kind;
  record.value = value;
  return record;
}

/// @p payload: four bytes of milliseconds, the highest bit of which marks an overflow; buffer.
StreamRecord stamp_of(const std::uint8_t* payload) {
  StreamRecord stamp = plain(RecordKind::kTimeStamp);
  std::uint32_t bits = 0;
  for (int i = 0; i < 4; ++i)
    bits = bits << 8 | payload[i];
  stamp.past_end = (bits & 0x8000'0000u) != 0;
  stamp.milliseconds = bits & 0x7FFF'FFFFu;
  stamp.buffer_percent = payload[4];
  return stamp;
}

StreamRecord metadata_of(std::uint8_t type, const std::uint8_t* payload) {
  const auto pair = [&] { return static_cast<std::uint16_t>(payload[0] << 8 | payload[1]); };
  switch (type) {
    case kTimeStamp:
      return stamp_of(payload);
    case kEnd:
      return plain(RecordKind::kEnd);
    case kOvercurrent:
      return plain(RecordKind::kOvercurrent);
    case kPowerDown:
      return plain(RecordKind::kPower, 0);
    case kVoltage:
      return plain(RecordKind::kVoltage, pair() / 1000.0);
    case kTemperature:
      return plain(RecordKind::kTemperature, static_cast<std::int16_t>(pair()));
    default:
      return plain(RecordKind::kPower, payload[0] != 0 ? 1 : 0);
  }
}

/// What the text of a block of @p type means.
StreamRecord remark_of(std::uint8_t type, const std::string& text) {
  StreamRecord parsed = parse_line(text);
  if (parsed.kind == RecordKind::kEdge || parsed.kind == RecordKind::kOvercurrent) return parsed;
  StreamRecord remark = plain(type == kErrorText ? RecordKind::kError : RecordKind::kText);
  remark.text = text;
  return remark;
}

bool is_stamp(const std::array<std::uint8_t, 9>& bytes) {
  return bytes[0] == kMark && bytes[1] == kTimeStamp && bytes[7] == kEndByte &&
         bytes[8] == kEndByte;
}

}  // namespace

double value_of(std::uint16_t word) {
  return std::ldexp(word & 0x0FFF, -4 * (word >> 12));
}

void BinaryReader::push(std::span<const std::uint8_t> bytes, std::vector<StreamRecord>& records) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (state_ == State::kEnded) {
      std::vector<StreamRecord> behind;
      tail_.push(bytes.subspan(i), behind);
      for (StreamRecord& record : behind) {
        if (record.kind != RecordKind::kSample) records.push_back(std::move(record));
      }
      return;
    }
    take(bytes[i], records);
  }
}

void BinaryReader::take(std::uint8_t byte, std::vector<StreamRecord>& records) {
  switch (state_) {
    case State::kSeek:
      return seek(byte, records);
    case State::kWord:
      if (count_ == 0) {
        held_[count_++] = byte;
        return;
      }
      count_ = 0;
      return word(held_[0], byte, records);
    case State::kBlock:
      return block(byte, records);
    case State::kText:
      return text(byte, records);
    case State::kEnded:
      return;
  }
}

/// Slides over the bytes until the last nine are a time stamp.
void BinaryReader::seek(std::uint8_t byte, std::vector<StreamRecord>& records) {
  if (count_ == kStampSize) {
    for (std::size_t i = 1; i < kStampSize; ++i)
      held_[i - 1] = held_[i];
    --count_;
    ++passed_over_;
  }
  held_[count_++] = byte;
  if (count_ < kStampSize || !is_stamp(held_)) return;
  records.push_back(stamp_of(&held_[2]));
  state_ = State::kWord;
  count_ = 0;
}

void BinaryReader::word(std::uint8_t first, std::uint8_t second,
                        std::vector<StreamRecord>& records) {
  const std::uint8_t before = std::exchange(before_, second);
  if (first < kMark) {
    records.push_back(
        plain(RecordKind::kSample, value_of(static_cast<std::uint16_t>(first << 8 | second))));
    return;
  }
  if (first != kMark || second < kErrorText || second > kPowerState) {
    held_ = {before, first, second};  // one byte out of step, `before` is the mark
    count_ = 3;
    return lose_step("bytes that are neither sample nor metadata", records);
  }
  held_ = {first, second};
  count_ = 2;
  begin_block(second);
}

void BinaryReader::begin_block(std::uint8_t type) {
  type_ = type;
  if (type == kErrorText || type == kInfoText) {
    state_ = State::kText;
    text_.clear();
    had_end_ = false;
    return;
  }
  state_ = State::kBlock;
  wanted_ = 2 + payload_of(type) + 2;
}

void BinaryReader::block(std::uint8_t byte, std::vector<StreamRecord>& records) {
  held_[count_++] = byte;
  if (count_ < wanted_) return;
  if (held_[wanted_ - 2] != kEndByte || held_[wanted_ - 1] != kEndByte)
    return lose_step("metadata without an end", records);
  records.push_back(metadata_of(type_, &held_[2]));
  state_ = type_ == kEnd ? State::kEnded : State::kWord;
  count_ = 0;
}

void BinaryReader::text(std::uint8_t byte, std::vector<StreamRecord>& records) {
  if (byte == kEndByte && had_end_) {
    records.push_back(remark_of(type_, text_));
    state_ = State::kWord;
    count_ = 0;
    return;
  }
  had_end_ = byte == kEndByte;
  if (had_end_ || byte == 0 || byte == '\r' || byte == '\n') return;
  if (text_.size() >= kMostText) {
    count_ = 0;
    return lose_step("text without an end", records);
  }
  text_.push_back(byte >= 0x20 && byte <= 0x7E ? static_cast<char>(byte) : '?');
}

/// Goes on seeking with the bytes that are held: a time stamp may begin among them.
void BinaryReader::lose_step(const char* why, std::vector<StreamRecord>& records) {
  StreamRecord stray = plain(RecordKind::kStray);
  stray.text = why;
  records.push_back(std::move(stray));
  const auto held = held_;
  const std::size_t count = std::exchange(count_, 0);
  state_ = State::kSeek;
  for (std::size_t i = 0; i < count; ++i)
    seek(held[i], records);
}

}  // namespace hil::energy::lpm01a
