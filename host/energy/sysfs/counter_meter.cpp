// SPDX-License-Identifier: Apache-2.0
// make_counter_meter(): a PolledMeter of differences.
#include "host/energy/sysfs/counter_meter.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "host/energy/sysfs/polled_meter.hpp"

namespace hil::energy {
namespace {

constexpr double kDefaultRate = 10;
/// Counters are refreshed about every millisecond: shorter differences are noise.
constexpr double kMostRate = 100;
constexpr double kLeastRate = 0.01;
/// Between two readings of one recording.
constexpr double kMostSlots = 3;

/// A counter and what it said last.
struct Differences {
  std::unique_ptr<EnergyCounter> counter;
  double most_between_s = 0;  ///< longer is no sample's power: the first of a recording
  std::optional<CounterReading> last{};
};

Result<PolledValue> power_since_last(Differences& differences) {
  const auto soon = Deadline::after(std::chrono::seconds(1));
  HIL_ASSIGN(const CounterReading now, differences.counter->read(soon));
  PolledValue power;
  power.invalid = true;
  if (differences.last) {
    const std::chrono::duration<double> between = now.at - differences.last->at;
    power.invalid = !(between.count() > 0 && between.count() <= differences.most_between_s);
    if (!power.invalid) power.value = (now.joules - differences.last->joules) / between.count();
  }
  differences.last = now;
  return power;
}

Accuracy of_power(Accuracy accuracy, double rate_hz) {
  for (AccuracyStep& step : accuracy.steps)
    step.code_step_a *= rate_hz;  // joules over the time of one sample
  return accuracy;
}

Status check(const MeterInfo& info, const MeterSetup& setup) {
  if (setup.source) {
    return Error{Blame::kUser, fmt::format("{} cannot supply the board", info.kind),
                 "supply the board itself and add --ampere"};
  }
  if (setup.rate_hz == 0 || (setup.rate_hz >= kLeastRate && setup.rate_hz <= kMostRate)) return {};
  return Error{Blame::kUser,
               fmt::format("{} cannot be read {:g} times a second", info.kind, setup.rate_hz),
               fmt::format("{:g} to {:g} is possible", kLeastRate, kMostRate)};
}

}  // namespace

Result<std::unique_ptr<PowerMeter>> make_counter_meter(std::unique_ptr<EnergyCounter> counter,
                                                       const MeterSetup& setup) {
  HIL_TRY(check(counter->info(), setup));
  PolledSetup made;
  made.info = counter->info();
  made.rate_hz = setup.rate_hz > 0 ? setup.rate_hz : kDefaultRate;
  made.accuracy = of_power(counter->accuracy(), made.rate_hz);
  const auto shared =
      std::make_shared<Differences>(Differences{std::move(counter), kMostSlots / made.rate_hz});
  HIL_ASSIGN(const CounterReading first,
             shared->counter->read(Deadline::after(std::chrono::seconds(1))));
  static_cast<void>(first);
  PolledRail rail{made.info.model, Quantity::kPower, false,
                  [shared] { return power_since_last(*shared); }};
  return std::unique_ptr<PowerMeter>(
      std::make_unique<PolledMeter>(std::move(made), std::vector<PolledRail>{std::move(rail)}));
}

}  // namespace hil::energy
