// SPDX-License-Identifier: Apache-2.0
// Numbers and text from files that may hold anything.
#include "host/energy/sysfs/attribute.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <iostream>

#include "tests/host/base/as_nobody.hpp"
#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using testing::HasSubstr;

TEST(NumberIn, TakesDecimalNumbers) {
  EXPECT_EQ(number_in("812"), 812);
  EXPECT_EQ(number_in("-3"), -3);
  EXPECT_EQ(number_in("0.250000000"), 0.25);
  EXPECT_EQ(number_in("1e3"), 1000);
}

TEST(NumberIn, RefusesEverythingElse) {
  for (const char* text : {"", " ", "nan", "-nan", "inf", "-inf", "1e999", "0x10", "+5", "5 A",
                           "5,0", "--5", "5-", "\x1b[2J"}) {
    EXPECT_FALSE(number_in(text).has_value()) << text;
  }
}

TEST(AttributeText, IsOneSafeLine) {
  const SysfsTree tree;
  tree.put("a", "VDD_IN \t");
  tree.put("b", "one\ntwo");
  tree.put("c", "\x1b[31mred");
  tree.put("d", std::string(5000, 'x'));
  EXPECT_EQ(attribute_text(tree.root() / "a"), "VDD_IN");
  EXPECT_EQ(attribute_text(tree.root() / "b"), "one");
  EXPECT_EQ(attribute_text(tree.root() / "c"), "?[31mred");
  EXPECT_EQ(attribute_text(tree.root() / "d").size(), 120u);
  EXPECT_EQ(attribute_text(tree.root() / "none"), "");
  EXPECT_EQ(attribute_text(tree.root()), "") << "a folder";
}

TEST(EntriesOf, CountsNumbersByValue) {
  const SysfsTree tree;
  for (const char* name : {"hwmon10", "hwmon2", "hwmon1"})
    tree.put(std::string("class/") + name + "/name", "x");
  std::vector<std::string> names;
  for (const auto& entry : entries_of(tree.root() / "class"))
    names.push_back(entry.filename().string());
  EXPECT_THAT(names, testing::ElementsAre("hwmon1", "hwmon2", "hwmon10"));
  EXPECT_TRUE(entries_of(tree.root() / "nothing").empty());
}

TEST(AttributeFile, IsReadAnewEachTime) {
  const SysfsTree tree;
  tree.put("curr1_input", "812");
  const auto file = Attribute::open(tree.root() / "curr1_input");
  ASSERT_TRUE(file.ok()) << file.error().what;
  EXPECT_EQ(*file->read(), 812);
  tree.put("curr1_input", "-7");
  EXPECT_EQ(*file->read(), -7);
  tree.put("curr1_input", "nan");
  EXPECT_EQ(*file->read(), std::nullopt);
  tree.put("curr1_input", "");
  EXPECT_EQ(*file->read(), std::nullopt);
  tree.put("curr1_input", std::string(200, '1'));
  EXPECT_EQ(*file->read(), std::nullopt) << "its end has not been seen";
}

TEST(AttributeFile, ThatIsNotThereOrNoFile) {
  const SysfsTree tree;
  const auto none = Attribute::open(tree.root() / "none");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kLab);
  EXPECT_THAT(none.error().what, HasSubstr("No such file"));
  const auto folder = Attribute::open(tree.root());
  ASSERT_TRUE(folder.ok()) << "open() takes a folder";
  ASSERT_FALSE(folder->read().ok());
  EXPECT_EQ(folder->read().error().blame, Blame::kLab);
}

TEST(AttributeFile, WithoutPermissionSaysWhatGivesIt) {
  const SysfsTree tree;
  tree.put("energy_uj", "1");
  ASSERT_EQ(::chmod(tree.root().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((tree.root() / "energy_uj").c_str(), 0400), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        const auto file = Attribute::open(tree.root() / "energy_uj");
        if (!file.ok()) std::cerr << file.error().what << "; " << file.error().hint;
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "Permission denied; run sudo chmod a.r .*energy_uj");
}

}  // namespace
}  // namespace hil::energy
