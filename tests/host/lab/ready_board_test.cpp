// SPDX-License-Identifier: Apache-2.0
// Boards made ready: the real agent as a process, alive, stopped, killed.
#include "host/lab/ready_board.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "host/boards/catalogue.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;

Deadline soon(int ms = 5000) {
  return Deadline::after(milliseconds(ms));
}

boards::Board linux_board() {
  const auto catalogue = boards::Catalogue::load("boards");
  EXPECT_TRUE(catalogue.ok());
  return *catalogue->find("linux");
}

std::unique_ptr<ReadyBoard> ready(const ReadyOptions& options = {}) {
  auto board = make_ready(linux_board(), options, soon());
  EXPECT_TRUE(board.ok()) << board.error().what;
  return board.ok() ? std::move(*board) : nullptr;
}

/// Talks until something fails.
Error talk(ReadyBoard& board) {
  const Deadline deadline = soon(10'000);
  while (!deadline.expired()) {
    const auto sync = board.session().sync_time(soon());
    if (!sync.ok()) return board.explain(sync.error());
  }
  ADD_FAILURE() << "nothing ever failed";
  return {};
}

bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0 || errno != ESRCH;
}

TEST(ReadyBoard, TheAgentIntroducesItself) {
  const auto board = ready();
  ASSERT_TRUE(board);
  EXPECT_EQ(board->session().agent().board, "linux");
  EXPECT_EQ(board->session().agent().core, board->board().chip.core);
  EXPECT_GT(board->session().agent().plan_capacity_bytes, 100'000u);
  EXPECT_NE(board->agent_sha256(), Sha256{});
  EXPECT_EQ(board->faults(), nullptr);
  EXPECT_THAT(board->link().name(), HasSubstr("pty /dev/pts/"));
}

TEST(ReadyBoard, AnEmulatedMeterNeedsABoardInQemu) {
  ReadyOptions options;
  options.meter.kind = "ppk2";
  const auto process = make_ready(linux_board(), options, soon());
  ASSERT_FALSE(process.ok());
  EXPECT_EQ(process.error().blame, Blame::kUser);
  EXPECT_EQ(process.error().what,
            "an emulated meter measures boards in QEMU alone, and linux is none");
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok());
  options.flash = false;
  const auto desk = make_ready(*catalogue->find("netduino_plus_2"), options, soon());
  ASSERT_FALSE(desk.ok());
  EXPECT_EQ(desk.error().what,
            "an emulated meter measures boards in QEMU alone, and netduino_plus_2 is none without "
            "--emulate");
}

TEST(ReadyBoard, WorksThroughABadLine) {
  ReadyOptions options;
  options.faults.drop = options.faults.duplicate = 0.03;
  options.faults.swap = 0.03;
  options.faults.flip = 1e-4;  // of the bits: about one frame in forty
  options.clock.poll_after = milliseconds(10);
  const auto board = ready(options);
  ASSERT_TRUE(board);
  for (int i = 0; i < 200; ++i) {
    const auto sync = board->session().sync_time(soon());
    ASSERT_TRUE(sync.ok()) << sync.error().what;
  }
  ASSERT_NE(board->faults(), nullptr);
  EXPECT_GT(board->faults()->outgoing().dropped + board->faults()->incoming().dropped, 0u);
}

TEST(ReadyBoard, AKilledAgentIsTheDevicesFaultWithinASecond) {
  const auto board = ready();
  ASSERT_TRUE(board);
  const auto began = Deadline::Clock::now();
  ASSERT_EQ(::kill(board->agent_pid(), SIGKILL), 0);
  const Error error = talk(*board);
  EXPECT_LT(Deadline::Clock::now() - began, milliseconds(1000));
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("the agent process ended by signal 9 (SIGKILL)"));
}

