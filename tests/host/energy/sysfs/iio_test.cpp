// SPDX-License-Identifier: Apache-2.0
// IIO: raw numbers, their scales, and which voltage belongs to which current.
#include "host/energy/sysfs/iio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using testing::HasSubstr;

constexpr const char* kDevice = "bus/iio/devices/iio:device0";

/// ina2xx-adc of an INA226, with the figures of the kernel's own driver on fake registers: bus 2640
/// * 1.25 mV, current 1000 * 0.25 mA.
void add_ina226(const SysfsTree& tree) {
  tree.place(kDevice, "i2c-1/1-0040/iio:device0");
  const std::string at = std::string(kDevice) + "/";
  tree.put(at + "name", "ina226");
  tree.put(at + "in_voltage0_raw", "4000");
  tree.put(at + "in_voltage0_scale", "0.002500000");
  tree.put(at + "in_voltage1_raw", "2640");
  tree.put(at + "in_voltage1_scale", "1.250000000");
  tree.put(at + "in_power2_raw", "132");
  tree.put(at + "in_power2_scale", "6.250000000");
  tree.put(at + "in_current3_raw", "1000");
  tree.put(at + "in_current3_scale", "0.250000000");
  tree.put(at + "in_shunt_resistor", "0.010000000");
  tree.put(at + "sampling_frequency", "455");
}

TEST(Iio, AnIna226) {
  const SysfsTree tree;
  add_ina226(tree);
  const auto rails = find_iio_rails(tree.root());
  ASSERT_EQ(rails.size(), 1u) << "its power is its current times its voltage";
  const SensorRail& rail = rails.front();
  EXPECT_EQ(rail.name, "ina226");
  EXPECT_EQ(rail.id, "ina226@1-0040");
  EXPECT_EQ(rail.value.file.filename(), "in_current3_raw");
  EXPECT_DOUBLE_EQ(rail.value.scale, 0.25e-3);
  ASSERT_TRUE(rail.volts.has_value());
  EXPECT_EQ(rail.volts->file.filename(), "in_voltage1_raw") << "0 is the shunt's";
  EXPECT_DOUBLE_EQ(rail.volts->scale, 1.25e-3);
  EXPECT_DOUBLE_EQ(rail.update_s, 1.0 / 455);
  EXPECT_DOUBLE_EQ(rail.accuracy.code_step_a, 0.25e-3);
  EXPECT_NEAR(rail.full_scale, 8.192, 1e-9);
  EXPECT_EQ(rail.problem, "");
}

TEST(Iio, SharedScalesOffsetsAndLabels) {
  const SysfsTree tree;
  const std::string at = std::string(kDevice) + "/";
  tree.put(at + "name", "max9611");
  tree.put(at + "label", "supply");
  for (const char* n : {"0", "1"}) {
    tree.put(at + "in_current" + n + "_raw", "10");
    tree.put(at + "in_voltage" + n + "_raw", "5");
  }
  tree.put(at + "in_current_scale", "2");
  tree.put(at + "in_current1_scale", "3");
  tree.put(at + "in_current_offset", "-1");
  tree.put(at + "in_current1_label", "radio");
  const auto rails = find_iio_rails(tree.root());
  ASSERT_EQ(rails.size(), 2u);
  EXPECT_EQ(rails[0].name, "max9611@iio:device0/0");
  EXPECT_EQ(rails[1].name, "radio");
  EXPECT_EQ(rails[1].device, "supply");
  EXPECT_DOUBLE_EQ(rails[0].value.scale, 2e-3);
  EXPECT_DOUBLE_EQ(rails[0].value.offset, -1);
  EXPECT_DOUBLE_EQ(rails[1].value.scale, 3e-3) << "its own goes first";
  EXPECT_EQ(rails[1].volts->file.filename(), "in_voltage1_raw");
  EXPECT_DOUBLE_EQ(rails[1].volts->scale, 1e-3) << "without a scale it is millivolts";
}

TEST(Iio, ProcessedValuesAndPowerAlone) {
  const SysfsTree tree;
  const std::string at = std::string(kDevice) + "/";
  tree.put(at + "name", "meter");
  tree.put(at + "in_power0_input", "1500");
  const auto rails = find_iio_rails(tree.root());
  ASSERT_EQ(rails.size(), 1u);
  EXPECT_EQ(rails[0].quantity, Quantity::kPower);
  EXPECT_DOUBLE_EQ(rails[0].value.scale, 1e-3);
  EXPECT_FALSE(rails[0].volts.has_value());
}

TEST(Iio, AScaleThatIsNoNumberIsSaid) {
  const SysfsTree tree;
  for (const char* scale : {"nan", "0", "-1", "inf", "0.25 0.5"}) {
    const SysfsTree fresh;
    add_ina226(fresh);
    fresh.put(std::string(kDevice) + "/in_current3_scale", scale);
    const auto rails = find_iio_rails(fresh.root());
    ASSERT_EQ(rails.size(), 1u);
    EXPECT_THAT(rails[0].problem, HasSubstr(scale));
    const auto picked = pick_rails(rails, {}, "iio");
    ASSERT_FALSE(picked.ok());
    EXPECT_EQ(picked.error().blame, Blame::kLab);
  }
}

TEST(Iio, DevicesThatMeasureSomethingElse) {
  const SysfsTree tree;
  tree.put("bus/iio/devices/iio:device0/name", "bme280");
  tree.put("bus/iio/devices/iio:device0/in_temp_input", "21000");
  tree.put("bus/iio/devices/iio:device1/in_current0_raw", "1");
  EXPECT_TRUE(find_iio_rails(tree.root()).empty()) << "one without a name is none";
}

}  // namespace
}  // namespace hil::energy
