// SPDX-License-Identifier: Apache-2.0
// hilbench stream with the real agent: figures, files, exit codes, Ctrl-C, an agent that dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;

std::vector<std::string> stream(std::vector<std::string> more) {
  std::vector<std::string> words{"stream", "--board", "linux"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

nlohmann::json json_of(const std::filesystem::path& path) {
  return nlohmann::json::parse(read_text(path), nullptr, false);
}

/// Every sample is somewhere.
void expect_sum(const nlohmann::json& json) {
  const auto& samples = json["samples"];
  EXPECT_EQ(samples["taken"].get<std::uint64_t>(),
            samples["received"].get<std::uint64_t>() +
                samples["lost_on_line"].get<std::uint64_t>() +
                samples["lost_on_board"].get<std::uint64_t>() +
                samples["lost_on_host"].get<std::uint64_t>());
  EXPECT_EQ(json["accounted_for"], true);
}

TEST(StreamCommand, ListsChannels) {
  const auto outcome = run_hilbench(stream({}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "channel    bytes/sample  most Hz\n"
            "counter16             2  500,000\n"
            "counter32             4  500,000\n");
}

TEST(StreamCommand, EverySampleOfTheCsvIsItsIndex) {
  const TemporaryFolder folder;
  const auto outcome =
      run_hilbench(stream({"--channel", "counter32", "--rate", "20000", "--seconds", "1", "--json",
                           folder / "figures.json", "--csv", folder / "samples.csv"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("counter32 of linux: samples of 4 bytes at 20,000 Hz"));
  EXPECT_THAT(outcome.out, HasSubstr(" accounted for, "));
  const auto json = json_of(folder / "figures.json");
  expect_sum(json);
  EXPECT_EQ(json["samples"]["lost_on_line"], 0);
  std::istringstream csv(read_text(folder / "samples.csv"));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "index,device_s,value");
  std::uint64_t rows = 0, wrong = 0;
  while (std::getline(csv, line)) {
    const std::string index = line.substr(0, line.find(','));
    wrong += line.substr(line.rfind(',') + 1) == index ? 0u : 1u;
    ++rows;
  }
  EXPECT_EQ(rows, json["samples"]["received"].get<std::uint64_t>());
  EXPECT_EQ(wrong, 0u);
}

TEST(StreamCommand, LossesAreReportedAndAnErrorIfAskedFor) {
  const TemporaryFolder folder;
  const std::vector<std::string> lossy = {
      "--channel", "counter16", "--rate",          "200000", "--seconds",
      "1",         "--inject",  "drop=20%,seed=3", "--json", folder / "figures.json"};
  const auto reported = run_hilbench(stream(lossy));
  EXPECT_EQ(reported.code, 0) << reported.err;
  EXPECT_THAT(reported.out, HasSubstr("LOSSES"));
  const auto json = json_of(folder / "figures.json");
  expect_sum(json);
  EXPECT_GT(json["samples"]["lost_on_line"].get<std::uint64_t>(), 0u);
  auto strict = lossy;
  strict.emplace_back("--no-loss");
  const auto refused = run_hilbench(stream(strict));
  EXPECT_TRUE(refused.code == 6 || refused.code == 7) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("samples were lost"));
}

TEST(StreamCommand, CtrlCEndsItWithTheAccount) {
  const TemporaryFolder folder;
  Program program(stream({"--channel", "counter16", "--seconds", "1000", "--csv",
                          folder / "samples.csv", "--json", folder / "figures.json"}));
  ASSERT_TRUE(program.agent());
  usleep(1'500'000);  // the start, and some samples
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 128 + SIGINT);
  EXPECT_EQ(outcome.err, "");
  if (outcome.out.empty()) GTEST_SKIP() << "the machine was too busy: no stream had begun";
  EXPECT_THAT(outcome.out, HasSubstr(" accounted for, "));
  expect_sum(json_of(folder / "figures.json"));
  EXPECT_TRUE(std::filesystem::exists(folder / "samples.csv"));
}

TEST(StreamCommand, AnAgentThatDiesLeavesWhatCame) {
  const TemporaryFolder folder;
  Program program(stream({"--channel", "counter16", "--rate", "10000", "--seconds", "60", "--json",
                          folder / "figures.json"}));
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  usleep(1'500'000);
  ASSERT_EQ(kill(*agent, SIGKILL), 0);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("signal 9"));
  if (outcome.out.empty()) GTEST_SKIP() << "the machine was too busy: no stream had begun";
  EXPECT_THAT(outcome.out, HasSubstr("OPEN"));
  EXPECT_EQ(json_of(folder / "figures.json")["accounted_for"], false);
}

TEST(StreamCommand, AnUnknownChannelNamesThoseThereAre) {
  const auto outcome = run_hilbench(stream({"--channel", "microphone"}));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("it has counter16, counter32"));
}

}  // namespace
}  // namespace hil::test
