// SPDX-License-Identifier: Apache-2.0
// TrackSource: integrals over pieces.
#include "host/emulate/power/track_source.hpp"

#include <utility>

namespace hil::emulate {

TrackSource::TrackSource(double idle_amps, double volts, SupplyRules rules)
    : idle_amps_(idle_amps), rules_(std::move(rules)), volts_(volts) {}

bool TrackSource::play(Track track) {
  const std::lock_guard lock(mutex_);
  if (track.pieces.empty()) return true;
  if (!sampling_ || supply_ == Supply::kOff) return false;
  if (pieces_ + track.pieces.size() > kMostPieces) return false;
  pieces_ += track.pieces.size();
  runs_.push_back(std::move(track));
  return true;
}

bool TrackSource::is_playing() const {
  const std::lock_guard lock(mutex_);
  return !runs_.empty();
}

double TrackSource::volts() const {
  const std::lock_guard lock(mutex_);
  return volts_;
}

void TrackSource::turn_pins(std::uint8_t pins, Interval& into) {
  const bool was = (pins_ & kPinRegion) != 0;
  const bool is = (pins & kPinRegion) != 0;
  if (is && !was) ++into.rises;
  if (was && !is) ++into.falls;
  pins_ = pins;
}

double TrackSource::take(double seconds, double& coulombs, Interval& into) {
  const Track& run = runs_.front();
  const TrackPiece& piece = run.pieces[piece_];
  turn_pins(piece.pins, into);
  const double left = piece.end_s - played_s_;
  if (left > seconds) {
    coulombs += piece.amps * seconds;
    played_s_ += seconds;
    return seconds;
  }
  coulombs += piece.amps * left;
  played_s_ = piece.end_s;
  if (++piece_ == run.pieces.size()) {
    pieces_ -= run.pieces.size();
    runs_.pop_front();
    piece_ = 0;
    played_s_ = 0;
    turn_pins(0, into);
  }
  return left;
}

CurrentSource::Interval TrackSource::advance(double seconds) {
  const std::lock_guard lock(mutex_);
  Interval into;
  into.pins = pins_;
  double left = seconds, coulombs = 0;
  while (left > 0 && !runs_.empty())
    left -= take(left, coulombs, into);
  if (left > 0) coulombs += idle_amps_ * left;
  // Something else feeds the board, or nothing does.
  into.amps = supply_ == Supply::kOn ? coulombs / seconds : 0;
  return into;
}

void TrackSource::forget_runs() {
  runs_.clear();
  pieces_ = piece_ = 0;
  played_s_ = 0;
  pins_ = 0;
}

void TrackSource::set_sampling(bool on) {
  const std::lock_guard lock(mutex_);
  sampling_ = on;
  forget_runs();
}

void TrackSource::set_supply(bool on, double volts) {
  bool switched = false;
  {
    const std::lock_guard lock(mutex_);
    if (!on && supply_ == Supply::kForeign) return;
    volts_ = volts;
    const bool was_off = supply_ == Supply::kOff;
    supply_ = on ? Supply::kOn : Supply::kOff;
    switched = was_off != !on;
    if (switched && !rules_.back_powered) forget_runs();
  }
  if (switched && !rules_.back_powered && rules_.switched) rules_.switched(on);
}

}  // namespace hil::emulate
