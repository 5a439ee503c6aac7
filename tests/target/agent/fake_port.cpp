// SPDX-License-Identifier: Apache-2.0
// A board made of two byte queues and a clock that only moves when told to.
#include "tests/target/agent/fake_port.hpp"

#include <algorithm>

#include "target/port/port.hpp"

namespace hil::test {
namespace {
alignas(16) std::uint8_t g_no_init[256];
}  // namespace

FakePort& fake_port() {
  static FakePort port;
  return port;
}
void scramble_no_init(std::uint8_t byte) {
  std::fill(std::begin(g_no_init), std::end(g_no_init), byte);
}

}  // namespace hil::test

namespace hil::port {

using test::fake_port;

std::size_t read(std::span<std::uint8_t> buffer) {
  auto& queue = fake_port().to_agent;
  const std::size_t count = std::min(buffer.size(), queue.size());
  std::copy_n(queue.begin(), count, buffer.begin());
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}
std::size_t write(std::span<const std::uint8_t> bytes) {
  const std::size_t count = std::min(bytes.size(), fake_port().room);
  fake_port().from_agent.insert(fake_port().from_agent.end(), bytes.begin(),
                                bytes.begin() + static_cast<std::ptrdiff_t>(count));
  fake_port().room -= count;
  return count;
}
std::uint64_t ticks() {
  return fake_port().ticks;
}
std::uint64_t tick_hz() {
  return 1'000'000;
}
void sync_pins(std::uint32_t) {}
void idle(Idle) {
  ++fake_port().idle_calls;
}
void reset() {
  throw test::Restarted("reset");
}
frame::ResetCause reset_cause() {
  return fake_port().cause;
}
std::size_t unique_id(std::span<std::uint8_t> out) {
  std::fill_n(out.begin(), 4, std::uint8_t{0xAB});
  return 4;
}
std::span<std::uint8_t> no_init() {
  return test::g_no_init;
}
void fatal() {
  throw test::Restarted("fatal");
}
bool i2c(std::uint8_t, std::span<const std::uint8_t>, std::span<std::uint8_t>) {
  return false;
}
Identity identity() {
  return {"fake", "none", true};
}

}  // namespace hil::port
