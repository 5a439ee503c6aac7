// SPDX-License-Identifier: Apache-2.0
// Fuzzes what QEMU's power plugin tells of firmware: no crash, and tracks that make sense.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/emulate/power/track_source.hpp"

namespace {

using namespace hil::emulate;

hil::boards::PowerFigures figures() {
  hil::boards::PowerFigures figures;
  figures.supply_mv = 3300;
  figures.tick_hz = 125'000'000;
  figures.run_uw = 9'000;
  figures.wait_uw = 4'000;
  figures.instruction_pj = 240;
  return figures;
}

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void check(const Track& track) {
  double before = 0;
  for (const TrackPiece& piece : track.pieces) {
    require(piece.end_s > before && std::isfinite(piece.amps) && piece.amps >= 0);
    before = piece.end_s;
  }
  require(track.seconds() <= TrackBuilder::kMostSeconds * 1.001);
  for (const TrueWindow& window : track.windows)
    require(window.begin_s <= window.end_s && window.seconds >= 0 && window.coulombs >= 0);
}

/// In steps that are few, however long it is.
void play(Track track) {
  const double step = track.seconds() / 50 + 1e-9;
  TrackSource source(0.001, 3.3, {});
  source.set_supply(true, 3.3);
  source.set_sampling(true);
  require(source.play(std::move(track)));
  std::uint32_t rises = 0, falls = 0;
  for (int i = 0; i < 60; ++i) {
    const auto seen = source.advance(step);
    require(std::isfinite(seen.amps) && seen.amps >= 0);
    rises += seen.rises;
    falls += seen.falls;
  }
  require(!source.is_playing() && rises == falls);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  PluginRecordReader reader;
  TrackBuilder builder(PowerModel(figures(), 3));
  std::vector<PluginRecord> records;
  const std::size_t cut = size / 3;  // torn somewhere
  if (reader.take({data, cut}, records)) reader.take({data + cut, size - cut}, records);
  for (const PluginRecord& record : records) {
    if (auto track = builder.take(record)) {
      check(*track);
      play(std::move(*track));
    }
  }
  return 0;
}
