// SPDX-License-Identifier: Apache-2.0
// The program's first word: help, version, commands, near misses, exit codes.
#include "host/app/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/report/color.hpp"

namespace hil::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Said {
  int code = -1;
  std::string out, err;
};

Said run_it(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said;
  said.code = run(words);
  said.out = testing::internal::GetCapturedStdout();
  said.err = testing::internal::GetCapturedStderr();
  report::choose_colors(report::ColorChoice::kAuto);
  return said;
}

TEST(Program, AloneSaysHowItIsUsed) {
  const Said said = run_it({});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.out, IsEmpty());
  EXPECT_THAT(said.err, StartsWith("usage: hilbench COMMAND [options]\n"));
}

TEST(Program, HelpOfAllAndOfOne) {
  for (const char* word : {"help", "--help", "-h"}) {
    const Said said = run_it({word});
    EXPECT_EQ(said.code, 0);
    EXPECT_THAT(said.out, StartsWith("usage: hilbench COMMAND"));
  }
  EXPECT_EQ(run_it({"help", "evaluate"}).out, run_it({"evaluate", "--help"}).out);
  EXPECT_EQ(run_it({"help", "dataset"}).out, run_it({"dataset", "--help"}).out);
  EXPECT_EQ(run_it({"help", "dataset", "check"}).out, run_it({"dataset", "check", "--help"}).out);
  EXPECT_EQ(run_it({"evaluate", "-h"}).out, run_it({"evaluate", "--help"}).out);
  EXPECT_EQ(run_it({"help", "help"}).out, run_it({"help"}).out);
  const Said unknown = run_it({"help", "evaluat"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean hilbench evaluate?"));
}

TEST(Program, VersionIsOneLine) {
  const Said said = run_it({"--version"});
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.out, testing::MatchesRegex("hilbench [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Program, NearCommandsAreNamed) {
  EXPECT_EQ(run_it({"flahs"}).err,
            "hilbench: there is no command 'flahs'\n  hint: did you mean hilbench flash?\n");
  EXPECT_THAT(run_it({"comp"}).err,
              HasSubstr("did you mean hilbench compare-model, hilbench compare or hilbench "
                        "completion?"));
  EXPECT_THAT(run_it({"quux"}).err, HasSubstr("hint: see hilbench --help"));
}

TEST(Program, NearOptionsBoardsAndValuesAreNamed) {
  EXPECT_THAT(run_it({"info", "--borad", "linux"}).err, HasSubstr("did you mean --board?"));
  EXPECT_THAT(run_it({"boards", "netduino_plus"}).err, HasSubstr("netduino_plus_2"));
  EXPECT_THAT(
      run_it({"evaluate", "m", "--dataset", "d", "--board", "linux", "--metric", "clas"}).err,
      HasSubstr("did you mean class? one of: class, autoencoder, regression, none"));
  EXPECT_THAT(run_it({"dataset", "chekc"}).err, HasSubstr("did you mean dataset check?"));
}

TEST(Program, OptionsOfOtherCommandsAreNamed) {
  EXPECT_THAT(run_it({"list", "--outputs", "o.csv"}).err,
              HasSubstr("list has no option --outputs\n  hint: evaluate, replay have --outputs; "
                        "list has not"));
  EXPECT_THAT(run_it({"dataset", "show", "d", "--flips=f"}).err,
              HasSubstr("hint: compare-model has --flips; dataset show has not"));
  EXPECT_THAT(run_it({"list", "--model", "m"}).err,
              HasSubstr("replay, dataset check have --model"));
}

TEST(Program, ColorIsAnOptionOfAllCommands) {
  EXPECT_THAT(run_it({"--color=always", "flahs"}).err, StartsWith("\x1b[1;31mhilbench:\x1b[0m "));
  EXPECT_THAT(run_it({"flahs", "--color=never"}).err, StartsWith("hilbench: "));
  const Said said = run_it({"--color=pink", "--help"});
  EXPECT_EQ(said.code, 2);
  EXPECT_EQ(said.err, "hilbench: --color=pink is not known\n  hint: auto, always or never\n");
  EXPECT_THAT(run_it({"boards", "--", "--color=always"}).err, HasSubstr("'--color=always'"));
}

TEST(Program, CompletionKnowsThreeShells) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Said said = run_it({"completion", shell});
    EXPECT_EQ(said.code, 0);
    EXPECT_THAT(said.out, HasSubstr("compare-model"));
  }
  EXPECT_EQ(run_it({"completion", "csh"}).code, 2);
}

}  // namespace
}  // namespace hil::app
