// SPDX-License-Identifier: Apache-2.0
// Following a program that says what OpenOCD says, or does what it should not.
#include "host/flash/openocd_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/flash/tools.hpp"

namespace hil::flash {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

PhaseLimits limits(milliseconds each) {
  return {each, each, each, each, each, each, each};
}

class Run : public testing::Test {
 protected:
  /// Runs @p script with @p each as the limit of every phase.
  OpenocdRun run(const std::string& script, milliseconds each = milliseconds(20'000)) {
    test::write_program(folder_.path() / "openocd", script);
    options_.progress = [this](Phase phase) { began_.emplace_back(name_of(phase)); };
    auto result = run_openocd({(folder_.path() / "openocd").string()}, -1, limits(each), options_);
    if (!result) {
      ADD_FAILURE() << result.error().what;
      return {};
    }
    return std::move(result).value();
  }

  /// The process that a script has started and written down as $0.child.
  pid_t child() const {
    const auto text = read_text_file(folder_.path() / "openocd.child", 100);
    const pid_t pid = text ? std::stoi(*text) : 0;
    EXPECT_GT(pid, 1);
    return pid;
  }

  ScratchFolder folder_;
  FlashOptions options_;
  std::vector<std::string> began_;
};

TEST_F(Run, PhasesAndWordsAreTaken) {
  const OpenocdRun result =
      run("echo Open On-Chip Debugger 9.9\n"
          "echo 'hilbench: identify' >&2\necho 'hilbench: id 0x00000413'\n"
          "echo 'hilbench: core 0x00000c24'\necho 'hilbench: compare'\n"
          "echo 'hilbench: already there'\necho 'hilbench: reset'\necho 'hilbench: done'");
  EXPECT_TRUE(result.done);
  EXPECT_TRUE(result.already_there);
  EXPECT_TRUE(result.exit.clean());
  EXPECT_EQ(result.ending, Ending::kByItself);
  EXPECT_EQ(result.tool_version, "Open On-Chip Debugger 9.9");
  EXPECT_EQ(result.id, "0x00000413");
  EXPECT_EQ(result.core, "0x00000c24");
  EXPECT_THAT(began_, ElementsAre("connect", "identify", "compare", "reset"));
  ASSERT_EQ(result.phases.size(), 4u);
  EXPECT_EQ(result.phases.back().phase, Phase::kReset);
}

TEST_F(Run, NoPhaseComesTwice) {
  run("echo 'hilbench: program'\necho 'hilbench: connect'\necho 'hilbench: program'\n"
      "echo 'hilbench: nonsense'\necho 'x hilbench: verify'");
  EXPECT_THAT(began_, ElementsAre("connect", "program"));
}

TEST_F(Run, TheLastLinesAreKeptAndAllAreLogged) {
  std::size_t logged = 0;
  options_.log = [&](std::string_view) { ++logged; };
  const OpenocdRun result = run("i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done");
  EXPECT_EQ(logged, 500u);
  ASSERT_EQ(result.output.size(), 200u);
  EXPECT_EQ(result.output.front(), "line 300");
  EXPECT_EQ(result.phase_lines.back(), "line 499");
}

TEST_F(Run, HostileOutputIsTamed) {
  const OpenocdRun result =
      run("printf 'a\\033[2Jb\\r\\n'; head -c 100000 /dev/zero | tr '\\0' x; printf '\\nend'");
  ASSERT_EQ(result.output.size(), 3u);
  EXPECT_EQ(result.output[0], "a?[2Jb");
  EXPECT_EQ(result.output[1].size(), 1000u);
  EXPECT_EQ(result.output[2], "end");
}

TEST_F(Run, APhaseHasItsOwnLimit) {
  const OpenocdRun result = run("echo 'hilbench: program'\nexec sleep 100", milliseconds(300));
  EXPECT_EQ(result.ending, Ending::kTimeLimit);
  EXPECT_EQ(result.phase, Phase::kProgram);
  EXPECT_NE(result.exit.signal, 0);
}

TEST_F(Run, LimitsAreNotAddedUp) {
  // Longer than one limit in all, but no phase is.
  const OpenocdRun result =
      run("for p in identify compare program verify; do sleep 0.3; echo \"hilbench: $p\"; done",
          milliseconds(1000));
  EXPECT_EQ(result.ending, Ending::kByItself);
}

TEST_F(Run, TheDeafAreKilledWithTheirChildren) {
  const OpenocdRun result =
      run("trap '' TERM\nsleep 100 & echo $! > \"$0.child\"\necho 'hilbench: program'\n"
          "while :; do sleep 0.05; done",
          milliseconds(300));
  EXPECT_EQ(result.ending, Ending::kTimeLimit);
  EXPECT_EQ(result.exit.signal, SIGKILL);
  const pid_t pid = child();
  for (int i = 0; i < 200 && ::kill(pid, 0) == 0; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST_F(Run, AChildThatKeepsThePipeDoesNotKeepUsWaiting) {
  const auto began = Deadline::Clock::now();
  const OpenocdRun result = run("sleep 30 & echo $! > \"$0.child\"; echo 'hilbench: done'");
  EXPECT_TRUE(result.done);
  EXPECT_EQ(result.ending, Ending::kByItself);
  EXPECT_LT(Deadline::Clock::now() - began, std::chrono::seconds(15));
  if (const pid_t pid = child(); pid > 1) ::kill(pid, SIGKILL);
}

TEST_F(Run, ClosedOutputIsNotTheEnd) {
  const OpenocdRun result = run("exec >/dev/null 2>&1\nsleep 0.2\nexit 3");
  EXPECT_EQ(result.exit.code, 3);
}

TEST_F(Run, AWishToStopEndsIt) {
  const StopRequest stop;
  options_.stop = &stop;
  std::thread([] {
    std::this_thread::sleep_for(milliseconds(200));
    ::kill(::getpid(), SIGINT);
  }).detach();
  EXPECT_EQ(run("exec sleep 100").ending, Ending::kStopped);
}

TEST(OpenocdRun, AMissingProgramNamesThePackage) {
  const auto result = run_openocd({"/nonexistent/openocd"}, -1, {}, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kTool);
  EXPECT_THAT(result.error().what, HasSubstr("/nonexistent/openocd: No such file or directory"));
  EXPECT_THAT(result.error().hint, HasSubstr("Debian package openocd"));
}

}  // namespace
}  // namespace hil::flash
