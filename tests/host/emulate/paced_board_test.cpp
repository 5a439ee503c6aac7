// SPDX-License-Identifier: Apache-2.0
// Process boards behind a paced line, with small scripts in the agent's place.
#include "host/emulate/paced_board.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "host/emulate/line/terminal_rate.hpp"
#include "host/link/tty_link.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kBaud = 115'200;

/// What arrives on @p link, until it is @p count bytes or 5 s have passed.
std::string read_all(Link& link, std::size_t count) {
  const Deadline deadline = Deadline::after(seconds(5));
  std::string text;
  while (text.size() < count && !deadline.expired()) {
    std::array<std::uint8_t, 256> buffer;
    const auto got = link.read(buffer, deadline);
    if (!got.ok()) break;
    text.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*got));
  }
  return text;
}

void write_all(Link& link, const std::string& text) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  std::size_t done = 0;
  for (const Deadline deadline = Deadline::after(seconds(5));
       done < text.size() && !deadline.expired();) {
    const auto count = link.write(bytes.subspan(done));
    ASSERT_TRUE(count.ok()) << count.error().what;
    done += *count;
    if (done == text.size()) return;
    ASSERT_TRUE(link.wait(true, deadline).ok());
  }
}

class PacedBoardTest : public testing::Test {
 protected:
  /// Starts a program that runs @p script with the tty as $1.
  void start(const std::string& script, std::chrono::microseconds turnaround = {}) {
    const fs::path path = scratch_.path() / "agent";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    PacedBoardOptions options;
    options.image = path;
    options.baud = kBaud;
    options.turnaround = turnaround;
    auto board = PacedBoard::start(options);
    ASSERT_TRUE(board.ok()) << board.error().what;
    board_ = std::move(*board);
    auto link = TtyLink::open(board_->pty(), kBaud);
    ASSERT_TRUE(link.ok()) << link.error().what;
    link_ = std::move(*link);
  }
  ScratchFolder scratch_;
  std::unique_ptr<PacedBoard> board_;
  std::unique_ptr<TtyLink> link_;
};

constexpr const char* kEcho = "stty raw -echo <\"$1\"; exec cat <\"$1\" >\"$1\"";

TEST_F(PacedBoardTest, TheHostReachesTheAgentThroughATerminalAndEveryByteIsCounted) {
  start(kEcho);
  const std::string sent(500, 'x');
  const auto begin = Deadline::Clock::now();
  write_all(*link_, sent);
  EXPECT_EQ(read_all(*link_, sent.size()), sent);
  // One way is surely not faster than the line; the way back partly overlaps with it.
  EXPECT_GE(Deadline::Clock::now() - begin, std::chrono::nanoseconds(5'000'000'000'000 / kBaud));

  const LineCounts counts = board_->counts();
  EXPECT_EQ(counts.to_device, 500u);
  EXPECT_EQ(counts.to_host, 500u);
  EXPECT_EQ(counts.garbled, 0u);
  EXPECT_EQ(counts.dropped, 0u);
  EXPECT_GE(counts.first_to_device, begin);
  EXPECT_GT(counts.last_to_device, counts.first_to_device);
  EXPECT_GE(counts.first_to_host, counts.first_to_device);
  EXPECT_GE(counts.last_to_host, counts.last_to_device);
}

TEST_F(PacedBoardTest, AnswersComeTheTurnaroundLater) {
  start(kEcho, milliseconds(100));
  for (int i = 0; i < 3; ++i) {
    const auto begin = Deadline::Clock::now();
    write_all(*link_, "?");
    ASSERT_EQ(read_all(*link_, 1), "?");
    EXPECT_GE(Deadline::Clock::now() - begin, milliseconds(100));
  }
}

TEST_F(PacedBoardTest, ARateThatOnlyTheHostHasSetGarblesBothWays) {
  start(kEcho);
  write_all(*link_, "ok");
  ASSERT_EQ(read_all(*link_, 2), "ok");
  FileDescriptor host(::open(board_->pty().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(set_terminal_rate(host.get(), 2 * kBaud));
  const std::string sent(64, 'u');
  write_all(*link_, sent);
  const std::string heard = read_all(*link_, sent.size());
  EXPECT_EQ(heard.size(), sent.size());
  EXPECT_EQ(board_->counts().garbled, 2 * sent.size());  // there and back
  ASSERT_TRUE(set_terminal_rate(host.get(), kBaud));
  write_all(*link_, sent);
  EXPECT_EQ(read_all(*link_, sent.size()), sent);
  EXPECT_EQ(board_->counts().garbled, 2 * sent.size());
}

TEST_F(PacedBoardTest, ARateThatOnlyTheAgentHasSetGarblesBothWays) {
  start("stty raw -echo 9600 <\"$1\"; exec cat <\"$1\" >\"$1\"");
  // Until the agent has set its rate, the two fit; from then on nothing gets through.
  const std::string sent(64, 'u');
  bool garbled = false;
  const Deadline deadline = Deadline::after(seconds(20));
  while (!garbled && !deadline.expired()) {
    const std::uint64_t before = board_->counts().garbled;
    write_all(*link_, sent);
    ASSERT_EQ(read_all(*link_, sent.size()).size(), sent.size());
    garbled = board_->counts().garbled - before == 2 * sent.size();
  }
  EXPECT_TRUE(garbled);
}

TEST_F(PacedBoardTest, AnAgentThatEndsLeavesASilentLine) {
  start("exit 0");
  bool silent = false;
  const Deadline deadline = Deadline::after(seconds(20));
  while (!silent && !deadline.expired()) {
    const LineCounts before = board_->counts();
    write_all(*link_, "anybody there");  // no error: the cable is fine
    std::array<std::uint8_t, 16> buffer;
    const auto count = link_->read(buffer, Deadline::after(milliseconds(100)));
    ASSERT_TRUE(count.ok()) << count.error().what;
    EXPECT_EQ(*count, 0u);
    silent = board_->counts().to_device == before.to_device;
  }
  EXPECT_TRUE(silent);
}

TEST_F(PacedBoardTest, AHungUpLineComesBackUnderAnotherName) {
  start(kEcho);
  const std::string old = board_->pty();
  ASSERT_TRUE(board_->hang_up().ok());
  EXPECT_NE(board_->pty(), old);
  auto link = TtyLink::open(board_->pty(), kBaud);
  ASSERT_TRUE(link.ok()) << link.error().what;
  write_all(**link, "back");
  EXPECT_EQ(read_all(**link, 4), "back");
}

TEST(PacedBoard, AProgramThatIsNotThereIsAnError) {
  PacedBoardOptions options;
  options.image = "/nonexistent/agent";
  const auto board = PacedBoard::start(options);
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kTool);
}

}  // namespace
}  // namespace hil::emulate
