// SPDX-License-Identifier: Apache-2.0
// Energy of a run from a counter on this machine, by the host's clock.
#pragma once

#include <memory>

#include "host/energy/counting.hpp"
#include "host/energy/power_meter.hpp"
#include "host/measure/energy/energy_job.hpp"
#include "host/measure/energy/reader/energy_reader.hpp"
#include "host/measure/energy/reader/host_anchors.hpp"

namespace hil::measure {

/// Reads @p counter over and over from start() to finish(), so that it is seen to begin again, and
/// keeps what is needed of the readings in facts.counts. The samples of its trace are the mean
/// power between readings, for pictures; no figure is of them.
class HostCounterReader : public EnergyReader {
 public:
  HostCounterReader(const EnergyJob& job, energy::EnergyCounter& counter)
      : job_(job), counter_(counter) {}

  ///   kUser  another alignment than host-clock was asked for, or parts that need the sync wire
  Status choose_alignment(EnergyFindings& findings) override;
  Status start(EnergyFindings& findings) override;
  Status lead_in(EnergyFindings& findings) override;
  Result<std::optional<session::EnergyResult>> perform(const session::EnergyRunOptions& options,
                                                       const session::EnergyStash& stash,
                                                       EnergyFindings& findings) override;
  Status settle(std::uint64_t took_ticks, EnergyFindings& findings) override;
  Result<energy::Trace> finish(EnergyFindings& findings) override;

 private:
  Status anchor();

  const EnergyJob& job_;
  energy::EnergyCounter& counter_;
  std::unique_ptr<energy::Counting> counting_;
  HostAnchors anchors_;
};

}  // namespace hil::measure
