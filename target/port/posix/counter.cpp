// SPDX-License-Identifier: Apache-2.0
// The counter sensor of the Linux agent: sample number n has the value n, so that every sample that
// is lost, doubled or out of place is seen by its value.
//
// Counter and time stamp are read off the same clock, as a timer that triggers a converter does it:
// sample n is taken n periods after the start, whenever the process gets to fetch it.
#include "target/port/posix/counter.hpp"

#include <array>

#include "target/port/port.hpp"
#include "target/port/posix/emulation.hpp"
#include "target/port/stream_source.hpp"

namespace hil::port {
namespace {

constexpr std::uint32_t kMostHz = 500'000;

struct Counter {
  SampleRing* ring = nullptr;  ///< null: it does not run
  std::uint64_t start = 0;     ///< ticks
  std::uint32_t rate_hz = 1;
  std::uint16_t sample_bytes = 0;
};
constinit Counter g_counter;

/// Ticks from the start to sample @p index. No product overflows: the rate is below 2^19, and
/// tick_hz() 10^9.
std::uint64_t ticks_of(std::uint64_t index) {
  const std::uint64_t rate = g_counter.rate_hz;
  return index / rate * tick_hz() + index % rate * tick_hz() / rate;
}

/// Samples whose time has come @p ticks after the start.
std::uint64_t due_at(std::uint64_t ticks) {
  const std::uint64_t rate = g_counter.rate_hz;
  return ticks / tick_hz() * rate + ticks % tick_hz() * rate / tick_hz() + 1;
}

void push(std::uint64_t index) {
  std::array<std::uint8_t, 4> value;
  for (unsigned i = 0; i < value.size(); ++i)
    value[i] = static_cast<std::uint8_t>(index >> (8 * i));
  g_counter.ring->push(std::span(value).first(g_counter.sample_bytes),
                       g_counter.start + ticks_of(index));
}

void serve() {
  SampleRing& ring = *g_counter.ring;
  const std::uint64_t due = due_at(ticks() - g_counter.start);
  while (ring.produced() < due && !ring.done()) {
    if (ring.full()) return ring.skip(due - ring.produced());
    push(ring.produced());
  }
}

template <std::uint16_t kBytes>
std::uint32_t start(std::uint32_t rate_hz, SampleRing& ring) {
  g_counter = {&ring, ticks(), rate_hz, kBytes};
  return rate_hz;
}

void stop() {
  g_counter.ring = nullptr;
}

constexpr StreamSource kSources[] = {
    {"counter16", 2, kMostHz, start<2>, stop, serve},
    {"counter32", 4, kMostHz, start<4>, stop, serve},
};

}  // namespace

/// An emulated agent has none: its clock counts instructions and stands still while it waits.
std::span<const StreamSource> stream_sources() {
  if (posix::emulated()) return {};
  return kSources;
}

std::int64_t posix::counter_wait_ns() {
  if (g_counter.ring == nullptr || g_counter.ring->done()) return -1;
  const SampleRing& ring = *g_counter.ring;
  // tick_hz() is 10^9: ticks are nanoseconds.
  const std::uint64_t last = g_counter.start + ticks_of(ring.produced() + ring.lacking() - 1u);
  const std::uint64_t now = ticks();
  return last > now ? static_cast<std::int64_t>(last - now) : 0;
}

}  // namespace hil::port
