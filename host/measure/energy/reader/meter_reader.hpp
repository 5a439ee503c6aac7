// SPDX-License-Identifier: Apache-2.0
// Energy of a run from the samples of a meter.
#pragma once

#include <memory>

#include "host/energy/power_meter.hpp"
#include "host/energy/recording.hpp"
#include "host/measure/energy/energy_job.hpp"
#include "host/measure/energy/reader/energy_reader.hpp"
#include "host/measure/energy/reader/host_anchors.hpp"

namespace hil::measure {

/// Records @p meter from start() to finish(), without a hole between runs.
class MeterReader : public EnergyReader {
 public:
  MeterReader(const EnergyJob& job, energy::PowerMeter& meter) : job_(job), meter_(meter) {}

  /// As align_meter().
  Status choose_alignment(EnergyFindings& findings) override;
  Status start(EnergyFindings& findings) override;
  Status lead_in(EnergyFindings& findings) override;
  Result<std::optional<session::EnergyResult>> perform(const session::EnergyRunOptions& options,
                                                       const session::EnergyStash& stash,
                                                       EnergyFindings& findings) override;
  Status settle(std::uint64_t took_ticks, EnergyFindings& findings) override;
  Result<energy::Trace> finish(EnergyFindings& findings) override;

 private:
  Status record(double seconds);
  Status anchor(const EnergyFindings& findings);
  Status wait_for_edges(double took_s, const EnergyFindings& findings);
  Status record_proof(const EnergyFindings& findings);

  const EnergyJob& job_;
  energy::PowerMeter& meter_;
  std::unique_ptr<energy::Recording> recording_;
  HostAnchors anchors_;
};

}  // namespace hil::measure
