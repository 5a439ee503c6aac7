// SPDX-License-Identifier: Apache-2.0
// The Linux agent for another processor in QEMU's user mode: counted exactly or not at all.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "host/emulate/process_board.hpp"
#include "host/session/crash_client.hpp"
#include "host/session/session.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/target/port/emulated_agent.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using emulate::ProcessBoard;
using testing::HasSubstr;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

class EmulatedProcess : public testing::Test {
 protected:
  void SetUp() override {
    board_ = board_of("linux_aarch64");
    image_ = image_of(board_);
    plugin_ = image_.parent_path() / emulate::kCountPlugin;
    runner_ = emulate::runner_here(board_.emulator->runner, board_.chip.core);
    if (runner_.empty()) GTEST_SKIP() << "this machine runs the agent itself";
    const std::string reason = reason_to_skip(runner_.front(), image_);
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
  std::unique_ptr<session::Session> open(ProcessBoard& process) {
    session::SessionOptions options;
    options.channel.board = board_.id;
    auto session = session::Session::open(process.link(), options, soon());
    if (!session.ok()) throw std::runtime_error(session.error().what);
    return std::move(session).value();
  }
  /// How QEMU ends with @p options and the agent, and what the two say.
  std::string refusal(std::vector<std::string> options, int& code) {
    SpawnOptions spawn;
    spawn.argv = runner_;
    spawn.argv.insert(spawn.argv.end(), options.begin(), options.end());
    spawn.argv.insert(spawn.argv.end(), {image_.string(), "/dev/null"});
    const fs::path said = scratch_.path() / "said";
    const FileDescriptor file(::open(said.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    spawn.stderr_fd = file.get();
    auto process = Subprocess::spawn(spawn);
    if (!process.ok()) throw std::runtime_error(process.error().what);
    const auto status = process->wait(soon());
    code = status && status->signal == 0 ? status->code : -1;
    std::ifstream text(said);
    return {std::istreambuf_iterator<char>(text), {}};
  }
  [[nodiscard]] std::string plugin_with(const std::string& options) const {
    return plugin_.string() + options;
  }

  ScratchFolder scratch_;
  boards::Board board_;
  fs::path image_, plugin_;
  std::vector<std::string> runner_;
};

TEST_F(EmulatedProcess, SaysThatItIsEmulatedAndCountsInstructions) {
  auto process = ProcessBoard::start(image_, runner_, plugin_);
  ASSERT_TRUE(process.ok()) << process.error().what;
  const auto session = open(**process);
  EXPECT_EQ(session->agent().board, "linux_aarch64");
  EXPECT_EQ(session->agent().core, "aarch64");
  EXPECT_TRUE(session->agent().emulated);
  EXPECT_EQ(session->agent().tick_hz, 1'000'000'000u) << "one instruction, one tick";
}

TEST_F(EmulatedProcess, StartsAgainInTheEmulatorAfterAFault) {
  auto process = ProcessBoard::start(image_, runner_, plugin_);
  ASSERT_TRUE(process.ok()) << process.error().what;
  EXPECT_EQ(open(**process)->start().boot_count, 1u);
  ASSERT_EQ(kill((*process)->pid(), SIGSEGV), 0);  // QEMU passes it to the agent
  const auto session = open(**process);
  EXPECT_EQ(session->start().boot_count, 2u);
  EXPECT_EQ(session->start().reset_cause, frame::ResetCause::kFault);
  EXPECT_THAT(session->start().crash_note, HasSubstr("SIGSEGV"));
  EXPECT_TRUE(session->agent().emulated);
}

TEST_F(EmulatedProcess, ComesBackFromEveryForcedEnd) {
  using session::ForcedEnd;
  auto process = ProcessBoard::start(image_, runner_, plugin_);
  ASSERT_TRUE(process.ok()) << process.error().what;
  std::uint32_t boot = 1;
  for (const auto& [how, cause, note] :
       {std::tuple{ForcedEnd::kNote, frame::ResetCause::kFault, "forced, last message 10.0"},
        {ForcedEnd::kFault, frame::ResetCause::kFault, "SIGSEGV, last message 10.0"},
        {ForcedEnd::kReset, frame::ResetCause::kSoftware, ""}}) {
    const Status ended = session::force_end(*open(**process), how, soon());
    ASSERT_TRUE(ended.ok()) << ended.error().what;
    const auto session = open(**process);
    EXPECT_EQ(session->start().boot_count, ++boot);
    EXPECT_EQ(session->start().reset_cause, cause);
    EXPECT_EQ(session->start().crash_note, note);
  }
}

TEST_F(EmulatedProcess, DoesNotStartUncounted) {
  int code = 0;
  const std::string said = refusal({}, code);
  EXPECT_EQ(code, 2);
  EXPECT_EQ(said,
            "hilbench-agent-linux_aarch64: an emulator runs this program and does not count its "
            "instructions\n  hint: load hilbench's plugin: qemu-... -B BASE -plugin "
            "libhilbench_count.so,guest_base=BASE\n");
}

TEST_F(EmulatedProcess, AWrongBaseGivesNoCountAndDoesNoHarm) {
  int code = 0;
  const std::string said =
      refusal({"-B", "0x10000000000", "-plugin", plugin_with(",guest_base=0x700000000000")}, code);
  EXPECT_EQ(code, 2);
  EXPECT_THAT(said, HasSubstr("does not count its instructions"));
}

TEST_F(EmulatedProcess, ThePluginWantsItsOneOption) {
  for (const char* options : {"", ",guest_base=", ",guest_base=-1", ",guest_base=12x", ",base=1",
                              ",guest_base=99999999999999999999", ",guest_base=1,guest_base=1"}) {
    int code = 0;
    refusal({"-B", "0x10000000000", "-plugin", plugin_with(options)}, code);
    EXPECT_NE(code, 0) << options;
    EXPECT_NE(code, 2) << options << ": the agent was started";
  }
}

}  // namespace
}  // namespace hil::test
