// SPDX-License-Identifier: Apache-2.0
// What is compared, what must come before what, and the board's side of the link layer.
#include "host/link/tape/frame_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "protocol/frame/control.hpp"
#include "protocol/frame/message.hpp"

namespace hil::tape {
namespace {

constexpr std::size_t kMostPayload = 65535;  // of any frame, by the width of its limit

template <class T>
void skip(std::deque<T>& from, std::size_t count) {
  from.erase(from.begin(),
             from.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.size())));
}

template <class T>
std::optional<T> take_first(std::deque<T>& from) {
  if (from.empty()) return std::nullopt;
  std::optional<T> first(std::move(from.front()));
  from.pop_front();
  return first;
}

std::vector<std::uint8_t> encoded(const frame::Header& header,
                                  std::span<const std::uint8_t> payload) {
  std::vector<std::uint8_t> wire(frame::max_wire_size(payload.size()));
  wire.resize(frame::encode(header, payload, wire));
  return wire;
}

/// End of the body of the hello that @p stream begins with; 0 if it begins with something else.
std::size_t hello_end(const std::vector<std::uint8_t>& stream) {
  if (stream.size() < frame::kMessageHeadBytes) return 0;
  const auto head = frame::read_message_head(
      std::span<const std::uint8_t>(stream).first<frame::kMessageHeadBytes>());
  return head.service == Service::kHello ? frame::kMessageHeadBytes + head.body_bytes : 0;
}

}  // namespace

/// Finds the board's frames in what the host read, whole and good ones alone.
class FrameReplay::Boards {
 public:
  Boards() : buffer_(frame::body_size(kMostPayload)), decoder_(buffer_) {}

  /// The frames that end in @p record, each as a record with the frame's body.
  std::vector<Record> take(const Record& record) {
    std::vector<Record> frames;
    for (const std::uint8_t byte : record.bytes) {
      if (decoder_.push(byte) != frame::Decoder::Event::kFrame) continue;
      const auto body = decoder_.body();
      Record found;
      found.kind = tape::Kind::kIn;
      found.at_ns = record.at_ns;
      found.bytes.assign(body.begin(), body.end());
      frames.push_back(std::move(found));
    }
    return frames;
  }

 private:
  std::vector<std::uint8_t> buffer_;
  frame::Decoder decoder_;
};

bool is_input(const Record& record) {
  if (record.kind == Kind::kIn) return !record.bytes.empty();
  return record.kind == Kind::kFailed || record.kind == Kind::kLine || record.kind == Kind::kStop;
}

bool is_note(const Record& record, const char* name) {
  const std::string_view wanted(name);
  return record.kind == Kind::kNote &&
         std::equal(record.bytes.begin(), record.bytes.end(), wanted.begin(), wanted.end());
}

FrameReplay::FrameReplay(Reader reader, const Replayed& replayed) {
  HostFrames frames;
  Boards boards;
  Replayed seen;
  while (true) {
    auto next = reader.next();
    if (!next.ok() || !*next) break;  // a broken tape ends where it is broken
    Record& record = **next;
    if (record.kind == Kind::kOut) {
      add_host(record, frames);
      if (seen.outputs++ < replayed.outputs) take(record.bytes);
    } else if (record.kind == Kind::kStamp) {
      stamps_.push_back(record.at_ns);
    } else if (is_note(record, "outside")) {
      outsides_.push_back(std::move(record.text));
    } else if (is_input(record)) {
      const bool done = seen.inputs++ < replayed.inputs;
      const Place after{taped_.size() - 1, taped_.back().stream.size()};
      if (record.kind != Kind::kIn) {
        if (!done) inputs_.push_back({after, std::move(record)});
        continue;
      }
      for (Record& frame : boards.take(record)) {
        inputs_.push_back({after, std::move(frame)});
        if (done) static_cast<void>(take_input());  // for the numbers in it
      }
    }
  }
  skip(stamps_, replayed.stamps);
  skip(outsides_, replayed.outsides);
  first_answer_ = true;
}

void FrameReplay::add_host(const Record& record, HostFrames& frames) {
  for (HostFrame& frame : frames.take(record.bytes)) {
    if (frame.opens) {
      taped_.push_back({std::move(frame.payload), {}});
    } else {
      auto& stream = taped_.back().stream;
      stream.insert(stream.end(), frame.payload.begin(), frame.payload.end());
    }
  }
}

