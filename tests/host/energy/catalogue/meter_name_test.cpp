// SPDX-License-Identifier: Apache-2.0
// Names of meters: what they take apart to, and what is refused.
#include "host/energy/catalogue/meter_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Parts {
  MeterKind kind;
  std::string serial, where;
};

TEST(MeterNameTest, TakesThemApart) {
  const std::vector<std::pair<std::string, Parts>> all{
      {"ppk2", {MeterKind::kPpk2, "", ""}},
      {"ppk2@D6A1", {MeterKind::kPpk2, "D6A1", ""}},
      {"ppk2:/dev/ttyACM1", {MeterKind::kPpk2, "", "/dev/ttyACM1"}},
      {"lpm01a@0672:/dev/ttyACM0", {MeterKind::kLpm01a, "0672", "/dev/ttyACM0"}},
      {"hwmon:VDD_IN,VDD_SOC", {MeterKind::kHwmon, "", "VDD_IN,VDD_SOC"}},
      {"hwmon:ina3221@1-0040/1", {MeterKind::kHwmon, "", "ina3221@1-0040/1"}},
      {"iio:ina226", {MeterKind::kIio, "", "ina226"}},
      {"powercap", {MeterKind::kPowercap, "", ""}},
      {"powercap:intel-rapl:0:1", {MeterKind::kPowercap, "", "intel-rapl:0:1"}},
      {"agent", {MeterKind::kAgent, "", ""}},
      {"agent:0x4f", {MeterKind::kAgent, "", "0x4f"}},
      {"joulescope@000123", {MeterKind::kJoulescope, "000123", ""}},
      {"replay:C:a@b.csv", {MeterKind::kReplay, "", "C:a@b.csv"}}};
  for (const auto& [text, parts] : all) {
    const auto name = parse_meter_name(text);
    ASSERT_TRUE(name.ok()) << text << ": " << name.error().what;
    EXPECT_EQ(name->kind, parts.kind) << text;
    EXPECT_EQ(name->serial, parts.serial) << text;
    EXPECT_EQ(name->where, parts.where) << text;
    EXPECT_EQ(name->text(), text);
  }
}

TEST(MeterNameTest, PartsOfAList) {
  EXPECT_THAT(parse_meter_name("hwmon:a,b c,d")->parts(), ElementsAre("a", "b c", "d"));
  EXPECT_TRUE(parse_meter_name("hwmon")->parts().empty());
}

TEST(MeterNameTest, RefusesWhatAKindHasNoUseFor) {
  for (const char* text :
       {"",           "ppk3x",      "ppk2@",    "ppk2:",        "ppk2@:x", "hwmon@1",
        "hwmon:",     "hwmon:a,,b", "hwmon:,a", "hwmon:a,",     "agent:x", "agent:0x80",
        "agent:64",   "agent:0x+1", "agent@1",  "joulescope:x", "replay",  "replay:",
        "replay@1:x", "iio@1:x",    "ppk2:\n",  "PPK2",         " ppk2",   "ppk2\x1b[2J"}) {
    const auto name = parse_meter_name(text);
    ASSERT_FALSE(name.ok()) << text;
    EXPECT_EQ(name.error().blame, Blame::kUser) << text;
    EXPECT_FALSE(name.error().hint.empty()) << text;
    EXPECT_THAT(name.error().what, Not(HasSubstr("\x1b"))) << text;
  }
}

TEST(MeterNameTest, NamesTheNearestKind) {
  EXPECT_EQ(parse_meter_name("ppk").error().hint, "did you mean ppk2?");
  EXPECT_EQ(parse_meter_name("jouleskope@1").error().hint, "did you mean joulescope?");
  EXPECT_EQ(parse_meter_name("multimeter").error().what, "there is no kind of meter 'multimeter'");
  EXPECT_THAT(parse_meter_name("multimeter").error().hint, HasSubstr("hilbench meters"));
}

TEST(MeterNameTest, WhatKindsGive) {
  EXPECT_TRUE(gives_counts(MeterKind::kPowercap));
  EXPECT_TRUE(gives_counts(MeterKind::kAgent));
  EXPECT_FALSE(gives_counts(MeterKind::kPpk2));
}

}  // namespace
}  // namespace hil::energy
