// SPDX-License-Identifier: Apache-2.0
// The emulated PPK2's ranges, hysteresis and clipping.
#include "host/emulate/meter/ppk2_front_end.hpp"

#include <gtest/gtest.h>

#include "host/emulate/meter/ppk2_metadata.hpp"

namespace hil::emulate {
namespace {

TEST(Ppk2FrontEndTest, PicksTheRangeWithHysteresis) {
  Ppk2FrontEnd front_end(real_ppk2_factors());
  const auto range_of = [&](double amps) {
    front_end.sample(amps);
    return front_end.range();
  };
  EXPECT_EQ(range_of(40e-6), 0u);
  EXPECT_EQ(range_of(51e-6), 1u);
  EXPECT_EQ(range_of(45e-6), 1u) << "not yet back";
  EXPECT_EQ(range_of(39e-6), 0u);
  EXPECT_EQ(range_of(0.4), 4u) << "over all ranges at once";
  EXPECT_EQ(range_of(55e-3), 4u);
  EXPECT_EQ(range_of(45e-3), 3u);
  EXPECT_EQ(range_of(1e-6), 0u);
}

TEST(Ppk2FrontEndTest, ClipsWhereTheFrontEndIsHeld) {
  Ppk2FrontEnd front_end(real_ppk2_factors());
  front_end.hold_range(1);
  EXPECT_EQ(front_end.sample(0.014), 16383);
  EXPECT_EQ(front_end.range(), 1u);
  EXPECT_EQ(front_end.sample(-0.5), 0);
  front_end.hold_range(-1);
  const auto code = front_end.sample(0.014);
  EXPECT_EQ(front_end.range(), 3u);
  EXPECT_GT(code, 0);
  EXPECT_LT(code, 16383);
}

TEST(Ppk2FrontEndTest, MoreCurrentIsAHigherCode) {
  for (int range = 0; range < 5; ++range) {
    Ppk2FrontEnd front_end(real_ppk2_factors());
    front_end.hold_range(range);
    const double most =
        std::array{50e-6, 500e-6, 5e-3, 60e-3, 1.0}.at(static_cast<std::size_t>(range));
    int last = -1;
    for (int i = 0; i <= 20; ++i) {
      const int code = front_end.sample(most * i / 20);
      EXPECT_GT(code, last) << range;
      last = code;
    }
  }
}

TEST(Ppk2MetadataTest, IsTheRealUnitsText) {
  const std::string text = ppk2_metadata(real_ppk2_factors(), 3741, 2, Ppk2MetadataFault::kNone);
  EXPECT_TRUE(text.starts_with("Calibrated: 0\nR0: 1003.3506\nR1: 101.5865\n")) << text;
  EXPECT_NE(text.find("\nGS0: 0.0000\nGS1: 112.7890\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nO4: 87.2177\nVDD: 3741\nHW: 9173\nmode: 2\nS0: 0.000000048\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\nUG4: 1.00\nIA: 56\nEND\n")) << text;
}

}  // namespace
}  // namespace hil::emulate
