// SPDX-License-Identifier: Apache-2.0
// Serial ports: bytes, rates, modem lines, locks, and the difference between silence and no cable.
#include "host/link/serial_link.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <vector>

#include "tests/host/base/as_nobody.hpp"
#include "tests/host/link/fake_serial_port.hpp"

namespace hil {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Deadline now() {
  return Deadline::after({});
}

Deadline soon() {
  return Deadline::after(std::chrono::seconds(5));
}

class SerialLinkTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/sys/class/tty")) {
      GTEST_SKIP() << "libserialport knows no port without /sys/class/tty";
    }
  }
  void open(const SerialSettings& settings) {
    auto opened = SerialLink::open(port_.name(), settings);
    ASSERT_TRUE(opened.ok()) << opened.error().what;
    link_ = std::move(opened).value();
  }
  Error refusal(const SerialSettings& settings) {
    auto opened = SerialLink::open(port_.name(), settings);
    if (!opened.ok()) return opened.error();
    ADD_FAILURE() << "it opened";
    return {};
  }

  FakeSerialPort port_;
  std::unique_ptr<SerialLink> link_;
  std::array<std::uint8_t, 512> buffer_{};
};

TEST_F(SerialLinkTest, PassesEveryByteBothWays) {
  open({115200, {}, {}});
  std::vector<std::uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  port_.send(bytes);
  std::vector<std::uint8_t> got;
  while (got.size() < bytes.size()) {
    const auto count = link_->read(buffer_, soon());
    ASSERT_TRUE(count.ok() && *count > 0);
    got.insert(got.end(), buffer_.begin(), buffer_.begin() + static_cast<long>(*count));
  }
  EXPECT_EQ(got, bytes);
  std::span<const std::uint8_t> rest(bytes);
  while (!rest.empty()) {
    ASSERT_TRUE(link_->wait(true, soon()).ok());
    const auto count = link_->write(rest);
    ASSERT_TRUE(count.ok());
    rest = rest.subspan(*count);
  }
  EXPECT_EQ(port_.receive(bytes.size()), bytes);
  EXPECT_EQ(link_->baud(), 115200u);
  EXPECT_EQ(link_->name(), "serial " + port_.name());
}

TEST_F(SerialLinkTest, SetsAnyRate) {
  for (const std::uint32_t baud : {9600u, 38400u, 12345u, 460800u, 921600u, 3686400u}) {
    link_.reset();
    open({baud, {}, {}});
    EXPECT_EQ(link_->baud(), baud);
    EXPECT_EQ(port_.baud(), baud);
  }
}

TEST_F(SerialLinkTest, RefusesARateThatTheDriverQuietlyReplaced) {
  fake_modem().most_baud = 3000000;
  const Error error = refusal({3686400, {}, {}});
  EXPECT_EQ(error.blame, Blame::kConfig);
  EXPECT_EQ(error.what, port_.name() + " does not do 3686400 baud: its driver runs it at 9600");
  EXPECT_FALSE(error.hint.empty());
  open({2999999, {}, {}});
  EXPECT_EQ(link_->baud(), 2999999u);
}

TEST_F(SerialLinkTest, ChangesItsRate) {
  open({115200, {}, {}});
  const std::vector<std::uint8_t> bytes(100, 0x55);
  ASSERT_EQ(*link_->write(bytes), bytes.size());
  for (const std::uint32_t baud : {921600u, 12345u, 115200u}) {
    const Status changed = link_->set_baud(baud);
    ASSERT_TRUE(changed.ok()) << changed.error().what;
    EXPECT_EQ(link_->baud(), baud);
    EXPECT_EQ(port_.baud(), baud);
  }
  EXPECT_EQ(port_.receive(bytes.size()), bytes) << "nothing written was lost";
}

TEST_F(SerialLinkTest, KeepsItsRateIfTheDriverDoesNotDoTheNext) {
  fake_modem().most_baud = 3000000;
  open({115200, {}, {}});
  const Status changed = link_->set_baud(3686400);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().blame, Blame::kConfig);
  EXPECT_EQ(link_->baud(), 115200u);
  EXPECT_EQ(port_.baud(), 115200u) << "9,600 is what the driver had made of it";
  EXPECT_EQ(link_->set_baud(0).error().blame, Blame::kConfig);
  EXPECT_EQ(link_->set_baud(0x80000000u).error().blame, Blame::kConfig);
}

TEST_F(SerialLinkTest, HasNoRateToChangeIfOpenedWithoutOne) {
  open({0, {}, {}});
  EXPECT_EQ(link_->set_baud(115200).error().blame, Blame::kConfig);
  EXPECT_EQ(link_->baud(), 0u);
}

TEST_F(SerialLinkTest, APulledCableEndsAChangeOfRate) {
  open({115200, {}, {}});
  port_.unplug();
  EXPECT_EQ(link_->set_baud(921600).error().blame, Blame::kLink);
}

TEST_F(SerialLinkTest, RefusesRatesBeyondAllNumbers) {
  EXPECT_EQ(refusal({0x80000000u, {}, {}}).blame, Blame::kConfig);
}

TEST_F(SerialLinkTest, WithoutARateNoneIsSet) {
  open({57600, {}, {}});
  link_.reset();
  open({});
  EXPECT_EQ(link_->baud(), 0u);
  EXPECT_EQ(port_.baud(), 57600u) << "as it was before";
}

