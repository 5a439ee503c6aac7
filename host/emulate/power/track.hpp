// SPDX-License-Identifier: Apache-2.0
// The current of one energy run over the device's own time, with what its windows truly took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/emulate/power/plugin_record.hpp"
#include "host/emulate/power/power_model.hpp"

namespace hil::emulate {

/// A stretch of constant current; it begins where the one before ends.
struct TrackPiece {
  double end_s = 0;  ///< since the run began
  double amps = 0;
  std::uint8_t pins = 0;  ///< kPinRegion, kPinCount
};

/// While kPinRegion is high. Counts are exact; so is the charge, by the board's figures.
struct TrueWindow {
  double begin_s = 0, end_s = 0;                 ///< since the run began
  double seconds = 0;                            ///< how long it is, to the last digit
  std::uint64_t begin_ticks = 0, end_ticks = 0;  ///< of the device's clock, at its edges
  InstructionCounts executed{};
  double asleep_s = 0;
  double coulombs = 0;
  std::uint32_t toggles = 0;  ///< edges of kPinCount
};

struct Track {
  std::vector<TrackPiece> pieces;  ///< by time, without holes
  std::vector<TrueWindow> windows;
  std::uint64_t begin_ticks = 0, end_ticks = 0;
  double coulombs = 0;
  /// Largest disagreement between the device's clock and its instructions where it did not sleep,
  /// relative; above 0.001 the board's file has a wrong tick_hz.
  double clock_error = 0;

  [[nodiscard]] double seconds() const { return pieces.empty() ? 0 : pieces.back().end_s; }
};

/// Makes tracks of what the plugin tells. A run lasts from a marker with kPinRun to the first one
/// without. Its markers lie where the device's clock says (there is one behind each sleep, else
/// several share what there was as this machine's time says); sleep is what instructions do not
/// fill. Between two sleeps time goes by instructions alone, so that computing takes exactly the
/// same time whenever it is done. Nothing that firmware says makes it fail: such a run is given up.
class TrackBuilder {
 public:
  static constexpr std::size_t kMostPieces = 2'000'000;  ///< of one run
  static constexpr double kMostSeconds = 3'600;          ///< likewise

  explicit TrackBuilder(PowerModel model) : model_(std::move(model)) {}

  /// Takes the next record. @returns the run that ends with it.
  std::optional<Track> take(const PluginRecord& record);
  /// QEMU has ended: a run that was going on is lost.
  void reset();
  /// Why a run was given up since the last call; empty: none was.
  std::string take_complaint();

 private:
  /// A stretch between two records.
  struct Stretch {
    InstructionCounts executed{};
    bool slept = false;     ///< asleep at its beginning, as far as it does not execute
    double host_s = 0;      ///< how long it took on this machine
    std::uint8_t pins = 0;  ///< during it
  };

  void begin(const PluginRecord& marker);
  std::optional<Track> go_on(const PluginRecord& record);
  void give_up(const char* why);
  void add_stretch(const PluginRecord& record);
  /// Lays the stretches since the last marker on the time axis, up to @p marker.
  bool lay(const PluginRecord& marker);
  /// Sleep since the last marker, by the device's clock.
  double asleep_before(const PluginRecord& marker, double executing_s);
  void add_piece(double seconds, double coulombs, std::uint8_t pins);
  void turn_pins(const PluginRecord& marker);
  Track finish(const PluginRecord& marker);

  PowerModel model_;
  std::string complaint_;
  bool running_ = false;
  bool skipping_ = false;  ///< until the run that goes on has ended
  Track track_;
  PluginRecord last_;               ///< the record before
  PluginRecord last_marker_;        ///< the marker before
  std::vector<Stretch> stretches_;  ///< since last_marker_
  std::optional<TrueWindow> window_;
  InstructionCounts window_begin_{};  ///< counts there
};

}  // namespace hil::emulate
