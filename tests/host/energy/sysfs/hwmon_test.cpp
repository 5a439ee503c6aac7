// SPDX-License-Identifier: Apache-2.0
// hwmon: which rails there are, by which name, and how exact.
#include "host/energy/sysfs/hwmon.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_of(const std::vector<SensorRail>& rails) {
  std::vector<std::string> names;
  for (const SensorRail& rail : rails)
    names.push_back(rail.name);
  return names;
}

TEST(Hwmon, NoneWhereThereIsNoSysfs) {
  EXPECT_TRUE(find_hwmon_rails("/no/such/folder").empty());
}

TEST(Hwmon, RailsOfAJetsonByLabel) {
  const SysfsTree tree;
  tree.add_jetson();
  const auto rails = find_hwmon_rails(tree.root());
  ASSERT_THAT(names_of(rails), ElementsAre("VDD_IN", "VDD_CPU_GPU_CV"))
      << "neither a channel that is off nor the sums";
  const SensorRail& in = rails.front();
  EXPECT_EQ(in.id, "ina3221@1-0040/1");
  EXPECT_EQ(in.quantity, Quantity::kCurrent);
  EXPECT_EQ(in.value.file.filename(), "curr1_input");
  EXPECT_DOUBLE_EQ(in.value.scale, 1e-3);
  ASSERT_TRUE(in.volts.has_value());
  EXPECT_EQ(in.volts->file.filename(), "in1_input");
  EXPECT_DOUBLE_EQ(in.update_s, 0.020);
  // 163.8 mV, 40 uV a code and 80 uV of offset, over 5 mOhm.
  EXPECT_NEAR(in.full_scale, 32.76, 1e-9);
  EXPECT_NEAR(in.accuracy.code_step_a, 8e-3, 1e-12);
  EXPECT_NEAR(in.accuracy.offset_a, 16e-3 / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(in.accuracy.gain, std::hypot(0.0025, 0.01) / std::sqrt(3.0), 1e-9);
  EXPECT_THAT(in.accuracy_source, HasSubstr("ina3221: the maker's figures from memory"));
}

TEST(Hwmon, AnUnlabelledRailIsNamedByItsPlaceAndNeverByNumber) {
  const SysfsTree tree;
  for (const char* hwmon : {"hwmon3", "hwmon9"}) {
    const std::string at = std::string("class/hwmon/") + hwmon + "/";
    tree.put(at + "name", "ina226");
    tree.put(at + "in0_input", "2");
    tree.put(at + "in1_input", "3300");
    tree.put(at + "curr1_input", "21");
    tree.put(at + "power1_input", "69300");
    tree.put(at + "shunt_resistor", "100000");
  }
  tree.place("class/hwmon/hwmon3/device", "i2c-1/1-0044");
  tree.place("class/hwmon/hwmon9/device", "i2c-1/1-0045");
  const auto rails = find_hwmon_rails(tree.root());
  ASSERT_THAT(names_of(rails), ElementsAre("ina226@1-0044", "ina226@1-0045"));
  EXPECT_EQ(rails[0].volts->file.filename(), "in1_input") << "in0 is the shunt's";
  // 2.5 uV over 0.1 Ohm is 25 uA: what hwmon cuts to is more.
  EXPECT_DOUBLE_EQ(rails[0].accuracy.code_step_a, 1e-3);
  EXPECT_EQ(rails[0].update_s, 0) << "its driver does not say";
}

TEST(Hwmon, ALabelOfTheDeviceNamesItsRail) {
  const SysfsTree tree;
  tree.put("class/hwmon/hwmon0/name", "ina238");
  tree.put("class/hwmon/hwmon0/label", "board supply");
  tree.put("class/hwmon/hwmon0/curr1_input", "1");
  tree.put("class/hwmon/hwmon0/in1_input", "1");
  EXPECT_THAT(names_of(find_hwmon_rails(tree.root())), ElementsAre("board supply"));
}

TEST(Hwmon, ChipsThatGivePowerAlone) {
  const SysfsTree tree;
  tree.put("class/hwmon/hwmon0/name", "amdgpu");
  tree.put("class/hwmon/hwmon0/power1_average", "11000000");
  tree.put("class/hwmon/hwmon0/power1_label", "PPT");
  tree.put("class/hwmon/hwmon1/name", "coretemp");
  tree.put("class/hwmon/hwmon1/temp1_input", "45000");
  const auto rails = find_hwmon_rails(tree.root());
  ASSERT_THAT(names_of(rails), ElementsAre("PPT"));
  EXPECT_EQ(rails[0].quantity, Quantity::kPower);
  EXPECT_DOUBLE_EQ(rails[0].value.scale, 1e-6);
  EXPECT_THAT(rails[0].accuracy_source, HasSubstr("nothing is known of this chip"));
}

TEST(Hwmon, NumbersThatCannotBe) {
  const SysfsTree tree;
  tree.add_jetson();
  for (const char* text : {"0", "-20", "nan", "", "1e400"}) {
    tree.put("class/hwmon/hwmon4/update_interval", text);
    tree.put("class/hwmon/hwmon4/shunt1_resistor", text);
    const auto rails = find_hwmon_rails(tree.root());
    ASSERT_EQ(rails.size(), 2u);
    EXPECT_EQ(rails[0].update_s, 0) << text;
    EXPECT_EQ(rails[0].full_scale, 0) << text;
    EXPECT_DOUBLE_EQ(rails[0].accuracy.code_step_a, 1e-3) << text;
  }
}

TEST(Hwmon, HostileLabels) {
  const SysfsTree tree;
  tree.add_jetson();
  tree.put("class/hwmon/hwmon4/in1_label", "\x1b[2JVDD");
  EXPECT_EQ(find_hwmon_rails(tree.root())[0].name, "?[2JVDD");
}

class PickRails : public testing::Test {
 protected:
  PickRails() { tree_.add_jetson(); }
  [[nodiscard]] Result<std::vector<SensorRail>> pick(const std::vector<std::string>& names) const {
    return pick_rails(find_hwmon_rails(tree_.root()), names, "hwmon");
  }
  SysfsTree tree_;
};

TEST_F(PickRails, ByNameIdAndDevice) {
  EXPECT_THAT(names_of(*pick({"VDD_CPU_GPU_CV", "VDD_IN"})),
              ElementsAre("VDD_CPU_GPU_CV", "VDD_IN"));
  EXPECT_THAT(names_of(*pick({"ina3221@1-0040/2"})), ElementsAre("VDD_CPU_GPU_CV"));
  EXPECT_THAT(names_of(*pick({"ina3221"})), ElementsAre("VDD_IN", "VDD_CPU_GPU_CV"));
  EXPECT_THAT(names_of(*pick({"ina3221", "VDD_IN"})), testing::SizeIs(2)) << "none twice";
}

TEST_F(PickRails, RailsOfAModuleArePartsOfItsInput) {
  const auto both = *pick({"VDD_CPU_GPU_CV", "VDD_IN"});
  EXPECT_TRUE(is_part_of_another(both[0], both));
  EXPECT_FALSE(is_part_of_another(both[1], both));
  const auto one = *pick({"VDD_CPU_GPU_CV"});
  EXPECT_FALSE(is_part_of_another(one[0], one)) << "its whole was not named";
}

TEST_F(PickRails, ASecondSensorOfTheModuleMeasuresPartsToo) {
  tree_.put("class/hwmon/hwmon5/name", "ina3221");
  tree_.put("class/hwmon/hwmon5/in2_label", "VDD_SYS_GPU");
  tree_.put("class/hwmon/hwmon5/curr2_input", "100");
  tree_.put("class/hwmon/hwmon6/name", "ina226");
  tree_.put("class/hwmon/hwmon6/label", "camera");
  tree_.put("class/hwmon/hwmon6/curr1_input", "100");
  const auto rails = *pick({"VDD_IN", "VDD_SYS_GPU", "camera"});
  EXPECT_FALSE(is_part_of_another(rails[0], rails));
  EXPECT_TRUE(is_part_of_another(rails[1], rails));
  EXPECT_FALSE(is_part_of_another(rails[2], rails)) << "a sensor of another board";
}

TEST_F(PickRails, AMistypedName) {
  const auto none = pick({"VDD_INN"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kUser);
  EXPECT_EQ(none.error().what, "hwmon has no rail 'VDD_INN'");
  EXPECT_EQ(none.error().hint, "did you mean hwmon:VDD_IN?");
  EXPECT_EQ(pick({"hwmon4"}).error().hint, "there is VDD_IN, VDD_CPU_GPU_CV");
}

TEST_F(PickRails, NoNameWhereThereAreSeveral) {
  const auto undecided = pick({});
  ASSERT_FALSE(undecided.ok());
  EXPECT_EQ(undecided.error().what, "hwmon has 2 rails and none is named");
  EXPECT_THAT(undecided.error().hint, HasSubstr("hwmon:VDD_IN"));
}

TEST_F(PickRails, TwoOfOneName) {
  tree_.add_jetson("hwmon6");
  tree_.remove("class/hwmon/hwmon6/device");
  tree_.place("class/hwmon/hwmon6/device", "i2c-7/7-0041");
  const auto undecided = pick({"VDD_IN"});
  ASSERT_FALSE(undecided.ok());
  EXPECT_EQ(undecided.error().what, "2 rails are called 'VDD_IN'");
  EXPECT_EQ(undecided.error().hint,
            "name one by its place: hwmon:ina3221@1-0040/1, hwmon:ina3221@7-0041/1");
  EXPECT_THAT(names_of(*pick({"ina3221@7-0041/1"})), ElementsAre("VDD_IN"));
  EXPECT_FALSE(pick({"ina3221"}).ok()) << "two devices";
}

TEST(PickRailsOfNothing, IsTheBenchsTurn) {
  const auto none = pick_rails({}, {"VDD_IN"}, "hwmon");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kLab);
}

}  // namespace
}  // namespace hil::energy
