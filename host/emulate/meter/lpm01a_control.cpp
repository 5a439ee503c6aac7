// SPDX-License-Identifier: Apache-2.0
// obey(): the commands of UM2269 that a host needs, and eventsrc.
#include "host/emulate/meter/lpm01a_control.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

namespace hil::emulate {
namespace {

/// "EMUL" "ATED" in place of a chip's id: no host may take it for an instrument.
constexpr std::string_view kId = "454D554C-41544544-00000001";
constexpr std::array<std::string_view, 16> kRates = {"1",   "2",   "5",   "10",  "20", "50",
                                                     "100", "200", "500", "1k",  "2k", "5k",
                                                     "10k", "20k", "50k", "100k"};
constexpr double kMostTextRate = 10e3, kMostEnergyRate = 10e3;

/// The manual's forms of numbers that hosts use: digits, and u, m or k behind them.
std::optional<double> number(std::string_view text) {
  std::uint32_t digits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digits);
  if (error != std::errc{}) return {};
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const double value = digits;
  if (unit.empty()) return value;
  if (unit == "u") return value / 1e6;
  if (unit == "m") return value / 1e3;
  if (unit == "k") return value * 1e3;
  return {};
}

/// Why a command is refused; empty: it is not.
using Refusal = std::string_view;
constexpr Refusal kFine = {}, kBadArgument = "Argument not valid";

class Session {
 public:
  Session(bool acquiring, const Lpm01aFirmware& firmware, const Lpm01aFaults& faults,
          Lpm01aSettings& settings)
      : acquiring_(acquiring), firmware_(firmware), faults_(faults), settings_(settings) {}

  Refusal carry_out(std::string_view command, std::string_view argument);
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] Lpm01aAction action() const { return action_; }

 private:
  Refusal tell(std::string_view command);
  Refusal power(std::string_view argument);
  Refusal volts(std::string_view argument);
  Refusal rate(std::string_view argument);
  Refusal events(std::string_view argument);
  Refusal status();
  Refusal start();
  Refusal stop();
  /// Sets @p flag if @p argument is @p yes, clears it if it is @p no.
  static Refusal choose(std::string_view argument, std::string_view yes, std::string_view no,
                        bool& flag);

  bool acquiring_;
  const Lpm01aFirmware& firmware_;
  const Lpm01aFaults& faults_;
  Lpm01aSettings& settings_;
  std::string value_;
  Lpm01aAction action_ = Lpm01aAction::kNone;
};

Refusal Session::choose(std::string_view argument, std::string_view yes, std::string_view no,
                        bool& flag) {
  if (argument != yes && argument != no) return kBadArgument;
  flag = argument == yes;
  return kFine;
}

Refusal Session::tell(std::string_view command) {
  value_ = command == "powershield" ? kId : std::string_view(firmware_.version);
  return kFine;
}

Refusal Session::power(std::string_view argument) {
  const std::string_view state = argument.substr(0, argument.find(' '));
  if (state == "get") {
    value_ = settings_.power_on ? "on" : "off";
    return kFine;
  }
  if (state != "on" && state != "off" && state != "auto") return kBadArgument;
  settings_.power_auto = state == "auto";
  if (state != "auto") settings_.power_on = state == "on";
  action_ = Lpm01aAction::kSupply;
  return kFine;
}

Refusal Session::volts(std::string_view argument) {
  if (argument == "get") {
    value_ =
        fmt::format("{}-03", static_cast<int>(settings_.millivolts) + faults_.voltage_error_mv);
    return kFine;
  }
  const auto volts = number(argument);
  if (!volts || *volts < 1.8 || *volts > 3.3) return kBadArgument;
  settings_.millivolts = static_cast<unsigned>(std::lround(*volts * 1000));
  return kFine;
}

Refusal Session::rate(std::string_view argument) {
  for (const std::string_view rate : kRates) {
    if (argument != rate) continue;
    settings_.rate_hz = number(argument).value_or(1);
    return kFine;
  }
  return kBadArgument;
}

Refusal Session::events(std::string_view argument) {
  using Edges = Lpm01aSettings::Edges;
  if (!firmware_.events) return "Command not valid";
  if (argument == "d7 fal") {
    settings_.edges = Edges::kFalling;
  } else if (argument == "d7 ris") {
    settings_.edges = Edges::kRising;
  } else if (argument == "d7 both" && firmware_.both_edges) {
    settings_.edges = Edges::kBoth;
  } else {
    return kBadArgument;
  }
  return kFine;
}

Refusal Session::status() {
  value_ = std::exchange(settings_.error, false) ? "error" : "ok";
  return kFine;
}

Refusal Session::start() {
  if (settings_.error) return "Error state";
  if (settings_.text && settings_.rate_hz > kMostTextRate) return "Frequency too high for format";
  if (settings_.energy && settings_.rate_hz > kMostEnergyRate)
    return "Frequency too high for energy";
  action_ = Lpm01aAction::kStart;
  return kFine;
}

Refusal Session::stop() {
  if (!acquiring_) return "No acquisition on going";
  if (faults_.deaf_to_stop) return kFine;
  action_ = Lpm01aAction::kStop;
  return kFine;
}

Refusal Session::carry_out(std::string_view command, std::string_view argument) {
  if (command == "stop") return stop();
  if (command == "pwr") return power(argument);
  if (acquiring_) return "Acquisition on going";
  if (command == "powershield" || command == "version") return tell(command);
  if (command == "htc" || command == "hrc") {
    settings_.controlled = command == "htc";
    return kFine;
  }
  if (command == "lcd" || command == "acqtime" || command == "trigdelay")
    return argument.empty() ? kBadArgument : kFine;
  if (command == "volt") return volts(argument);
  if (command == "freq") return rate(argument);
  if (command == "eventsrc") return events(argument);
  if (command == "trigsrc") return choose(argument, "d7", "sw", settings_.trigger_d7);
  if (command == "output") return choose(argument, "energy", "current", settings_.energy);
  if (command == "format") return choose(argument, "ascii_dec", "bin_hexa", settings_.text);
  if (command == "acqmode") return choose(argument, "stat", "dyn", settings_.static_values);
  if (command == "pwrend") return choose(argument, "on", "off", settings_.power_end_on);
  if (command == "funcmode") {
    return argument == "optim" || argument == "high" ? kFine : kBadArgument;
  }
  if (command == "status") return status();
  if (command == "start") return start();
  return "Command not valid";
}

}  // namespace

Lpm01aAnswer obey(std::string_view line, bool acquiring, const Lpm01aFirmware& firmware,
                  const Lpm01aFaults& faults, Lpm01aSettings& settings) {
  if (line.empty()) return {};
  const std::size_t space = line.find(' ');
  const std::string_view argument =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  const bool refused = !faults.refused.empty() &&
                       line.substr(0, faults.refused.size()) == std::string_view(faults.refused);
  Session session(acquiring, firmware, faults, settings);
  const Refusal refusal =
      refused ? Refusal("Refused") : session.carry_out(line.substr(0, space), argument);
  if (!refusal.empty()) {
    return {fmt::format("\r\nPowerShield > {} {}\r\nError detail: {}\r\n\r\n", firmware.error_word,
                        line, refusal)};
  }
  if (session.action() == Lpm01aAction::kStop) return {"", Lpm01aAction::kStop};
  return {fmt::format("\r\nPowerShield > ack {}{}{}\r\n\r\n", line,
                      session.value().empty() ? "" : " ", session.value()),
          session.action()};
}

}  // namespace hil::emulate
