// SPDX-License-Identifier: Apache-2.0
// SyntheticTrace: analytic means of each sample, then levels, flags and losses.
#include "tests/host/energy/synthetic_trace.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace hil::energy::testing {
namespace {

/// Integral from -inf to @p t of the response of a first-order low pass to a unit step at 0.
double step_integral(double t, double tau) {
  if (t <= 0) return 0;
  return tau > 0 ? t + tau * std::expm1(-t / tau) : t;
}

}  // namespace

SyntheticTrace::SyntheticTrace(double seconds, double rate_hz)
    : seconds_(seconds), rate_hz_(rate_hz) {}

SyntheticTrace& SyntheticTrace::idle(double amps, double drift_a_per_s) {
  idle_a_ = amps;
  drift_a_per_s_ = drift_a_per_s;
  return *this;
}

SyntheticTrace& SyntheticTrace::rectangle(double begin_s, double end_s, double amps) {
  rectangles_.push_back({begin_s, end_s, amps});
  return *this;
}

SyntheticTrace& SyntheticTrace::smoothing(double tau_s) {
  tau_s_ = tau_s;
  return *this;
}

SyntheticTrace& SyntheticTrace::noise(double sigma_a, std::uint32_t seed) {
  noise_a_ = sigma_a;
  noise_seed_ = seed;
  return *this;
}

SyntheticTrace& SyntheticTrace::pulse(unsigned bit, double begin_s, double end_s) {
  return toggle(bit, begin_s).toggle(bit, end_s);
}

SyntheticTrace& SyntheticTrace::toggle(unsigned bit, double at_s) {
  toggles_.emplace_back(bit, at_s);
  return *this;
}

SyntheticTrace& SyntheticTrace::floating(unsigned bit, std::uint32_t seed) {
  floating_.emplace_back(bit, seed);
  return *this;
}

SyntheticTrace& SyntheticTrace::inverted(unsigned bit) {
  inverted_ = static_cast<std::uint8_t>(inverted_ ^ (1u << bit));
  return *this;
}

SyntheticTrace& SyntheticTrace::gap(std::uint64_t first, std::uint64_t samples) {
  return flagged(first, samples, flag::kGap);
}

SyntheticTrace& SyntheticTrace::flagged(std::uint64_t first, std::uint64_t samples,
                                        std::uint8_t bits) {
  flagged_.push_back({first, samples, bits});
  return *this;
}

SyntheticTrace& SyntheticTrace::dropped(std::uint64_t first, std::uint64_t samples) {
  dropped_.push_back({first, samples, 0});
  return *this;
}

double SyntheticTrace::coulombs(double begin_s, double end_s) const {
  double sum =
      idle_a_ * (end_s - begin_s) + drift_a_per_s_ * (end_s * end_s - begin_s * begin_s) / 2;
  for (const Rectangle& r : rectangles_)
    sum += r.amps * std::max(0.0, std::min(r.end_s, end_s) - std::max(r.begin_s, begin_s));
  return sum;
}

std::uint64_t SyntheticTrace::first_sample_at(double seconds) const {
  return static_cast<std::uint64_t>(std::max(0.0, std::ceil(seconds * rate_hz_)));
}

void SyntheticTrace::add_currents(std::vector<double>& amps) const {
  const double dt = 1 / rate_hz_;
  for (std::size_t k = 0; k < amps.size(); ++k)
    amps[k] = idle_a_ + drift_a_per_s_ * (static_cast<double>(k) + 0.5) * dt;
  for (const Rectangle& r : rectangles_) {
    const auto charge_until = [&](double t) {
      return r.amps * (step_integral(t - r.begin_s, tau_s_) - step_integral(t - r.end_s, tau_s_));
    };
    const double last_s = r.end_s + 40 * tau_s_ + 2 * dt;
    const auto first = static_cast<std::size_t>(std::max(0.0, std::floor(r.begin_s * rate_hz_)));
    double before = charge_until(static_cast<double>(first) * dt);
    for (std::size_t k = first; k < amps.size() && static_cast<double>(k) * dt < last_s; ++k) {
      const double behind = charge_until(static_cast<double>(k + 1) * dt);
      amps[k] += (behind - before) * rate_hz_;
      before = behind;
    }
  }
  if (noise_a_ > 0) {
    std::mt19937 random(noise_seed_);
    std::normal_distribution<double> noise(0, noise_a_);
    for (double& value : amps)
      value += noise(random);
  }
}

