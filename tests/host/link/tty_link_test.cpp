// SPDX-License-Identifier: Apache-2.0
// Terminals by path: rates, locks, bounded output, hang-ups.
#include "host/link/tty_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <numeric>
#include <vector>

#include "tests/host/base/as_nobody.hpp"
#include "tests/host/link/fake_serial_port.hpp"

namespace hil {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(5));
}

class TtyLinkTest : public testing::Test {
 protected:
  void open(std::uint32_t baud) {
    auto opened = TtyLink::open(far_.slave(), baud);
    ASSERT_TRUE(opened.ok()) << opened.error().what;
    link_ = std::move(opened).value();
  }

  FakeSerialPort far_;
  std::unique_ptr<TtyLink> link_;
  std::array<std::uint8_t, 512> buffer_{};
};

TEST_F(TtyLinkTest, PassesEveryByteBothWays) {
  open(0);
  std::vector<std::uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  far_.send(bytes);
  ASSERT_EQ(*link_->read(buffer_, soon()), 256u);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), buffer_.begin()));
  ASSERT_EQ(*link_->write(bytes), 256u);
  EXPECT_EQ(far_.receive(256), bytes);
  EXPECT_EQ(*link_->read(buffer_, Deadline::after({})), 0u) << "no echo";
  EXPECT_EQ(link_->name(), "tty " + far_.slave());
}

TEST_F(TtyLinkTest, SetsAnyRateAndReadsItBack) {
  for (const std::uint32_t baud : {9600u, 12345u, 38400u, 1500000u, 4000000u}) {
    link_.reset();
    open(baud);
    EXPECT_EQ(link_->baud(), baud);
    EXPECT_EQ(far_.baud(), baud);
  }
}

TEST_F(TtyLinkTest, WithoutARateNoneIsSet) {
  open(57600);
  link_.reset();
  open(0);
  EXPECT_EQ(link_->baud(), 0u);
  EXPECT_EQ(far_.baud(), 57600u);
}

TEST_F(TtyLinkTest, RefusesARateThatWasNotTaken) {
  fake_modem().most_baud = 100000;
  const auto opened = TtyLink::open(far_.slave(), 115200);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().blame, Blame::kConfig);
  EXPECT_EQ(opened.error().what, far_.slave() + " does not do 115200 baud: it was set to 9600");
}

TEST_F(TtyLinkTest, ChangesItsRateWhenAllHasLeft) {
  open(9600);
  const std::vector<std::uint8_t> bytes(16, 0x55);
  const auto began = Deadline::Clock::now();
  ASSERT_EQ(*link_->write(bytes), bytes.size());
  const Status changed = link_->set_baud(921600);
  ASSERT_TRUE(changed.ok()) << changed.error().what;
  EXPECT_GE(Deadline::Clock::now() - began, milliseconds(16)) << "16 bytes at 9,600 baud";
  EXPECT_EQ(link_->baud(), 921600u);
  EXPECT_EQ(far_.baud(), 921600u);
  EXPECT_EQ(far_.receive(bytes.size()), bytes);
}

TEST_F(TtyLinkTest, KeepsItsRateIfTheNextIsNotTaken) {
  fake_modem().most_baud = 100000;
  open(57600);
  const Status changed = link_->set_baud(115200);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().blame, Blame::kConfig);
  EXPECT_EQ(changed.error().what, far_.slave() + " does not do 115200 baud: it was set to 9600");
  EXPECT_EQ(link_->baud(), 57600u);
  EXPECT_EQ(far_.baud(), 57600u);
}

TEST_F(TtyLinkTest, HasNoRateToChangeIfOpenedWithoutOne) {
  open(0);
  const Status changed = link_->set_baud(115200);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().blame, Blame::kConfig);
  EXPECT_EQ(changed.error().what, "tty " + far_.slave() + " has no rate that could be 115200 baud");
}

TEST_F(TtyLinkTest, WhatWaitsForTheLineIsBounded) {
  const std::vector<std::uint8_t> bytes(4096, 0x55);
  open(38400);
  EXPECT_EQ(*link_->write(bytes), 116u) << "30 ms";
  link_.reset();
  open(600);  // 16 bytes take a quarter of a second
  EXPECT_EQ(*link_->write(bytes), OutputBound::kLeastBytes);
  EXPECT_EQ(*link_->write(bytes), 0u) << "the pseudo-terminal would take 4,096";
  ASSERT_TRUE(link_->wait(true, soon()).ok());
  EXPECT_GT(*link_->write(bytes), 0u);
}

TEST_F(TtyLinkTest, AHangUpIsAnErrorOfEveryCall) {
  open(115200);
  EXPECT_EQ(*link_->read(buffer_, Deadline::after(milliseconds(1))), 0u);
  far_.unplug();
  const auto read = link_->read(buffer_, soon());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().blame, Blame::kLink);
  EXPECT_EQ(read.error().what, "tty " + far_.slave() + " hung up");
  const auto written = link_->write(std::span(buffer_).first(1));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().blame, Blame::kLink);
}

TEST_F(TtyLinkTest, HeldByAnother) {
  open(115200);
  const auto second = TtyLink::open(far_.slave(), 115200);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().blame, Blame::kLab);
  EXPECT_THAT(second.error().what, HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  link_.reset();
  open(115200);
}

TEST_F(TtyLinkTest, NoPermission) {
  ASSERT_EQ(::chmod(far_.slave().c_str(), 0), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        const auto opened = TtyLink::open(far_.slave(), 115200);
        if (!opened.ok()) std::cerr << name_of(opened.error().blame) << ": " << opened.error().what;
        std::_Exit(opened.ok() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "lab: cannot open /dev/pts/.*: no permission");
}

TEST(TtyLink, PathsThatAreNoTerminals) {
  const auto missing = TtyLink::open("/dev/pts/hilbench", 115200);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().blame, Blame::kLab);
  EXPECT_EQ(missing.error().what, "cannot open /dev/pts/hilbench: there is no such device");
  const auto other = TtyLink::open("/dev/null", 115200);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().blame, Blame::kConfig);
  EXPECT_THAT(other.error().what, HasSubstr("cannot set up /dev/null"));
}

}  // namespace
}  // namespace hil
