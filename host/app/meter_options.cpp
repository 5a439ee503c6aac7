// SPDX-License-Identifier: Apache-2.0
// --meter and its companions.
#include "host/app/meter_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <thread>
#include <utility>

#include "host/app/board_options.hpp"
#include "host/energy/catalogue/open_meter.hpp"
#include "host/energy/lpm01a/lpm01a_meter.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/link/tty_link.hpp"
#include "host/measure/meter_places.hpp"

namespace hil::app {
namespace {

using energy::MeterKind;

constexpr std::chrono::seconds kMeterTime{15};
/// A board whose supply has just been switched on.
constexpr std::chrono::milliseconds kBootTime{1'000};
constexpr double kMostVolts = 60;
/// What an emulated meter gives a virtual board, which nothing can harm.
constexpr double kEmulatedVolts = 3.3;
constexpr const char* kPseudoTerminals = "/dev/pts/";

bool can_supply(MeterKind kind) {
  return kind == MeterKind::kPpk2 || kind == MeterKind::kLpm01a;
}

/// A number above 0.
Result<double> positive(const Arguments& arguments, const char* name, double most) {
  HIL_ASSIGN(const double value, arguments.real(name));
  if (value > 0 && value <= most) return value;
  return Error{Blame::kUser,
               fmt::format("--{} {} is not above 0 and up to {}", name, arguments.get(name), most),
               fmt::format("see the table of options: --{} takes a number", name)};
}

Result<energy::MeterSetup> setup_of(const Arguments& arguments, const energy::MeterName& name,
                                    bool emulated) {
  energy::MeterSetup setup;
  setup.emulated = emulated;
  setup.serial = name.serial;
  setup.source = can_supply(name.kind) && !arguments.has("ampere");
  if (arguments.has("voltage")) {
    HIL_ASSIGN(setup.volts, positive(arguments, "voltage", kMostVolts));
  } else if (emulated) {
    setup.volts = kEmulatedVolts;
  }
  if (arguments.has("meter-rate")) {
    HIL_ASSIGN(setup.rate_hz, positive(arguments, "meter-rate", 1e7));
  }
  if (setup.volts > 0 || !can_supply(name.kind)) return setup;
  return Error{
      Blame::kUser,
      fmt::format("nobody said what voltage {}",
                  setup.source ? "the meter shall supply the board with" : "the board has"),
      setup.source ? "add --voltage VOLTS, as the board's manual allows; or --ampere if "
                     "the board has a supply of its own"
                   : "add --voltage VOLTS"};
}

/// "15mohm", "0.015ohm", "0.015": a number and @p unit, or a thousandth of it.
Result<double> quantity(const Arguments& arguments, const char* name, const std::string& unit) {
  std::string number = arguments.get(name);
  double factor = 1;
  if (number.ends_with(unit)) {
    number.resize(number.size() - unit.size());
    if (number.ends_with('m')) {
      factor = 1e-3;
      number.pop_back();
    }
  }
  double value = 0;
  const char* end = number.data() + number.size();
  const auto read = std::from_chars(number.data(), end, value, std::chars_format::fixed);
  const bool whole = read.ec == std::errc() && read.ptr == end;
  if (whole && value > 0 && value <= 1e6) return value * factor;
  return Error{Blame::kUser, fmt::format("--{} {} is no {}", name, arguments.get(name), unit),
               fmt::format("for example: --{} 15m{}", name, unit)};
}

/// The counter on the board, which measures its voltage itself.
Result<energy::Ina228Wiring> wiring_of(const Arguments& arguments, const energy::MeterName& name) {
  for (const char* option : {"voltage", "ampere", "meter-rate", "truth", "back-powered"}) {
    if (!arguments.has(option)) continue;
    return Error{Blame::kUser, fmt::format("--{} is of no use with a counter on the board", option),
                 "leave it out"};
  }
  if (!arguments.has("shunt")) {
    return Error{Blame::kUser, "nobody said what shunt the INA228 on the board has",
                 "add --shunt OHM, for example --shunt 15mohm: it is printed on the module"};
  }
  energy::Ina228Wiring wiring;
  HIL_ASSIGN(wiring.address, energy::counter_address(name));
  HIL_ASSIGN(wiring.shunt_ohm, quantity(arguments, "shunt", "ohm"));
  if (arguments.has("max-current")) {
    HIL_ASSIGN(wiring.max_a, quantity(arguments, "max-current", "A"));
  }
  return wiring;
}

/// A board that its meter supplies lives only from then on.
Result<std::unique_ptr<energy::PowerMeter>> open_and_supply(const AskedMeter& asked,
                                                            const std::string& port) {
  HIL_ASSIGN(auto meter, open_meter(asked, port, Deadline::after(kMeterTime)));
  if (!asked.setup.source || !meter->abilities().switches_target) return meter;
  HIL_TRY(meter->set_target_power(true, Deadline::after(kMeterTime)));
  if (!asked.of_board) std::this_thread::sleep_for(kBootTime);
  return meter;
}

}  // namespace

void add_meter_options(Options& options) {
  options
      .option("meter", "METER",
              "the power meter: ppk2, lpm01a, joulescope, hwmon:LABEL, iio:NAME, powercap:ZONE, "
              "agent (an INA228 on the board, agent:0x41 at another address than 0x40), "
              "replay:FILE (see hilbench meters); KIND@SERIAL for one of two, KIND:PORT for one "
              "that is not found; with --emulate ppk2 and lpm01a are emulated, too")
      .option("voltage", "VOLTS",
              "of the board's supply: set, if the meter is the supply (ppk2, lpm01a), else stated")
      .flag("ampere", "the board has a supply of its own, and ppk2 lies in its line")
      .option("meter-rate", "HZ", "samples per second (default: what the meter does best)")
      .option("shunt", "OHM", "with agent: the shunt of the INA228, as 15mohm or 0.015ohm")
      .option(
          "max-current", "AMPERE",
          "with agent: most that flows, as 500mA or 2A: each ampere of it makes one code of the "
          "chip's ENERGY register 98 uJ, so windows have to be long (default: 41 mV over the "
          "shunt, the finer range: 2.7 A, 267 uJ a code at 15mohm; 41 mA, 4 uJ at 1ohm)")
      .option("truth", "FILE",
              "with an emulated meter: write what the windows of each run really took, as JSON")
      .flag("back-powered",
            "with an emulated meter: its board keeps running when the meter cuts its supply");
}

Result<AskedMeter> meter_of(const Arguments& arguments) {
  if (!arguments.has("meter")) {
    return Error{Blame::kUser, "no power meter is named",
                 "add --meter METER; hilbench meters lists those that are connected"};
  }
  AskedMeter asked;
  HIL_ASSIGN(asked.name, energy::parse_meter_name(arguments.get("meter")));
  if (asked.name.kind == MeterKind::kAgent) {
    HIL_ASSIGN(asked.counter, wiring_of(arguments, asked.name));
    return asked;
  }
  for (const char* name : {"shunt", "max-current"}) {
    if (!arguments.has(name)) continue;
    return Error{Blame::kUser, fmt::format("--{} is said of a counter on the board alone", name),
                 "add --meter agent, or leave it out"};
  }
  const bool anywhere = asked.name.where.empty() && asked.name.serial.empty();
  asked.of_board = arguments.has("emulate") && can_supply(asked.name.kind) && anywhere;
  const bool pty = asked.name.where.starts_with(kPseudoTerminals);
  for (const char* name : {"truth", "back-powered"}) {
    if (asked.of_board || !arguments.has(name)) continue;
    return Error{Blame::kUser, fmt::format("--{} is said of an emulated meter alone", name),
                 "add --emulate, with --meter ppk2 or lpm01a"};
  }
  HIL_ASSIGN(asked.setup, setup_of(arguments, asked.name, asked.of_board || pty));
  return asked;
}

Result<emulate::MeterRequest> emulated_meter_of(const Arguments& arguments) {
  emulate::MeterRequest request;
  if (!arguments.has("meter") || !arguments.has("emulate")) return request;
  HIL_ASSIGN(const AskedMeter asked, meter_of(arguments));
  if (!asked.of_board) return request;
  request.kind = energy::word_of(asked.name.kind);
  request.truth = arguments.find("truth").value_or("");
  request.back_powered = arguments.has("back-powered");
  return request;
}

Result<std::unique_ptr<energy::PowerMeter>> open_meter(const AskedMeter& asked,
                                                       const std::string& port, Deadline deadline) {
  const std::string& where = asked.of_board ? port : asked.name.where;
  if (!asked.setup.emulated) {
    HIL_ASSIGN(const auto places, measure::meter_places());
    return energy::open_meter(asked.name, asked.setup, places, deadline);
  }
  HIL_ASSIGN(auto link, TtyLink::open(where, 0));
  if (asked.name.kind == MeterKind::kPpk2) {
    return energy::make_ppk2(std::move(link), asked.setup, deadline);
  }
  return energy::make_lpm01a(std::move(link), asked.setup, deadline);
}

Result<MeteredBoard> MeteredBoard::start(const Arguments& arguments, const AskedMeter& asked,
                                         const StopRequest* stop) {
  MeteredBoard bench;
  bench.counter_ = asked.counter;
  const bool counts = !asked.counter && energy::gives_counts(asked.name.kind);
  if (counts) {
    HIL_ASSIGN(const auto places, measure::meter_places());
    HIL_ASSIGN(bench.host_counter_, energy::open_counter(asked.name, places));
    bench.counts_hz_ = asked.setup.rate_hz;
  } else if (!asked.of_board && !asked.counter) {
    HIL_ASSIGN(bench.meter_, open_and_supply(asked, ""));
  }
  HIL_ASSIGN(bench.board_, start_board(arguments, stop));
  if (asked.of_board) {
    HIL_ASSIGN(bench.meter_, open_and_supply(asked, bench.board_->meter_port()));
  }
  return bench;
}

Result<energy::PowerMeter*> MeteredBoard::meter() const {
  if (meter_) return meter_.get();
  if (host_counter_) {
    return Error{Blame::kUser, "powercap has neither a sync wire nor a supply to try",
                 "'hilbench meters' says whether it may be read"};
  }
  return Error{Blame::kUser, "a counter on the board has neither a sync wire nor a supply to try",
               "'hilbench energy --meter agent' says whether it answers"};
}

measure::EnergyOutcome MeteredBoard::energy(const model::CompiledModel& model,
                                            const measure::TimedInputs& inputs,
                                            measure::EnergyOptions options,
                                            const measure::Watch& watch) const {
  if (meter_) return measure::measure_energy(*board_, model, inputs, *meter_, options, watch);
  options.ina228 = counter_;
  options.counts_hz = counts_hz_;
  if (host_counter_) {
    return measure::measure_counted_energy(*board_, model, inputs, *host_counter_, options, watch);
  }
  return measure::measure_counted_energy(*board_, model, inputs, options, watch);
}

}  // namespace hil::app
