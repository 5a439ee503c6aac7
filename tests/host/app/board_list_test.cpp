// SPDX-License-Identifier: Apache-2.0
// Lists of boards: commas, serials, ranges, and what is refused.
#include "host/app/board_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hil::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BoardList : public testing::Test {
 protected:
  std::vector<std::string> names(const std::string& word, bool emulate = false) {
    const auto list = board_list_of(word, emulate, catalogue_);
    EXPECT_TRUE(list) << list.error().what;
    std::vector<std::string> found;
    for (const ListedBoard& board : list.ok() ? *list : std::vector<ListedBoard>())
      found.push_back(board.name + (board.emulate ? "*" : ""));
    return found;
  }
  std::string refusal(const std::string& word, bool emulate = false) {
    const auto list = board_list_of(word, emulate, catalogue_);
    if (list) return "taken";
    EXPECT_EQ(list.error().blame, Blame::kUser);
    EXPECT_FALSE(list.error().hint.empty());
    return list.error().what;
  }
  boards::Catalogue catalogue_ = boards::Catalogue::load("boards").value();
};

TEST_F(BoardList, KeepsTheOrderGiven) {
  EXPECT_THAT(names("microbit,linux,mps2_an386"), ElementsAre("microbit", "linux*", "mps2_an386"));
}

TEST_F(BoardList, EmulatesWhatHasAnEmulatorAndLeavesTheRestOnTheDesk) {
  EXPECT_THAT(names("linux,microbit,nucleo_f446re@066F", true),
              ElementsAre("linux*", "microbit*", "nucleo_f446re@066F"));
}

TEST_F(BoardList, ARangeIsOneBoardPerNumber) {
  EXPECT_THAT(names("linux@1-3"), ElementsAre("linux@1*", "linux@2*", "linux@3*"));
  EXPECT_THAT(names("microbit@9-10,linux@7", true),
              ElementsAre("microbit@9*", "microbit@10*", "linux@7*"));
  EXPECT_THAT(names("linux@5-5"), ElementsAre("linux@5*"));
  EXPECT_EQ(names("linux@1-128").size(), 128u);
}

TEST_F(BoardList, OnTheDeskASerialThatLooksLikeARangeIsOne) {
  EXPECT_THAT(names("microbit@12-34"), ElementsAre("microbit@12-34"));
}

TEST_F(BoardList, WithoutANumberBesideOthersItIsTheFirst) {
  EXPECT_THAT(names("linux,linux@2"), ElementsAre("linux@1*", "linux@2*"));
  EXPECT_THAT(names("linux"), ElementsAre("linux*")) << "alone it stays as it is";
}

TEST_F(BoardList, RefusesABoardNamedTwice) {
  EXPECT_EQ(refusal("linux,linux"), "--board names linux@1 twice");
  EXPECT_EQ(refusal("linux,microbit,linux@1"), "--board names linux@1 twice");
  EXPECT_EQ(refusal("linux@1-4,linux@4-6"), "--board names linux@4 twice");
  EXPECT_EQ(refusal("microbit@A,microbit@A"), "--board names microbit@A twice");
  EXPECT_EQ(refusal("microbit,microbit"), "--board names microbit twice");
  EXPECT_EQ(refusal("microbit,microbit@A"),
            "--board names both microbit and microbit@A, which may be the same one");
}

TEST_F(BoardList, RefusesWhatIsNoList) {
  EXPECT_THAT(refusal(","), HasSubstr("nothing beside a comma"));
  EXPECT_THAT(refusal("linux,"), HasSubstr("nothing beside a comma"));
  EXPECT_THAT(refusal(",linux"), HasSubstr("nothing beside a comma"));
  EXPECT_THAT(refusal("linux, microbit"), HasSubstr("there is no board ' microbit'"));
  EXPECT_THAT(refusal("linux,@2"), HasSubstr("lacks what stands before the @"));
  EXPECT_THAT(refusal("linux,linux@"), HasSubstr("lacks what stands behind the @"));
  EXPECT_THAT(refusal("linux,lunix"), HasSubstr("there is no board 'lunix'"));
}

TEST_F(BoardList, RefusesWrongNumbers) {
  for (const char* number : {"0", "two", "3-1", "0-4", "1-", "-4", "1-2-3", "10000",
                             "1-99999999999", "+1", "1 -2", "0x1"}) {
    EXPECT_THAT(refusal(std::string("linux@") + number), HasSubstr("told apart by number"))
        << number;
  }
  EXPECT_THAT(refusal("linux@1-129"), HasSubstr("more than 128 boards"));
  EXPECT_THAT(refusal("linux@1-100,microbit@1-100", true), HasSubstr("more than 128 boards"));
}

TEST_F(BoardList, IsSuspectedOnlyWithACommaOrARange) {
  EXPECT_TRUE(is_board_list("a,b"));
  EXPECT_TRUE(is_board_list("linux@1-2"));
  EXPECT_FALSE(is_board_list("linux"));
  EXPECT_FALSE(is_board_list("linux@2"));
  EXPECT_FALSE(is_board_list("nucleo-f4@0671FF"));
  EXPECT_FALSE(is_board_list("board@A-B"));
}

TEST(FileStems, AreHarmlessAndTellBoardsApart) {
  EXPECT_THAT(file_stems({"linux@1", "a/b@../x", "a:b@../x", "a b@...x"}),
              ElementsAre("linux@1", "a_b@.._x", "a_b@.._x_2", "a_b@...x"));
  EXPECT_THAT(file_stems({"a/", "a_", "a:", "a__2"}), testing::SizeIs(4));
  const auto stems = file_stems({"a/", "a_", "a:", "a__2"});
  EXPECT_EQ(std::set<std::string>(stems.begin(), stems.end()).size(), 4u);
}

}  // namespace
}  // namespace hil::app
