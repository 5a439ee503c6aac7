// SPDX-License-Identifier: Apache-2.0
// PowercapSum: differences of each zone's counter, added up.
#include "host/energy/sysfs/powercap_sum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace hil::energy {
namespace {

/// RAPL writes its counters about every millisecond (Intel SDM volume 3B, "RAPL interfaces").
constexpr double kRefresh = 1e-3;
/// Its unit where the processor says nothing else: 2^-14 J (ibid.).
constexpr double kUnit = 1.0 / 16384;
/// Nobody promises how good the model is. Taken as limit of error, relative.
constexpr double kModel = 0.1;
/// Largest number that a double holds exactly: beyond, differences of 1 uJ are lost.
constexpr double kMostMicrojoules = 9007199254740992.0;

}  // namespace

PowercapSum::PowercapSum(std::vector<Zone> zones) : zones_(std::move(zones)) {
  info_.kind = "powercap";
  for (const Zone& zone : zones_) {
    info_.model += (info_.model.empty() ? "RAPL " : ", ") + zone.zone.name;
    info_.port += (info_.port.empty() ? "" : ", ") + zone.zone.folder.string();
  }
  const double zones_count = static_cast<double>(zones_.size());
  accuracy_.steps = {{0, kModel / std::sqrt(3.0), 0, kUnit * std::sqrt(zones_count)}};
  accuracy_.source = "taken: 10 %, RAPL is a model of the processor and its maker gives no figure";
}

Result<std::unique_ptr<EnergyCounter>> PowercapSum::open(const std::vector<PowercapZone>& zones) {
  std::vector<Zone> opened;
  for (const PowercapZone& zone : zones) {
    HIL_ASSIGN(Attribute counter, Attribute::open(zone.folder / "energy_uj"));
    opened.push_back({zone, std::move(counter)});
    HIL_ASSIGN(opened.back().last_uj, read_zone(opened.back()));
    opened.back().last_moved = Deadline::Clock::now();
  }
  return std::unique_ptr<EnergyCounter>(new PowercapSum(std::move(opened)));
}

Result<double> PowercapSum::read_zone(const Zone& zone) {
  HIL_ASSIGN(const auto number, zone.counter.read());
  const double most = zone.zone.range_uj > 0 ? zone.zone.range_uj : kMostMicrojoules;
  if (number && *number >= 0 && *number <= most) return *number;
  return Error{Blame::kLink,
               fmt::format("{} does not say an energy that can be", zone.counter.path().string()),
               "read it with 'cat', and see 'dmesg' for what its driver says"};
}

/// Microjoules that @p zone has counted since it was read last, if it says @p now_uj.
Result<double> PowercapSum::added_to(const Zone& zone, double now_uj) {
  const double added = now_uj - zone.last_uj;
  const double range = zone.zone.range_uj;
  if (range <= 0) {
    if (added >= 0) return added;
    return Error{Blame::kLink, fmt::format("{} has begun again", zone.zone.name),
                 "its driver does not say its range (max_energy_range_uj): measure again"};
  }
  // Of more than half the range nobody can tell how often it has begun again, or whether it was
  // set back.
  const double around = added < 0 ? added + range : added;
  if (around <= range / 2) return around;
  return Error{
      Blame::kLink,
      fmt::format("{} went from {:.0f} to {:.0f} uJ between two readings, and begins again "
                  "at {:.0f}",
                  zone.zone.name, zone.last_uj, now_uj, range),
      "its driver was loaded anew, or this machine slept: measure again"};
}

Status PowercapSum::advance(Zone& zone) {
  HIL_ASSIGN(const double now, read_zone(zone));
  HIL_ASSIGN(const double added, added_to(zone, now));
  zone.last_uj = now;
  zone.total_uj += added;
  if (added > 0) zone.last_moved = Deadline::Clock::now();
  return {};
}

Result<CounterReading> PowercapSum::read(Deadline /*deadline*/) {
  const auto begin = Deadline::Clock::now();
  CounterReading reading;
  for (Zone& zone : zones_) {
    HIL_TRY(advance(zone));
    reading.joules += zone.total_uj * 1e-6;
    const std::chrono::duration<double> still = begin - zone.last_moved;
    reading.still_s = std::max(reading.still_s, still.count());
  }
  const auto took = Deadline::Clock::now() - begin;
  reading.at = begin + took / 2;
  const double seconds = std::chrono::duration<double>(took).count();
  reading.at_uncertainty_s = std::hypot(seconds, kRefresh) / std::sqrt(12.0);
  return reading;
}

}  // namespace hil::energy
