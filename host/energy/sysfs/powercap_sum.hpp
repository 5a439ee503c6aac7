// SPDX-License-Identifier: Apache-2.0
// The sum of some powercap zones, wraps taken out.
#pragma once

#include <memory>
#include <vector>

#include "host/energy/power_meter.hpp"
#include "host/energy/sysfs/attribute.hpp"
#include "host/energy/sysfs/powercap.hpp"

namespace hil::energy {

class PowercapSum : public EnergyCounter {
 public:
  /// As make_powercap().
  static Result<std::unique_ptr<EnergyCounter>> open(const std::vector<PowercapZone>& zones);

  [[nodiscard]] const MeterInfo& info() const override { return info_; }
  [[nodiscard]] const Accuracy& accuracy() const override { return accuracy_; }
  Result<CounterReading> read(Deadline deadline) override;

 private:
  struct Zone {
    PowercapZone zone;
    Attribute counter;
    double last_uj = 0;                        ///< as it was read
    double total_uj = 0;                       ///< since open()
    Deadline::Clock::time_point last_moved{};  ///< when `last_uj` was first read
  };

  explicit PowercapSum(std::vector<Zone> zones);
  static Result<double> read_zone(const Zone& zone);
  static Result<double> added_to(const Zone& zone, double now_uj);
  static Status advance(Zone& zone);

  std::vector<Zone> zones_;
  MeterInfo info_;
  Accuracy accuracy_;
};

}  // namespace hil::energy
