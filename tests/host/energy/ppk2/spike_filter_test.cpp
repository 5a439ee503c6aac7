// SPDX-License-Identifier: Apache-2.0
// What the spike filter does to energy: the figures that keep it out of every sum.
#include "host/energy/ppk2/spike_filter.hpp"

#include <gtest/gtest.h>

#include "host/emulate/meter/ppk2_front_end.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/ppk2/conversion.hpp"
#include "tests/host/energy/ppk2/real_metadata.hpp"

namespace hil::energy::ppk2 {
namespace {

/// Relative errors of the charge of a stretch.
struct Errors {
  double raw = 0, filtered = 0;
};

/// Through front end, conversion and filter; charge of the samples whose pin 0 is high.
Errors errors_of(emulate::Scenario& scenario, double true_coulombs) {
  MetadataReader reader;
  EXPECT_TRUE(
      reader
          .take({reinterpret_cast<const std::uint8_t*>(kRealMetadata.data()), kRealMetadata.size()})
          .ok());
  const Conversion conversion(*reader.calibration(), 3.3);
  emulate::Ppk2FrontEnd front_end(emulate::real_ppk2_factors());
  front_end.set_volts(3.3);
  SpikeFilter filter;
  double raw = 0, filtered = 0;
  const auto samples = static_cast<int>(scenario.seconds() * 1e5 + 0.5);
  for (int i = 0; i < samples; ++i) {
    const auto now = scenario.advance(1e-5);
    const auto code = front_end.sample(now.amps);
    const auto amps = static_cast<float>(conversion.amps(front_end.range(), code));
    const float shown = filter.filter(front_end.range(), amps);
    if ((now.pins & 1) == 0) continue;
    raw += amps * 1e-5;
    filtered += shown * 1e-5;
  }
  return {raw / true_coulombs - 1, filtered / true_coulombs - 1};
}

Errors of_bursts(double burst_s) {
  emulate::Scenario scenario;
  scenario.constant(5e-6, 0.01).pins(1).bursts({5e-6, 8e-3, burst_s, 10 * burst_s, 30});
  return errors_of(scenario, scenario.coulombs(0.01, 0.01 + 300 * burst_s));
}

TEST(Ppk2SpikeFilterTest, BurstTrainsLoseTheirCharge) {
  // facts/energy.md 3.6; its figures have the code step at 8 mA in them, +-0.3 %.
  constexpr double kCodeStep = 0.003;
  for (const auto& [burst_s, error] :
       {std::pair{30e-6, -0.37}, {100e-6, -0.026}, {300e-6, 0.0018}, {1e-3, 0.0}, {30e-3, 0.0}})
    EXPECT_NEAR(of_bursts(burst_s).filtered, error, kCodeStep) << burst_s;
  // What is the filter's alone.
  for (const auto& [burst_s, error] :
       {std::pair{30e-6, -0.37113}, {100e-6, -0.02792}, {300e-6, -0.00018}, {1e-3, 0.0}}) {
    const Errors errors = of_bursts(burst_s);
    EXPECT_NEAR((1 + errors.filtered) / (1 + errors.raw) - 1, error, 2e-5) << burst_s;
  }
}

TEST(Ppk2SpikeFilterTest, UnfilteredBurstsAreRightToTheCodeStep) {
  for (const double burst_s : {30e-6, 100e-6, 300e-6, 1e-3, 10e-3, 30e-3})
    EXPECT_LT(std::abs(of_bursts(burst_s).raw), 0.0035) << burst_s;
}

TEST(Ppk2SpikeFilterTest, WindowsCutAtAnEdgeLoseTheirBeginning) {
  const auto of_window = [](double seconds) {
    emulate::Scenario scenario;
    scenario.constant(1.2e-3, 0.01).open_window().constant(14e-3, seconds).close_window();
    scenario.constant(1.2e-3, 0.01);
    return errors_of(scenario, scenario.truth().front().coulombs);
  };
  // facts/energy.md 3.6
  for (const auto& [seconds, error] : {std::pair{0.2e-3, -0.095},
                                       {0.5e-3, -0.039},
                                       {1e-3, -0.020},
                                       {5e-3, -0.0053},
                                       {20e-3, -0.0025},
                                       {100e-3, -0.0018}}) {
    const Errors errors = of_window(seconds);
    EXPECT_NEAR(errors.filtered, error, 0.0006) << seconds;
    EXPECT_NEAR(errors.raw, -0.0016, 0.0001) << seconds;
  }
}

TEST(Ppk2SpikeFilterTest, ASteadyRangeIsNotTouched) {
  SpikeFilter filter;
  for (const float amps : {1e-3F, 4e-3F, 0.6e-3F, 4.9e-3F})
    EXPECT_EQ(filter.filter(2, amps), amps);
}

TEST(Ppk2SpikeFilterTest, TheHighestRangeHasItsOwnSlowerAverage) {
  SpikeFilter filter;
  filter.filter(3, 0.01F);
  EXPECT_FLOAT_EQ(filter.filter(4, 0.5F), 0.01F) << "not seen by the averages";
  EXPECT_FLOAT_EQ(filter.filter(4, 0.5F), 0.01F) << "nor the second";
  EXPECT_FLOAT_EQ(filter.filter(4, 0.5F), 0.01F + 0.06F * 0.49F);
  EXPECT_FLOAT_EQ(filter.filter(4, 0.5F), 0.5F);
}

}  // namespace
}  // namespace hil::energy::ppk2
