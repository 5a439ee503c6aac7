// SPDX-License-Identifier: Apache-2.0
// What reads the energy of a run: samples of a meter, or a counter.
#pragma once

#include <cstdint>
#include <optional>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/measure/energy/energy_findings.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// Used for one energy run, in this order, and stops whatever it has begun when destroyed:
///
///   choose_alignment(); start();              // then the runs can be planned
///   lead_in(); for each run { perform(); settle(); } finish();
///
/// Every step may block as long as the longest call to board and meter; that of perform() and
/// settle() is as long as the run. All of them give up early, without an error, once the job's
/// watch says stop: whoever calls looks at that.
///   kLink    board or meter is gone, or bytes came in a window
///   kDevice  what the agent cannot, or says that makes no sense
class EnergyReader {
 public:
  EnergyReader() = default;
  virtual ~EnergyReader() = default;
  EnergyReader(const EnergyReader&) = delete;
  EnergyReader& operator=(const EnergyReader&) = delete;

  /// Settles how windows will be found, while the model is on the board: ground.alignment, and what
  /// facts say of it.
  ///   kUser  options that do not fit this reader
  ///   kLab   what was asked for (a wire, a chip) is not there
  virtual Status choose_alignment(EnergyFindings& findings) = 0;

  /// Begins to read, and says how fast: ground.rate_hz.
  virtual Status start(EnergyFindings& findings) = 0;

  /// Reads what has to lie before the first window.
  virtual Status lead_in(EnergyFindings& findings) = 0;

  /// Has the agent do @p options while this reads. Nothing if stopped.
  virtual Result<std::optional<session::EnergyResult>> perform(
      const session::EnergyRunOptions& options, const session::EnergyStash& stash,
      EnergyFindings& findings) = 0;

  /// Goes on until what the board has done within the last @p took_ticks has been read, and closes
  /// the last of facts.groups; findings.windows has its windows already.
  virtual Status settle(std::uint64_t took_ticks, EnergyFindings& findings) = 0;

  /// Ends reading; what belongs to the whole trace goes to facts. Not if it was stopped.
  virtual Result<energy::Trace> finish(EnergyFindings& findings) = 0;
};

}  // namespace hil::measure
