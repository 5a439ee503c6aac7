// SPDX-License-Identifier: Apache-2.0
// Known truth through everything: scenario, emulated PPK2, pty, recording thread, windows, energy.
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/meter/ppk2_device.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/energy/recording.hpp"
#include "host/link/tty_link.hpp"

namespace hil::energy {
namespace {

constexpr double kVolts = 3.3;

/// One high stretch of D0.
struct High {
  std::size_t begin = 0, end = 0;
  unsigned toggles = 0;  ///< of D1 in it, its beginning included
  double joules = 0;
  bool clean = true;
};

/// Inputs are seen at a sample's beginning and its value is the mean: the pin moved half a sample
/// before the first high one on average, in a sample of which the rest belongs to the window, and
/// the last high one has half a sample that does not.
double ends_of(const Trace& trace, const High& window) {
  const auto& amps = trace.rails[0].values;
  return amps[window.begin - 1] - 0.5 * amps[window.begin - 2] - 0.5 * amps[window.end];
}

std::vector<High> windows_of(const Trace& trace) {
  std::vector<High> windows;
  unsigned last = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const unsigned now = trace.logic[i];
    if ((now & 1u) != 0) {
      if ((last & 1u) == 0) windows.push_back({i, i, 0, 0, true});
      High& window = windows.back();
      window.end = i + 1;
      window.toggles += ((now ^ last) & 2u) != 0 ? 1 : 0;
      window.joules += trace.rails[0].values[i] * kVolts / trace.rate_hz;
      const auto bad = trace.flags[i] & (flag::kGap | flag::kInvalid | flag::kSaturated);
      window.clean = window.clean && bad == 0;
    }
    last = now;
  }
  for (High& window : windows)
    window.joules += ends_of(trace, window) * kVolts / trace.rate_hz;
  return windows;
}

/// Energy per inference of measured windows first to last, relative to the truth.
double error_of(const std::vector<High>& found, const std::vector<emulate::Scenario::Window>& truth,
                std::size_t first, std::size_t end) {
  double measured = 0, exact = 0;
  std::size_t count = 0;
  for (std::size_t i = first; i < end; ++i) {
    EXPECT_EQ(found[i].toggles, truth[i].inferences) << i;
    if (!found[i].clean) continue;
    measured += found[i].joules;
    exact += truth[i].coulombs * kVolts;
    ++count;
  }
  EXPECT_GE(count, 20u);
  return measured / exact - 1;
}

TEST(Ppk2EndToEndTest, EnergyPerInferenceIsTheTruth) {
  emulate::Scenario scenario(emulate::Scenario::Power::kMeter);
  scenario.constant(1.2e-3, 0.1);
  // Lengths that are no whole number of samples: every phase comes up.
  scenario.windows({.windows = 150,
                    .inferences = 1,
                    .active_a = 11.3e-3,
                    .active_s = 0.6237e-3,
                    .wait_a = 6.1e-3,
                    .wait_s = 0.3801e-3,
                    .rest_a = 1.2e-3,
                    .rest_s = 4.0013e-3});
  scenario.windows({.windows = 40,
                    .inferences = 8,
                    .active_a = 9.7e-3,
                    .active_s = 1.8013e-3,
                    .wait_a = 3.9e-3,
                    .wait_s = 0.7009e-3,
                    .rest_a = 1.2e-3,
                    .rest_s = 20.0007e-3});
  scenario.constant(1.2e-3, 0.1);

  auto line = emulate::open_meter_line();
  ASSERT_TRUE(line.ok()) << line.error().what;
  emulate::Ppk2Device device(std::move(line->link), scenario);
  auto tty = TtyLink::open(line->path, ppk2_usb::kBaud);
  ASSERT_TRUE(tty.ok()) << tty.error().what;
  MeterSetup setup;
  setup.volts = kVolts;
  setup.source = true;
  setup.emulated = true;
  const Deadline deadline = Deadline::after(std::chrono::seconds(50));
  auto meter = make_ppk2(std::move(tty).value(), setup, deadline);
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, deadline).ok());

  auto recording = Recording::start(**meter, deadline);
  ASSERT_TRUE(recording.ok()) << recording.error().what;
  const auto wanted = static_cast<std::uint64_t>(scenario.seconds() * 1e5);
  const auto enough =
      (*recording)
          ->wait([&](const RecordingState& state) { return state.samples >= wanted; }, deadline);
  ASSERT_TRUE(enough.ok()) << enough.error().what;
  ASSERT_TRUE(*enough);
  const auto trace = (*recording)->finish(deadline);
  ASSERT_TRUE(trace.ok()) << trace.error().what;

  std::size_t gaps = 0;
  for (const std::uint8_t flags : trace->flags)
    gaps += flags & flag::kGap;
  EXPECT_EQ(trace->size() - gaps, device.words_sent());
  for (const MeterEvent& event : trace->events)
    EXPECT_EQ(event.text.find("as the counter says"), std::string::npos) << event.text;

  const auto found = windows_of(*trace);
  ASSERT_EQ(found.size(), scenario.truth().size());
  EXPECT_LT(std::abs(error_of(found, scenario.truth(), 0, 150)), 0.003) << "1 ms windows";
  EXPECT_LT(std::abs(error_of(found, scenario.truth(), 150, 190)), 0.002) << "20 ms windows";
}

}  // namespace
}  // namespace hil::energy
