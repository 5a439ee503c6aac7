// SPDX-License-Identifier: Apache-2.0
// Tests of how an LPM01A is used for what is asked, and how exact that is.
#include "host/energy/lpm01a/acquisition.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "host/emulate/meter/lpm01a_encoding.hpp"
#include "host/energy/lpm01a/binary_reader.hpp"
#include "host/energy/lpm01a/number.hpp"

namespace hil::energy::lpm01a {
namespace {

MeterSetup asked(double rate_hz, double volts = 3.3) {
  MeterSetup setup;
  setup.source = true;
  setup.volts = volts;
  setup.rate_hz = rate_hz;
  return setup;
}

TEST(Lpm01aAcquisition, ChoosesTheNextRateUp) {
  EXPECT_EQ(acquisition_for(asked(0))->rate_word, "1k");
  EXPECT_TRUE(acquisition_for(asked(0))->energy);
  EXPECT_EQ(acquisition_for(asked(0.5))->rate_word, "1");
  EXPECT_EQ(acquisition_for(asked(100))->rate_word, "100");
  EXPECT_EQ(acquisition_for(asked(101))->rate_word, "200");
  EXPECT_TRUE(acquisition_for(asked(1000))->energy);
  EXPECT_FALSE(acquisition_for(asked(1001))->energy);
  EXPECT_EQ(acquisition_for(asked(1001))->rate_hz, 2000);
  EXPECT_EQ(acquisition_for(asked(100'000))->rate_word, "100k");
}

TEST(Lpm01aAcquisition, RefusesWhatTheMeterCannot) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const MeterSetup& setup : {asked(100'001), asked(-1), asked(nan), asked(0, 0),
                                  asked(0, 1.79), asked(0, 3.31), asked(0, nan)}) {
    const auto made = acquisition_for(setup);
    ASSERT_FALSE(made) << setup.rate_hz << " " << setup.volts;
    EXPECT_EQ(made.error().blame, Blame::kUser);
    EXPECT_FALSE(made.error().hint.empty());
  }
  MeterSetup ampere = asked(0);
  ampere.source = false;
  EXPECT_NE(acquisition_for(ampere).error().what.find("supplies"), std::string::npos);
  MeterSetup trigger = asked(1000);
  trigger.start_on_edge = true;
  EXPECT_EQ(acquisition_for(trigger).error().blame, Blame::kUser);
  trigger.rate_hz = 100e3;
  EXPECT_TRUE(acquisition_for(trigger)->start_on_edge);
  EXPECT_TRUE(acquisition_for(asked(0, 3.3)));
  EXPECT_TRUE(acquisition_for(asked(0, 1.8)));
}

const AccuracyStep& step_for(const Accuracy& accuracy, double value) {
  for (const AccuracyStep& step : accuracy.steps)
    if (value <= step.up_to_a) return step;
  return accuracy.steps.back();
}

/// Both formats round to half a code step, which is 0.2 % (binary) and 0.05 % (text) at worst.
TEST(Lpm01aAcquisition, StatesTheCodeStepOfBothFormats) {
  const Acquisition current = *acquisition_for(asked(100e3));
  const Acquisition energy = *acquisition_for(asked(1e3));
  const Accuracy of_current = accuracy_of(current), of_energy = accuracy_of(energy);
  double worst_binary = 0, worst_text = 0;
  for (double amps = 1e-6; amps < 0.05; amps *= 1.00137) {
    const std::string bytes = emulate::binary_sample(amps);
    const double read = value_of(static_cast<std::uint16_t>(
        static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1])));
    EXPECT_LE(std::abs(read - amps), step_for(of_current, amps).code_step_a / 2 * (1 + 1e-9));
    worst_binary = std::max(worst_binary, std::abs(read / amps - 1));
    const double watts = amps * 3.3;
    const std::string text = emulate::ascii_sample(watts / 1e3);
    const double told = *parse_sample(text.substr(0, 7)) * 1e3;
    EXPECT_LE(std::abs(told - watts), step_for(of_energy, watts).code_step_a / 2 * (1 + 1e-9));
    worst_text = std::max(worst_text, std::abs(told / watts - 1));
  }
  EXPECT_LE(worst_binary, 0.00196);
  EXPECT_GE(worst_binary, 0.0015);
  EXPECT_LE(worst_text, 0.0005);
}

TEST(Lpm01aAcquisition, StatesStandardUncertainties) {
  const Accuracy accuracy = accuracy_of(*acquisition_for(asked(1e3)));
  for (const AccuracyStep& step : accuracy.steps) {
    EXPECT_NEAR(step.gain, 0.02 / std::sqrt(3), 1e-12);
    EXPECT_NEAR(step.offset_a, 100e-9 * 3.3 / std::sqrt(3), 1e-15);
  }
  EXPECT_NEAR(supply_of(3.3).uncertainty_v, 0.033 / std::sqrt(3), 1e-12);
  EXPECT_EQ(supply_of(3.3).source, VoltageSource::kSet);
}

}  // namespace
}  // namespace hil::energy::lpm01a
