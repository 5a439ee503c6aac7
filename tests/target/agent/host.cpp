// SPDX-License-Identifier: Apache-2.0
// The other end of the line: a host made of the protocol's own parts, and the agent's main loop.
#include "tests/target/agent/host.hpp"

#include <algorithm>

#include "target/agent/agent.hpp"
#include "target/agent/memory.hpp"
#include "tests/target/agent/fake_engine.hpp"
#include "tests/target/agent/fake_port.hpp"

namespace hil::test {
namespace {

constexpr int kPollAfter = 20;  // quiet passes
constexpr int kCalmPasses = 50;
constexpr int kGiveUpAfter = 5000;  // passes

std::string text_of(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}
std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void power_cycle() {
  static const agent::State pristine = agent::memory::state();
  agent::memory::state() = pristine;
  agent::memory::stream().source = nullptr;
  agent::memory::stream().call = 0;
  agent::memory::energy().run = {};
  agent::memory::energy().stash = {};
  fake_engine() = {};
  fake_port() = {};
  scramble_no_init(0x5A);
  agent::start();
}

}  // namespace

Host::Host()
    : decoder_memory_(frame::body_size(1024)),
      slots_(16 * 1024),
      receive_(16 * 1024 + 4096),
      lengths_(16),
      decoder_(decoder_memory_),
      endpoint_({slots_, lengths_, receive_}) {
  power_cycle();
}

void Host::send_raw(const std::string& bytes) {
  fake_port().to_agent.insert(fake_port().to_agent.end(), bytes.begin(), bytes.end());
}

void Host::send_frame(const frame::Header& header, const std::string& payload) {
  std::vector<std::uint8_t> wire(frame::max_wire_size(payload.size()));
  wire.resize(frame::encode(header, bytes_of(payload), wire));
  const std::string sent = text_of(wire);
  if (!on_the_way_out) return send_raw(sent);
  for (const auto& arrives : on_the_way_out(sent))
    send_raw(arrives);
}

void Host::send_open(std::uint32_t session, std::uint8_t version) {
  std::uint8_t payload[32];
  const auto bytes = frame::write(frame::Open{session, 7, limits}, payload);
  frame::Header header;
  header.version = version;
  header.type = frame::Type::kOpen;
  header.session = static_cast<std::uint8_t>(session);
  send_frame(header, text_of(bytes));
}

void Host::send_close() {
  std::uint8_t payload[8];
  const auto bytes = frame::write(frame::Close{frame::CloseReason::kDone, 1}, payload);
  send_frame(endpoint_.header_for(frame::Type::kClose), text_of(bytes));
  endpoint_.close();
}

bool Host::open(std::uint32_t session) {
  opening_ = session;
  for (int attempt = 0; attempt < 50 && opening_ != 0; ++attempt) {
    send_open(session);
    for (int i = 0; i < 20 && opening_ != 0; ++i)
      step();
  }
  return opening_ == 0;
}

/// What follows the accept belongs to the session already.
void Host::take_accept(const Control& control) {
  accepts.push_back(control);
  const auto accept = frame::read_accept(control.bytes());
  if (!accept || opening_ == 0 || accept->session != opening_) return;
  endpoint_.open(opening_, limits, accept->agent);
  opening_ = 0;
}

void Host::send(Service service, std::uint8_t method, Kind kind, std::uint8_t call,
                const std::string& body) {
  std::uint8_t head[frame::kMessageHeadBytes];
  frame::write(
      frame::MessageHead{static_cast<std::uint16_t>(body.size()), service, method, kind, call},
      head);
  outbox_ += text_of(head) + body;
}

std::uint8_t Host::request(Service service, std::uint8_t method,
                           const google::protobuf::MessageLite& body) {
  const std::uint8_t call = next_call_++ & frame::kMostCallId;
  send(service, method, Kind::kRequest, call, body);
  return call;
}

Incoming Host::call(Service service, std::uint8_t method,
                    const google::protobuf::MessageLite& body) {
  const std::uint8_t call = request(service, method, body);
  while (auto message = next()) {
    if (message->head.call == call && message->head.service == service) return *message;
  }
  ADD_FAILURE() << "no answer from service " << static_cast<int>(service);
  return {};
}

std::optional<Incoming> Host::next() {
  int calm = 0;  // passes in a row with nothing on its way
  for (int i = 0; i < kGiveUpAfter && calm < kCalmPasses && stream.empty(); ++i) {
    step();
    const bool all_arrived = outbox_.empty() && endpoint_.settled() && fake_port().to_agent.empty();
    const bool may_be_lost = on_the_way_in || on_the_way_out;
    calm = all_arrived && !may_be_lost ? calm + 1 : 0;
  }
  if (stream.empty()) return std::nullopt;
  Incoming first = stream.front();
  stream.pop_front();
  return first;
}

void Host::step() {
  pump();
  agent::step();
}

void Host::pump() {
  bool came = false;
  while (!fake_port().from_agent.empty()) {
    raw_in_.push_back(static_cast<char>(fake_port().from_agent.front()));
    fake_port().from_agent.pop_front();
    if (raw_in_.back() != '\0') continue;
    const auto arriving =
        on_the_way_in ? on_the_way_in(raw_in_) : std::vector<std::string>{raw_in_};
    raw_in_.clear();
    for (const auto& one : arriving) {
      for (const char c : one) {
        if (decoder_.push(static_cast<std::uint8_t>(c)) == frame::Decoder::Event::kFrame) {
          came = true;
          take_frame(decoder_.body());
        }
      }
    }
  }
  quiet_passes_ = came ? 0 : quiet_passes_ + 1;
  if (quiet_passes_ == kPollAfter && endpoint_.is_open()) {
    quiet_passes_ = 0;
    endpoint_.poll();
  }
  send_waiting();
}

void Host::take_frame(std::span<const std::uint8_t> body) {
  const frame::Header header = frame::header_of(body);
  const auto received = endpoint_.receive(body);
  const Control control{header, text_of(endpoint_.payload())};
  switch (received) {
    case frame::Received::kBytes:
      ++data_frames_in;
      return take_messages();
    case frame::Received::kDatagram: {
      const auto head = frame::read_message_head(control.bytes().first<frame::kMessageHeadBytes>());
      datagrams.push_back({head, control.payload.substr(frame::kMessageHeadBytes)});
      return;
    }
    case frame::Received::kAccept:
      return take_accept(control);
    case frame::Received::kClose:
      return closes.push_back(control);
    case frame::Received::kBusy:
      return busies.push_back(control);
    case frame::Received::kReset:
      return resets.push_back(control);
    default:
      return;
  }
}

void Host::take_messages() {
  for (;;) {
    const auto& ring = endpoint_.bytes();
    if (ring.size() < frame::kMessageHeadBytes) return;
    std::uint8_t bytes[frame::kMessageHeadBytes];
    ring.peek(0, bytes);
    const auto head = frame::read_message_head(bytes);
    if (ring.size() < frame::kMessageHeadBytes + head.body_bytes) return;
    std::vector<std::uint8_t> body(head.body_bytes);
    ring.peek(frame::kMessageHeadBytes, body);
    endpoint_.drop(frame::kMessageHeadBytes + body.size());
    stream.push_back({head, text_of(body)});
  }
}

void Host::send_waiting() {
  if (!endpoint_.is_open()) return;
  const std::size_t count = std::min(outbox_.size(), endpoint_.writable());
  endpoint_.write(bytes_of(outbox_).first(count));
  outbox_.erase(0, count);
  if (outbox_.empty()) endpoint_.push();
  frame::Endpoint::Outgoing out;
  while (endpoint_.next(out, true))
    send_frame(out.header, text_of(out.payload));
}

hilbench::v1::ErrorReply error_of(const Incoming& message) {
  hilbench::v1::ErrorReply error;
  if (message.head.kind == Kind::kError) {
    EXPECT_TRUE(error.ParseFromString(message.body));
  }
  return error;
}

}  // namespace hil::test
