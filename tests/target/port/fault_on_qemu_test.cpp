// SPDX-License-Identifier: Apache-2.0
// A core that faults writes its crash note, starts again, and says so to the next session.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "host/session/crash_client.hpp"
#include "host/session/session.hpp"
#include "tests/target/port/emulated_agent.hpp"
#include "tests/target/port/gdb_door.hpp"

namespace hil::test {
namespace {

using std::chrono::seconds;

constexpr int kGdbFd = 4;

/// What differs between cores for gdb, and between boards.
struct Core {
  int stack_pointer, program_counter;  ///< their numbers
  const char* note;                    ///< of a jump into nowhere
  const char* undefined;               ///< note of an undefined instruction
};
constexpr Core kCortexM{13, 15, "[A-Za-z]+Fault.* pc {:x} lr .*",
                        "[A-Za-z]+Fault.* pc [0-9a-f]+ lr .*"};
constexpr Core kRiscV{2, 32, "fetch fault 1@{0:x} pc {0:x} ra .*",
                      "illegal 2@[0-9a-f]+ pc [0-9a-f]+ ra .*"};

struct Case {
  const char* board;
  const Core* core;
  std::uint32_t nowhere;       ///< nothing that could be executed lies there
  std::uint32_t stack_bottom;  ///< the bottom of the RAM that the stack is in
};

/// Where agent::step() is in @p image.
std::uint32_t address_of_step(const std::filesystem::path& image) {
  std::FILE* lines = popen(("nm '" + image.string() + "'").c_str(), "r");
  if (lines == nullptr) throw std::runtime_error("nm cannot be run");
  unsigned found = 0;
  char line[512];
  while (std::fgets(line, sizeof line, lines) != nullptr) {
    if (std::strstr(line, " _ZN3hil5agent4stepEv") == nullptr) continue;
    found = static_cast<unsigned>(std::strtoul(line, nullptr, 16)) & ~1u;  // bit 0: Thumb
  }
  pclose(lines);
  if (found == 0) throw std::runtime_error("the image has no agent::step()");
  return found;
}

class FaultOnQemu : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    board_ = board_of(GetParam().board);
    const auto image = image_of(board_);
    const std::string reason = reason_to_skip(board_, image);
    if (!reason.empty()) GTEST_SKIP() << reason;
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    FileDescriptor ours(ends[0]);
    const FileDescriptor theirs(ends[1]);
    agent_.emplace(
        board_, image,
        std::vector<std::string>{"-S", "-chardev", "socket,id=gdb,fd=4", "-gdb", "chardev:gdb"},
        std::nullopt, std::vector<InheritedFd>{{theirs.get(), kGdbFd}});
    gdb_.emplace(std::move(ours));
    gdb_->go_on();
  }

  std::unique_ptr<session::Session> begin_session() {
    session::SessionOptions options;
    options.channel.board = board_.id;
    auto session = session::Session::open(agent_->link(), options, Deadline::after(seconds(20)));
    if (!session.ok()) throw std::runtime_error(session.error().what);
    return std::move(session).value();
  }
  rpc::AgentStart open() { return begin_session()->start(); }

  boards::Board board_;
  std::optional<EmulatedAgent> agent_;
  std::optional<GdbDoor> gdb_;
};

TEST_P(FaultOnQemu, tells_of_a_jump_into_nowhere) {
  ASSERT_EQ(open().boot_count, 1u);
  gdb_->stop();
  gdb_->set_register(GetParam().core->program_counter, GetParam().nowhere);
  gdb_->go_on();
  const rpc::AgentStart start = open();
  EXPECT_EQ(start.boot_count, 2u);
  EXPECT_EQ(start.reset_cause, frame::ResetCause::kFault);
  EXPECT_THAT(start.crash_note, testing::MatchesRegex(fmt::format(
                                    fmt::runtime(GetParam().core->note), GetParam().nowhere)));
}

TEST_P(FaultOnQemu, tells_a_reset_at_the_pin_from_its_own) {
  ASSERT_EQ(open().boot_count, 1u);
  gdb_->stop();
  gdb_->reset();
  gdb_->go_on();
  const rpc::AgentStart start = open();
  EXPECT_EQ(start.boot_count, 2u);
  EXPECT_EQ(start.reset_cause, frame::ResetCause::kPin);
  EXPECT_EQ(start.crash_note, "");
}

TEST_P(FaultOnQemu, comes_back_from_every_forced_end) {
  using session::ForcedEnd;
  struct Want {
    ForcedEnd how;
    frame::ResetCause cause;
    std::string note;
  };
  const Want wants[] = {
      {ForcedEnd::kNote, frame::ResetCause::kFault, "forced, last message 10\\.0"},
      {ForcedEnd::kFault, frame::ResetCause::kFault, GetParam().core->undefined},
      {ForcedEnd::kReset, frame::ResetCause::kSoftware, ""},
  };
  std::uint32_t boot = 1;
  for (const Want& want : wants) {
    const auto session = begin_session();
    ASSERT_EQ(session->start().boot_count, boot);
    const Status ended = session::force_end(*session, want.how, Deadline::after(seconds(20)));
    ASSERT_TRUE(ended.ok()) << ended.error().what;
    const rpc::AgentStart start = open();
    EXPECT_EQ(start.boot_count, ++boot);
    EXPECT_EQ(start.reset_cause, want.cause);
    EXPECT_THAT(start.crash_note, testing::MatchesRegex(want.note));
  }
}

TEST_P(FaultOnQemu, tells_of_a_stack_that_overflows) {
  ASSERT_EQ(open().boot_count, 1u);
  gdb_->stop();
  // Too little for a function that begins here: what is on the stack is not read.
  gdb_->set_register(GetParam().core->stack_pointer, GetParam().stack_bottom + 8);
  gdb_->set_register(GetParam().core->program_counter, address_of_step(image_of(board_)));
  gdb_->go_on();
  const rpc::AgentStart start = open();
  EXPECT_EQ(start.boot_count, 2u);
  EXPECT_EQ(start.reset_cause, frame::ResetCause::kFault);
  EXPECT_THAT(start.crash_note, testing::HasSubstr("stack overflow"));
}

constexpr Case kCases[] = {
    {"microbit", &kCortexM, 0x3000'0000, 0x2000'0000},
    {"mps2_an385", &kCortexM, 0x3000'0000, 0x2000'0000},
    {"mps2_an385_m0", &kCortexM, 0x3000'0000, 0x2000'0000},
    {"mps2_an386", &kCortexM, 0x3000'0000, 0x2000'0000},
    {"mps2_an500", &kCortexM, 0x3000'0000, 0x2000'0000},
    {"mps3_an547", &kCortexM, 0x5000'0000, 0x3000'0000},
    {"netduino_plus_2", &kCortexM, 0x3000'0000, 0x2000'0000},
    {"qemu_rv32", &kRiscV, 0x9000'0000, 0x8040'0000},
    {"stm32vldiscovery", &kCortexM, 0x3000'0000, 0x2000'0000},
};
INSTANTIATE_TEST_SUITE_P(Boards, FaultOnQemu, testing::ValuesIn(kCases),
                         [](const auto& fault) { return std::string(fault.param.board); });

}  // namespace
}  // namespace hil::test