void FrameReplay::take(std::span<const std::uint8_t> bytes) {
  for (const HostFrame& frame : host_.take(bytes)) {
    ++frames_;
    if (frame.opens) board_seq_ = told_ack_ = 0;
    if (difference_.empty()) compare(frame);
  }
}

void FrameReplay::compare(const HostFrame& frame) {
  if (frame.opens) {
    compare_open(frame);
  } else {
    compare_stream(frame);
  }
}

void FrameReplay::compare_open(const HostFrame& frame) {
  const Session& was = taped_[at_.session];
  if (at_.byte < was.stream.size()) {
    return say_difference("it opens a session before it has said all of the one before");
  }
  if (at_.session + 1 == taped_.size())
    return run_out("it opens one more session than the tape has");
  at_ = {at_.session + 1, 0};
  if (frame.payload != taped_[at_.session].open) say_difference("it opens a session otherwise");
}

/// Of a hello, which names versions, the content does not count.
void FrameReplay::compare_stream(const HostFrame& frame) {
  const auto& stream = taped_[at_.session].stream;
  const std::size_t hello = at_.session == 0 ? 0 : hello_end(stream);
  for (const std::uint8_t byte : frame.payload) {
    if (at_.byte == stream.size()) {
      return run_out(
          fmt::format("it says more than the {} B of the tape's session", stream.size()));
    }
    const bool ignored = at_.byte >= frame::kMessageHeadBytes && at_.byte < hello;
    if (byte != stream[at_.byte] && !ignored) {
      return say_difference(fmt::format("byte {} of the session is {:02x}, the tape's is {:02x}",
                                        at_.byte, byte, stream[at_.byte]));
    }
    ++at_.byte;
  }
}

void FrameReplay::run_out(const std::string& words) {
  ran_out_ = true;
  say_difference(words);
}

void FrameReplay::say_difference(const std::string& words) {
  difference_ = fmt::format("at frame {}: {}", frames_, words);
}

std::vector<std::uint8_t> FrameReplay::take_answer() {
  const auto poll = host_.take_poll();
  if (!poll && told_ack_ == host_.next_seq()) return {};
  frame::Header header;
  header.session = host_.session_byte();
  header.seq = board_seq_;
  header.ack = told_ack_ = host_.next_seq();
  header.window = frame::kMostWindow;
  std::array<std::uint8_t, frame::kMostControlBytes> buffer;
  std::span<const std::uint8_t> payload;
  if (poll) {
    frame::Ack answer;
    answer.flags = frame::kAckAnswer;
    answer.polled_seq = *poll;
    payload = frame::write(answer, buffer);
  }
  auto bytes = encoded(header, payload);
  if (std::exchange(first_answer_, false)) bytes.insert(bytes.begin(), frame::kDelimiter);
  return bytes;
}

const Record* FrameReplay::next_input() const {
  if (inputs_.empty() || inputs_.front().after > at_) return nullptr;
  return &inputs_.front().record;
}

Record FrameReplay::take_input() {
  Record record = std::move(inputs_.front().record);
  inputs_.pop_front();
  if (record.kind != Kind::kIn) return record;
  frame::Header header = frame::header_of(record.bytes);
  const std::span<const std::uint8_t> payload =
      std::span<const std::uint8_t>(record.bytes).subspan(frame::kHeaderBytes);
  const bool data = header.type == frame::Type::kData;
  if (data && header.seq == board_seq_) ++board_seq_;
  header.ack = told_ack_ = host_.next_seq();
  header.window = frame::kMostWindow;
  // Its acknowledgements are ours to make.
  record.bytes =
      header.type == frame::Type::kAck ? std::vector<std::uint8_t>() : encoded(header, payload);
  const bool first = !record.bytes.empty() && std::exchange(first_answer_, false);
  if (first) record.bytes.insert(record.bytes.begin(), frame::kDelimiter);
  return record;
}

std::optional<std::uint64_t> FrameReplay::take_stamp() {
  return take_first(stamps_);
}

std::optional<std::string> FrameReplay::take_outside() {
  return take_first(outsides_);
}

std::string FrameReplay::unsaid() const {
  const Place end{taped_.size() - 1, taped_.back().stream.size()};
  if (at_ >= end) return "";
  if (at_.session < end.session) {
    return fmt::format("it ends in session {} of the tape's {}", at_.session, end.session);
  }
  return fmt::format("it says {} of the {} B of the tape's session", at_.byte, end.byte);
}

}  // namespace hil::tape
