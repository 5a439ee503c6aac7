// SPDX-License-Identifier: Apache-2.0
// The relay between a real pty and a socket in the place of QEMU's UART.
#include "host/emulate/line/line_relay.hpp"

#include <asm/termbits.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>

namespace hil::emulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void set_rate(int tty, std::uint32_t baud) {
  termios2 settings = {};
  ASSERT_EQ(::ioctl(tty, TCGETS2, &settings), 0);
  settings.c_cflag = (settings.c_cflag & ~static_cast<tcflag_t>(CBAUD)) | BOTHER;
  settings.c_ispeed = settings.c_ospeed = baud;
  ASSERT_EQ(::ioctl(tty, TCSETS2, &settings), 0);
}

/// Up to @p count bytes of @p fd, fewer if they do not come within @p most.
std::string read_some(int fd, std::size_t count, milliseconds most = seconds(5)) {
  const Deadline deadline = Deadline::after(most);
  std::string text;
  while (text.size() < count && !deadline.expired()) {
    pollfd polled{fd, POLLIN, 0};
    ::poll(&polled, 1, 5);
    std::string more(count - text.size(), 0);
    const ssize_t got = ::read(fd, more.data(), more.size());
    if (got == 0) break;
    if (got > 0) text.append(more.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::size_t write_some(int fd, const std::string& text) {
  const ssize_t count = ::write(fd, text.data(), text.size());
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

/// A text that is not the same at any two places near each other.
std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i)
    text += static_cast<char>(i * 7 + i / 251);
  return text;
}

class LineRelayTest : public testing::Test {
 protected:
  void SetUp() override { make(milliseconds(0)); }
  void make(milliseconds turnaround) {
    auto made = LineRelay::make(115200, turnaround);
    ASSERT_TRUE(made.ok()) << made.error().what;
    relay_ = std::move(*made);
    tty_ = open_tty();
  }
  FileDescriptor open_tty() const {
    return FileDescriptor(
        ::open(relay_->pty().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  }
  /// Puts a socket in the device's place.
  void plug(DivisorWatch::ReadRate read_rate = {}) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    device_ = FileDescriptor(ends[0]);
    relay_->attach(FileDescriptor(ends[1]), std::move(read_rate));
  }
  std::unique_ptr<LineRelay> relay_;
  FileDescriptor tty_;
  FileDescriptor device_;
};

TEST_F(LineRelayTest, EveryByteArrivesUnchangedAtSeveralRates) {
  plug();
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  for (const std::uint32_t baud : {19'200u, 115'200u, 460'800u, 921'600u, 123'456u}) {
    set_rate(tty_.get(), baud);
    const auto start = Deadline::Clock::now();
    ASSERT_EQ(write_some(tty_.get(), all), 256u);
    EXPECT_EQ(read_some(device_.get(), 256), all) << baud;
    // Never sooner than the line allows; how much later is the machine's affair.
    EXPECT_GE(Deadline::Clock::now() - start, std::chrono::nanoseconds(2'560'000'000'000 / baud));
    ASSERT_EQ(write_some(device_.get(), all), 256u);
    EXPECT_EQ(read_some(tty_.get(), 256), all) << baud;
  }
  const LineCounts counts = relay_->counts();
  EXPECT_EQ(counts.to_device, 5u * 256);
  EXPECT_EQ(counts.to_host, 5u * 256);
  EXPECT_EQ(counts.garbled, 0u);
  EXPECT_EQ(counts.dropped, 0u);
}

TEST_F(LineRelayTest, OpeningAndClosingThePtyIsNoHangUp) {
  plug();
  tty_.reset();
  for (int i = 0; i < 5; ++i) {
    const FileDescriptor again = open_tty();
    ASSERT_EQ(write_some(again.get(), "ping"), 4u);
    EXPECT_EQ(read_some(device_.get(), 4), "ping");
    ASSERT_EQ(write_some(device_.get(), "pong"), 4u);
    EXPECT_EQ(read_some(again.get(), 4), "pong");
  }
}

TEST_F(LineRelayTest, AThreePercentDifferenceGarblesAndTwoDoNot) {
  std::atomic<std::uint32_t> device_rate{0};
  plug([&] { return device_rate.load(); });
  const std::string sent = text_of(40);
  for (const auto& [rate, clean] : {std::pair{117'504u, true},
                                    {118'656u, false},
                                    {115'200u, true},
                                    {112'896u, true},
                                    {111'744u, false}}) {
    device_rate = rate;
    std::this_thread::sleep_for(RateJudge::kSampleGood + milliseconds(50));  // no old samples
    // The first bytes bring fresh samples, then the judgement holds for both directions.
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(write_some(tty_.get(), "x"), 1u);
      ASSERT_EQ(read_some(device_.get(), 1).size(), 1u);
      std::this_thread::sleep_for(RateJudge::kSampleEvery);
    }
    ASSERT_EQ(write_some(tty_.get(), sent), sent.size());
    const std::string heard = read_some(device_.get(), sent.size());
    ASSERT_EQ(heard.size(), sent.size());
    EXPECT_EQ(heard == sent, clean) << rate;
    ASSERT_EQ(write_some(device_.get(), sent), sent.size());
    EXPECT_EQ(read_some(tty_.get(), sent.size()) == sent, clean) << rate;
  }
  EXPECT_GE(relay_->counts().garbled, 4 * sent.size());
}

TEST_F(LineRelayTest, ANewRateOfTheHostIsJudgedBeforeTheFirstByte) {
  std::atomic<std::uint32_t> device_rate{115'200};
  plug([&] { return device_rate.load(); });
  ASSERT_EQ(write_some(tty_.get(), "ok"), 2u);
  ASSERT_EQ(read_some(device_.get(), 2), "ok");
  set_rate(tty_.get(), 460'800);  // the host alone
  const std::string sent = text_of(64);
  ASSERT_EQ(write_some(tty_.get(), sent), sent.size());
  const std::string heard = read_some(device_.get(), sent.size());
  ASSERT_EQ(heard.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i)
    EXPECT_NE(heard[i], sent[i]) << i;
}

TEST_F(LineRelayTest, WithoutADeviceBytesAreLostAndANewOneStartsFresh) {
  ASSERT_EQ(write_some(tty_.get(), "lost"), 4u);
  std::this_thread::sleep_for(milliseconds(50));
  plug();
  ASSERT_EQ(write_some(tty_.get(), "heard"), 5u);
  EXPECT_EQ(read_some(device_.get(), 5), "heard");
  device_.reset();  // QEMU dies
  std::this_thread::sleep_for(milliseconds(50));
  ASSERT_EQ(write_some(tty_.get(), "lost again"), 10u);
  std::this_thread::sleep_for(milliseconds(50));
  plug();
  ASSERT_EQ(write_some(tty_.get(), "new"), 3u);
  EXPECT_EQ(read_some(device_.get(), 3), "new");
}

TEST_F(LineRelayTest, DetachStopsReadingTheRate) {
  std::atomic<int> reads{0};
  plug([&] { return reads++, 115'200u; });
  ASSERT_EQ(write_some(tty_.get(), "x"), 1u);
  ASSERT_EQ(read_some(device_.get(), 1), "x");
  EXPECT_GT(reads, 0);
  relay_->detach();
  const int before = reads;
  ASSERT_EQ(write_some(tty_.get(), "y"), 1u);
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(reads, before);
  EXPECT_EQ(read_some(device_.get(), 1), "");  // the device's end is closed
}

TEST_F(LineRelayTest, IdleReadsNoRate) {
  std::atomic<int> reads{0};
  plug([&] { return reads++, 115'200u; });
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(reads, 0);
}

TEST_F(LineRelayTest, AHangUpIsSeenAndANewPtyWorks) {
  plug();
  const std::string old = relay_->pty();
  ASSERT_TRUE(relay_->hang_up().ok());
  pollfd polled{tty_.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&polled, 1, 5000), 1);
  EXPECT_NE(polled.revents & POLLHUP, 0);
  char byte = 0;
  EXPECT_LE(::read(tty_.get(), &byte, 1), 0);
  EXPECT_EQ(::write(tty_.get(), &byte, 1), -1);
  EXPECT_NE(relay_->pty(), old);
  tty_ = open_tty();
  ASSERT_EQ(write_some(tty_.get(), "back"), 4u);
  EXPECT_EQ(read_some(device_.get(), 4), "back");
}

TEST_F(LineRelayTest, ASlaveThatIsHungUpByOthersIsOpenedAgain) {
  plug();
  // What vhangup() does, without its need for a controlling terminal of ours.
  if (::ioctl(tty_.get(), TIOCVHANGUP) != 0) GTEST_SKIP() << "needs CAP_SYS_ADMIN";
  tty_ = open_tty();
  ASSERT_TRUE(tty_.is_open());
  set_rate(tty_.get(), 115'200);
  std::string heard;
  for (int i = 0; i < 100 && heard.empty(); ++i) {  // the first bytes may be lost with the hang-up
    write_some(tty_.get(), "x");
    heard = read_some(device_.get(), 1, milliseconds(50));
  }
  EXPECT_EQ(heard, "x");
}

TEST_F(LineRelayTest, ATurnaroundDelaysOnlyWhatGoesToTheHost) {
  make(milliseconds(300));
  plug();
  const auto start = Deadline::Clock::now();
  ASSERT_EQ(write_some(device_.get(), "late"), 4u);
  const LineCounts none = relay_->counts();
  EXPECT_EQ(none.last_to_host == LineCounts::Time{}, none.to_host == 0);
  EXPECT_EQ(read_some(tty_.get(), 4), "late");
  EXPECT_GE(Deadline::Clock::now() - start, milliseconds(300));
  const LineCounts counts = relay_->counts();
  EXPECT_EQ(counts.to_host, 4u);
  EXPECT_GE(counts.last_to_host, start);
  // Counted as they pass the line, before they wait.
  EXPECT_LE(counts.last_to_host, Deadline::Clock::now() - milliseconds(300));
  EXPECT_EQ(counts.to_device, 0u);
  EXPECT_EQ(counts.first_to_device, LineCounts::Time{});
  ASSERT_EQ(write_some(tty_.get(), "soon"), 4u);
  EXPECT_EQ(read_some(device_.get(), 4), "soon");
}

TEST_F(LineRelayTest, ATurnaroundKeepsEveryByteInItsPlace) {
  // 400 ms of bytes, of which 250 ms are on their way at any time.
  make(milliseconds(250));
  plug();
  const std::string sent = text_of(4608);
  std::size_t given = 0;
  std::string heard;
  const auto start = Deadline::Clock::now();
  const Deadline deadline = Deadline::after(seconds(20));
  while (heard.size() < sent.size() && !deadline.expired()) {
    given += write_some(device_.get(), sent.substr(given, 64));
    heard += read_some(tty_.get(), sent.size() - heard.size(), milliseconds(2));
  }
  EXPECT_EQ(heard, sent);
  EXPECT_GE(Deadline::Clock::now() - start, milliseconds(650));
  const LineCounts counts = relay_->counts();
  EXPECT_EQ(counts.to_host, sent.size());
  EXPECT_EQ(counts.dropped, 0u);
  EXPECT_GE(counts.last_to_host - counts.first_to_host, milliseconds(350));
}

TEST_F(LineRelayTest, AHangUpForgetsWhatWasOnItsWayToTheHost) {
  make(milliseconds(200));
  plug();
  ASSERT_EQ(write_some(device_.get(), "old"), 3u);
  const Deadline deadline = Deadline::after(seconds(5));
  while (relay_->counts().to_host < 3 && !deadline.expired())
    std::this_thread::sleep_for(milliseconds(1));
  ASSERT_TRUE(relay_->hang_up().ok());
  tty_ = open_tty();
  ASSERT_EQ(write_some(device_.get(), "new"), 3u);
  EXPECT_EQ(read_some(tty_.get(), 3), "new");
}

TEST_F(LineRelayTest, AHostThatDoesNotReadDoesNotHoldTheDeviceUpForEver) {
  plug();
  set_rate(tty_.get(), 2'000'000);
  const std::string chunk = text_of(1000);
  const Deadline deadline = Deadline::after(seconds(20));
  std::size_t sent = 0;
  while (relay_->counts().dropped < 10'000 && !deadline.expired()) {
    const std::size_t count = write_some(device_.get(), chunk);
    sent += count;
    if (count == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_GE(relay_->counts().dropped, 10'000u);
  EXPECT_GT(sent, 10'000u);
  // And it is told what comes once it reads again.
  while (read_some(tty_.get(), 4096, milliseconds(100)).size() == 4096) {
  }
  std::string tail;
  ASSERT_EQ(write_some(device_.get(), "the end"), 7u);
  tail = read_some(tty_.get(), 100'000, milliseconds(500));
  EXPECT_THAT(tail, testing::EndsWith("the end"));
}

TEST_F(LineRelayTest, ADeviceThatTakesNothingHoldsTheHostUpAndLosesNothing) {
  plug();
  set_rate(tty_.get(), 2'000'000);
  const std::string text = text_of(60'000);
  std::size_t sent = 0;
  std::string heard;
  const Deadline deadline = Deadline::after(seconds(20));
  while (sent < text.size() && !deadline.expired()) {
    const std::size_t count = write_some(tty_.get(), text.substr(sent));
    sent += count;
    if (count == 0) heard += read_some(device_.get(), 500, milliseconds(20));
  }
  heard += read_some(device_.get(), text.size() - heard.size(), seconds(10));
  EXPECT_EQ(heard, text);
}

}  // namespace
}  // namespace hil::emulate
