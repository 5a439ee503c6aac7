// SPDX-License-Identifier: Apache-2.0
// A board made of two byte queues and a clock that only moves when told to.
#include "tests/target/agent/fake_port.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "target/port/port.hpp"
#include "target/port/stream_source.hpp"

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
  EXPECT_FALSE(fake_port().paused) << "read() while input is paused";
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
void pause_input() {
  fake_port().paused = true;
  fake_port().paused_at = fake_port().to_agent.size();
}
std::size_t resume_input() {
  fake_port().paused = false;
  return fake_port().to_agent.size() - fake_port().paused_at;
}
std::uint64_t byte_ticks() {
  return fake_port().byte_ticks;
}
std::span<const std::uint32_t> bauds() {
  return fake_port().bauds;
}
void set_rate(std::uint32_t baud) {
  fake_port().rates_set.push_back(baud);
}
std::span<const std::uint8_t> stack() {
  return fake_port().stack;
}
std::uint64_t ticks() {
  return fake_port().ticks += fake_port().ticks_per_read;
}
std::uint64_t tick_hz() {
  return 1'000'000;
}
void align_timer() {}
std::uint64_t sync_pins(std::uint32_t bits) {
  const std::uint64_t now = ticks();
  fake_port().pins = bits;
  fake_port().pin_changes.push_back({fake_port().ticks, bits});
  return now;
}
Idle rest(Idle mode, std::uint64_t until) {
  test::FakePort& fake = fake_port();
  fake.rests.push_back({mode, fake.ticks, until, fake.paused});
  if (!fake.paused && !fake.to_agent.empty()) return mode;
  EXPECT_LT(fake.ticks, until) << "a rest that is over";
  fake.ticks += std::min(until - fake.ticks, fake.most_rest);
  if (fake.while_resting) fake.while_resting();
  return std::min(mode, fake.deepest);
}
void idle(Idle mode) {
  ++fake_port().idle_calls;
  if (mode != Idle::kBusy) return;
  ++fake_port().busy_calls;
  fake_port().ticks += fake_port().ticks_per_busy;
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
void fault() {
  throw test::Restarted("fault");
}
std::span<const std::uint8_t> model_slot() {
  return fake_port().slot;
}
std::span<const std::uint8_t> image_id() {
  static constexpr std::uint8_t kId[] = {0xC0, 0xFF, 0xEE};
  return kId;
}
Transfer i2c(std::uint8_t address, std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
  if (!fake_port().i2c) return Transfer::kNoBus;
  const auto bytes = fake_port().i2c(address, {out.begin(), out.end()}, in.size());
  if (!bytes) return Transfer::kNoAnswer;
  EXPECT_EQ(bytes->size(), in.size());
  std::copy(bytes->begin(), bytes->end(), in.begin());
  return Transfer::kDone;
}
namespace {
std::uint32_t start_source(std::uint32_t rate_hz, SampleRing& ring) {
  if (fake_port().source_fails) return 0;
  fake_port().ring = &ring;
  fake_port().stream_hz = rate_hz;
  return fake_port().true_hz != 0 ? fake_port().true_hz : rate_hz;
}
void stop_source() {
  fake_port().ring = nullptr;
}
void serve_source() {
  ++fake_port().serves;
}
}  // namespace
std::span<const StreamSource> stream_sources() {
  static constexpr StreamSource kSources[] = {
      {"interrupts", 2, 10'000, start_source, stop_source, nullptr},
      {"served", 3, 1'000'000, start_source, stop_source, serve_source},
      {"large", 2000, 10, start_source, stop_source, nullptr},
  };
  return kSources;
}
Identity identity() {
  return {"fake", "none", fake_port().emulated};
}

}  // namespace hil::port
