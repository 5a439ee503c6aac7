// SPDX-License-Identifier: Apache-2.0
// TrackBuilder: stretches between records, laid on the device's time at each marker.
#include "host/emulate/power/track.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hil::emulate {
namespace {

constexpr std::uint8_t kPins = kPinRegion | kPinCount;
/// Neighbours whose currents differ by less are one piece; their charge stays as it is.
constexpr double kSame = 1e-4;
/// What reading the clock and setting its phase may take between two markers.
constexpr double kClockSlack = 4e-6;

}  // namespace

std::string TrackBuilder::take_complaint() {
  return std::exchange(complaint_, std::string());
}

void TrackBuilder::reset() {
  running_ = skipping_ = false;
  track_ = Track();
  stretches_.clear();
  window_.reset();
  last_ = last_marker_ = PluginRecord();
}

void TrackBuilder::give_up(const char* why) {
  complaint_ = why;
  reset();
  skipping_ = true;
}

std::optional<Track> TrackBuilder::take(const PluginRecord& record) {
  using Kind = PluginRecord::Kind;
  if (record.kind == Kind::kBegin || record.kind == Kind::kEnd) {
    if (running_) complaint_ = "an energy run was cut off by the end of the emulator";
    reset();
    return std::nullopt;
  }
  const bool in_run = (record.pins & kPinRun) != 0;
  if (skipping_ && !in_run) skipping_ = false;
  if (skipping_) return std::nullopt;
  if (!running_) {
    if (in_run && record.kind == Kind::kMarker) begin(record);
    return std::nullopt;
  }
  auto done = go_on(record);
  if (!in_run) skipping_ = false;
  return done;
}

std::optional<Track> TrackBuilder::go_on(const PluginRecord& record) {
  if (record.lost != last_.lost) {
    give_up("an energy run was lost: the machine was too busy to take all of its marks");
    return std::nullopt;
  }
  add_stretch(record);
  last_ = record;
  if (record.kind != PluginRecord::Kind::kMarker || !lay(record)) return std::nullopt;
  turn_pins(record);
  if ((record.pins & kPinRun) != 0) return std::nullopt;
  return finish(record);
}

void TrackBuilder::begin(const PluginRecord& marker) {
  reset();
  running_ = true;
  track_.begin_ticks = marker.ticks;
  last_ = last_marker_ = marker;
  last_marker_.pins = 0;
  turn_pins(marker);
}

void TrackBuilder::add_stretch(const PluginRecord& record) {
  Stretch stretch;
  stretch.executed = difference(record.counts, last_.counts);
  stretch.slept = last_.kind == PluginRecord::Kind::kSleep || record.sleeps > 0;
  stretch.host_s = record.host_ns > last_.host_ns
                       ? static_cast<double>(record.host_ns - last_.host_ns) * 1e-9
                       : 0;
  stretch.pins = last_marker_.pins & kPins;
  stretches_.push_back(stretch);
  if (stretches_.size() > kMostPieces) give_up("an energy run was too long to be kept");
}

double TrackBuilder::asleep_before(const PluginRecord& marker, double executing_s) {
  const double by_clock =
      static_cast<double>(marker.ticks - track_.begin_ticks) / model_.tick_hz() - track_.seconds();
  const bool slept = std::any_of(stretches_.begin(), stretches_.end(),
                                 [](const Stretch& stretch) { return stretch.slept; });
  if (slept) return std::max(0.0, by_clock - executing_s);
  const double since_marker =
      static_cast<double>(marker.ticks - last_marker_.ticks) / model_.tick_hz();
  const double error = std::abs(since_marker - executing_s) - kClockSlack;
  if (executing_s > 0 && error > 0)
    track_.clock_error = std::max(track_.clock_error, error / executing_s);
  return 0;
}

bool TrackBuilder::lay(const PluginRecord& marker) {
  if (!running_) return false;
  if (marker.ticks < last_marker_.ticks) {
    give_up("an energy run was given up: the board's clock went backwards");
    return false;
  }
  double executing_s = 0, sleeping_host_s = 0;
  std::size_t sleeps = 0;
  for (const Stretch& stretch : stretches_) {
    executing_s += model_.seconds(stretch.executed);
    if (!stretch.slept) continue;
    sleeping_host_s += stretch.host_s;
    ++sleeps;
  }
  const double asleep_s = asleep_before(marker, executing_s);
  if (track_.seconds() + executing_s + asleep_s > kMostSeconds ||
      track_.pieces.size() + 2 * stretches_.size() > kMostPieces) {
    give_up("an energy run was too long to be kept");
    return false;
  }
  for (const Stretch& stretch : stretches_) {
    const double share = !stretch.slept        ? 0
                         : sleeping_host_s > 0 ? stretch.host_s / sleeping_host_s
                                               : 1.0 / static_cast<double>(sleeps);
    const double slept_s = asleep_s * share;
    add_piece(slept_s, slept_s * model_.amps_asleep(), stretch.pins);
    add_piece(model_.seconds(stretch.executed), model_.coulombs(stretch.executed), stretch.pins);
  }
  if (window_) window_->asleep_s += asleep_s;
  stretches_.clear();
  return true;
}

void TrackBuilder::add_piece(double seconds, double coulombs, std::uint8_t pins) {
  const double begin_s = track_.seconds();
  if (begin_s + seconds <= begin_s) return;  // nothing, or less than a double can tell
  track_.coulombs += coulombs;
  const double amps = coulombs / seconds;
  if (!track_.pieces.empty()) {
    TrackPiece& before = track_.pieces.back();
    const std::size_t count = track_.pieces.size();
    const double before_s = count > 1 ? begin_s - track_.pieces[count - 2].end_s : begin_s;
    if (before.pins == pins && std::abs(before.amps - amps) <= kSame * before.amps) {
      before.amps = (before.amps * before_s + coulombs) / (before_s + seconds);
      before.end_s = begin_s + seconds;
      return;
    }
  }
  track_.pieces.push_back({begin_s + seconds, amps, pins});
}

void TrackBuilder::turn_pins(const PluginRecord& marker) {
  const std::uint8_t turned = marker.pins ^ last_marker_.pins;
  const bool high = (marker.pins & kPinRegion) != 0;
  if ((turned & kPinRegion) != 0 && high) {
    window_.emplace();
    window_->begin_s = track_.seconds();
    window_->begin_ticks = marker.ticks;
    window_begin_ = marker.counts;
  } else if ((turned & kPinRegion) != 0 && window_) {
    window_->end_s = track_.seconds();
    window_->end_ticks = marker.ticks;
    window_->executed = difference(marker.counts, window_begin_);
    window_->seconds = model_.seconds(window_->executed) + window_->asleep_s;
    window_->coulombs =
        model_.coulombs(window_->executed) + window_->asleep_s * model_.amps_asleep();
    track_.windows.push_back(*window_);
    window_.reset();
  }
  if (window_ && (turned & kPinCount) != 0) ++window_->toggles;
  last_marker_ = marker;
}

Track TrackBuilder::finish(const PluginRecord& marker) {
  track_.end_ticks = marker.ticks;
  Track done = std::move(track_);
  reset();
  return done;
}

}  // namespace hil::emulate
