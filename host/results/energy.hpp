// SPDX-License-Identifier: Apache-2.0
// What a record says of energy; since schema 1.5.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hil::results {

/// Parts of a standard uncertainty (k = 1), all in the unit of the figure they belong to.
struct UncertaintyParts {
  double gain = 0;            ///< of the meter; the same for all windows
  double offset = 0;          ///< of the meter
  double voltage = 0;         ///< of the supply
  double time_base = 0;       ///< of the meter's clock
  double code_step = 0;       ///< of its converter
  double edges = 0;           ///< of where windows begin and end
  double range_switches = 0;  ///< of its automatic range
  double lost_samples = 0;    ///< of samples that are not there
  double idle = 0;            ///< of the idle power that was taken off; 0 for gross figures
  double repetition = 0;      ///< spread over windows

  [[nodiscard]] double combined() const {
    double sum = 0;
    for (const double part : {gain, offset, voltage, time_base, code_step, edges, range_switches,
                              lost_samples, idle, repetition})
      sum += part * part;
    return std::sqrt(sum);
  }
};

/// Where the median over windows lies when the windows are drawn anew, from themselves: a
/// percentile bootstrap. It says what repetition shows, whatever the distribution; what all windows
/// have in common (gain, offset, voltage, time base) is not in it.
struct EnergyBootstrap {
  double low = 0, high = 0;  ///< in the figure's unit
  double level = 0;          ///< share of the medians that lie between
};

/// One number per inference (or per repetition of what was measured).
struct EnergyFigure {
  double value = 0;
  UncertaintyParts parts;
  std::optional<EnergyBootstrap> bootstrap{};  ///< of a median over 10 windows or more
};

/// The meter, as far as a reader has to know it.
struct EnergyMeter {
  std::string kind, model, serial, firmware, calibration, accuracy_source;
  bool emulated = false;
  double rate_hz = 0;
};

struct EnergySupply {
  double volts = 0;  ///< mean if it was measured
  double uncertainty_v = 0;
  std::string source;  ///< "set", "stated", "measured"; empty: not known, no energy is given
};

struct EnergyAlignment {
  std::string method;      ///< "logic", "trace-pattern", "host-clock", "counter", "time-stamps"
  double sigma_s = 0;      ///< standard uncertainty of one edge
  double error_share = 0;  ///< what that makes of the energy of one window, relative
  std::uint32_t edges = 0;
  std::optional<double> ppm, ppm_uncertainty;  ///< the device's clock against the meter's
  std::optional<double> residual_s;            ///< of the edges about the fitted line
};

/// What the board drew when it did nothing, next to the windows.
struct EnergyIdle {
  std::string mode;  ///< "busy", "wait", "stop"
  double watts = 0, amps = 0;
  double uncertainty_w = 0;  ///< standard, without the gain (it is the window's own)
  double seconds = 0;        ///< over which it was seen
  std::uint32_t windows = 0;
};

/// Share of one supply line.
struct EnergyRail {
  std::string name;
  double gross_uj = 0;  ///< per inference, median over windows
  double mean_ma = 0;   ///< 0 for rails of power
};

struct EnergyWindow {
  std::string kind;               ///< "inference", "load+infer", "idle", ...
  double begin_s = 0, end_s = 0;  ///< in the trace
  std::uint32_t inferences = 0;
  double energy_uj = 0, charge_uc = 0, mean_ma = 0, peak_ma = 0;  ///< of the whole window
  std::uint32_t range_switches = 0;
  std::uint64_t lost_samples = 0;
  std::string rejected;  ///< why it does not count; empty: it does
};

/// Where the raw samples are.
struct EnergyTraceFile {
  std::string file;  ///< beside the record, a name without a folder
  std::string sha256;
  std::uint64_t samples = 0;
};

/// One phase of --phases or one operator of --per-layer.
struct EnergyPart {
  std::string name;  ///< "input transfer", "3 CONV_2D int8"
  EnergyFigure gross_uj;
  std::optional<double> seconds;  ///< of one repetition
};

/// Average power when one inference is done every period.
struct EnergyDuty {
  double period_s = 0;
  std::string sleep;  ///< what the core did in between: "busy", "wait", "stop"
  EnergyFigure average_uw;
  std::optional<double> battery_hours, cell_mah, cell_volts;  ///< if a cell was named
};

struct Energy {
  EnergyMeter meter;
  EnergySupply supply;
  std::string scope;  ///< "inference", "load+infer", "system"
  EnergyAlignment alignment;
  std::optional<EnergyIdle> idle;
  std::optional<EnergyFigure> gross_uj, net_uj, charge_uc;  ///< per inference, median over windows
  double mean_ma = 0, peak_ma = 0;                          ///< over counting windows
  double window_s = 0;  ///< median length of the windows that count
  std::vector<EnergyRail> rails;
  std::vector<EnergyWindow> windows;
  std::vector<EnergyPart> phases, layers;
  std::optional<EnergyDuty> duty;
  std::optional<EnergyTraceFile> trace;
};

}  // namespace hil::results
