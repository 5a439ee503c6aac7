// SPDX-License-Identifier: Apache-2.0
// Rates and limits of links: small runs, worse directions, and verdicts that must stand.
#include "host/results/link_quality.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::results {
namespace {

using testing::HasSubstr;

LinkInfo good_link() {
  LinkInfo link;
  link.name = "pty";
  link.frames_sent = 1'000;
  link.frames_received = 500;
  link.limit = LinkLimit{};
  return link;
}

std::string complaint(const LinkInfo& link) {
  const Status checked = check_link(link);
  if (checked.ok()) return "";
  EXPECT_EQ(checked.error().blame, Blame::kLink);
  EXPECT_THAT(checked.error().hint, HasSubstr("try another cable"));
  return checked.error().what;
}

TEST(LinkQuality, ShareIsOfThePayloadOfTheBusierDirection) {
  LinkInfo link = good_link();
  link.payload_bytes_sent = 10'000;
  link.payload_bytes_received = 2'000;
  link.stream_s = 2;
  link.baud = 57'600;
  fill_rates(link);
  EXPECT_DOUBLE_EQ(link.goodput_bytes_per_s.value(), 5'000);
  EXPECT_DOUBLE_EQ(link.line_share.value(), 5'000 * 10 / 57'600.0);
  link.payload_bytes_received = 20'000;
  fill_rates(link);
  EXPECT_DOUBLE_EQ(link.goodput_bytes_per_s.value(), 10'000);
}

TEST(LinkQuality, NoRateNoShareNoStreamNoGoodput) {
  LinkInfo link = good_link();
  link.payload_bytes_sent = 10'000;
  link.stream_s = 2;
  fill_rates(link);
  EXPECT_TRUE(link.goodput_bytes_per_s);
  EXPECT_FALSE(link.line_share);
  EXPECT_FALSE(line_share_metric(link));
  link.baud = 115'200;
  link.stream_s = 0;
  fill_rates(link);
  EXPECT_FALSE(link.goodput_bytes_per_s);
  EXPECT_FALSE(link.line_share);
  link.stream_s = 1;
  link.payload_bytes_sent = 0;
  fill_rates(link);
  EXPECT_FALSE(link.goodput_bytes_per_s);
}

TEST(LinkQuality, ShareIsAMetricOfTheLink) {
  LinkInfo link = good_link();
  link.line_share = 0.97;
  const Metric metric = line_share_metric(link).value();
  EXPECT_EQ(metric.name, "line_share");
  EXPECT_EQ(metric.unit, "fraction");
  EXPECT_EQ(metric.scope, "link");
  EXPECT_EQ(metric.kind, MetricKind::kNoisy);
  EXPECT_EQ(metric.better, Better::kHigher);
  EXPECT_EQ(metric.value, 0.97);
}

TEST(LinkQuality, SharesOfLostFramesCountTheLostOnes) {
  LinkInfo link = good_link();
  link.frames_lost_to_board = 10;
  link.frames_lost_from_board = 500;
  EXPECT_DOUBLE_EQ(loss_to_board(link).share(), 0.01) << "sent ones include the lost";
  EXPECT_DOUBLE_EQ(loss_from_board(link).share(), 0.5) << "received ones do not";
  EXPECT_EQ(loss_to_board({}).share(), 0);
}

TEST(LinkLimit, AGoodLinkKeepsToIt) {
  EXPECT_EQ(complaint(good_link()), "");
}

TEST(LinkLimit, FewLostFramesOfAFewAreNotTooMany) {
  LinkInfo link;
  link.limit = LinkLimit{};
  link.frames_sent = 10;
  link.frames_lost_to_board = 4;
  EXPECT_EQ(complaint(link), "");
  link.frames_lost_to_board = 5;
  EXPECT_EQ(complaint(link),
            "5 of 10 frames to the board were lost or damaged (50 %); the limit is 1 %");
}

TEST(LinkLimit, ManyLostFramesOfManyMoreAreNotTooMany) {
  LinkInfo link = good_link();
  link.frames_sent = 10'000;
  link.frames_lost_to_board = 100;
  EXPECT_EQ(complaint(link), "");
  link.frames_lost_to_board = 101;
  EXPECT_EQ(complaint(link),
            "101 of 10000 frames to the board were lost or damaged (1.01 %); the limit is 1 %");
}

TEST(LinkLimit, NamesTheWorseDirection) {
  LinkInfo link = good_link();
  link.frames_lost_from_board = 50;
  EXPECT_THAT(complaint(link), HasSubstr("50 of 550 frames from the board"));
  link.frames_lost_to_board = 60;
  EXPECT_THAT(complaint(link), HasSubstr("50 of 550 frames from the board"));
  link.frames_lost_to_board = 200;
  EXPECT_THAT(complaint(link), HasSubstr("200 of 1000 frames to the board"));
}

TEST(LinkLimit, CountsWhatWasOpenedAgain) {
  LinkInfo link = good_link();
  link.reconnects = 3;
  EXPECT_EQ(complaint(link), "");
  link.reconnects = 4;
  EXPECT_EQ(complaint(link), "the line failed and was opened again 4 times; the limit is 3");
}

TEST(LinkLimit, ZeroMeansNotOne) {
  LinkInfo link = good_link();
  link.limit->lost_share = 0;
  EXPECT_EQ(complaint(link), "");
  link.reconnects = 1;
  EXPECT_EQ(complaint(link), "the line failed and was opened again 1 time; the limit is 0");
  link.frames_lost_from_board = 1;
  EXPECT_EQ(complaint(link),
            "1 of 501 frames from the board were lost or damaged (0.1996 %); the limit is none");
}

TEST(LinkLimit, WithoutOneAnythingGoes) {
  LinkInfo link = good_link();
  link.limit.reset();
  link.frames_lost_from_board = 400;
  link.reconnects = 40;
  EXPECT_EQ(complaint(link), "");
}

TEST(LinkLimit, SaysWhatItIs) {
  EXPECT_EQ(limit_text({}), "1 % of frames lost (from 5 on), 3 reconnects");
  EXPECT_EQ(limit_text({0.0025, 1}), "0.25 % of frames lost (from 5 on), 1 reconnect");
  EXPECT_EQ(limit_text({0, 3}), "no frame lost, no reconnect");
}

TEST(LinkLimit, ARightResultOverABadLineIsALinkError) {
  Record record;
  record.link = good_link();
  hold_to_limit(record);
  EXPECT_EQ(record.verdict.status, VerdictStatus::kPass);
  record.link.reconnects = 9;
  hold_to_limit(record);
  EXPECT_EQ(record.verdict.status, VerdictStatus::kError);
  ASSERT_TRUE(record.verdict.error);
  EXPECT_EQ(record.verdict.error->blame, Blame::kLink);
  EXPECT_TRUE(record.verdict.complete) << "nothing is missing";
}

TEST(LinkLimit, AnyOtherVerdictStands) {
  for (const auto status :
       {VerdictStatus::kFail, VerdictStatus::kError, VerdictStatus::kInterrupted}) {
    Record record;
    record.link = good_link();
    record.link.reconnects = 9;
    record.verdict.status = status;
    if (status != VerdictStatus::kInterrupted) {
      record.verdict.error = Error{Blame::kModel, "too slow", ""};
    }
    hold_to_limit(record);
    EXPECT_EQ(record.verdict.status, status);
    EXPECT_EQ(record.verdict.error.has_value(), status != VerdictStatus::kInterrupted);
    if (record.verdict.error) {
      EXPECT_EQ(record.verdict.error->what, "too slow");
    }
  }
}

}  // namespace
}  // namespace hil::results
