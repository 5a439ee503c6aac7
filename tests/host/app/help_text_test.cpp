// SPDX-License-Identifier: Apache-2.0
// Help as approved, and at every width.
#include "host/app/help_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "host/app/commands.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using testing::HasSubstr;

constexpr const char* kDigits = "fixtures/digits";

TEST(HelpText, OfTheProgramAsApproved) {
  for (const std::size_t width : {60U, 80U}) {
    report::expect_approved("help_" + std::to_string(width) + ".txt", program_help(kDigits, width),
                            "tests/host/app/approved/");
  }
}

TEST(HelpText, OfACommandAsApproved) {
  for (const std::size_t width : {60U, 80U}) {
    report::expect_approved("help_evaluate_" + std::to_string(width) + ".txt",
                            command_help(evaluate_options(), width), "tests/host/app/approved/");
  }
}

TEST(HelpText, NoLineIsWider) {
  for (std::size_t width = 60; width <= 130; width += 7) {
    EXPECT_LE(report::widest_line(program_help(kDigits, width)), width);
    for (const Command& command : all_commands())
      EXPECT_LE(report::widest_line(command_help(command.options(), width)), width) << command.name;
  }
}

TEST(HelpText, LongLinesEndWhereTheyAreStillRead) {
  EXPECT_LE(report::widest_line(command_help(evaluate_options(), 300)), 100u);
  EXPECT_EQ(program_help(kDigits, 0), program_help(kDigits, 40));
}

TEST(HelpText, GroupsStandTogether) {
  std::set<std::string> seen;
  std::string last;
  for (const Command& command : all_commands()) {
    if (last != command.group) {
      EXPECT_TRUE(seen.insert(command.group).second) << command.group << " stands twice";
    }
    last = command.group;
  }
  EXPECT_EQ(seen.size(), 5u);
}

TEST(HelpText, ColorsOnlyWhereAsked) {
  EXPECT_THAT(program_help(kDigits, 80, true), HasSubstr("\x1b[1mboards\x1b[0m\n"));
  EXPECT_EQ(program_help(kDigits, 80).find('\x1b'), std::string::npos);
}

TEST(HelpText, EveryCommandHasOptionsOfItsName) {
  for (const Command& command : all_commands()) {
    EXPECT_EQ(command.options().command(), command.name);
    EXPECT_THAT(command.options().example(),
                testing::StartsWith(std::string("hilbench ") + command.name));
  }
}

}  // namespace
}  // namespace hil::app