TEST(ReadyBoard, AStoppedAgentIsASilentLine) {
  ReadyOptions options;
  options.clock.silence_limit = milliseconds(400);
  const auto board = ready(options);
  ASSERT_TRUE(board);
  ASSERT_EQ(::kill(board->agent_pid(), SIGSTOP), 0);
  const auto began = Deadline::Clock::now();
  const Error error = talk(*board);
  EXPECT_GE(Deadline::Clock::now() - began, milliseconds(400));
  EXPECT_EQ(error.blame, Blame::kLink);
  EXPECT_THAT(error.what, HasSubstr("no answer from linux for 0."));
}

TEST(ReadyBoard, ExplainKeepsWhatIsNotTheLinks) {
  const auto board = ready();
  ASSERT_TRUE(board);
  const Error error = board->explain({Blame::kModel, "wrong answers", "hint"});
  EXPECT_EQ(error.blame, Blame::kModel);
  EXPECT_EQ(error.what, "wrong answers");
}

TEST(ReadyBoard, NoProcessIsLeft) {
  pid_t pid = 0;
  {
    const auto board = ready();
    ASSERT_TRUE(board);
    pid = board->agent_pid();
    EXPECT_TRUE(exists(pid));
  }
  EXPECT_FALSE(exists(pid));
  try {
    const auto board = ready();
    pid = board->agent_pid();
    throw std::runtime_error("in mid-run");
  } catch (const std::runtime_error&) {
    EXPECT_FALSE(exists(pid));
  }
}

TEST(ReadyBoard, NoProcessIsLeftWhenTheHostIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t host = ::fork();
  ASSERT_GE(host, 0);
  if (host == 0) {
    auto board = make_ready(linux_board(), {}, soon());
    const pid_t pid = board.ok() ? (*board)->agent_pid() : -1;
    [[maybe_unused]] const auto written = ::write(ends[1], &pid, sizeof pid);
    ::raise(SIGKILL);
  }
  pid_t pid = -1;
  ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  ::waitpid(host, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  const auto dead = [&] {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    return !std::getline(stat, line) || line.find(") Z ") != std::string::npos;
  };
  const Deadline deadline = soon();
  while (!dead() && !deadline.expired())
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(dead());
}

/// Agents that are none, as small scripts.
class NotAnAgent : public testing::Test {
 protected:
  Error failure(const std::string& script, int ms = 300) {
    const fs::path path = scratch_.path() / "hilbench-agent-linux";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    ReadyOptions options;
    options.agent_folder = scratch_.path();
    const auto board = make_ready(linux_board(), options, soon(ms));
    EXPECT_FALSE(board.ok());
    return board.ok() ? Error{} : board.error();
  }
  ScratchFolder scratch_;
};

TEST_F(NotAnAgent, EndsAtOnce) {
  const Error error = failure("exit 3", 5000);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("the agent process exited with status 3"));
}

TEST_F(NotAnAgent, SaysNothing) {
  const Error error = failure("exec sleep 100");
  EXPECT_EQ(error.blame, Blame::kLink);
  EXPECT_THAT(error.what, HasSubstr("nothing came back"));
}

TEST_F(NotAnAgent, TalksNonsense) {
  const Error error = failure("while :; do printf 'Hello world\\0' >\"$1\"; sleep 0.01; done");
  EXPECT_EQ(error.blame, Blame::kLink);
  EXPECT_THAT(error.what, HasSubstr("none of them a valid frame"));
}

TEST_F(NotAnAgent, IsMissing) {
  ReadyOptions options;
  options.agent_folder = scratch_.path();
  const auto board = make_ready(linux_board(), options, soon());
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kLab);
  EXPECT_THAT(board.error().hint, HasSubstr("HILBENCH_AGENTS"));
}

TEST_F(NotAnAgent, IsNotThereForABoardWithoutEmulator) {
  boards::Board board = linux_board();
  board.emulator.reset();
  ReadyOptions options;
  options.emulate = true;
  const Error error = make_ready(board, options, soon()).error();
  EXPECT_EQ(error.blame, Blame::kUser);
  EXPECT_THAT(error.what, HasSubstr("linux can't be emulated"));
  EXPECT_THAT(error.hint, HasSubstr("--emulate"));
}

}  // namespace
}  // namespace hil::lab
