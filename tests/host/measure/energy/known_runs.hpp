// SPDX-License-Identifier: Apache-2.0
// Whole runs whose truth is known, seen by a meter that is as wrong as it says.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "host/energy/file/trace_file.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "protocol/messages/sync_code.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::measure::testing {

/// Draws that are the same for a seed with every standard library.
class Draws {
 public:
  explicit Draws(std::uint32_t seed) : random_(seed) {}
  double uniform(double low, double high) { return random_.between(low, high); }
  /// Irwin-Hall of 12: normal to 0.1 % within two standard deviations, none beyond six.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i)
      sum += random_.between(0, 1);
    return sum;
  }

 private:
  energy::testing::Random random_;
};

inline constexpr double kVolts = 3.3;
inline constexpr double kIdle = 1.2e-3;
inline constexpr double kWork = 12.8e-3;  ///< above idle

/// A meter as wrong as it says, all standard and relative unless said otherwise.
struct MeterErrors {
  double gain = 2e-3, offset_a = 2e-6, volts_u = 5e-3, time_base = 50e-6, noise_a = 30e-6;
};

/// The board and the meter of one run: what is added lies in true time.
class Bench {
 public:
  Bench(double seconds, double rate_hz, std::uint32_t seed, MeterErrors errors = {})
      : draws(seed), errors_(errors), rate_hz_(rate_hz), made_(seconds, rate_hz) {
    made_.idle(kIdle).noise(errors.noise_a, seed + 1'000'000);
    volts_ = kVolts + errors.volts_u * draws.normal();
    gain_ = 1 + errors.gain * draws.normal();
    offset_a_ = errors.offset_a * draws.normal();
    meter_clock_ = 1 + errors.time_base * draws.normal();
    clock_.ppm = draws.uniform(-80, 80);
  }

  /// A window of @p inferences that draw @p amps above idle.
  void window(energy::WindowKind kind, double begin, double end, std::uint32_t inferences,
              double amps) {
    made_.pulse(0, begin, end);
    if (amps > 0) made_.rectangle(begin, end, amps);
    told_.push_back({ticks(begin), ticks(end), inferences, kind});
  }
  void pattern(double begin, double step_s) {
    for (std::uint32_t i = 0; i < kSyncSteps; ++i) {
      if (kSyncCode[i]) made_.rectangle(begin + i * step_s, begin + (i + 1) * step_s, 8e-3);
    }
  }
  [[nodiscard]] std::uint64_t ticks(double seconds) const { return clock_.ticks_at(seconds); }
  [[nodiscard]] std::uint64_t tick_hz() const { return static_cast<std::uint64_t>(clock_.tick_hz); }
  /// Microjoules that @p amps take in @p seconds of the meter's clock, as SyntheticTrace has it.
  [[nodiscard]] double uj(double amps, double seconds) const {
    return amps * volts_ * seconds * meter_clock_ * 1e6;
  }
  [[nodiscard]] double uw(double amps) const { return amps * volts_ * 1e6; }

  energy::TraceFile file(const EnergyFacts& facts) const {
    energy::TraceFile file;
    file.trace = made_.make();
    for (float& value : file.trace.rails[0].values)
      value = static_cast<float>(gain_ * static_cast<double>(value) + offset_a_);
    file.trace.supply = {energy::VoltageSource::kSet, kVolts, errors_.volts_u};
    file.trace.accuracy.steps = {{1, errors_.gain, errors_.offset_a, 0}};
    file.trace.accuracy.time_base = errors_.time_base;
    file.trace.seen_hz = rate_hz_;
    file.device_windows = told_;
    file.options = to_options(facts);
    return file;
  }

  Draws draws;

 private:
  MeterErrors errors_;
  double rate_hz_;
  energy::testing::SyntheticTrace made_;
  energy::testing::SyntheticClock clock_;
  double volts_, gain_, offset_a_, meter_clock_;
  std::vector<energy::DeviceWindow> told_;
};

inline EnergyFacts facts_of(const Bench& bench, energy::Alignment alignment,
                            std::vector<WindowGroup> groups) {
  EnergyFacts facts;
  facts.alignment = alignment;
  facts.idle_mode = "wait";
  facts.tick_hz = bench.tick_hz();
  facts.groups = std::move(groups);
  return facts;
}

}  // namespace hil::measure::testing
