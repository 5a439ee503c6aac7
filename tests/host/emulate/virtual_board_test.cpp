// SPDX-License-Identifier: Apache-2.0
// Virtual boards with the real supervisor and the real QEMU: doors, endings, restarts, state.
#include "host/emulate/virtual_board.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "host/base/file.hpp"
#include "host/link/fd_link.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/emulate/gdb_port.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFlashBoard = "netduino_plus_2";
constexpr std::size_t kFlashBytes = 1024 * 1024;
constexpr const char* kRamBoard = "mps2_an386";
constexpr const char* kNoProbeBoard = "qemu_rv32";

Deadline soon() {
  return Deadline::after(seconds(30));
}

bool in_path(const std::string& program) {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// True once @p pid is gone or only waits to be reaped by a parent that is not us.
bool dies(pid_t pid) {
  const Deadline deadline = soon();
  while (!deadline.expired()) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    if (text.empty() || text.find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

/// A program for qemu_rv32 that sends back every byte its 16550 receives, by polling:
///   lui t0,0x10000; 1: lbu t1,5(t0); andi t1,t1,1; beqz t1,1b; lbu t2,0(t0); sb t2,0(t0); j 1b
constexpr std::array<std::uint32_t, 7> kEcho{0x100002b7, 0x0052c303, 0x00137313, 0xfe030ce3,
                                             0x0002c383, 0x00728023, 0xfedff06f};

/// Flash of an STM32F4 whose firmware locks up at once: stack and reset vector are good, but the
/// first instruction faults (UDF), and so does the first of the handler.
std::vector<std::uint8_t> lock_up_flash() {
  std::vector<std::uint8_t> flash(kFlashBytes, 0xFF);
  const auto put = [&](std::size_t offset, std::uint32_t word) {
    for (std::size_t i = 0; i < 4; ++i)
      flash[offset + i] = static_cast<std::uint8_t>(word >> (8 * i));
  };
  put(0, 0x2000'1000);
  for (std::size_t vector = 1; vector < 16; ++vector)
    put(vector * 4, 0x0800'0101);
  put(0x100, 0xDE00'DE00);
  return flash;
}

class VirtualBoardTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"qemu-system-arm", "qemu-system-riscv32"}) {
      if (!in_path(program)) GTEST_SKIP() << program << " is not installed";
    }
    ASSERT_EQ(::setenv("XDG_STATE_HOME", scratch_.path().c_str(), 1), 0);
  }
  void TearDown() override { ::unsetenv("XDG_STATE_HOME"); }

  static Result<std::unique_ptr<VirtualBoard>> start(const std::string& board,
                                                     unsigned instance = 0) {
    VirtualBoardOptions options;
    options.board = board;
    options.instance = instance;
    return VirtualBoard::start(options, soon());
  }
  Result<std::unique_ptr<VirtualBoard>> start_echo(std::vector<std::string> more = {}) const {
    std::ofstream file(scratch_.path() / "echo.bin", std::ios::binary);
    for (const std::uint32_t word : kEcho)
      file.write(static_cast<const char*>(static_cast<const void*>(&word)), sizeof word);
    file.close();
    VirtualBoardOptions options;
    options.board = kNoProbeBoard;
    options.image = scratch_.path() / "echo.bin";
    options.more = std::move(more);
    return VirtualBoard::start(options, soon());
  }
  fs::path state(const std::string& name) const {
    return scratch_.path() / "hilbench/boards" / name;
  }
  void put_flash(std::span<const std::uint8_t> content) const {
    fs::create_directories(state(kFlashBoard));
    std::ofstream file(state(kFlashBoard) / "flash.bin", std::ios::binary);
    file.write(static_cast<const char*>(static_cast<const void*>(content.data())),
               static_cast<std::streamsize>(content.size()));
  }
  /// Names of all entries below the state of virtual boards.
  std::set<std::string> left_behind() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(scratch_.path() / "hilbench/boards"))
      names.insert(fs::relative(entry.path(), scratch_.path() / "hilbench/boards").string());
    return names;
  }
  /// The next event that is no remark.
  static VirtualBoardEvent next_event(VirtualBoard& board) {
    static std::map<VirtualBoard*, std::vector<VirtualBoardEvent>> waiting;
    auto& events = waiting[&board];
    const Deadline deadline = soon();
    while (!deadline.expired()) {
      for (auto& event : board.poll_events())
        if (event.kind != EventKind::kRemark) events.push_back(std::move(event));
      if (!events.empty()) {
        VirtualBoardEvent first = events.front();
        events.erase(events.begin());
        return first;
      }
      std::this_thread::sleep_for(milliseconds(5));
    }
    return {EventKind::kRemark, "no event came", "", -1};
  }
  /// What comes back of @p text on the line of @p board.
  static std::string echo(const VirtualBoard& board, const std::string& text) {
    FdLink line(FileDescriptor(::open(board.info().pty.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)),
                "line");
    const Deadline deadline = soon();
    std::string heard;
    while (heard.size() < text.size() && !deadline.expired()) {
      // The first bytes may go before the program runs: again until the answer is whole.
      heard.clear();
      const auto* bytes = static_cast<const std::uint8_t*>(static_cast<const void*>(text.data()));
      if (!line.write({bytes, text.size()}).ok()) break;
      const Deadline answer = Deadline::after(milliseconds(500));
      while (heard.size() < text.size() && !answer.expired()) {
        std::array<std::uint8_t, 256> buffer;
        const auto count = line.read(buffer, answer);
        if (!count.ok()) return "broken";
        heard.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
      }
    }
    return heard;
  }

  ScratchFolder scratch_;
};

