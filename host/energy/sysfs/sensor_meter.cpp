// SPDX-License-Identifier: Apache-2.0
// Rails of sysfs as rails of a PolledMeter.
#include "host/energy/sysfs/sensor_meter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "host/energy/sysfs/attribute.hpp"
#include "host/energy/sysfs/polled_meter.hpp"

namespace hil::energy {
namespace {

/// Beyond these no sensor is right: 10 kA, 10 kV, 1 MW.
constexpr double kMostAmps = 1e4;
constexpr double kMostVolts = 1e4;
constexpr double kMostWatts = 1e6;
constexpr double kLeastPolls = 0.01;
/// Of the host's clock, relative: NTP keeps it to parts of that, a free quartz does not.
constexpr double kHostClock = 50e-6;

/// A rail with its files open.
struct OpenRail {
  SensorRail rail;
  Attribute value;
  std::optional<Attribute> volts;
};

Result<OpenRail> opened(const SensorRail& rail) {
  HIL_ASSIGN(Attribute value, Attribute::open(rail.value.file));
  OpenRail open{rail, std::move(value), {}};
  if (rail.volts) {
    HIL_ASSIGN(open.volts, Attribute::open(rail.volts->file));
  }
  return open;
}

std::optional<double> scaled(const std::optional<double>& number, const SensorChannel& channel) {
  if (!number) return std::nullopt;
  return (*number + channel.offset) * channel.scale;
}

Result<PolledValue> ask(const OpenRail& open) {
  PolledValue said;
  HIL_ASSIGN(const auto number, open.value.read());
  const auto value = scaled(number, open.rail.value);
  const double most = open.rail.quantity == Quantity::kPower ? kMostWatts : kMostAmps;
  said.invalid = !value || !(std::fabs(*value) <= most);
  said.value = said.invalid ? 0 : *value;
  said.saturated = open.rail.full_scale > 0 && std::fabs(said.value) >= open.rail.full_scale;
  if (!open.volts) return said;
  HIL_ASSIGN(const auto millivolts, open.volts->read());
  const auto volts = scaled(millivolts, *open.rail.volts);
  const bool possible = volts && *volts >= 0 && *volts <= kMostVolts;
  said.invalid = said.invalid || !possible;
  said.volts = possible ? *volts : 0;
  return said;
}

Accuracy accuracy_of(const std::vector<SensorRail>& rails) {
  AccuracyStep worst;
  std::set<std::string> sources;
  for (const SensorRail& rail : rails) {
    worst.gain = std::max(worst.gain, rail.accuracy.gain);
    worst.offset_a = std::max(worst.offset_a, rail.accuracy.offset_a);
    worst.code_step_a = std::max(worst.code_step_a, rail.accuracy.code_step_a);
    sources.insert(rail.accuracy_source);
  }
  return {{worst}, kHostClock, fmt::format("{}", fmt::join(sources, "; "))};
}

/// Of rails whose present voltages are @p volts.
Supply supply_of(const std::vector<SensorRail>& rails, const std::vector<double>& volts,
                 const MeterSetup& setup) {
  Supply supply;
  const bool measured = std::any_of(rails.begin(), rails.end(),
                                    [](const SensorRail& rail) { return rail.volts.has_value(); });
  if (!measured) {
    supply.source = setup.volts > 0 ? VoltageSource::kStated : VoltageSource::kUnknown;
    supply.volts = setup.volts;
    return supply;
  }
  supply.source = VoltageSource::kMeasured;
  for (std::size_t k = 0; k < rails.size(); ++k) {
    const double sigma = std::hypot(rails[k].volts_gain * volts[k], rails[k].volts_offset);
    supply.uncertainty_v = std::max(supply.uncertainty_v, sigma);
  }
  return supply;
}

Status check(const std::string& kind, const MeterSetup& setup) {
  if (setup.source) {
    return Error{Blame::kUser, fmt::format("{} cannot supply the board", kind),
                 "supply the board itself and add --ampere"};
  }
  if (setup.rate_hz == 0 || (setup.rate_hz >= kLeastPolls && setup.rate_hz <= kMostPolls))
    return {};
  return Error{Blame::kUser,
               fmt::format("{} cannot be read {:g} times a second", kind, setup.rate_hz),
               fmt::format("{:g} to {:g} is possible", kLeastPolls, kMostPolls)};
}

template <class Get>
std::string joined(const std::vector<SensorRail>& rails, Get get) {
  std::vector<std::string> texts;
  for (const SensorRail& rail : rails) {
    const std::string text = get(rail);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

MeterInfo info_of(const std::string& kind, const std::vector<SensorRail>& rails) {
  MeterInfo info;
  info.kind = kind;
  info.model = joined(rails, [](const SensorRail& rail) { return rail.chip; });
  info.port = joined(rails, [](const SensorRail& rail) { return rail.folder.string(); });
  return info;
}

}  // namespace

double update_rate_of(const std::vector<SensorRail>& rails) {
  double slowest = 0;
  for (const SensorRail& rail : rails)
    slowest = std::max(slowest, rail.update_s);
  return slowest > 0 ? std::clamp(1 / slowest, kLeastPolls, kMostPolls) : kDefaultPolls;
}

Result<std::unique_ptr<PowerMeter>> make_sensor_meter(const std::string& kind,
                                                      const std::vector<SensorRail>& rails,
                                                      const MeterSetup& setup) {
  HIL_TRY(check(kind, setup));
  std::vector<PolledRail> polled;
  std::vector<double> volts;
  PolledSetup made;
  for (const SensorRail& rail : rails) {
    HIL_ASSIGN(OpenRail open, opened(rail));
    const auto shared = std::make_shared<OpenRail>(std::move(open));
    HIL_ASSIGN(const PolledValue now, ask(*shared));
    volts.push_back(now.volts.value_or(0));
    made.update_s = std::max(made.update_s, rail.update_s);
    polled.push_back({rail.name, rail.quantity, rail.volts.has_value(),
                      [shared] { return ask(*shared); }, is_part_of_another(rail, rails)});
  }
  made.info = info_of(kind, rails);
  made.accuracy = accuracy_of(rails);
  made.supply = supply_of(rails, volts, setup);
  made.rate_hz = setup.rate_hz > 0 ? setup.rate_hz : update_rate_of(rails);
  return std::unique_ptr<PowerMeter>(
      std::make_unique<PolledMeter>(std::move(made), std::move(polled)));
}

}  // namespace hil::energy
