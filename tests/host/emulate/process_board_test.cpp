// SPDX-License-Identifier: Apache-2.0
// Process boards with small scripts in the agent's place.
#include "host/emulate/process_board.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/host/base/scratch_folder.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(5));
}

class ProcessBoardTest : public testing::Test {
 protected:
  /// A program that runs @p script with the tty as $1.
  fs::path image(const std::string& script) const {
    const fs::path path = scratch_.path() / "agent";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  /// What was written to "words" by a program that image() made, once it has ended.
  [[nodiscard]] std::vector<std::string> words() const {
    std::ifstream file(scratch_.path() / "words");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
      lines.push_back(line);
    return lines;
  }
  ScratchFolder scratch_;
};

TEST_F(ProcessBoardTest, TheLineReachesTheProcess) {
  // Opens the tty late, which must not look like a hang-up.
  auto board = ProcessBoard::start(image("sleep 0.2; exec cat <\"$1\" >\"$1\""));
  ASSERT_TRUE(board.ok()) << board.error().what;
  Link& link = (*board)->link();
  const std::array<std::uint8_t, 4> bytes{1, 0, 4, 255};
  std::array<std::uint8_t, 16> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after({})), 0u);
  ASSERT_EQ(*link.write(bytes), 4u);
  const auto count = link.read(buffer, soon());
  ASSERT_TRUE(count.ok()) << count.error().what;
  EXPECT_EQ(*count, 4u);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), buffer.begin()));
  EXPECT_FALSE((*board)->wait_end(Deadline::after({})));
}

TEST_F(ProcessBoardTest, ADeadProcessHangsUpAndTellsWhy) {
  auto board = ProcessBoard::start(image("exec sleep 100"));
  ASSERT_TRUE(board.ok());
  ASSERT_EQ(::kill((*board)->pid(), SIGKILL), 0);
  std::array<std::uint8_t, 16> buffer;
  const auto end = (*board)->link().read(buffer, soon());
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().blame, Blame::kLink);
  EXPECT_THAT(end.error().what, HasSubstr("hung up"));
  const auto status = (*board)->wait_end(soon());
  ASSERT_TRUE(status);
  EXPECT_EQ(status->text(), "ended by signal 9 (SIGKILL)");
}

TEST_F(ProcessBoardTest, AProcessThatEndsAtOnceTellsItsStatus) {
  auto board = ProcessBoard::start(image("exit 9"));
  ASSERT_TRUE(board.ok());
  EXPECT_EQ((*board)->wait_end(soon())->text(), "exited with status 9");
}

TEST_F(ProcessBoardTest, DestructionEndsTheProcess) {
  pid_t pid = 0;
  {
    auto board = ProcessBoard::start(image("exec sleep 100"));
    ASSERT_TRUE(board.ok());
    pid = (*board)->pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(ProcessBoardTest, AMissingImageIsATypedError) {
  const auto board = ProcessBoard::start(scratch_.path() / "none");
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kTool);
  EXPECT_THAT(board.error().what, HasSubstr("none: No such file"));
}

TEST_F(ProcessBoardTest, ARunnerGetsImageAndPluginAndIsToldToTheAgent) {
  const fs::path plugin = scratch_.path() / "count, please.so";
  std::ofstream(plugin) << "x";
  const fs::path runner =
      image("printf '%s\\n' \"$@\" >'" + (scratch_.path() / "words").string() + "'");
  auto board = ProcessBoard::start("/agents/agent.elf", {runner, "-L", "/lib of arm"}, plugin);
  ASSERT_TRUE(board.ok()) << board.error().what;
  ASSERT_TRUE((*board)->wait_end(soon()));
  // In QEMU's options two commas stand for one.
  const std::string value = (scratch_.path() / "count,, please.so").string();
  const std::string base = "0x10000000000";
  const auto said = words();
  ASSERT_EQ(said.size(), 16u);
  const std::vector<std::string> emulator{"-L", "/lib of arm", "-B",
                                          base, "-plugin",     value + ",guest_base=" + base};
  EXPECT_TRUE(std::equal(emulator.begin(), emulator.end(), said.begin()));
  EXPECT_EQ(said[6], "/agents/agent.elf");
  EXPECT_THAT(said[7], HasSubstr("/dev/pts/"));
  EXPECT_EQ(said[8], "--emulator");
  EXPECT_EQ(said[9], runner);
  EXPECT_TRUE(std::equal(emulator.begin(), emulator.end(), said.begin() + 10));
}

TEST_F(ProcessBoardTest, WithoutThePluginNothingIsEmulated) {
  const fs::path plugin = scratch_.path() / "none.so";
  const auto board = ProcessBoard::start(image("exit 0"), {"/bin/sh"}, plugin);
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kLab);
  EXPECT_EQ(board.error().what,
            "there is no libhilbench_count.so, without which /bin/sh has no clock: " +
                plugin.string() + " is missing");
}

TEST_F(ProcessBoardTest, AMissingRunnerNamesItsPackage) {
  const fs::path plugin = scratch_.path() / "plugin.so";
  std::ofstream(plugin) << "x";
  const auto board = ProcessBoard::start(image("exit 0"), {"qemu-of-nobody"}, plugin);
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kTool);
  EXPECT_THAT(board.error().what, HasSubstr("qemu-of-nobody"));
  EXPECT_THAT(board.error().hint, HasSubstr("qemu-user"));
}

TEST(RunnerHere, AProcessorOfTheSameKindNeedsNone) {
  utsname machine{};
  ASSERT_EQ(uname(&machine), 0);
  EXPECT_EQ(runner_here({"qemu-aarch64"}, machine.machine), std::vector<std::string>{});
  EXPECT_EQ(runner_here({"qemu-aarch64", "-s"}, "pdp11"),
            (std::vector<std::string>{"qemu-aarch64", "-s"}));
}

}  // namespace
}  // namespace hil::emulate