void SyntheticTrace::add_levels(std::vector<std::uint8_t>& levels) const {
  // Marks where a level changes, then sums up.
  for (const auto& [bit, at_s] : toggles_) {
    const std::uint64_t k = first_sample_at(at_s);
    if (k < levels.size()) levels[k] = static_cast<std::uint8_t>(levels[k] ^ (1u << bit));
  }
  std::uint8_t level = inverted_;
  for (std::uint8_t& value : levels) {
    level ^= value;
    value = level;
  }
  for (const auto& [bit, seed] : floating_) {
    std::mt19937 random(seed);
    for (std::uint8_t& value : levels)
      value = static_cast<std::uint8_t>((value & ~(1u << bit)) | ((random() >> 31) << bit));
  }
}

Trace SyntheticTrace::make() const {
  const std::uint64_t size = first_sample_at(seconds_);
  std::vector<double> amps(size);
  Trace trace;
  trace.meter.kind = "synthetic";
  trace.supply = {VoltageSource::kSet, 3.0, 0};
  trace.rate_hz = rate_hz_;
  trace.logic_bits = 8;
  trace.logic.resize(size);
  trace.flags.resize(size);
  add_currents(amps);
  add_levels(trace.logic);
  for (const Run& run : flagged_) {
    for (std::uint64_t k = run.first; k < std::min(size, run.first + run.samples); ++k) {
      trace.flags[k] |= run.bits;
      if ((run.bits & flag::kGap) == 0) continue;
      amps[k] = 0;
      trace.logic[k] = 0;
    }
  }
  Rail rail;
  rail.name = "main";
  rail.values.assign(amps.begin(), amps.end());
  std::vector<Run> dropped = dropped_;
  std::sort(dropped.begin(), dropped.end(),
            [](const Run& a, const Run& b) { return a.first > b.first; });
  for (const Run& run : dropped) {
    const auto cut = [&run](auto& values) {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(run.first);
      values.erase(first, first + static_cast<std::ptrdiff_t>(run.samples));
    };
    cut(rail.values);
    cut(trace.logic);
    cut(trace.flags);
  }
  trace.rails.push_back(std::move(rail));
  return trace;
}

std::uint64_t SyntheticClock::ticks_at(double seconds) const {
  const double ticks = seconds * tick_hz * (1 + ppm * 1e-6);
  return start + static_cast<std::uint64_t>(std::llround(ticks));
}

double SyntheticRun::seconds() const {
  return begin_s(windows - 1) + length_s + tail_s;
}

SyntheticTrace SyntheticRun::trace() const {
  SyntheticTrace trace(seconds(), rate_hz);
  trace.idle(idle_a);
  for (std::uint32_t w = 0; w < windows; ++w) {
    trace.rectangle(begin_s(w), begin_s(w) + length_s, work_a - idle_a);
    trace.pulse(0, begin_s(w), begin_s(w) + length_s);
    for (std::uint32_t i = 0; i < inferences; ++i)
      trace.toggle(1, begin_s(w) + i * length_s / inferences);
  }
  return trace;
}

std::vector<DeviceWindow> SyntheticRun::device_windows() const {
  std::vector<DeviceWindow> all;
  for (std::uint32_t w = 0; w < windows; ++w) {
    all.push_back({clock.ticks_at(begin_s(w)), clock.ticks_at(begin_s(w) + length_s), inferences,
                   WindowKind::kInference});
  }
  return all;
}

}  // namespace hil::energy::testing
