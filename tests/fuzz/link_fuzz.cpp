// SPDX-License-Identifier: Apache-2.0
// Fuzzes the link state machine: the input is a script of writes, reads, losses and forged frames
// between two ends; whatever arrives must be what was sent, and a clean line must always recover.
#include <cstdlib>
#include <deque>
#include <vector>

#include "tests/protocol/frame/end.hpp"

namespace {

using namespace hil::frame;  // NOLINT: one file, one purpose
using test::Bytes;
using test::End;
using test::HostEnd;

void check(bool holds) {
  if (!holds) std::abort();
}

/// One direction: a counter stream, so that each byte tells where it belongs.
template <class Sending, class Receiving>
struct Direction {
  Direction(Sending& sender, Receiving& receiver) : from(sender), to(receiver) {}

  Sending& from;
  Receiving& to;
  std::size_t written = 0, read = 0;

  struct OnLine {
    std::size_t number;  ///< counted at the sender
    Bytes wire;
  };
  std::size_t sent = 0;
  std::deque<OnLine> line;

  void write(std::size_t count) {
    count = std::min(count, from.endpoint.writable());
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t byte[1] = {static_cast<std::uint8_t>(written++ * 31 >> 2)};
      from.endpoint.write(byte);
    }
  }
  void send() {
    if (auto wire = from.next()) line.push_back({sent++, *wire});
  }
  void deliver() {
    if (line.empty()) return;
    // A line holds no frame back for half the sequence space; such a late one counts as lost.
    if (sent - line.front().number < 100) to.take(line.front().wire);
    line.pop_front();
  }
  void take(std::size_t most) {
    for (const std::uint8_t byte : to.read(most)) {
      check(read < written);
      check(byte == static_cast<std::uint8_t>(read++ * 31 >> 2));
    }
  }
};

/// What one byte of the script does to one direction.
template <class Way>
void act(Way& way, unsigned verb, std::size_t amount) {
  switch (verb) {
    case 0:
      way.write(amount);
      break;
    case 1:
      way.from.endpoint.push();
      break;
    case 2:
      way.send();
      break;
    case 3:
      way.deliver();
      break;
    case 4:
      way.take(amount);
      break;
    case 5:
      if (!way.line.empty()) way.line.pop_front();
      break;
    case 6:
      if (!way.line.empty()) way.line.push_front(way.line.front());
      break;
    case 7:
      if (way.line.size() > 1) std::swap(way.line[0], way.line[1]);
      break;
    default:
      break;
  }
}

/// With a clean line everything written must come out, after polls if need be.
template <class Down, class Up>
void recover(Down& down, Up& up) {
  const auto move = [](auto& way) {
    way.from.endpoint.push();
    way.send();
    while (!way.line.empty())
      way.deliver();
    way.take(SIZE_MAX);
  };
  for (int round = 0; round < 2000; ++round) {
    if (round % 8 == 7) down.from.endpoint.poll();
    move(down);
    move(up);
    if (down.from.endpoint.settled() && up.from.endpoint.settled()) break;
  }
  check(down.read == down.written);
  check(up.read == up.written);
}

/// Frames that nobody sent must not break memory, whatever they say; order is no longer promised.
template <class E>
void forge(E& end, const std::uint8_t* data, std::size_t size) {
  for (std::size_t at = 0; at + 8 <= size; at += 8) {
    Bytes body(data + at, data + at + 8);
    body[1] = static_cast<std::uint8_t>(end.endpoint.session());
    (void)end.endpoint.receive(body);
    (void)end.next(data[at] % 2 == 0);
    (void)end.read(data[at]);
    end.endpoint.write(Bytes(std::min<std::size_t>(end.endpoint.writable(), data[at + 1])));
    end.endpoint.push();
  }
}

/// Runs the script @p data between two ends.
template <class HostType>
void run(HostType& host, End& agent, const std::uint8_t* data, std::size_t size) {
  test::open_both(host, agent);
  Direction down(host, agent);
  Direction up(agent, host);
  for (std::size_t i = 2; i < size && i < 4000; ++i) {
    const bool upwards = (data[i] & 0x80u) != 0;
    const std::size_t amount = (data[i] >> 3 & 15u) * 8u + 1u;
    upwards ? act(up, data[i] & 7u, amount) : act(down, data[i] & 7u, amount);
    if (data[i] == 0x7F) host.endpoint.poll();
  }
  recover(down, up);
  if (data[1] % 2 != 0) return;
  forge(host, data, size);
  forge(agent, data, size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto window = static_cast<std::uint8_t>(data[0] % kMostWindow + 1);
  // Go-back-N on both sides, or a host that sends again what is lost alone, towards either agent.
  End agent{Limits{32, 64, window}, (data[1] & 2u) != 0};
  if ((data[1] & 4u) != 0) {
    HostEnd host{Limits{40, 64, 40}};
    run(host, agent, data, size);
  } else {
    End host{Limits{40, 64, 8}};
    run(host, agent, data, size);
  }
  return 0;
}
