// SPDX-License-Identifier: Apache-2.0
// Lines of several boards on a terminal and in a log, with times given.
#include "host/report/progress_board.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>
#include <thread>

namespace hil::report {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const BoardProgress::Clock::time_point kStart = BoardProgress::Clock::time_point() + seconds(1000);

constexpr BoardProgressStyle kLog{.terminal = false, .width = 80, .rows = 24};

std::vector<std::string> names(int count) {
  std::vector<std::string> list;
  for (int i = 1; i <= count; ++i)
    list.push_back("linux@" + std::to_string(i));
  return list;
}

TEST(BoardProgress, ALogGetsStepsAndTenthsOfAFewBoards) {
  std::ostringstream out;
  BoardProgress progress(out, kLog, {"linux", "microbit"});
  progress.say(1, "starting", kStart);
  progress.say(1, "flashing the agent: program", kStart);
  progress.say(1, "flashing the agent: verify", kStart);
  progress.say(1, "", kStart);
  for (std::uint64_t done = 0; done <= 100; ++done)
    progress.update(0, "evaluate", done, 100, kStart + milliseconds(done * 40));
  progress.end(0, "pass, 100 of 100 in 4.0 s", kStart + seconds(4));
  progress.update(1, "evaluate", 3, 20, kStart + seconds(30));
  progress.update(1, "evaluate", 7, 20, kStart + seconds(33));
  progress.update(1, "check", 3, 20, kStart + seconds(34));
  progress.end(1, "error (link), 3 of 20 in 9.0 s", kStart + seconds(32));
  progress.end(1, "never", kStart + seconds(33));
  progress.finish();
  progress.say(0, "never", kStart);
  EXPECT_EQ(out.str(),
            "microbit: starting ...\n"
            "microbit: flashing the agent ...\n"
            "linux: evaluate 10 of 100 (10 %), 25/s, 0:04 left\n"
            "linux: evaluate 20 of 100 (20 %), 25/s, 0:04 left\n"
            "linux: evaluate 30 of 100 (30 %), 25/s, 0:03 left\n"
            "linux: evaluate 40 of 100 (40 %), 25/s, 0:03 left\n"
            "linux: evaluate 50 of 100 (50 %), 25/s, 0:02 left\n"
            "linux: evaluate 60 of 100 (60 %), 25/s, 0:02 left\n"
            "linux: evaluate 70 of 100 (70 %), 25/s, 0:02 left\n"
            "linux: evaluate 80 of 100 (80 %), 25/s, 0:01 left\n"
            "linux: evaluate 90 of 100 (90 %), 25/s, 0:01 left\n"
            "linux: pass, 100 of 100 in 4.0 s (1 of 2 done)\n"
            "microbit: evaluate 7 of 20 (35 %), 2.3/s, 0:06 left\n"
            "microbit: error (link), 3 of 20 in 9.0 s (2 of 2 done)\n");
}

TEST(BoardProgress, ALogGetsOnlyTheEndsOfMany) {
  std::ostringstream out;
  BoardProgress progress(out, kLog, names(9));
  progress.say(0, "starting", kStart);
  progress.update(0, "evaluate", 5, 10, kStart);
  progress.end(8, "pass", kStart);
  progress.end(0, "pass", kStart);
  EXPECT_EQ(out.str(), "linux@9: pass (1 of 9 done)\nlinux@1: pass (2 of 9 done)\n");
}

TEST(BoardProgress, ATerminalGetsABlockThatIsRewritten) {
  std::ostringstream out;
  BoardProgress progress(out, {.terminal = true, .width = 60, .rows = 10}, {"linux", "microbit"});
  progress.say(0, "starting", kStart);
  EXPECT_EQ(out.str(),
            "linux     starting\x1b[K\n"
            "microbit  waiting for its turn\x1b[K\n");
  out.str("");
  progress.update(0, "evaluate", 1, 10, kStart + milliseconds(50));
  EXPECT_EQ(out.str(), "") << "ten times a second at most";
  progress.update(0, "evaluate", 2, 10, kStart + milliseconds(150));
  EXPECT_EQ(out.str(),
            "\x1b[2A\r"
            "linux     evaluate 2 of 10 (20 %), 20/s, 0:01 left\x1b[K\n"
            "microbit  waiting for its turn\x1b[K\n");
  out.str("");
  progress.end(0, "pass", kStart + milliseconds(151));
  EXPECT_THAT(out.str(), HasSubstr("linux     pass\x1b[K\n")) << "an end is shown at once";
}

TEST(BoardProgress, WithMoreBoardsThanRowsThoseUnderWayAreShown) {
  std::ostringstream out;
  BoardProgress progress(out, {.terminal = true, .width = 60, .rows = 5}, names(64));
  for (std::size_t board = 0; board < 5; ++board)
    progress.say(board, "starting", kStart);
  out.str("");
  progress.end(1, "pass", kStart);
  EXPECT_EQ(out.str(),
            "\x1b[4A\r"
            "linux@1   starting\x1b[K\n"
            "linux@3   starting\x1b[K\n"
            "linux@4   starting\x1b[K\n"
            "1 of 64 done\x1b[K\n");
  for (const std::size_t board : {0u, 2u, 3u, 4u})
    progress.end(board, "pass", kStart);
  EXPECT_THAT(out.str(), EndsWith("\x1b[2A\r5 of 64 done\x1b[K\n\x1b[J"))
      << "the block shrinks, and leaves nothing below";
  out.str("");
  progress.finish();
  progress.finish();
  EXPECT_EQ(out.str(), "\x1b[1A\r5 of 64 done\x1b[K\n");
}

TEST(BoardProgress, NoLineIsAsWideAsTheTerminal) {
  for (const std::size_t width : {1u, 2u, 10u, 20u}) {
    std::ostringstream out;
    BoardProgress progress(out, {.terminal = true, .width = width, .rows = 10}, names(3));
    progress.update(1, "evaluate", 500, 1000, kStart);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);)
      EXPECT_LT(line.substr(0, line.find('\x1b')).size(), width);
  }
}