TEST_F(SerialLinkTest, SetsModemLinesAsTold) {
  for (const bool dtr : {false, true}) {
    for (const bool rts : {false, true}) {
      link_.reset();
      fake_modem().lines = TIOCM_CTS;
      open({115200, dtr, rts});
      EXPECT_EQ((fake_modem().lines & TIOCM_DTR) != 0, dtr);
      EXPECT_EQ((fake_modem().lines & TIOCM_RTS) != 0, rts);
    }
  }
}

TEST_F(SerialLinkTest, LeavesModemLinesAloneIfNotTold) {
  fake_modem().lines = TIOCM_DTR;
  open({115200, {}, {}});
  EXPECT_EQ(fake_modem().lines, TIOCM_DTR);
}

TEST_F(SerialLinkTest, SaysThatModemLinesCannotBeSet) {
  fake_modem().refuses_lines = true;
  const Error error = refusal({115200, true, {}});
  EXPECT_EQ(error.blame, Blame::kConfig);
  EXPECT_THAT(error.what, HasSubstr("cannot set " + port_.name() + " to 115200 baud, 8N1"));
}

TEST_F(SerialLinkTest, SilenceIsNoHangUp) {
  open({115200, {}, {}});
  EXPECT_EQ(*link_->read(buffer_, now()), 0u);
  const auto began = Deadline::Clock::now();
  EXPECT_EQ(*link_->read(buffer_, Deadline::after(milliseconds(30))), 0u);
  EXPECT_GE(Deadline::Clock::now() - began, milliseconds(30));
  EXPECT_TRUE(link_->wait(false, now()).ok());
}

TEST_F(SerialLinkTest, APulledCableIsAnErrorOfEveryCall) {
  open({115200, {}, {}});
  port_.unplug();
  const auto read = link_->read(buffer_, soon());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().blame, Blame::kLink);
  EXPECT_EQ(read.error().what, "serial " + port_.name() + " is gone");
  EXPECT_FALSE(read.error().hint.empty());
  const auto written = link_->write(std::span(buffer_).first(1));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().blame, Blame::kLink);
  const auto began = Deadline::Clock::now();
  while (link_->read(buffer_, now()).ok())
    ASSERT_LT(Deadline::Clock::now() - began, std::chrono::seconds(5));
}

TEST_F(SerialLinkTest, WhatWaitsForTheLineIsBounded) {
  open({600, {}, {}});  // 16 bytes take a quarter of a second
  const std::vector<std::uint8_t> bytes(4096, 0x55);
  EXPECT_EQ(*link_->write(bytes), OutputBound::kLeastBytes);
  EXPECT_EQ(*link_->write(bytes), 0u) << "the pseudo-terminal would take 4,096";
  ASSERT_TRUE(link_->wait(true, soon()).ok());
  EXPECT_GT(*link_->write(bytes), 0u);
}

TEST_F(SerialLinkTest, WaitingForRoomEndsWhenBytesCome) {
  open({300, {}, {}});  // 16 bytes take half a second
  ASSERT_EQ(*link_->write(std::vector<std::uint8_t>(16, 1)), 16u);
  port_.send({42});
  ASSERT_TRUE(link_->wait(true, soon()).ok());
  EXPECT_EQ(*link_->read(buffer_, now()), 1u);
}

TEST_F(SerialLinkTest, DropsWhatCameBeforeItWasOpened) {
  open({115200, {}, {}});
  link_.reset();
  const FileDescriptor keeps_it_open(::open(port_.slave().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  port_.send({1, 2, 3});
  open({115200, {}, {}});
  EXPECT_EQ(*link_->read(buffer_, now()), 0u);
}

TEST_F(SerialLinkTest, AHeldPortNamesItsHolder) {
  open({115200, {}, {}});
  const Error error = refusal({115200, {}, {}});
  EXPECT_EQ(error.blame, Blame::kLab);
  EXPECT_THAT(error.what, HasSubstr("cannot open " + port_.name() + ": held by "));
  EXPECT_THAT(error.what, HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  link_.reset();
  open({115200, {}, {}});
}

TEST_F(SerialLinkTest, APortOfOthersIsNoPermission) {
  ASSERT_EQ(::chmod(port_.slave().c_str(), 0), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        const auto opened = SerialLink::open(port_.name(), {115200, {}, {}});
        if (!opened.ok()) std::cerr << name_of(opened.error().blame) << ": " << opened.error().what;
        std::_Exit(opened.ok() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "lab: cannot open .*: no permission");
}

TEST(SerialLink, APortThatIsNotThere) {
  const auto opened = SerialLink::open("/dev/ttyHILBENCH7", {115200, {}, {}});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().blame, Blame::kLab);
  EXPECT_EQ(opened.error().what, "there is no serial port /dev/ttyHILBENCH7");
  EXPECT_FALSE(opened.error().hint.empty());
}

TEST(SerialLink, NamesThatAreNoPorts) {
  for (const char* name : {"", "/", "/dev/null", "/dev", "ttyHILBENCH7"}) {
    const auto opened = SerialLink::open(name, {115200, {}, {}});
    ASSERT_FALSE(opened.ok()) << name;
    EXPECT_EQ(opened.error().blame, Blame::kLab) << name << ": " << opened.error().what;
  }
}

}  // namespace
}  // namespace hil
