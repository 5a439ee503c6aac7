// SPDX-License-Identifier: Apache-2.0
// Energy of a run from an INA228 on the board, which the agent reads around each window.
#pragma once

#include <chrono>

#include "host/energy/agent_counter/ina228.hpp"
#include "host/measure/energy/energy_job.hpp"
#include "host/measure/energy/reader/energy_reader.hpp"

namespace hil::measure {

/// The chip that the job's options name; alignment `counter`. Its trace says what the chip is and
/// has no samples; the readings are in facts.counter.
class BoardCounterReader : public EnergyReader {
 public:
  explicit BoardCounterReader(const EnergyJob& job) : job_(job) {}
  /// Leaves the chip with the settings that it was found with.
  ~BoardCounterReader() override;
  BoardCounterReader(const BoardCounterReader&) = delete;
  BoardCounterReader& operator=(const BoardCounterReader&) = delete;

  ///   kUser  an alignment was asked for
  ///   and every error of energy::set_up_ina228()
  Status choose_alignment(EnergyFindings& findings) override;
  Status start(EnergyFindings& findings) override;
  Status lead_in(EnergyFindings& findings) override;
  ///   kLab  more flowed than the chip counts
  Result<std::optional<session::EnergyResult>> perform(const session::EnergyRunOptions& options,
                                                       const session::EnergyStash& stash,
                                                       EnergyFindings& findings) override;
  Status settle(std::uint64_t took_ticks, EnergyFindings& findings) override;
  Result<energy::Trace> finish(EnergyFindings& findings) override;

 private:
  /// Each transfer has @p time.
  [[nodiscard]] energy::I2cTransfer bus(std::chrono::seconds time) const;
  Status leave();

  const EnergyJob& job_;
  energy::Ina228 counter_;
  bool set_up_ = false;
};

}  // namespace hil::measure
