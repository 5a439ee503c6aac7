// SPDX-License-Identifier: Apache-2.0
// A meter of hwmon rails in a made-up tree.
#include "host/energy/sysfs/sensor_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/energy/sysfs/hwmon.hpp"
#include "tests/host/energy/sysfs/stepped_clock.hpp"
#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using testing::HasSubstr;

constexpr const char* kAt = "class/hwmon/hwmon4/";

class SensorMeterTest : public testing::Test {
 protected:
  SensorMeterTest() { tree_.add_jetson(); }

  [[nodiscard]] Result<std::unique_ptr<PowerMeter>> make(const MeterSetup& setup = {}) const {
    return make_sensor_meter("hwmon", find_hwmon_rails(tree_.root()), setup);
  }
  /// Puts @p text into the attribute and gives the flags of a reading.
  std::uint8_t flags_with(const std::string& attribute, const std::string& text) {
    const auto meter = make();
    EXPECT_TRUE(meter.ok()) << meter.error().what;
    Trace trace;
    EXPECT_TRUE((*meter)->start(trace, Deadline::never()).ok());
    tree_.put(kAt + attribute, text);
    EXPECT_TRUE((*meter)->read(trace, Deadline::after(std::chrono::seconds(5))).ok());
    return trace.flags.at(0);
  }

  SteppedClock clock_;
  SysfsTree tree_;
};

TEST_F(SensorMeterTest, ReadsAllRails) {
  const auto meter = make();
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, Deadline::never()).ok());
  ASSERT_TRUE((*meter)->read(trace, Deadline::after(std::chrono::seconds(5))).ok());
  tree_.put(std::string(kAt) + "curr2_input", "-11");
  clock_.pass(std::chrono::milliseconds(20));
  ASSERT_TRUE((*meter)->read(trace, Deadline::after(std::chrono::seconds(5))).ok());
  ASSERT_EQ(trace.rails.size(), 2u);
  EXPECT_EQ(trace.rails[0].name, "VDD_IN");
  EXPECT_THAT(trace.rails[0].values, testing::ElementsAre(0.812F, 0.812F));
  EXPECT_THAT(trace.rails[0].volts, testing::ElementsAre(5.04F, 5.04F));
  EXPECT_THAT(trace.rails[1].values, testing::ElementsAre(0.204F, -0.011F));
  EXPECT_FALSE(trace.rails[0].part_of_another);
  EXPECT_TRUE(trace.rails[1].part_of_another) << "VDD_IN has it";
  EXPECT_EQ(trace.rate_hz, 50) << "every 20 ms";
  EXPECT_EQ((*meter)->abilities().refresh_s, 0.02) << "at any rate";
  EXPECT_EQ((*make({0, false, 500}))->abilities().refresh_s, 0.02);
  EXPECT_EQ(trace.meter.kind, "hwmon");
  EXPECT_EQ(trace.meter.model, "ina3221");
  EXPECT_FALSE(trace.meter.emulated);
  EXPECT_EQ(trace.supply.source, VoltageSource::kMeasured);
  const double bus = std::hypot(0.0025 / std::sqrt(3.0) * 5.04, 16e-3 / std::sqrt(3.0));
  EXPECT_NEAR(trace.supply.uncertainty_v, std::hypot(bus, 8e-3 / std::sqrt(12.0)), 1e-9);
  EXPECT_NEAR(trace.accuracy.steps.at(0).code_step_a, 8e-3, 1e-12);
}

TEST_F(SensorMeterTest, NumbersThatCannotBeAreInvalid) {
  constexpr std::uint8_t kBad = flag::kGap | flag::kInvalid;
  for (const char* text : {"", "nan", "inf", "1e30", "-1e30", "twelve"})
    EXPECT_EQ(flags_with("curr1_input", text), kBad) << text;
  tree_.put(std::string(kAt) + "curr1_input", "5");
  for (const char* text : {"-1", "99999999", "0x10"})
    EXPECT_EQ(flags_with("in1_input", text), kBad) << text;
}

TEST_F(SensorMeterTest, TheEndOfTheShuntsRangeIsSaturated) {
  EXPECT_EQ(flags_with("curr1_input", "32759"), 0);
  EXPECT_EQ(flags_with("curr1_input", "32760"), flag::kSaturated) << "163.8 mV over 5 mOhm";
  EXPECT_EQ(flags_with("curr1_input", "-32760"), flag::kSaturated);
}

TEST_F(SensorMeterTest, WhatItCannotDo) {
  EXPECT_EQ(make({3.3, true, 0}).error().blame, Blame::kUser);
  for (const double rate : {-1.0, 0.001, 1001.0, std::nan("")})
    EXPECT_EQ(make({0, false, rate}).error().blame, Blame::kUser) << rate;
  EXPECT_TRUE(make({0, false, 1000}).ok());
}

TEST_F(SensorMeterTest, AFileThatIsNotThereIsSaidAtOnce) {
  const auto rails = find_hwmon_rails(tree_.root());
  tree_.remove(std::string(kAt) + "in1_input");
  const auto meter = make_sensor_meter("hwmon", rails, {});
  ASSERT_FALSE(meter.ok());
  EXPECT_EQ(meter.error().blame, Blame::kLab);
  EXPECT_THAT(meter.error().what, HasSubstr("in1_input"));
}

TEST_F(SensorMeterTest, WithoutAVoltageTheStatedOneHolds) {
  tree_.remove(std::string(kAt) + "in1_input");
  tree_.remove(std::string(kAt) + "in2_input");
  Trace trace;
  ASSERT_TRUE((*make({5.0, false, 0}))->start(trace, Deadline::never()).ok());
  EXPECT_EQ(trace.supply.source, VoltageSource::kStated);
  EXPECT_EQ(trace.supply.volts, 5.0);
  ASSERT_TRUE((*make())->start(trace, Deadline::never()).ok());
  EXPECT_EQ(trace.supply.source, VoltageSource::kUnknown);
}

TEST(UpdateRateOf, TheSlowestWithinLimits) {
  std::vector<SensorRail> rails(2);
  EXPECT_EQ(update_rate_of(rails), kDefaultPolls);
  rails[0].update_s = 0.02;
  EXPECT_EQ(update_rate_of(rails), 50);
  rails[1].update_s = 0.5;
  EXPECT_EQ(update_rate_of(rails), 2);
  rails[1].update_s = 1e9;
  EXPECT_EQ(update_rate_of(rails), 0.01);
  rails = {rails[0]};
  rails[0].update_s = 1e-9;
  EXPECT_EQ(update_rate_of(rails), kMostPolls);
}

}  // namespace
}  // namespace hil::energy
