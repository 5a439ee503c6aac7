// SPDX-License-Identifier: Apache-2.0
// Several boards' records as a table: approved text, and what happens to odd ones.
#include "host/report/board_table.hpp"

#include <gmock/gmock.h>

#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"
#include "tests/host/report/example_records.hpp"

namespace hil::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BoardTable, EvaluationsPassedBrokenAndInterrupted) {
  const results::Record full = full_record();
  const results::Record broken = broken_record();
  const results::Record empty = empty_record();
  const std::vector<BoardRow> rows{
      {"linux@1", &full}, {"netduino_plus_2", &broken}, {"microbit@3", &empty}};
  expect_approved("board_table_evaluations.txt", board_table(rows, "out/BOARD.json", 120));
  expect_approved("board_table_narrow.txt", board_table(rows, "out/BOARD.json", 60));
}

TEST(BoardTable, ProfilesOfSiliconAndOfAnEmulatorKeepTheirUnits) {
  const results::Record chip = profile_record();
  const results::Record emulated = emulated_profile_record();
  expect_approved("board_table_profiles.txt",
                  board_table({{"nucleo_f446re", &chip}, {"mps2_an386", &emulated}}, "", 100));
}

TEST(BoardTable, PassesOnlyIfAllPass) {
  const results::Record full = full_record();
  EXPECT_THAT(board_table({{"a", &full}, {"b", &full}}, "", 80),
              HasSubstr("PASS  2 of 2 boards passed\n"));
  results::Record failed = full;
  failed.verdict.status = results::VerdictStatus::kFail;
  EXPECT_THAT(board_table({{"a", &full}, {"b", &failed}}, "", 80),
              HasSubstr("FAIL  1 of 2 boards passed, 1 failure\n"));
}

TEST(BoardTable, StaysWithinTheTerminalAndIsHarmless) {
  const results::Record full = full_record();
  const std::string text =
      board_table({{"a\x1b[2J", &full}, {"b", &full}}, std::string(300, 'x') + "\n", 40);
  EXPECT_LE(widest_line(text), 40u);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(BoardLine, SaysHowOneEnded) {
  EXPECT_THAT(board_line(full_record()), testing::StartsWith("pass, "));
  EXPECT_THAT(board_line(broken_record()), testing::StartsWith("error ("));
  EXPECT_THAT(board_line(profile_record()), HasSubstr("latency"));
}

}  // namespace
}  // namespace hil::report