TEST_F(VirtualBoardTest, ReadyMeansThatAllDoorsAreOpen) {
  const auto board = start(kFlashBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  const VirtualBoardInfo& info = (*board)->info();
  EXPECT_EQ(info.board, kFlashBoard);
  EXPECT_EQ(info.instance, 1u);
  EXPECT_EQ(info.serial, "HIL-netduino_plus_2-1");
  EXPECT_EQ(info.flash, state(kFlashBoard) / "flash.bin");
  EXPECT_TRUE(fs::is_character_file(info.pty));
  for (const std::uint16_t port : {info.stlink_port, info.jtag_port, info.gdb_port}) {
    EXPECT_NE(port, 0);
    EXPECT_TRUE(connect_to(port).is_open());
  }
  EXPECT_EQ(::kill(info.qemu_pid, 0), 0);
}

TEST_F(VirtualBoardTest, ARamBoardHasNoFlashFile) {
  const auto board = start(kRamBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  EXPECT_EQ((*board)->info().flash, "");
  EXPECT_NE((*board)->info().stlink_port, 0);
  EXPECT_EQ(left_behind(), (std::set<std::string>{"mps2_an386", "mps2_an386/lock"}));
}

TEST_F(VirtualBoardTest, DestructionEndsBothAndLeavesOnlyTheState) {
  VirtualBoardInfo info;
  {
    const auto board = start(kFlashBoard);
    ASSERT_TRUE(board.ok()) << board.error().what;
    info = (*board)->info();
  }
  EXPECT_TRUE(dies(info.pid));
  EXPECT_TRUE(dies(info.qemu_pid));
  EXPECT_FALSE(connect_to(info.stlink_port).is_open());
  for (const std::string& name : left_behind())
    EXPECT_THAT(name, testing::MatchesRegex("netduino_plus_2(/lock|/flash.bin)?"));
  EXPECT_EQ(scratch_.entry_count(), 1);
}

TEST_F(VirtualBoardTest, SigtermEndsItCleanly) {
  const auto board = start(kRamBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  ASSERT_EQ(::kill((*board)->info().pid, SIGTERM), 0);
  const auto ended = (*board)->wait_end(soon());
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->text(), "exited with status 0");
  EXPECT_TRUE(dies((*board)->info().qemu_pid));
  EXPECT_EQ(next_event(**board).kind, EventKind::kEnded);
  EXPECT_TRUE((*board)->poll_events().empty());  // told once
  EXPECT_EQ((*board)->hang_up().error().blame, Blame::kTool);
}

TEST_F(VirtualBoardTest, TheEndOfItsInputEndsItCleanly) {
  std::array<int, 2> in{}, out{};
  ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  const FileDescriptor theirs(in[0]), ready(out[0]);
  FileDescriptor ours(in[1]), ready_out(out[1]);
  SpawnOptions options;
  options.argv = {default_supervisor().string(), "--board", kRamBoard};
  options.stdin_fd = theirs.get();
  options.stdout_fd = ready_out.get();
  auto process = Subprocess::spawn(options);
  ASSERT_TRUE(process.ok());
  ready_out.reset();
  char byte = 0;
  ASSERT_EQ(::read(ready.get(), &byte, 1), 1);
  EXPECT_FALSE(process->poll());
  ours.reset();
  const auto ended = process->wait(soon());
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->text(), "exited with status 0");
}

TEST_F(VirtualBoardTest, AKilledOwnerLeavesNothingBehind) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t owner = ::fork();
  ASSERT_GE(owner, 0);
  if (owner == 0) {
    const auto board = start(kRamBoard);
    std::array<pid_t, 2> pids{-1, -1};
    if (board.ok()) pids = {(*board)->info().pid, (*board)->info().qemu_pid};
    [[maybe_unused]] const auto written = ::write(ends[1], pids.data(), sizeof pids);
    ::raise(SIGKILL);
  }
  std::array<pid_t, 2> pids{-1, -1};
  ASSERT_EQ(::read(ends[0], pids.data(), sizeof pids), static_cast<ssize_t>(sizeof pids));
  ::waitpid(owner, nullptr, 0);
  for (const int end : ends)
    ::close(end);
  for (const pid_t pid : pids) {
    ASSERT_GT(pid, 0);
    EXPECT_TRUE(dies(pid));
  }
  EXPECT_TRUE(start(kRamBoard, 1).ok());  // its lock went with it
}

