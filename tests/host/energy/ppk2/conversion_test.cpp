// SPDX-License-Identifier: Apache-2.0
// Codes to amperes: the maker's vector, and true currents through the emulated front end and back.
#include "host/energy/ppk2/conversion.hpp"

#include <gtest/gtest.h>

#include "host/emulate/meter/ppk2_front_end.hpp"
#include "host/energy/ppk2/accuracy.hpp"
#include "tests/host/energy/ppk2/real_metadata.hpp"

namespace hil::energy::ppk2 {
namespace {

Calibration real_calibration() {
  MetadataReader reader;
  EXPECT_TRUE(
      reader
          .take({reinterpret_cast<const std::uint8_t*>(kRealMetadata.data()), kRealMetadata.size()})
          .ok());
  return *reader.calibration();
}

TEST(Ppk2ConversionTest, IsTheMakersToTheLastDigit) {
  const Conversion conversion(real_calibration(), 3.741);
  const double expected = 0.021454880761611544e-6;
  EXPECT_NEAR(conversion.amps(0, 108 / 4), expected, expected * 1e-12);
}

TEST(Ppk2ConversionTest, DirectCurrentsComeBackWithinHalfACodeStep) {
  const Conversion conversion(real_calibration(), 3.3);
  emulate::Ppk2FrontEnd front_end(emulate::real_ppk2_factors());
  front_end.set_volts(3.3);
  for (const double amps :
       {1e-6, 10e-6, 49e-6, 100e-6, 400e-6, 1e-3, 4e-3, 10e-3, 50e-3, 100e-3, 400e-3}) {
    const auto code = front_end.sample(amps);
    const double found = conversion.amps(front_end.range(), code);
    const double half = conversion.code_step(front_end.range(), amps) / 2;
    EXPECT_LE(std::abs(found - amps), half * 1.001) << amps << " in range " << front_end.range();
  }
}

TEST(Ppk2ConversionTest, CodeStepsAreThePublishedOnes) {
  const Conversion conversion(real_calibration(), 3.741);
  const std::array<double, 5> published{44e-9, 0.44e-6, 4.4e-6, 48e-6, 0.79e-3};
  const std::array<double, 5> at{10e-6, 200e-6, 2e-3, 20e-3, 0.3};
  for (unsigned range = 0; range < 5; ++range) {
    const double step = conversion.code_step(range, at.at(range));
    EXPECT_NEAR(step / published.at(range), 1, 0.1) << range;
    EXPECT_NEAR(step, conversion.amps(range, 101) - conversion.amps(range, 100), step * 0.15);
  }
}

TEST(Ppk2ConversionTest, RangesNoUnitHasCountAsTheHighest) {
  const Conversion conversion(real_calibration(), 3.3);
  EXPECT_EQ(conversion.amps(7, 1000), conversion.amps(4, 1000));
}

TEST(Ppk2AccuracyTest, SaysWhereItsFiguresAreFrom) {
  Calibration calibration = real_calibration();
  const Conversion conversion(calibration, 3.3);
  const Accuracy real = accuracy_of(calibration, conversion, false);
  ASSERT_EQ(real.steps.size(), 5u);
  EXPECT_NEAR(real.steps[0].gain, 0.0577, 1e-4);
  EXPECT_NEAR(real.steps[0].offset_a, 115e-9, 1e-9);
  EXPECT_NEAR(real.steps[3].code_step_a, 48e-6, 20e-6);
  EXPECT_NE(real.source.find("competitor"), std::string::npos);
  for (std::size_t n = 1; n < 5; ++n)
    EXPECT_GT(real.steps[n].up_to_a, real.steps[n - 1].up_to_a);

  const Accuracy emulated = accuracy_of(calibration, conversion, true);
  EXPECT_EQ(emulated.steps[2].gain, 0);
  EXPECT_EQ(emulated.time_base, 0);
  EXPECT_GT(emulated.steps[2].code_step_a, 0);

  calibration.ranges[4].assumed = true;
  const Accuracy assumed = accuracy_of(calibration, conversion, false);
  EXPECT_NEAR(assumed.steps[4].gain, 0.173, 1e-3);
  EXPECT_NEAR(assumed.steps[3].gain, 0.0577, 1e-4);
  EXPECT_NE(assumed.source.find("+-30 %"), std::string::npos);
}

}  // namespace
}  // namespace hil::energy::ppk2
