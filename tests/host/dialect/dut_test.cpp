// SPDX-License-Identifier: Apache-2.0
// The board's side answers byte by byte as the published firmware does.
#include "host/dialect/mlperf_tiny/dut.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

#include "host/dialect/mlperf_tiny/command_reader.hpp"
#include "tests/host/dialect/transcript.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

/// Eight bytes in, 0.25 and 0.75 out, 1,000 us each.
class SmallModel : public DutModel {
 public:
  std::string vendor() const override { return "acme"; }
  std::string model_id() const override { return "kws01"; }
  Status check(std::span<const std::uint8_t> sample) override {
    if (sample.size() == 8) return {};
    return Error{Blame::kUser,
                 fmt::format("the sample has {} bytes, the model takes 8", sample.size()), ""};
  }
  Result<DutRun> infer(std::span<const std::uint8_t> sample, std::uint32_t count, bool) override {
    EXPECT_EQ(sample.size(), 8u);
    if (broken) return Error{Blame::kDevice, "it has died", ""};
    ran += count;
    return DutRun{values, device_us * count};
  }

  std::vector<double> values{0.25, 0.75};
  double device_us = 1000;
  std::uint64_t ran = 0;
  bool broken = false;
};

/// A board's side whose replies are gathered.
struct Board {
  SmallModel model;
  std::uint64_t host_us = 0;
  std::string said;
  Dut dut{model,
          [this](std::string_view text) {
            said += text;
            return Status();
          },
          [this] { return host_us; }};
};

void play(const std::string& name) {
  Board board;
  CommandReader reader;
  bool first = true;
  for (const Step& step : read_transcript(name)) {
    board.said.clear();
    if (std::exchange(first, false)) {
      ASSERT_TRUE(board.dut.boot().ok());
    } else {
      for (const char c : step.command)
        ASSERT_FALSE(reader.push(static_cast<std::uint8_t>(c)));
      const auto command = reader.push('%');
      ASSERT_TRUE(command);
      ASSERT_TRUE(board.dut.take(*command).ok());
    }
    EXPECT_EQ(board.said, step.reply) << name << ": " << step.command;
  }
}

TEST(Dut, AnswersASampleAsPublished) {
  play("dut_sample.txt");
}

TEST(Dut, RefusesAsPublished) {
  play("dut_errors.txt");
}

TEST(Dut, KeepsEightyCharactersOfACommand) {
  CommandReader reader;
  for (int i = 0; i < 1000; ++i)
    ASSERT_FALSE(reader.push(static_cast<std::uint8_t>('a' + i % 26)));
  const auto command = reader.push('%');
  ASSERT_TRUE(command);
  EXPECT_EQ(command->size(), 80u);
  EXPECT_EQ(command->substr(0, 3), "abc");
  EXPECT_EQ(reader.push('%'), "");
}

TEST(Dut, StampsTheDevicesTimeWithinAWindowAndTheHostsOutside) {
  Board board;
  ASSERT_TRUE(board.dut.take("db load 8").ok());
  ASSERT_TRUE(board.dut.take("db 0000000000000000").ok());
  board.host_us = 500;
  board.model.device_us = 12.25;
  board.said.clear();
  ASSERT_TRUE(board.dut.take("infer 4 1").ok());
  EXPECT_NE(board.said.find("m-lap-us-500\r\nm-lap-us-549\r\n"), std::string::npos) << board.said;
  EXPECT_EQ(board.model.ran, 5u);
  board.host_us = 600;
  board.said.clear();
  ASSERT_TRUE(board.dut.take("timestamp").ok());
  EXPECT_EQ(board.said, "m-lap-us-649\r\nm-ready\r\n");
}

TEST(Dut, WrapsItsClockAtThirtyTwoBits) {
  Board board;
  board.host_us = 4294967297;
  ASSERT_TRUE(board.dut.take("timestamp").ok());
  EXPECT_EQ(board.said, "m-lap-us-1\r\nm-ready\r\n");
}

TEST(Dut, EchoesNoControlCharacters) {
  Board board;
  ASSERT_TRUE(board.dut.take("\x1b[2J\n").ok());
  EXPECT_EQ(board.said, "e-[Unknown command: ?[2J?]\r\nm-ready\r\n");
}

TEST(Dut, PassesOnThatTheBoardHasDied) {
  Board board;
  ASSERT_TRUE(board.dut.take("db load 8").ok());
  ASSERT_TRUE(board.dut.take("db 0000000000000000").ok());
  board.model.broken = true;
  const Status status = board.dut.take("infer 1 0");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kDevice);
}

TEST(Dut, PrintsWhatPrintfPrints) {
  Board board;
  board.model.values = {1, 0.0005, -0.00051, 123456.7894, std::numeric_limits<double>::quiet_NaN()};
  ASSERT_TRUE(board.dut.take("db load 8").ok());
  ASSERT_TRUE(board.dut.take("db 0000000000000000").ok());
  board.said.clear();
  ASSERT_TRUE(board.dut.take("infer 1 0").ok());
  EXPECT_NE(board.said.find("m-results-[1.000,0.001,-0.001,123456.789,nan]\r\n"), std::string::npos)
      << board.said;
}

}  // namespace
}  // namespace hil::dialect::mlperf_tiny
