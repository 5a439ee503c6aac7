// SPDX-License-Identifier: Apache-2.0
// When there are colours, and what they are.
#include "host/report/color.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>

namespace hil::report {
namespace {

/// A terminal, a file, and an environment without opinions.
class Color : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(openpty(&other_end_, &terminal_, nullptr, nullptr, nullptr), 0);
    file_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
  }
  void TearDown() override {
    choose_colors(ColorChoice::kAuto);
    unsetenv("NO_COLOR");
    for (const int descriptor : {other_end_, terminal_, file_})
      close(descriptor);
  }
  int other_end_ = -1;
  int terminal_ = -1;
  int file_ = -1;
};

TEST_F(Color, IsForTerminals) {
  EXPECT_TRUE(colors_for(terminal_));
  EXPECT_FALSE(colors_for(file_));
  EXPECT_FALSE(colors_for(-1));
}

TEST_F(Color, DumbTerminalsHaveNone) {
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(colors_for(terminal_));
}

TEST_F(Color, NoColorCountsUnlessItIsEmpty) {
  setenv("NO_COLOR", "0", 1);
  EXPECT_FALSE(colors_for(terminal_));
  setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(colors_for(terminal_));
}

TEST_F(Color, AChoiceCountsMore) {
  setenv("NO_COLOR", "1", 1);
  choose_colors(ColorChoice::kAlways);
  EXPECT_TRUE(colors_for(file_));
  choose_colors(ColorChoice::kNever);
  unsetenv("NO_COLOR");
  EXPECT_FALSE(colors_for(terminal_));
}

TEST_F(Color, PaintsOnlyIfAskedAndOnlySomething) {
  EXPECT_EQ(paint(Tone::kBad, "FAIL", false), "FAIL");
  EXPECT_EQ(paint(Tone::kBad, "FAIL", true), "\x1b[1;31mFAIL\x1b[0m");
  EXPECT_EQ(paint(Tone::kGood, "PASS", true), "\x1b[32mPASS\x1b[0m");
  EXPECT_EQ(paint(Tone::kHeading, "", true), "");
}

}  // namespace
}  // namespace hil::report
