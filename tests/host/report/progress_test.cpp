// SPDX-License-Identifier: Apache-2.0
// Progress on a terminal and in a log, with times given.
#include "host/report/progress.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

namespace hil::report {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

const Progress::Clock::time_point kStart = Progress::Clock::time_point() + seconds(1000);

TEST(Progress, LogGetsOneLinePerTenth) {
  std::ostringstream out;
  Progress progress(out, {.terminal = false, .width = 80}, "evaluate", 1000, kStart);
  for (std::uint64_t done = 1; done <= 1000; ++done) {
    progress.update(done, kStart + milliseconds(3 * done));
  }
  progress.finish(kStart + milliseconds(3000));
  progress.finish(kStart + milliseconds(9000));
  EXPECT_EQ(out.str(),
            "evaluate 100 of 1,000 (10 %), 333/s, 0:03 left\n"
            "evaluate 200 of 1,000 (20 %), 333/s, 0:03 left\n"
            "evaluate 300 of 1,000 (30 %), 333/s, 0:03 left\n"
            "evaluate 400 of 1,000 (40 %), 333/s, 0:02 left\n"
            "evaluate 500 of 1,000 (50 %), 333/s, 0:02 left\n"
            "evaluate 600 of 1,000 (60 %), 333/s, 0:02 left\n"
            "evaluate 700 of 1,000 (70 %), 333/s, 0:01 left\n"
            "evaluate 800 of 1,000 (80 %), 333/s, 0:01 left\n"
            "evaluate 900 of 1,000 (90 %), 333/s, 0:01 left\n"
            "evaluate 1,000 of 1,000 in 3.0 s (333/s)\n");
}

TEST(Progress, AShortRunGetsItsLastWordOnly) {
  std::ostringstream out;
  Progress progress(out, {}, "evaluate", 360, kStart);
  for (std::uint64_t done = 1; done <= 360; ++done) {
    progress.update(done, kStart + milliseconds(done / 10));
  }
  progress.finish(kStart + milliseconds(36));
  EXPECT_EQ(out.str(), "evaluate 360 of 360 in 0.0 s (10000/s)\n");
}

TEST(Progress, PlannedTimeIsSeconds) {
  std::ostringstream out;
  Progress progress(out, {}, "quiet runs", 12'300, kStart, ProgressUnit::kMilliseconds);
  progress.update(6'150, kStart + seconds(7));
  progress.update(12'300, kStart + seconds(13));
  progress.finish(kStart + milliseconds(14'250));
  EXPECT_EQ(out.str(),
            "quiet runs 6.2 of 12.3 s (50 %), 0:07 left\n"
            "quiet runs 12.3 of 12.3 s in 14.2 s\n");
}

TEST(Progress, FewSamplesGetALineEachAtMost) {
  std::ostringstream out;
  Progress progress(out, {}, "evaluate", 3, kStart);
  progress.update(0, kStart);
  progress.update(1, kStart + seconds(20));
  progress.update(1, kStart + seconds(21));
  progress.finish(kStart + seconds(25));
  EXPECT_EQ(out.str(),
            "evaluate 1 of 3 (33 %), 0.05/s, 0:40 left\n"
            "evaluate 1 of 3 in 25.0 s (0.04/s)\n");
}

TEST(Progress, TerminalLineIsRewrittenAtMostTenTimesASecond) {
  std::ostringstream out;
  Progress progress(out, {.terminal = true, .width = 80}, "evaluate", 1000, kStart);
  for (std::uint64_t done = 1; done <= 150; ++done) {
    progress.update(done, kStart + milliseconds(done));
  }
  EXPECT_EQ(out.str(),
            "\revaluate 1 of 1,000 (0 %), 1000/s, 0:01 left\x1b[K"
            "\revaluate 101 of 1,000 (10 %), 1000/s, 0:01 left\x1b[K");
  progress.finish(kStart + milliseconds(151));
  EXPECT_THAT(out.str(), ::testing::EndsWith("\revaluate 150 of 1,000 in 0.2 s (993/s)\x1b[K\n"));
}

TEST(Progress, TerminalLineStaysNarrowerThanTheTerminal) {
  std::ostringstream out;
  Progress progress(out, {.terminal = true, .width = 20}, "evaluate", 1000, kStart);
  progress.update(500, kStart + seconds(1));
  EXPECT_EQ(out.str(), "\revaluate 500 of 1,~\x1b[K");
}

TEST(Progress, NotesStandAboveTheLine) {
  std::ostringstream out;
  Progress progress(out, {.terminal = true, .width = 80}, "evaluate", 10, kStart);
  progress.note("before");
  progress.update(0, kStart);
  progress.note("agent: \x1b[2J");
  EXPECT_EQ(out.str(),
            "before\n\revaluate 0 of 10 (0 %)\x1b[K\r\x1b[Kagent: ?[2J\nevaluate 0 of 10 (0 %)");
}

TEST(Progress, DestructionEndsAnOpenLine) {
  std::ostringstream out;
  { const Progress unused(out, {.terminal = true, .width = 80}, "evaluate", 10, kStart); }
  EXPECT_EQ(out.str(), "");
  {
    Progress progress(out, {.terminal = true, .width = 80}, "evaluate", 10, kStart);
    progress.update(1, kStart + seconds(1));
  }
  EXPECT_EQ(out.str().back(), '\n');
}

TEST(Progress, OddTotalsAndTimes) {
  std::ostringstream out;
  Progress none(out, {}, "x", 0, kStart);
  none.update(0, kStart);
  none.finish(kStart);
  EXPECT_EQ(out.str(), "x 0 of 0 in 0.0 s\n");
  Progress slow(out, {.terminal = true, .width = 80}, "x", UINT64_MAX, kStart);
  slow.update(1, kStart + seconds(1'000'000));
  EXPECT_THAT(out.str(), HasSubstr("99999:59:59 left"));
  Progress beyond(out, {.terminal = true, .width = 80}, "x", 10, kStart);
  beyond.update(12, kStart + seconds(1));
  EXPECT_THAT(out.str(), HasSubstr("12 of 10 (100 %), 12/s, 0:00 left"));
}

TEST(Progress, FilesAreNoTerminals) {
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_FALSE(style_of(null).terminal);
  EXPECT_EQ(style_of(null).width, 80U);
  ::close(null);
}

}  // namespace
}  // namespace hil::report
