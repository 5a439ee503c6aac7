// SPDX-License-Identifier: Apache-2.0
// The options that name a power meter and say how the board is supplied.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/app/options.hpp"
#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/emulate/meter/meter_request.hpp"
#include "host/energy/agent_counter/ina228.hpp"
#include "host/energy/catalogue/meter_name.hpp"
#include "host/energy/power_meter.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/energy/energy_run.hpp"

namespace hil::app {

/// Declares --meter, --voltage, --ampere, --meter-rate, --shunt, --max-current, --truth and
/// --back-powered.
void add_meter_options(Options& options);

/// The meter that is asked for.
struct AskedMeter {
  energy::MeterName name;
  energy::MeterSetup setup;
  std::optional<energy::Ina228Wiring> counter{};  ///< on the board, instead of a meter
  bool of_board = false;  ///< the emulated one of a virtual board, which brings it
};

/// What --meter and its companions say; with --emulate "ppk2" and "lpm01a" without a port are the
/// virtual board's own.
///   kUser  no meter, no such kind, a voltage or rate that is none, a meter that supplies the board
///          without --voltage, a counter on the board without --shunt
Result<AskedMeter> meter_of(const Arguments& arguments);

/// What a virtual board is asked to bring; empty without --emulate and such a --meter.
///   every error of meter_of()
Result<emulate::MeterRequest> emulated_meter_of(const Arguments& arguments);

/// Opens @p asked; @p port is where the virtual board's own one is (lab::ReadyBoard::meter_port()).
/// A pseudo-terminal is opened, too, and taken for an emulated meter.
///   every error of energy::open_meter()
Result<std::unique_ptr<energy::PowerMeter>> open_meter(const AskedMeter& asked,
                                                       const std::string& port, Deadline deadline);

/// A board and the meter that looks on, which may be its supply.
class MeteredBoard {
 public:
  /// Opens the meter, has it supply the board if it shall, and makes the board ready; a virtual
  /// board comes first, and brings its meter.
  ///   every error of open_meter() and start_board()
  static Result<MeteredBoard> start(const Arguments& arguments, const AskedMeter& asked,
                                    const StopRequest* stop);

  [[nodiscard]] lab::ReadyBoard& board() const { return *board_; }
  /// Not there (kUser) if what looks on is a counter.
  [[nodiscard]] Result<energy::PowerMeter*> meter() const;

  /// measure::measure_energy() with the meter, or with the counter.
  [[nodiscard]] measure::EnergyOutcome energy(const model::CompiledModel& model,
                                              const measure::TimedInputs& inputs,
                                              measure::EnergyOptions options,
                                              const measure::Watch& watch) const;

 private:
  std::unique_ptr<lab::ReadyBoard> board_;
  std::optional<energy::Ina228Wiring> counter_;
  std::unique_ptr<energy::EnergyCounter> host_counter_;  ///< of this machine
  double counts_hz_ = 0;                                 ///< readings of it a second
  std::unique_ptr<energy::PowerMeter> meter_;  ///< goes before the board that it may be a part of
};

}  // namespace hil::app
