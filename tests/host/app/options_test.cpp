// SPDX-License-Identifier: Apache-2.0
// Command lines: what is taken, what is refused, and in which words.
#include "host/app/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/app/help_text.hpp"

namespace hil::app {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

Options make() {
  Options options("try", "Tries things.", "hilbench try a.bin --dataset d");
  options.positional("MODEL", "a model")
      .option("dataset", "DIR", "samples", true)
      .option("limit", "N", "at most N")
      .flag("json", "as JSON");
  return options;
}

TEST(Options, TakesEveryFormOfAValue) {
  const auto arguments = make().parse({"--dataset=a b", "m.tflite", "--limit", "5", "--json"});
  ASSERT_TRUE(arguments) << arguments.error().what;
  EXPECT_EQ(arguments->get("MODEL"), "m.tflite");
  EXPECT_EQ(arguments->get("dataset"), "a b");
  EXPECT_EQ(*arguments->number("limit", 1, 10), 5);
  EXPECT_TRUE(arguments->has("json"));
  EXPECT_FALSE(arguments->has("help"));
  EXPECT_EQ(arguments->find("nothing"), std::nullopt);
}

TEST(Options, GuessesNothingButNamesTheNearest) {
  const auto arguments = make().parse({"m", "--datset", "d"});
  ASSERT_FALSE(arguments);
  EXPECT_EQ(arguments.error().blame, Blame::kUser);
  EXPECT_EQ(arguments.error().what, "try has no option --datset");
  EXPECT_EQ(arguments.error().hint, "did you mean --dataset?");
  EXPECT_FALSE(make().parse({"m", "--data", "d"})) << "an abbreviation is not an option";
}

TEST(Options, SaysWhatIsMissingOrTooMuch) {
  EXPECT_EQ(make().parse({"--dataset", "d"}).error().what, "try needs MODEL");
  EXPECT_EQ(make().parse({"m"}).error().what, "try needs --dataset DIR");
  EXPECT_EQ(make().parse({"m", "n", "--dataset", "d"}).error().what,
            "try does not know what to do with 'n'");
  EXPECT_EQ(make().parse({"m", "--dataset", "d", "--dataset", "e"}).error().what,
            "--dataset is given 2 times");
  EXPECT_THAT(make().parse({"m", "--dataset"}).error().what, HasSubstr("--dataset"));
}

TEST(Options, RefusalsSayWhatToDo) {
  EXPECT_EQ(make().parse({"--dataset", "d"}).error().hint,
            "for example: hilbench try a.bin --dataset d");
  EXPECT_EQ(make().parse({"m"}).error().hint, "for example: hilbench try a.bin --dataset d");
  EXPECT_EQ(make().parse({"m", "n", "--dataset", "d"}).error().hint, "see hilbench try --help");
  EXPECT_EQ(make().parse({"m", "--dataset"}).error().hint, "see hilbench try --help");
  EXPECT_EQ(make().parse({"m", "--zzzzzzzz"}).error().hint, "see hilbench try --help");
  EXPECT_EQ(make().parse({"m", "--json", "--dataset", "d", "--json"}).error().hint, "give it once");
}

TEST(Options, RealNumbersAreFinite) {
  for (const char* text : {"x", "1x", "inf", "nan", "1e999"}) {
    const auto arguments = make().parse({"m", "--dataset", "d", std::string("--limit=") + text});
    ASSERT_TRUE(arguments) << text;
    const auto number = arguments->real("limit");
    ASSERT_FALSE(number) << text;
    EXPECT_EQ(number.error().what, std::string("--limit ") + text + " is not a number");
    EXPECT_EQ(number.error().blame, Blame::kUser);
    EXPECT_EQ(number.error().hint, "for example: --limit 0.5");
  }
}

TEST(Options, WordsOfAChoiceAreListed) {
  const auto arguments = make().parse({"m", "--dataset", "d", "--limit", "much"});
  ASSERT_TRUE(arguments);
  const auto choice = arguments->choice("limit", {"little", "more"});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().blame, Blame::kUser);
  EXPECT_EQ(choice.error().what, "--limit much is not known");
  EXPECT_EQ(choice.error().hint, "one of: little, more");
}

TEST(Options, ChecksNumbers) {
  for (const char* text : {"-1", "0", "11", "4294967297", "x", "", "5x", " 5", "1e1"}) {
    const auto arguments = make().parse({"m", "--dataset", "d", std::string("--limit=") + text});
    if (!arguments) continue;  // refused even earlier
    const auto number = arguments->number("limit", 1, 10);
    ASSERT_FALSE(number) << text;
    EXPECT_EQ(number.error().what,
              std::string("--limit ") + text + " is not a whole number from 1 to 10");
    EXPECT_EQ(number.error().blame, Blame::kUser);
    EXPECT_EQ(number.error().hint, "for example: --limit 10");
  }
}

TEST(Options, HelpNamesEverythingAndNeedsNothing) {
  const auto arguments = make().parse({"--help"});
  ASSERT_TRUE(arguments);
  EXPECT_TRUE(arguments->has("help"));
  const std::string help = command_help(make(), 80);
  for (const char* part : {"usage: hilbench try MODEL --dataset DIR [options]", "--limit N",
                           "--json", "example:\n  hilbench try a.bin"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

TEST(Options, SwappedLettersAndBeginningsAreNear) {
  EXPECT_EQ(make().parse({"m", "--dataste", "d"}).error().hint, "did you mean --dataset?");
  EXPECT_EQ(make().parse({"m", "--data=d"}).error().hint, "did you mean --dataset?");
}

TEST(Options, ValuesAreCheckedAndTheNearestNamed) {
  Options options("try", "Tries.", "hilbench try fast");
  options.positional("HOW", "how", false).values({"fast", "slow"});
  options.option("state", "RULE", "which").values({"reset", "keep"});
  EXPECT_TRUE(options.parse({"slow", "--state", "keep"}));
  const auto state = options.parse({"--state", "rest"});
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().what, "--state rest is not known");
  EXPECT_EQ(state.error().hint, "did you mean reset? one of: reset, keep");
  EXPECT_EQ(options.parse({"--state", ""}).error().hint, "one of: reset, keep");
  const auto how = options.parse({"quick"});
  ASSERT_FALSE(how);
  EXPECT_EQ(how.error().what, "HOW quick is not known");
}

TEST(Options, UnknownOnesAreFound) {
  EXPECT_EQ(make().find_unknown({"m", "--limit", "3", "--many=4"}), "many");
  EXPECT_EQ(make().find_unknown({"m", "-n", "--limit=3"}), std::nullopt);
  EXPECT_EQ(make().find_unknown({"--", "--many"}), std::nullopt);
}

}  // namespace
}  // namespace hil::app
