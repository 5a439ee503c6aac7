// SPDX-License-Identifier: Apache-2.0
// Fuzzes what a PPK2 says: its metadata (inputs that begin with 'm') and its samples (all others).
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "host/energy/ppk2/calibration.hpp"
#include "host/energy/ppk2/conversion.hpp"
#include "host/energy/ppk2/sample_reader.hpp"
#include "host/energy/trace.hpp"

namespace {

using namespace hil::energy::ppk2;  // NOLINT: one file, one purpose
namespace flag = hil::energy::flag;

void check(bool holds) {
  if (!holds) std::abort();
}

hil::Result<Calibration> parse(std::span<const std::uint8_t> input, std::size_t piece) {
  MetadataReader reader;
  for (std::size_t at = 0; at < input.size() && !reader.done();) {
    const auto part = input.subspan(at, std::min(piece, input.size() - at));
    HIL_ASSIGN(const std::size_t taken, reader.take(part));
    check(taken <= part.size() && (taken == part.size() || reader.done()));
    at += taken;
  }
  return reader.calibration();
}

/// The same in any pieces; what is accepted gives finite currents for every code.
void fuzz_metadata(std::span<const std::uint8_t> input) {
  const auto whole = parse(input, input.size() + 1);
  const auto bytewise = parse(input, 1);
  check(whole.ok() == bytewise.ok());
  if (!whole) return;
  check(whole->digest == bytewise->digest && whole->findings == bytewise->findings);
  const Conversion conversion(*whole, 3.3);
  for (unsigned range = 0; range < 5; ++range) {
    for (const double code : {0.0, 8191.0, 16383.0})
      check(std::isfinite(conversion.amps(range, code)));
  }
}

struct Read {
  std::vector<ReadSample> samples;
  std::vector<ReaderEvent> events;
};

Read read(std::span<const std::uint8_t> input, std::size_t piece) {
  SampleReader reader;
  Read result;
  for (std::size_t at = 0; at < input.size(); at += piece)
    reader.take(input.subspan(at, std::min(piece, input.size() - at)), result.samples);
  reader.finish(result.samples);
  result.events = reader.take_events();
  check(reader.count() == result.samples.size());
  return result;
}

/// The same in any pieces; gaps are what the events say; no more than 64 samples for five words.
void fuzz_samples(std::span<const std::uint8_t> input) {
  const Read whole = read(input, input.size() + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const Read torn = read(input, piece);
    check(torn.samples.size() == whole.samples.size() && torn.events.size() == whole.events.size());
    for (std::size_t i = 0; i < torn.samples.size(); ++i) {
      check(torn.samples[i].flags == whole.samples[i].flags &&
            torn.samples[i].sample.code == whole.samples[i].sample.code);
    }
  }
  std::uint64_t lost = 0, gaps = 0;
  for (const ReaderEvent& event : whole.events) {
    check(event.index <= whole.samples.size());
    if (event.kind == ReaderEvent::Kind::kLoss) lost += event.amount;
  }
  for (const ReadSample& sample : whole.samples)
    gaps += (sample.flags & flag::kGap) != 0 ? 1 : 0;
  check(lost == gaps);
  check(whole.samples.size() <= input.size() / 4 * 14 + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> input(data, size);
  if (size > 0 && data[0] == 'm') {
    fuzz_metadata(input.subspan(1));
  } else {
    fuzz_samples(input);
  }
  return 0;
}
