// SPDX-License-Identifier: Apache-2.0
// Fuzzes blocks of Joulescope's driver, and the grid that they are put on.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "host/energy/joulescope/decimator.hpp"
#include "host/energy/joulescope/stream_block.hpp"
#include "host/energy/trace.hpp"

namespace {

using namespace hil::energy;  // NOLINT: one file, one purpose

void check(bool holds) {
  if (!holds) std::abort();
}

/// All that has a size is as long as the trace, values are numbers, a gap has none, events ascend.
void check_trace(const Trace& trace, unsigned inputs) {
  const Rail& rail = trace.rails.front();
  check(rail.values.size() == trace.size() && rail.volts.size() == trace.size());
  check(trace.logic.size() == (inputs > 0 ? trace.size() : 0));
  for (std::size_t k = 0; k < trace.size(); ++k) {
    check(std::isfinite(rail.values[k]) && std::isfinite(rail.volts[k]));
    check((trace.flags[k] & flag::kGap) == 0 || (rail.values[k] == 0 && rail.volts[k] == 0));
    check(inputs == 0 || trace.logic[k] < 1u << inputs);
  }
  for (std::size_t i = 1; i < trace.events.size(); ++i)
    check(trace.events[i - 1].index <= trace.events[i].index);
}

}  // namespace

/// First byte: bits 0 and 1 how many inputs, bit 2 a quarter of the rate. Then blocks, each behind
/// a byte with its stream and one with its size in units of four bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned inputs = std::min<unsigned>(data[0] & 3u, 2);
  Decimator decimator((data[0] & 4u) != 0 ? 250e3 : 1e6, inputs);
  Trace trace;
  trace.rails.resize(1);
  std::span<const std::uint8_t> rest(data + 1, size - 1);
  while (rest.size() >= 2) {
    const auto stream = static_cast<Decimator::Stream>(rest[0] & 3u);
    const std::size_t bytes = std::min<std::size_t>(rest[1] * 4u, rest.size() - 2);
    const auto block = parse_stream_block(rest.subspan(2, bytes));
    rest = rest.subspan(2 + bytes);
    if (!block) continue;
    check(block->step > 0 && block->ids_per_second > 0);
    check(block->floats.empty() || block->bits.empty());
    // A hole of seconds is filled, which takes the memory of seconds: once is enough.
    if (!decimator.add(stream, *block, trace).ok() || trace.size() > 1'000'000) break;
  }
  check_trace(trace, inputs);
  return 0;
}
