// SPDX-License-Identifier: Apache-2.0
// What hilbench stream says, compared with approved text; its CSV; what is refused.
#include "host/app/stream_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/app/commands.hpp"
#include "host/app/sample_csv.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using testing::HasSubstr;

rpc::StreamBlock block_of(std::uint64_t first, std::uint64_t dropped) {
  rpc::StreamBlock block;
  block.first_index = first;
  block.dropped = dropped;
  block.samples.resize(20);
  return block;
}

/// 10 samples of 2 bytes in each datagram; 1,000 Hz, of a clock of 1 MHz that is 10 us late once.
StreamOutcome outcome_of(bool lossy, bool ended) {
  StreamOutcome outcome;
  outcome.board = "linux";
  outcome.channel = {0, "counter16", 2, 500'000};
  outcome.rate_hz = 1000;
  outcome.seconds = 1.25;
  outcome.account = session::StreamAccount(2, 10);
  outcome.pace = session::StreamPace(1'000'000, 1000);
  for (const std::uint64_t first : {0u, 10u, lossy ? 1045u : 20u}) {
    EXPECT_TRUE(outcome.account.add(block_of(first, first > 1000 ? 1005 : 0)).ok());
    outcome.pace.add(first, 500 + first * 1000 + (first == 10 ? 10 : 0));
  }
  const session::StreamEnd end =
      lossy ? session::StreamEnd{1055, 1005, 5} : session::StreamEnd{30, 0, 3};
  EXPECT_TRUE(!ended || outcome.account.close(end, rpc::StreamQueue()).ok());
  return outcome;
}

TEST(StreamText, EachEndReadsAsApproved) {
  StreamOutcome clocked = outcome_of(false, true);
  clocked.clock = session::ClockRatio{};
  clocked.clock->ppm = 250;
  clocked.clock->uncertainty_ppm = 3;
  const std::string text = stream_text(clocked, false) + "\n" +
                           stream_text(outcome_of(true, true), false) + "\n" +
                           stream_text(outcome_of(true, false), false) + "\n" +
                           channels_text({{0, "counter16", 2, 500'000}, {1, "b", 12, 1}}, 80);
  report::expect_approved("stream.txt", text, "tests/host/app/approved/");
}

TEST(StreamText, JsonSaysWhatTheTextSays) {
  const auto json = stream_json(outcome_of(true, true));
  EXPECT_EQ(json["samples"]["taken"], 1055);
  EXPECT_EQ(json["samples"]["received"], 30);
  EXPECT_EQ(json["samples"]["lost_on_line"], 20);
  EXPECT_EQ(json["samples"]["lost_on_board"], 1005);
  EXPECT_EQ(json["samples"]["lost_on_host"], 0);
  EXPECT_EQ(json["longest_gap_samples"], 1025);
  EXPECT_EQ(json["datagrams"]["sent"], 5);
  EXPECT_EQ(json["accounted_for"], true);
  EXPECT_NEAR(json["jitter_us"].get<double>(), 10, 1e-6);
  EXPECT_FALSE(json.contains("clock_ppm"));
  const auto open = stream_json(outcome_of(true, false));
  EXPECT_EQ(open["accounted_for"], false);
  EXPECT_FALSE(open["datagrams"].contains("sent"));
}

TEST(SampleCsv, HasARowForEachSample) {
  const ScratchFolder folder;
  const auto path = folder.path() / "samples.csv";
  auto csv = SampleCsv::create(path);
  ASSERT_TRUE(csv.ok());
  csv->describe(1000, 10, 2);
  const std::uint8_t bytes[] = {1, 0, 0xFF, 0xFF};
  ASSERT_TRUE(csv->add(7, 2500, bytes).ok());
  csv->describe(1000, 10, 3);
  const std::uint8_t odd[] = {1, 2, 0xAB};
  ASSERT_TRUE(csv->add(1ull << 40, 0, odd).ok());
  ASSERT_TRUE(csv->finish().ok());
  EXPECT_EQ(*read_text_file(path, 1000),
            "index,device_s,value\n"
            "7,2.500000000,1\n"
            "8,2.600000000,65535\n"
            "1099511627776,0.000000000,0102ab\n");
}

TEST(StreamCommand, WhatDoesNotGoTogetherIsRefusedBeforeABoardIsTouched) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"--board", "linux", "--rate", "5"}, "--rate goes with --channel"},
      {{"--board", "linux", "--no-loss"}, "--no-loss goes with --channel"},
      {{"--board", "linux", "--channel", "c", "--seconds", "0"}, "--seconds 0"},
      {{"--board", "linux", "--channel", "c", "--seconds", "1e99"}, "--seconds 1e99"},
      {{"--board", "linux", "--channel", "c", "--csv", "no/such/folder/x.csv"}, "no/such/folder"},
      {{"--channel", "c"}, "--board"},
  };
  for (const auto& [words, what] : cases) {
    const auto code = stream_command(words);
    ASSERT_FALSE(code.ok()) << what;
    EXPECT_EQ(code.error().blame, Blame::kUser);
    EXPECT_THAT(code.error().what, HasSubstr(what));
  }
}

}  // namespace
}  // namespace hil::app
