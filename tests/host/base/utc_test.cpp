// SPDX-License-Identifier: Apache-2.0
// Time as text: known instants, leap days, rounding down.
#include "host/base/utc.hpp"

#include <gtest/gtest.h>

namespace hil {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

std::string at(std::chrono::milliseconds since_1970) {
  return utc_text(system_clock::time_point(since_1970));
}

TEST(Utc, KnownInstants) {
  EXPECT_EQ(at(seconds(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(at(seconds(1'000'000'000)), "2001-09-09T01:46:40Z");
  EXPECT_EQ(at(seconds(1'709'251'199)), "2024-02-29T23:59:59Z");
  EXPECT_EQ(at(seconds(4'102'444'800)), "2100-01-01T00:00:00Z");
}

TEST(Utc, RoundsDownToSecondsOnBothSidesOf1970) {
  EXPECT_EQ(at(milliseconds(1'999)), "1970-01-01T00:00:01Z");
  EXPECT_EQ(at(milliseconds(-1)), "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace hil
