// SPDX-License-Identifier: Apache-2.0
// FakeAgent: one step after every byte that the host moves.
#include "tests/host/rpc/fake_agent.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace hil::rpc {

FakeAgent::Memory::Memory(const frame::Limits& limits)
    : slots(std::size_t{limits.window} * limits.payload_bytes),
      receive(slots.size()),
      decode(
          frame::body_size(std::max<std::size_t>(limits.payload_bytes, frame::kMostControlBytes))),
      lengths(limits.window) {}

FakeAgent::FakeAgent(const Settings& settings)
    : settings_(settings),
      memory_(settings.limits),
      decoder_(memory_.decode),
      endpoint_({memory_.slots, memory_.lengths, memory_.receive,
                 settings.keeps_ahead ? &ahead_ : nullptr}),
      reader_(settings.limits.message_bytes) {}

void FakeAgent::send(frame::MessageHead head, std::span<const std::uint8_t> body) {
  head.body_bytes = static_cast<std::uint16_t>(body.size());
  std::array<std::uint8_t, frame::kMessageHeadBytes> bytes;
  frame::write(head, bytes);
  std::vector<std::uint8_t> message(bytes.begin(), bytes.end());
  message.insert(message.end(), body.begin(), body.end());
  send_raw_message(message);
}

void FakeAgent::answer(const Message& request, Kind kind, std::span<const std::uint8_t> body) {
  frame::MessageHead head = request.head;
  head.kind = kind;
  send(head, body);
}

void FakeAgent::send_raw_message(std::span<const std::uint8_t> bytes) {
  outbox_.insert(outbox_.end(), bytes.begin(), bytes.end());
}

void FakeAgent::send_datagram(frame::MessageHead head, std::span<const std::uint8_t> body) {
  head.body_bytes = static_cast<std::uint16_t>(body.size());
  std::array<std::uint8_t, frame::kMessageHeadBytes> bytes;
  frame::write(head, bytes);
  std::vector<std::uint8_t> payload(bytes.begin(), bytes.end());
  payload.insert(payload.end(), body.begin(), body.end());
  send_raw_datagram(payload);
}

void FakeAgent::send_raw_datagram(std::span<const std::uint8_t> payload) {
  encode(endpoint_.header_for_datagram(), payload);
}

void FakeAgent::send_frame(frame::Type type, std::span<const std::uint8_t> payload) {
  encode(endpoint_.header_for(type), payload);
}

void FakeAgent::send_duplicate() {
  frame::Header header = endpoint_.header_for(frame::Type::kData);
  --header.seq;
  encode(header, {});
}

void FakeAgent::send_bytes(std::span<const std::uint8_t> bytes) {
  line_.insert(line_.end(), bytes.begin(), bytes.end());
}

Result<std::size_t> FakeAgent::write(std::span<const std::uint8_t> bytes) {
  if (hang_up) return Error{Blame::kLink, "fake agent hung up", ""};
  for (const std::uint8_t byte : bytes) {
    if (decoder_.push(byte) == frame::Decoder::Event::kFrame) take_frame();
  }
  step();
  return bytes.size();
}

Result<std::size_t> FakeAgent::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  if (hang_up) return Error{Blame::kLink, "fake agent hung up", ""};
  step();
  if (mute) line_.clear();
  if (line_.empty() && !deadline.expired()) HIL_TRY(wait(false, deadline));
  const std::size_t count = std::min(buffer.size(), line_.size());
  std::copy_n(line_.begin(), count, buffer.begin());
  line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

/// Nothing can come of itself, so this only lets time pass.
Status FakeAgent::wait(bool want_write, Deadline deadline) {
  if (line_.empty() && !want_write) {
    std::this_thread::sleep_until(
        std::min(deadline.at(), Deadline::Clock::now() + std::chrono::milliseconds(5)));
  }
  return {};
}

void FakeAgent::take_frame() {
  switch (endpoint_.receive(decoder_.body())) {
    case frame::Received::kOpen:
      return take_open();
    case frame::Received::kClose:
      return endpoint_.close();
    case frame::Received::kBytes:
      return take_messages();
    case frame::Received::kNoSession: {
      std::array<std::uint8_t, 8> payload;
      send_frame(
          frame::Type::kReset,
          frame::write(frame::Reset{settings_.boot_count, frame::ResetCause::kWatchdog}, payload));
      return;
    }
    default:
      return;
  }
}

void FakeAgent::take_open() {
  ++opens;
  std::array<std::uint8_t, frame::kMostControlBytes> payload;
  const frame::Header header = frame::header_of(decoder_.body());
  if (header.version != settings_.link_version) {
    frame::Header answer = header;
    answer.version = settings_.link_version;
    answer.type = frame::Type::kClose;
    encode(answer, frame::write(frame::Close{frame::CloseReason::kVersion, settings_.link_version},
                                payload));
    return;
  }
  const auto open = frame::read_open(endpoint_.payload());
  if (!open) return;
  if (!endpoint_.is_open() || endpoint_.session() != open->session) {
    endpoint_.open(open->session, settings_.limits, open->host);
    outbox_.clear();
  }
  const std::string& note = settings_.crash_note;
  const frame::Accept accept{open->session,
                             settings_.boot_count,
                             frame::ResetCause::kPowerOn,
                             settings_.limits,
                             {reinterpret_cast<const std::uint8_t*>(note.data()), note.size()},
                             endpoint_.abilities()};
  send_frame(frame::Type::kAccept, frame::write(accept, payload));
}

void FakeAgent::take_messages() {
  while (true) {
    auto message = reader_.next(endpoint_);
    if (!message.ok() || !message->has_value()) return;
    if (on_message) on_message(**message);
  }
}

void FakeAgent::step() {
  const std::size_t count = std::min(outbox_.size(), endpoint_.writable());
  const auto end = outbox_.begin() + static_cast<std::ptrdiff_t>(count);
  endpoint_.write(std::vector<std::uint8_t>(outbox_.begin(), end));
  outbox_.erase(outbox_.begin(), end);
  endpoint_.push();
  frame::Endpoint::Outgoing outgoing;
  while (endpoint_.next(outgoing, true))
    encode(outgoing.header, outgoing.payload);
}

void FakeAgent::encode(const frame::Header& header, std::span<const std::uint8_t> payload) {
  std::vector<std::uint8_t> wire(frame::max_wire_size(payload.size()));
  wire.resize(frame::encode(header, payload, wire));
  send_bytes(wire);
}

}  // namespace hil::rpc
