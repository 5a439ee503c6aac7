// SPDX-License-Identifier: Apache-2.0
// Commands as a person types them: help with examples that work, tables, near misses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream text(line);
  return {std::istream_iterator<std::string>(text), {}};
}

/// The words behind "hilbench" of the example in a help text: the first line that begins with two
/// spaces and that, with those it goes on in.
std::vector<std::string> example_in(const std::string& help) {
  const std::size_t at = help.find("\n  hilbench ");
  if (at == std::string::npos) return {};
  auto words = words_of(help.substr(at, help.find("\n\n", at) - at));
  words.erase(std::remove(words.begin(), words.end(), "\\"), words.end());
  words.erase(words.begin());
  return words;
}

class HelpOf : public testing::TestWithParam<const char*> {};

TEST_P(HelpOf, HasAnExampleThatWorks) {
  std::vector<std::string> words = words_of(GetParam());
  words.emplace_back("--help");
  const auto help = run_hilbench(words);
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("usage: hilbench"));
  const auto example = example_in(help.out);
  ASSERT_FALSE(example.empty()) << help.out;
  const auto outcome = run_hilbench(example);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_FALSE(outcome.out.empty());
}

INSTANTIATE_TEST_SUITE_P(Commands, HelpOf,
                         testing::Values("", "boards", "info", "summary", "evaluate", "infer"));

TEST(CommandLine, NearMissesAreNamed) {
  const auto command = run_hilbench({"evalute"});
  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("did you mean hilbench evaluate?"));
  const auto option = run_hilbench({"boards", "--jsn"});
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("did you mean --json?"));
  const auto board = run_hilbench({"info", "--board", "linus"});
  EXPECT_EQ(board.code, 2);
  EXPECT_THAT(board.err, HasSubstr("linux"));
  EXPECT_EQ(run_hilbench({}).code, 2);
}

TEST(CommandLine, InfoTellsWhatTheAgentCanDo) {
  const auto outcome = run_hilbench({"info", "--board", "linux", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto facts = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(facts["board"], "linux");
  EXPECT_EQ(facts["protocol"], "1.3");
  EXPECT_THAT(facts["operators"], testing::Contains("CONV_2D"));
  EXPECT_GT(facts["arena_capacity_bytes"], 0);
}

TEST(CommandLine, BoardsListsLinux) {
  const auto table = run_hilbench({"boards"});
  EXPECT_THAT(table.out, HasSubstr("linux"));
  const auto list = nlohmann::json::parse(run_hilbench({"boards", "--json"}).out);
  EXPECT_EQ(list["boards"][0]["id"], "linux");
}

TEST(CommandLine, SummaryTellsWhatAModelNeedsAndWhetherABoardHasIt) {
  const TemporaryFolder folder;
  const auto outcome = run_hilbench({"summary", "fixtures/digits/digits_int8.tflite", "--board",
                                     "linux", "--json", "--svg", (folder / "digits.svg").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto summary = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(summary["board"]["id"], "linux");
  EXPECT_EQ(summary["board"]["runs"], true);
  EXPECT_GT(summary["totals"]["macs"], 0);
  EXPECT_THAT(read_text(folder / "digits.svg"), HasSubstr("</svg>"));
}

TEST(CommandLine, SummaryOfWhatIsNoModelIsTheUsersFault) {
  const auto outcome = run_hilbench({"summary", "README.md"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  const TemporaryFolder folder;
  const auto nowhere = run_hilbench({"summary", "fixtures/digits/digits_int8.tflite", "--svg",
                                     (folder / "no/such/folder.svg").string()});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_EQ(nowhere.out, "");
}

TEST(CommandLine, InferGivesTheOutputsOfOneInput) {
  const auto rows = read_text("fixtures/digits/expected_outputs.csv");
  std::istringstream lines(rows);
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  const std::string name = line.substr(0, line.find(','));
  const auto outcome = run_hilbench({"infer", "fixtures/digits/digits_int8.tflite", "--input",
                                     "fixtures/digits/test/" + name, "--board", "linux", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = nlohmann::json::parse(outcome.out);
  std::string got;
  for (const auto& value : result["outputs"][0]["raw"]) {
    got += "," + std::to_string(value.get<int>());
  }
  EXPECT_EQ(got, line.substr(line.find(',', line.find(',') + 1)));
}

}  // namespace
}  // namespace hil::test
