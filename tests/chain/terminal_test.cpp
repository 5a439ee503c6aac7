// SPDX-License-Identifier: Apache-2.0
// hilbench on terminals of several widths: no line is wider, and colours are where they belong.
#include "tests/chain/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "host/app/commands.hpp"
#include "host/boards/catalogue.hpp"
#include "host/report/text.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
constexpr const char* kData = "fixtures/digits/test";

Words hilbench(Words words) {
  words.insert(words.begin(), HILBENCH_PROGRAM);
  return words;
}

class OnTerminal : public testing::TestWithParam<std::uint16_t> {
 protected:
  /// Runs hilbench with @p words; every line must fit, and its end be that of @p code.
  void expect_fits(const Words& words, int code = 0) {
    Terminal terminal(hilbench(words), GetParam());
    EXPECT_EQ(terminal.finish(), code) << terminal.printed();
    std::string line_of_words;
    for (const std::string& word : words)
      line_of_words += " " + word;
    const auto lines = screen_lines(terminal.printed());
    EXPECT_FALSE(lines.empty()) << line_of_words;
    for (const std::string& line : lines)
      EXPECT_LE(report::width_of(line), GetParam()) << line_of_words << ": " << line;
  }
};

TEST_P(OnTerminal, HelpFits) {
  expect_fits({"--help"});
  expect_fits({}, 2);
  for (const app::Command& command : app::all_commands()) {
    expect_fits({"help", command.name});
    const app::Options options = command.options();
    for (const app::Options& sub : options.subs()) {
      const std::string path = sub.command();
      expect_fits({command.name, path.substr(path.rfind(' ') + 1), "--help"});
    }
  }
}

TEST_P(OnTerminal, BoardsAndPortsFit) {
  expect_fits({"boards"});
  expect_fits({"list"});
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok());
  for (const boards::Board& board : catalogue->boards())
    expect_fits({"boards", board.id});
}

TEST_P(OnTerminal, ModelsAndDatasetsFit) {
  expect_fits({"summary", kModel});
  expect_fits({"summary", kModel, "--board", "linux"});
  expect_fits({"dataset", "show", kData});
  expect_fits({"dataset", "check", kData, "--model", kModel});
}

TEST_P(OnTerminal, RunsAndRecordsFit) {
  const TemporaryFolder folder;
  const std::string a = folder / "a.json";  // a path that is longer than a line is not broken
  const std::string b = folder / "b.json";
  expect_fits({"evaluate", kModel, "--dataset", kData, "--board", "linux", "--limit", "20"});
  for (const std::string& record : {a, b})
    expect_fits({"profile", kModel, "--board", "linux", "--runs", "5", "--json", record});
  expect_fits({"show", a});
  expect_fits({"compare", a, b});
  expect_fits(
      {"infer", kModel, "--input", "fixtures/digits/test/digit_0007_7.bin", "--board", "linux"});
  expect_fits({"verify", kModel, "--board", "linux"});
  expect_fits({"info", "--board", "linux"});
}

TEST_P(OnTerminal, RefusalsFit) {
  expect_fits({"evalute"}, 2);
  expect_fits({"evaluate", kModel, "--dataset", kData, "--borad", "linux"}, 2);
  expect_fits({"evaluate", kModel, "--dataset", kData, "--board", "linux", "--metric", "clas"}, 2);
  expect_fits({"list", "--dataset", kData}, 2);
  expect_fits({"boards", "netduino"}, 2);
  expect_fits({"summary", "README.md"}, 2);
  expect_fits({"evaluate", "none.tflite", "--dataset", kData, "--board", "linux"}, 2);
}

INSTANTIATE_TEST_SUITE_P(Widths, OnTerminal, testing::Values(60, 80, 120, 200));

class Colors : public testing::Test {
 protected:
  static std::string printed_by(const Words& words,
                                const std::vector<std::pair<std::string, std::string>>& more = {}) {
    Terminal terminal(hilbench(words), 80, more);
    terminal.finish();
    return terminal.printed();
  }
  const std::string escape_ = "\x1b[";
};

TEST_F(Colors, AreOnTerminals) {
  EXPECT_THAT(printed_by({"evalute"}), HasSubstr("\x1b[1;31mhilbench:\x1b[0m there is no command"));
  EXPECT_THAT(printed_by({"--help"}), HasSubstr("\x1b[1mmeasure a model\x1b[0m"));
  EXPECT_THAT(
      printed_by({"evaluate", kModel, "--dataset", kData, "--board", "linux", "--limit", "2"}),
      HasSubstr("\x1b[32mPASS\x1b[0m  2 samples"));
}

TEST_F(Colors, GoWithNoColorDumbTerminalsAndNever) {
  EXPECT_THAT(printed_by({"evalute"}, {{"NO_COLOR", "1"}}), Not(HasSubstr(escape_)));
  EXPECT_THAT(printed_by({"evalute"}, {{"NO_COLOR", ""}}), HasSubstr(escape_));
  EXPECT_THAT(printed_by({"evalute"}, {{"TERM", "dumb"}}), Not(HasSubstr(escape_)));
  EXPECT_THAT(printed_by({"--color=never", "evalute"}), Not(HasSubstr(escape_)));
}

TEST_F(Colors, AreNeverInAPipeUnlessAskedFor) {
  for (const Words& words : {Words{"--help"}, Words{"evalute"}, Words{"boards"}}) {
    const auto outcome = run_hilbench(words);
    EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr(escape_)));
  }
  EXPECT_THAT(run_hilbench({"--help", "--color=always"}).out, HasSubstr(escape_));
  EXPECT_THAT(run_hilbench({"evalute", "--color=always"}).err, HasSubstr(escape_));
}

TEST(Pipes, GetTablesInFullAndTextAsWideAsColumnsSays) {
  ASSERT_EQ(unsetenv("COLUMNS"), 0);
  EXPECT_THAT(run_hilbench({"boards"}).out,
              HasSubstr("Arm MPS2 with image AN385, Cortex-M0 code\n"));
  EXPECT_LE(report::widest_line(run_hilbench({"--help"}).out), 80u);
  ASSERT_EQ(setenv("COLUMNS", "60", 1), 0);
  EXPECT_LE(report::widest_line(run_hilbench({"--help"}).out), 60u);
  EXPECT_LE(report::widest_line(run_hilbench({"boards"}).out), 60u);
  for (const char* senseless : {"", "x", "0", "-5", "99999", "60x"}) {
    ASSERT_EQ(setenv("COLUMNS", senseless, 1), 0);
    const std::size_t widest = report::widest_line(run_hilbench({"--help"}).out);
    EXPECT_LE(widest, 80u) << senseless;
    EXPECT_GT(widest, 60u) << senseless;
  }
  unsetenv("COLUMNS");
}

TEST(Pipes, ControlCharactersOfWordsReachNobody) {
  const auto outcome = run_hilbench({"\x1b[31mred"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("there is no command '?[31mred'"));
}

}  // namespace
}  // namespace hil::test