TEST(BoardProgress, TextFromABoardDoesNotSteerTheTerminal) {
  std::ostringstream out;
  BoardProgress progress(out, kLog, {"li\x1bnux"});
  progress.say(0, "a\nb", kStart);
  progress.end(0, "c\x1b[2J", kStart);
  EXPECT_EQ(out.str(), "li?nux: a?b ...\nli?nux: c?[2J (1 of 1 done)\n");
}

TEST(BoardProgress, MayBeCalledFromEveryThreadAtOnce) {
  std::ostringstream out;
  BoardProgress progress(out, {.terminal = true, .width = 80, .rows = 5}, names(8));
  std::vector<std::thread> threads;
  for (std::size_t board = 0; board < 8; ++board) {
    threads.emplace_back([&, board] {
      progress.say(board, "starting");
      for (std::uint64_t i = 0; i <= 500; ++i)
        progress.update(board, "evaluate", i, 500);
      progress.end(board, "pass");
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  progress.finish();
  EXPECT_THAT(out.str(), EndsWith("8 of 8 done\x1b[K\n"));
}

TEST(BoardProgress, NothingDoneOfNothingIsNoDivision) {
  std::ostringstream out;
  BoardProgress progress(out, {.terminal = true, .width = 80, .rows = 5}, {"linux"});
  progress.update(0, "check", 0, 0, kStart);
  EXPECT_THAT(out.str(), HasSubstr("check 0 of 0 (100 %)"));
  EXPECT_THAT(out.str(), Not(HasSubstr("nan")));
}

TEST(BoardProgress, WhatIsNoTerminalHasAStyleForLogs) {
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const BoardProgressStyle style = board_style_of(null);
  ::close(null);
  EXPECT_FALSE(style.terminal);
  EXPECT_EQ(style.width, 80u);
  EXPECT_EQ(style.rows, 24u);
}

}  // namespace
}  // namespace hil::report