TEST_F(VirtualBoardTest, AKilledSupervisorTakesQemuWithIt) {
  const auto board = start(kRamBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  ASSERT_EQ(::kill((*board)->info().pid, SIGKILL), 0);
  EXPECT_TRUE(dies((*board)->info().qemu_pid));
  const VirtualBoardEvent event = next_event(**board);
  EXPECT_EQ(event.kind, EventKind::kEnded);
  EXPECT_EQ(event.why, "hilbench-virtual-board ended by signal 9 (SIGKILL)");
}

TEST_F(VirtualBoardTest, AKilledQemuIsStartedAgainBehindTheSameDoors) {
  const auto board = start(kFlashBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  const VirtualBoardInfo before = (*board)->info();
  ASSERT_EQ(::kill(before.qemu_pid, SIGKILL), 0);
  const VirtualBoardEvent event = next_event(**board);
  EXPECT_EQ(event.kind, EventKind::kRestarted);
  EXPECT_EQ(event.why, "qemu-system-arm ended by signal 9 (SIGKILL)");
  EXPECT_NE(event.qemu_pid, before.qemu_pid);
  EXPECT_EQ((*board)->info().qemu_pid, event.qemu_pid);
  EXPECT_EQ((*board)->info().pty, before.pty);
  EXPECT_TRUE(connect_to(before.stlink_port).is_open());
}

TEST_F(VirtualBoardTest, TheFlashFileIsInTheFlashAndSurvivesEverything) {
  std::vector<std::uint8_t> flash(kFlashBytes, 0xFF);
  for (std::size_t i = 0; i < 4; ++i)
    flash[0x1234 + i] = flash[kFlashBytes - 4 + i] = static_cast<std::uint8_t>(0xA0 + i);
  put_flash(flash);
  const auto board = start(kFlashBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  const std::uint16_t gdb = (*board)->info().gdb_port;
  EXPECT_EQ(read_memory(gdb, 0x0800'1234, 4), "a0a1a2a3");
  EXPECT_EQ(read_memory(gdb, 0x080F'FFFC, 4), "a0a1a2a3");
  ASSERT_EQ(::kill((*board)->info().qemu_pid, SIGKILL), 0);
  ASSERT_EQ(next_event(**board).kind, EventKind::kRestarted);
  EXPECT_EQ(read_memory(gdb, 0x0800'1234, 4), "a0a1a2a3");
  ASSERT_TRUE((*board)->power_cycle().ok());
  ASSERT_EQ(next_event(**board).kind, EventKind::kRestarted);
  EXPECT_EQ(read_memory(gdb, 0x0800'1234, 4), "a0a1a2a3");
  EXPECT_EQ(*read_file(state(kFlashBoard) / "flash.bin", kFlashBytes), flash);
}

TEST_F(VirtualBoardTest, WhatOpenocdWritesIsThereAfterAnyEnd) {
  if (!in_path("openocd")) GTEST_SKIP() << "openocd is not installed";
  std::string image(3000, 0);
  for (std::size_t i = 0; i < image.size(); ++i)
    image[i] = static_cast<char>(i * 31);
  ASSERT_TRUE(write_file(scratch_.path() / "image.bin", image).ok());
  auto board = start(kFlashBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  SpawnOptions openocd;
  openocd.argv = {"openocd",
                  "-f",
                  "interface/stlink-dap.cfg",
                  "-c",
                  "st-link backend tcp " + std::to_string((*board)->info().stlink_port),
                  "-c",
                  "adapter serial " + (*board)->info().serial,
                  "-c",
                  "transport select dapdirect_swd",
                  "-f",
                  "target/stm32f4x.cfg",
                  "-c",
                  "gdb_port disabled; telnet_port disabled; tcl_port disabled; init; reset init; "
                  "flash write_image erase " +
                      (scratch_.path() / "image.bin").string() + " 0x08000000 bin; shutdown"};
  auto process = Subprocess::spawn(openocd);
  ASSERT_TRUE(process.ok()) << process.error().what;
  const auto ended = process->wait(soon());
  ASSERT_TRUE(ended);
  ASSERT_TRUE(ended->clean()) << ended->text();
  const Deadline deadline = soon();  // saved at the end of the debugger's session
  const auto saved = [&] {
    const auto flash = read_text_file(state(kFlashBoard) / "flash.bin", kFlashBytes);
    return flash.ok() && flash->substr(0, image.size()) == image;
  };
  while (!saved() && !deadline.expired())
    std::this_thread::sleep_for(milliseconds(5));
  ASSERT_EQ(::kill((*board)->info().pid, SIGKILL), 0);
  ASSERT_TRUE((*board)->wait_end(soon()));
  board = start(kFlashBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  EXPECT_EQ(read_memory((*board)->info().gdb_port, 0x0800'0000, 4), "001f3e5d");
  EXPECT_EQ(read_memory((*board)->info().gdb_port, 0x0800'0000 + 2996, 4), "cceb0a29");
}

TEST_F(VirtualBoardTest, AFlashFileOfAnotherSizeIsRefusedUntilErased) {
  put_flash(std::vector<std::uint8_t>(1000));
  const auto refused = start(kFlashBoard);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kLab);
  EXPECT_THAT(refused.error().what, HasSubstr("flash.bin has 1000 bytes, the flash has 1048576"));
  EXPECT_THAT(refused.error().hint, HasSubstr("delete"));
  VirtualBoardOptions options;
  options.board = kFlashBoard;
  options.erase = true;
  const auto board = VirtualBoard::start(options, soon());
  ASSERT_TRUE(board.ok()) << board.error().what;
  EXPECT_EQ(read_memory((*board)->info().gdb_port, 0x0800'0000, 4), "ffffffff");
}

TEST_F(VirtualBoardTest, OneThatIsHeldIsRefusedAndTheNextInstanceTaken) {
  const auto first = start(kRamBoard);
  ASSERT_TRUE(first.ok()) << first.error().what;
  const auto second = start(kRamBoard);
  ASSERT_TRUE(second.ok()) << second.error().what;
  EXPECT_EQ((*second)->info().instance, 2u);
  EXPECT_EQ((*second)->info().serial, "HIL-mps2_an386-2");
  EXPECT_NE((*second)->info().stlink_port, (*first)->info().stlink_port);
  const auto held = start(kRamBoard, 1);
  ASSERT_FALSE(held.ok());
  EXPECT_EQ(held.error().blame, Blame::kLab);
  EXPECT_THAT(held.error().what,
              HasSubstr("is held by process " + std::to_string((*first)->info().pid)));
}

TEST_F(VirtualBoardTest, FirmwareThatLocksUpIsRestartedThenHeldAndTheProbeStaysUsable) {
  put_flash(lock_up_flash());
  const auto board = start(kFlashBoard);
  ASSERT_TRUE(board.ok()) << board.error().what;
  std::vector<EventKind> kinds;
  VirtualBoardEvent last;
  do {
    last = next_event(**board);
    kinds.push_back(last.kind);
    EXPECT_THAT(last.why, HasSubstr("Lockup"));
  } while (last.kind == EventKind::kRestarted && kinds.size() < 10);
  EXPECT_EQ(last.kind, EventKind::kHalted);
  EXPECT_LE(kinds.size(), 4u);
  EXPECT_EQ(::kill(last.qemu_pid, 0), 0);
  EXPECT_EQ(read_memory((*board)->info().gdb_port, 0x0800'0100, 4), "00de00de");
}

TEST_F(VirtualBoardTest, WithoutAProbeTheImageRunsAndItsLineEchoes) {
  const auto board = start_echo();
  ASSERT_TRUE(board.ok()) << board.error().what;
  EXPECT_EQ((*board)->info().stlink_port, 0);
  EXPECT_EQ((*board)->info().serial, "");
  EXPECT_EQ(echo(**board, "hello board"), "hello board");
  ASSERT_TRUE((*board)->power_cycle().ok());
  EXPECT_EQ(next_event(**board).why, "the power was cut and given back");
  EXPECT_EQ(echo(**board, "hello again"), "hello again");
}

TEST_F(VirtualBoardTest, TheLineCountsItsBytesAndAddsTheTurnaround) {
  const auto board = start_echo({"--turnaround-ms", "200"});
  ASSERT_TRUE(board.ok()) << board.error().what;
  const auto before = (*board)->line_counts(soon());
  ASSERT_TRUE(before.ok()) << before.error().what;
  EXPECT_EQ(before->to_device, 0u);
  EXPECT_EQ(before->last_to_device, LineCounts::Time{});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(echo(**board, "?"), "?");  // sent again until it is answered
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(200));
  ASSERT_TRUE((*board)->hang_up().ok());
  const auto after = (*board)->line_counts(soon());
  ASSERT_TRUE(after.ok()) << after.error().what;
  EXPECT_GE(after->to_device, 1u);
  EXPECT_GE(after->to_host, 1u);
  EXPECT_LE(after->to_host, after->to_device);
  EXPECT_GE(after->first_to_device, start);  // one clock for all processes
  EXPECT_LE(after->last_to_host, std::chrono::steady_clock::now());
  EXPECT_EQ(next_event(**board).kind, EventKind::kLine);  // it came before the counts and was kept
}

TEST_F(VirtualBoardTest, ABoardThatHasEndedHasNoCounts) {
  const auto board = start_echo();
  ASSERT_TRUE(board.ok()) << board.error().what;
  ::kill((*board)->info().pid, SIGKILL);
  const auto counts = (*board)->line_counts(soon());
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.error().blame, Blame::kTool);
  EXPECT_THAT(counts.error().what, HasSubstr("has ended"));
  EXPECT_EQ(next_event(**board).kind, EventKind::kEnded);
}

TEST_F(VirtualBoardTest, AHangUpBringsANewLine) {
  const auto board = start_echo();
  ASSERT_TRUE(board.ok()) << board.error().what;
  const std::string old = (*board)->info().pty;
  const FileDescriptor held(::open(old.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE((*board)->hang_up().ok());
  const VirtualBoardEvent event = next_event(**board);
  EXPECT_EQ(event.kind, EventKind::kLine);
  EXPECT_NE(event.pty, old);
  EXPECT_EQ((*board)->info().pty, event.pty);
  char byte = 0;
  EXPECT_LE(::read(held.get(), &byte, 1), 0);
  EXPECT_EQ(echo(**board, "after"), "after");
}

TEST_F(VirtualBoardTest, AQemuWithoutProbeThatDiesAgainAndAgainIsGivenUp) {
  const auto board = start_echo();
  ASSERT_TRUE(board.ok()) << board.error().what;
  VirtualBoardEvent event;
  for (int i = 0; i < 10 && event.kind != EventKind::kEnded; ++i) {
    ASSERT_EQ(::kill((*board)->info().qemu_pid, SIGKILL), 0);
    event = next_event(**board);
  }
  EXPECT_EQ(event.kind, EventKind::kEnded);
  EXPECT_THAT(event.why, HasSubstr("again and again"));
  const auto ended = (*board)->wait_end(soon());
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, exit_code(Blame::kDevice));
}

TEST_F(VirtualBoardTest, WhatDoesNotFitIsATypedError) {
  EXPECT_EQ(start("no_such_board").error().blame, Blame::kUser);
  EXPECT_EQ(start("linux").error().what, "linux does not run in QEMU");
  EXPECT_EQ(start(kNoProbeBoard).error().hint, "give it with --image");
  VirtualBoardOptions options;
  options.board = kFlashBoard;
  options.image = "README.md";
  EXPECT_THAT(VirtualBoard::start(options, soon()).error().what, HasSubstr("takes no image"));
  options.board = kNoProbeBoard;
  options.image = scratch_.path() / "none";
  EXPECT_THAT(VirtualBoard::start(options, soon()).error().what, HasSubstr("there is no file"));
  options = {};
  options.board = kFlashBoard;
  options.more = {"--protect-sector", "12"};
  EXPECT_EQ(VirtualBoard::start(options, soon()).error().blame, Blame::kConfig);
  options.more = {"--nonsense"};
  EXPECT_EQ(VirtualBoard::start(options, soon()).error().blame, Blame::kUser);
  EXPECT_EQ(left_behind().count("netduino_plus_2/flash.bin"), 0u);
}

TEST_F(VirtualBoardTest, MissingToolsAreTypedErrors) {
  VirtualBoardOptions options;
  options.board = kRamBoard;
  options.program = scratch_.path() / "none";
  EXPECT_EQ(VirtualBoard::start(options, soon()).error().blame, Blame::kTool);
  options.program = default_supervisor();
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", scratch_.path().c_str(), 1);
  const auto board = VirtualBoard::start(options, soon());
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kTool);
  EXPECT_EQ(board.error().what, "cannot start qemu-system-arm: No such file or directory");
  EXPECT_EQ(board.error().hint, "install it: apt-get install qemu-system-arm");
}

TEST_F(VirtualBoardTest, ASupervisorThatSaysNothingOrNonsenseIsATypedError) {
  const fs::path program = scratch_.path() / "program";
  VirtualBoardOptions options;
  options.board = kRamBoard;
  options.program = program;
  for (const auto& [script, what] : std::initializer_list<std::pair<const char*, const char*>>{
           {"exit 3", "exited with status 3 before the board was ready"},
           {"echo hello; sleep 100", "printed something else: hello"},
           {"exec sleep 100", "was not ready in time"}}) {
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(program, fs::perms::owner_all);
    const auto board = VirtualBoard::start(options, Deadline::after(milliseconds(700)));
    ASSERT_FALSE(board.ok());
    EXPECT_EQ(board.error().blame, Blame::kTool);
    EXPECT_THAT(board.error().what, HasSubstr(what));
  }
}

}  // namespace
}  // namespace hil::emulate
