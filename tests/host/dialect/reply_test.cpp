// SPDX-License-Identifier: Apache-2.0
// Every reply of the protocol is recognised, and what only looks like one is garbled.
#include "host/dialect/mlperf_tiny/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace hil::dialect::mlperf_tiny {
namespace {

using testing::ElementsAre;

Reply reply_of(const std::string& text) {
  return parse_reply({text, false});
}

TEST(Reply, KnowsTheFixedLines) {
  EXPECT_EQ(reply_of("m-ready").kind, ReplyKind::kReady);
  EXPECT_EQ(reply_of("m-init-done").kind, ReplyKind::kInitDone);
  EXPECT_EQ(reply_of("m-load-done").kind, ReplyKind::kLoadDone);
  EXPECT_EQ(reply_of("m-warmup-done").kind, ReplyKind::kWarmupDone);
  EXPECT_EQ(reply_of("m-infer-done").kind, ReplyKind::kInferDone);
}

TEST(Reply, ReadsWhatALineSays) {
  EXPECT_EQ(reply_of("m-name-dut-[an [odd] name]").text, "an [odd] name");
  EXPECT_EQ(reply_of("m-profile-[]").kind, ReplyKind::kProfile);
  EXPECT_EQ(reply_of("m-model-[kws01]").text, "kws01");
  EXPECT_EQ(reply_of("m-timestamp-mode-energy").text, "energy");
  EXPECT_EQ(reply_of("m-lap-us-4294967295").number, 4294967295u);
  EXPECT_EQ(reply_of("m-[Expecting 490 bytes]").number, 490u);
  EXPECT_EQ(reply_of("m-warmup-start-10").number, 10u);
  EXPECT_EQ(reply_of("m-infer-start-70").number, 70u);
  EXPECT_EQ(reply_of("e-[Unknown command: x]").text, "Unknown command: x");
  EXPECT_THAT(reply_of("m-buffer-00-fF-7e").bytes, ElementsAre(0, 255, 126));
  EXPECT_EQ(reply_of("Supplied buffer size 9 exceeds maximum of 8").kind, ReplyKind::kTooLarge);
  EXPECT_EQ(reply_of("m-something-else").kind, ReplyKind::kMessage);
  EXPECT_EQ(reply_of("help         : ...").kind, ReplyKind::kText);
}

TEST(Reply, ReadsResultsAsFirmwarePrintsThem) {
  EXPECT_THAT(reply_of("m-results-[0.000,0.996]").values, ElementsAre(0, 0.996));
  EXPECT_THAT(reply_of("m-results-[0.250,0.750,]").values, ElementsAre(0.25, 0.75));  // VWW
  EXPECT_THAT(reply_of("m-results-[0.1000]").values, ElementsAre(1));                 // KWS
  EXPECT_THAT(reply_of("m-results-[-12.500,13.042]").values, ElementsAre(-12.5, 13.042));
  const auto odd = reply_of("m-results-[nan,-inf]").values;
  ASSERT_EQ(odd.size(), 2u);
  EXPECT_TRUE(std::isnan(odd[0]) && std::isinf(odd[1]) && odd[1] < 0);
}

TEST(Reply, CallsGarbledWhatWasNeverSentLikeThat) {
  for (const char* line : {"m-readym-ready",
                           "m-ready ",
                           "m-name-dut-[acme",
                           "m-name-dut-[",
                           "m-lap-us-",
                           "m-lap-us-1x",
                           "m-lap-us--1",
                           "m-lap-us-99999999999999999999",
                           "m-[Expecting bytes]",
                           "m-infer-start-7 0",
                           "m-timestamp-mode-",
                           "m-timestamp-mode-e n",
                           "m-buffer-",
                           "m-buffer-0",
                           "m-buffer-00-",
                           "m-buffer-0g",
                           "m-buffer-00 01",
                           "m-results-[]",
                           "m-results-[0.25]",
                           "m-results-[0.2500]",
                           "m-results-[0.250,,0.750]",
                           "m-results-[.250]",
                           "m-results-[0.250",
                           "m-results-[0.2a0]",
                           "m-results-[1.1000]",
                           "m-results-[0.250,0.750]x",
                           "m-results-[1e9]",
                           "e-[oops"}) {
    EXPECT_EQ(reply_of(line).kind, ReplyKind::kGarbled) << line;
    EXPECT_EQ(reply_of(line).text, line);
  }
  EXPECT_EQ(parse_reply({"m-ready", true}).kind, ReplyKind::kGarbled);
}

}  // namespace
}  // namespace hil::dialect::mlperf_tiny
