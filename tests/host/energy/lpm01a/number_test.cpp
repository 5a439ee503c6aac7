// SPDX-License-Identifier: Apache-2.0
// Tests of the number forms of an LPM01A.
#include "host/energy/lpm01a/number.hpp"

#include <gtest/gtest.h>

namespace hil::energy::lpm01a {
namespace {

TEST(Lpm01aNumber, ReadsEveryForm) {
  EXPECT_DOUBLE_EQ(*parse_number("3300"), 3300);
  EXPECT_DOUBLE_EQ(*parse_number("3300m"), 3.3);
  EXPECT_DOUBLE_EQ(*parse_number("3300-3"), 3.3);
  EXPECT_DOUBLE_EQ(*parse_number("3292-03"), 3.292);
  EXPECT_DOUBLE_EQ(*parse_number("1k"), 1000);
  EXPECT_DOUBLE_EQ(*parse_number("1+3"), 1000);
  EXPECT_DOUBLE_EQ(*parse_number("100u"), 1e-4);
  EXPECT_DOUBLE_EQ(*parse_number("28.0"), 28);
  EXPECT_DOUBLE_EQ(*parse_number("0"), 0);
}

TEST(Lpm01aNumber, RefusesWhatIsNone) {
  for (const char* text : {"", "m", "-3", "3300M", "3.3.0", ".5", "5.", "1e3", "3300m ", " 1", "1-",
                           "1+", "1-123", "1-1x", "1234567890123", "nan", "inf", "0x10"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Lpm01aNumber, ReadsSamplesOfTheManual) {
  EXPECT_DOUBLE_EQ(*parse_sample("6409-07"), 6409e-7);
  EXPECT_DOUBLE_EQ(*parse_sample("0000-10"), 0);
  EXPECT_DOUBLE_EQ(*parse_sample("9999+02"), 999900);
  EXPECT_DOUBLE_EQ(*parse_sample("0001-99"), 1e-99);
}

TEST(Lpm01aNumber, RefusesLeftOversOfSamples) {
  for (const char* text : {"33930-08", "409-07", "6409-7", "6409-007", "6409_07", "64a9-07",
                           "6409-0x", "-640907", "6409-07 ", "6409"})
    EXPECT_FALSE(parse_sample(text)) << text;
}

TEST(Lpm01aNumber, WritesMillivolts) {
  EXPECT_EQ(millivolts(3.3), "3300m");
  EXPECT_EQ(millivolts(1.8), "1800m");
  EXPECT_EQ(millivolts(2.9999), "3000m");
}

}  // namespace
}  // namespace hil::energy::lpm01a
