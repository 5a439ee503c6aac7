// SPDX-License-Identifier: Apache-2.0
// powercap: zones that hold others, counters that begin again, and who may read them.
#include "host/energy/sysfs/powercap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <iostream>

#include "tests/host/base/as_nobody.hpp"
#include "tests/host/energy/sysfs/stepped_clock.hpp"
#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRange = "262143328850";

void add_zone(const SysfsTree& tree, const std::string& id, const std::string& name,
              const std::string& energy = "1000000") {
  const std::string at = "class/powercap/" + id + "/";
  tree.put(at + "name", name);
  tree.put(at + "energy_uj", energy);
  tree.put(at + "max_energy_range_uj", kRange);
}

class PowercapTest : public testing::Test {
 protected:
  PowercapTest() {
    tree_.put("class/powercap/intel-rapl/enabled", "1");
    add_zone(tree_, "intel-rapl:0", "package-0");
    add_zone(tree_, "intel-rapl:0:0", "core");
    add_zone(tree_, "intel-rapl:0:1", "dram");
    add_zone(tree_, "intel-rapl:1", "package-1");
    add_zone(tree_, "intel-rapl:1:0", "core");
    add_zone(tree_, "intel-rapl:2", "psys");
    add_zone(tree_, "intel-rapl-mmio:0", "package-0");
  }
  [[nodiscard]] Result<std::vector<PowercapZone>> pick(
      const std::vector<std::string>& names) const {
    return pick_zones(find_powercap_zones(tree_.root()), names);
  }
  [[nodiscard]] std::vector<std::string> ids(const std::vector<std::string>& names) const {
    std::vector<std::string> found;
    const auto zones = pick(names);
    EXPECT_TRUE(zones.ok()) << zones.error().what;
    if (zones.ok()) {
      for (const PowercapZone& zone : *zones)
        found.push_back(zone.id);
    }
    return found;
  }
  /// Joules that two readings are apart when package-0 goes from @p before to @p after.
  [[nodiscard]] Result<double> between(const std::string& before, const std::string& after) const {
    add_zone(tree_, "intel-rapl:0", "package-0", before);
    HIL_ASSIGN(const auto zones, pick({"package-0"}));
    HIL_ASSIGN(const auto counter, make_powercap(zones));
    HIL_ASSIGN(const auto first, counter->read(Deadline::never()));
    add_zone(tree_, "intel-rapl:0", "package-0", after);
    HIL_ASSIGN(const auto second, counter->read(Deadline::never()));
    return second.joules - first.joules;
  }

  SysfsTree tree_;
};

TEST_F(PowercapTest, ZonesByNameEachOnce) {
  std::vector<std::string> names;
  for (const PowercapZone& zone : find_powercap_zones(tree_.root()))
    names.push_back(zone.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("package-0", "package-0/core", "package-0/dram",
                                                   "package-1", "package-1/core", "psys"));
}

TEST_F(PowercapTest, WithoutANameAllPackages) {
  EXPECT_THAT(ids({}), ElementsAre("intel-rapl:0", "intel-rapl:1"));
}

TEST_F(PowercapTest, ByNameByPartAndById) {
  EXPECT_THAT(ids({"package-1/core"}), ElementsAre("intel-rapl:1:0"));
  EXPECT_THAT(ids({"dram"}), ElementsAre("intel-rapl:0:1")) << "there is only one";
  EXPECT_THAT(ids({"intel-rapl:1:0"}), ElementsAre("intel-rapl:1:0"));
  EXPECT_THAT(ids({"package-0", "package-0"}), ElementsAre("intel-rapl:0"));
  EXPECT_EQ(pick({"core"}).error().what, "2 powercap zones are called 'core'");
  EXPECT_EQ(pick({"pakage-0"}).error().hint, "did you mean powercap:package-0?");
}

TEST_F(PowercapTest, ANestedZoneIsNeverAddedTwice) {
  const auto nested = pick({"package-0/core", "package-0"});
  ASSERT_FALSE(nested.ok());
  EXPECT_EQ(nested.error().blame, Blame::kUser);
  EXPECT_EQ(nested.error().what, "package-0/core is counted in package-0 already");
  EXPECT_EQ(pick({"package-1", "psys"}).error().what, "package-1 is counted in psys already");
  EXPECT_TRUE(pick({"package-0/core", "package-1/core"}).ok());
}

TEST_F(PowercapTest, NoZonesAtAll) {
  const SysfsTree empty;
  EXPECT_EQ(pick_zones(find_powercap_zones(empty.root()), {}).error().blame, Blame::kLab);
}

TEST_F(PowercapTest, CountsAndBeginsAgain) {
  EXPECT_NEAR(*between("1000000", "3500000"), 2.5, 1e-12);
  EXPECT_NEAR(*between("262143000000", "671150"), 1.0, 1e-9) << "over the end of its range";
  EXPECT_EQ(*between("5", "5"), 0);
}

