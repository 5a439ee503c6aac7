// SPDX-License-Identifier: Apache-2.0
// Mistyped words: what they are taken for, and what they are not.
#include "host/base/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kWords{"board", "compare", "compare-model", "dataset", "json"};

TEST(Nearest, OneEditOfEachKind) {
  for (const char* word : {"bord", "boarrd", "boars", "obard", "borad"}) {
    EXPECT_THAT(nearest_ones(word, kWords), ElementsAre("board")) << word;
    EXPECT_EQ(nearest(word, kWords), "board") << word;
  }
}

TEST(Nearest, AThirdOfTheLetters) {
  EXPECT_THAT(nearest_ones("datta-set", kWords), ElementsAre("dataset"));  // 2 edits of 9
  EXPECT_THAT(nearest_ones("dtst", kWords), IsEmpty());                    // 3 of 4
  EXPECT_THAT(nearest_ones("dasatet", kWords), ElementsAre("dataset"));    // 2 of 7
}

TEST(Nearest, ABeginningIfNothingIsNearer) {
  EXPECT_THAT(nearest_ones("comp", kWords), ElementsAre("compare", "compare-model"));
  EXPECT_THAT(nearest_ones("d", kWords), IsEmpty()) << "one letter says nothing";
  EXPECT_THAT(nearest_ones("jso", kWords), ElementsAre("json"));
}

TEST(Nearest, SeveralAreAsNear) {
  EXPECT_THAT(nearest_ones("u9", {"u8", "i8", "u1"}), ElementsAre("u8", "u1"));
  EXPECT_THAT(nearest_ones("ab", {"aa", "ac", "ad", "ae"}), ElementsAre("aa", "ac", "ad"));
}

TEST(Nearest, EmptyAndSameWords) {
  EXPECT_THAT(nearest_ones("", kWords), IsEmpty());
  EXPECT_THAT(nearest_ones("x", {}), IsEmpty());
  EXPECT_EQ(nearest("json", kWords), "json");
  EXPECT_EQ(nearest("quite another", kWords), std::nullopt);
}

TEST(Nearest, IsAskedInOneSentence) {
  EXPECT_EQ(did_you_mean({}), "");
  EXPECT_EQ(did_you_mean({"a"}, "--"), "did you mean --a?");
  EXPECT_EQ(did_you_mean({"a", "b"}), "did you mean a or b?");
  EXPECT_EQ(did_you_mean({"a", "b", "c"}, "hilbench "),
            "did you mean hilbench a, hilbench b or hilbench c?");
}

}  // namespace
}  // namespace hil
