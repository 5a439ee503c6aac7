// SPDX-License-Identifier: Apache-2.0
// Tests of commands to an LPM01A: what counts as a reply, and to what.
#include "host/energy/lpm01a/command.hpp"

#include <gtest/gtest.h>

namespace hil::energy::lpm01a {
namespace {

TEST(Lpm01aCommand, ReadsRepliesOfBothSpellings) {
  const auto accepted = parse_reply("PowerShield > ack volt get 3292-03", "volt get");
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->accepted);
  EXPECT_EQ(accepted->value, "3292-03");
  EXPECT_TRUE(parse_reply("PowerShield > PowerShield > ack htc ", "htc")->accepted);
  EXPECT_TRUE(parse_reply("ack htc", "htc")->accepted);
  for (const char* line : {"PowerShield > error freq 7", "PowerShield > err freq 7"}) {
    const auto refused = parse_reply(line, "freq 7");
    ASSERT_TRUE(refused) << line;
    EXPECT_FALSE(refused->accepted) << line;
  }
}

TEST(Lpm01aCommand, IgnoresWhatIsNoReplyToIt) {
  for (const char* line : {"", "PowerShield >", "PowerShield > ack", "PowerShield > ack freq 1k",
                           "PowerShield > ack freq 7k", "6409-07", "ack", "acknowledge freq 7",
                           "Error detail: freq 7", "PowerShield > errors freq 7"})
    EXPECT_FALSE(parse_reply(line, "freq 7")) << line;
}

TEST(Lpm01aCommand, ReadsReasons) {
  EXPECT_EQ(parse_detail("Error detail: Argument not valid"), "Argument not valid");
  EXPECT_EQ(parse_detail("PowerShield > Error detail:  x "), "x");
  EXPECT_FALSE(parse_detail("error: x"));
}

}  // namespace
}  // namespace hil::energy::lpm01a
