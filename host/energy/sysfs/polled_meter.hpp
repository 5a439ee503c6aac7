// SPDX-License-Identifier: Apache-2.0
// A power meter made of numbers that are asked for one by one, on a grid of the host's clock.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"
#include "host/energy/sysfs/poll_grid.hpp"

namespace hil::energy {

/// What a rail said when it was asked.
struct PolledValue {
  double value = 0;               ///< A or W
  std::optional<double> volts{};  ///< if the rail measures them
  bool saturated = false;
  bool invalid = false;  ///< what came is no number, or none that can be
};

struct PolledRail {
  std::string name;
  Quantity quantity = Quantity::kCurrent;
  bool has_volts = false;
  /// Asks now.
  ///   kLink  it is gone for good
  ///   other  it did not answer this time
  std::function<Result<PolledValue>()> ask;
  bool part_of_another = false;  ///< as in Rail
};

struct PolledSetup {
  MeterInfo info;
  Accuracy accuracy;
  Supply supply;
  double rate_hz = 0;  ///< of the grid
  /// No new reading comes before this has passed, and it is the mean over as long; 0: not told, and
  /// taken for the time between two slots.
  double update_s = 0;
};

/// One reading a slot. A slot for which nobody asked in time is flag::kGap (with an event "loss"),
/// as is one in which a rail did not answer; a reading that is no number is flag::kInvalid besides.
/// Where the grid is finer than `update_s`, a slot with the numbers of the one before and within
/// that time of the last new ones is flag::kHeld. Sample k is asked for when its slot begins and
/// tells of the time before that: Recording::arrivals(), by which windows are cut on such meters,
/// have it so.
///
/// read() fails with kLink if a rail is gone, or none has answered ten times in a row.
class PolledMeter : public PowerMeter {
 public:
  PolledMeter(PolledSetup setup, std::vector<PolledRail> rails);

  [[nodiscard]] const MeterInfo& info() const override { return setup_.info; }
  [[nodiscard]] MeterAbilities abilities() const override;
  Status set_target_power(bool on, Deadline deadline) override;
  Status start(Trace& trace, Deadline deadline) override;
  Status read(Trace& trace, Deadline deadline) override;
  Status stop(Trace& trace, Deadline deadline) override;

 private:
  struct Reading {
    std::vector<PolledValue> values;
    std::optional<Error> failure;  ///< of the first rail that did not answer
  };
  Result<Reading> ask_all() const;
  Status fill_gap(Trace& trace, std::uint64_t slot);
  Status take(Trace& trace, const Reading& reading);
  [[nodiscard]] std::uint8_t flags_of(const Reading& reading, PollGrid::time_point now);
  [[nodiscard]] bool same_as_last(const Reading& reading) const;

  PolledSetup setup_;
  std::vector<PolledRail> rails_;
  PollGrid grid_;
  std::vector<PolledValue> last_;
  PollGrid::time_point last_new_{};
  std::size_t failures_ = 0;  ///< slots without an answer, in a row
};

}  // namespace hil::energy
