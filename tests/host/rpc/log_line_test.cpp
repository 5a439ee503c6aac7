// SPDX-License-Identifier: Apache-2.0
// Log lines from messages, and levels by name.
#include "host/rpc/log_line.hpp"

#include <gtest/gtest.h>

#include "protocol/messages/log.pb.h"

namespace hil::rpc {
namespace {

TEST(LogLine, LevelsHaveTheirNamesAndBack) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    EXPECT_EQ(level_of(name_of(level)), level);
  }
  EXPECT_FALSE(level_of(""));
  EXPECT_FALSE(level_of("Info"));
}

TEST(LogLine, UnknownLevelCountsAsAnError) {
  hilbench::v1::LogLine line;
  for (const int level : {4, 1000, -1}) {
    line.set_level(static_cast<hilbench::v1::LogLevel>(level));
    EXPECT_EQ(log_line_of(line).level, LogLevel::kError) << level;
  }
}

TEST(LogLine, TextIsMadePrintable) {
  hilbench::v1::LogLine line;
  line.set_text("a\x1b]0;title\x07\n\xc3\xa9");
  EXPECT_EQ(log_line_of(line).text, "a?]0;title??\xc3\xa9");
}

}  // namespace
}  // namespace hil::rpc
