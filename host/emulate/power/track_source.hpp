// SPDX-License-Identifier: Apache-2.0
// Plays energy runs to an emulated meter at the meter's pace, and holds the idle level otherwise.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

#include "host/emulate/meter/current_source.hpp"
#include "host/emulate/power/track.hpp"

namespace hil::emulate {

/// What happens to the board when the meter switches its supply.
struct SupplyRules {
  /// It keeps running: its line or its debug probe feeds it.
  bool back_powered = false;
  /// Called by the meter's thread when the board loses its power or gets it back.
  std::function<void(bool on)> switched;
};

/// Whole runs, one after the other, as they were recorded: an emulator is faster or slower than the
/// board, the meter is not. What comes while nobody samples is not kept, as on a desk. Until the
/// meter has switched its supply on for the first time something else feeds the board, and the
/// meter sees no current; from then on it lives and dies with the meter's supply.
///
/// Thread-safe: play() by whoever has runs, the rest by the meter's thread.
class TrackSource final : public CurrentSource {
 public:
  static constexpr std::size_t kMostPieces = 4'000'000;  ///< that wait, of all runs

  /// @p idle_amps: what the board draws when nothing is played; @p volts: of its own supply.
  TrackSource(double idle_amps, double volts, SupplyRules rules);

  /// Appends @p track to what is played.
  /// @returns false if nobody samples, or if too much waits: then it is not kept
  bool play(Track track);
  /// Whether a run is being played or waits.
  [[nodiscard]] bool is_playing() const;
  /// Volts that the meter supplies, or supplied last; at first the board's own.
  [[nodiscard]] double volts() const;

  Interval advance(double seconds) override;
  void set_sampling(bool on) override;
  void set_supply(bool on, double volts) override;

 private:
  enum class Supply { kForeign, kOn, kOff };

  void turn_pins(std::uint8_t pins, Interval& into);
  /// Takes up to @p seconds of the first waiting run; returns how much it took.
  double take(double seconds, double& coulombs, Interval& into);
  void forget_runs();

  const double idle_amps_;
  const SupplyRules rules_;
  mutable std::mutex mutex_;
  double volts_;
  Supply supply_ = Supply::kForeign;
  bool sampling_ = false;
  std::uint8_t pins_ = 0;
  std::deque<Track> runs_;  ///< the first one is being played
  std::size_t pieces_ = 0;  ///< in all of them
  std::size_t piece_ = 0;   ///< of the first one, that is being played
  double played_s_ = 0;     ///< of the first one
};

}  // namespace hil::emulate