TEST_F(PowercapTest, AddsZones) {
  const auto counter = make_powercap(*pick({}));
  ASSERT_TRUE(counter.ok()) << counter.error().what;
  EXPECT_EQ((*counter)->read(Deadline::never())->joules, 0) << "since it was opened";
  add_zone(tree_, "intel-rapl:0", "package-0", "2000000");
  add_zone(tree_, "intel-rapl:1", "package-1", "1500000");
  const auto reading = (*counter)->read(Deadline::never());
  EXPECT_NEAR(reading->joules, 1.5, 1e-12);
  EXPECT_GE(reading->at_uncertainty_s, 0.001 / 3.5) << "the counter's own refresh";
  EXPECT_FALSE(reading->coulombs.has_value());
  EXPECT_EQ((*counter)->info().model, "RAPL package-0, package-1");
  EXPECT_THAT((*counter)->accuracy().source, HasSubstr("model"));
}

TEST_F(PowercapTest, NumbersThatCannotBe) {
  for (const char* text : {"-1", "nan", "", "x", "999999999999999", "1e300"}) {
    const auto moved = between("1", text);
    ASSERT_FALSE(moved.ok()) << text;
    EXPECT_EQ(moved.error().blame, Blame::kLink);
  }
}

TEST_F(PowercapTest, WithoutARangeItMayNotBeginAgain) {
  const auto with_range = [this](const std::string& range) {
    tree_.put("class/powercap/intel-rapl:1/max_energy_range_uj", range);
    tree_.put("class/powercap/intel-rapl:1/energy_uj", "900");
    auto counter = make_powercap(*pick({"package-1"}));
    tree_.put("class/powercap/intel-rapl:1/energy_uj", "50");
    return (*counter)->read(Deadline::never());
  };
  for (const char* range : {"0", "-5", "nan"}) {
    const auto reading = with_range(range);
    ASSERT_FALSE(reading.ok()) << range;
    EXPECT_EQ(reading.error().what, "package-1 has begun again");
  }
  EXPECT_TRUE(with_range("1000").ok());
}

TEST_F(PowercapTest, RootAloneMayReadItAndTheFixIsSaid) {
  ASSERT_EQ(::chmod(tree_.root().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((tree_.root() / "class/powercap/intel-rapl:0/energy_uj").c_str(), 0400), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        const auto counter = make_powercap(*pick({"package-0"}));
        if (!counter.ok())
          std::cerr << name_of(counter.error().blame) << "; " << counter.error().hint;
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "lab; run sudo chmod a.r .*intel-rapl:0/energy_uj");
}

TEST_F(PowercapTest, ZonesOfOneNameAreToldApartById) {
  add_zone(tree_, "intel-rapl:3", "package-0");
  const auto two = pick({"package-0"});
  ASSERT_FALSE(two.ok());
  EXPECT_EQ(two.error().blame, Blame::kUser);
  EXPECT_EQ(two.error().what, "2 powercap zones are called 'package-0'");
  EXPECT_EQ(two.error().hint, "name one of them: powercap:intel-rapl:0, powercap:intel-rapl:3");
  EXPECT_THAT(ids({"intel-rapl:3", "intel-rapl:0"}), ElementsAre("intel-rapl:3", "intel-rapl:0"));
  EXPECT_THAT(ids({}), ElementsAre("intel-rapl:0", "intel-rapl:1", "intel-rapl:3"));
}

TEST_F(PowercapTest, AZoneOfTheSecondInterfaceIsPartOfThePackageAllTheSame) {
  add_zone(tree_, "intel-rapl-mmio:0:0", "uncore");
  EXPECT_THAT(ids({"package-0/uncore"}), ElementsAre("intel-rapl-mmio:0:0"));
  EXPECT_EQ(pick({"package-0", "uncore"}).error().what,
            "package-0/uncore is counted in package-0 already");
}

TEST_F(PowercapTest, ACounterThatWasSetBackIsNoWrap) {
  const auto back = between("5000000", "4999999");
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().blame, Blame::kLink);
  EXPECT_EQ(back.error().what,
            "package-0 went from 5000000 to 4999999 uJ between two readings, and begins again at "
            "262143328850");
  EXPECT_FALSE(between("0", "131071664426").ok()) << "half of its range and more";
  EXPECT_TRUE(between("0", "131071664425").ok());
}

TEST_F(PowercapTest, SaysForHowLongAPartOfItStandsStill) {
  SteppedClock clock;
  const auto counter = make_powercap(*pick({}));
  ASSERT_TRUE(counter.ok()) << counter.error().what;
  clock.pass(std::chrono::seconds(3));
  EXPECT_NEAR((*counter)->read(Deadline::never())->still_s, 3, 0.01);
  add_zone(tree_, "intel-rapl:0", "package-0", "2000000");
  const auto one = (*counter)->read(Deadline::never());
  EXPECT_NEAR(one->joules, 1, 1e-9);
  EXPECT_NEAR(one->still_s, 3, 0.01) << "package-1 has not moved";
  add_zone(tree_, "intel-rapl:1", "package-1", "1000001");
  clock.pass(std::chrono::seconds(2));
  EXPECT_NEAR((*counter)->read(Deadline::never())->still_s, 2, 0.01) << "package-0";
}

}  // namespace
}  // namespace hil::energy
