// SPDX-License-Identifier: Apache-2.0
// The I2C master against a device on simulated wires: bytes, refusals, wires that stay low, times.
#include "target/port/bare/i2c_master.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "tests/target/port/i2c/simulated_bus.hpp"

namespace hil::test {
namespace {

using port::I2cMaster;
using port::Transfer;
using testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kHz = 10'000'000;
constexpr std::uint64_t kMs = kHz / 1000;
constexpr std::uint8_t kAddress = 0x41;

/// Keeps what is written, and gives what it has been given, then FFh.
struct Memory : I2cDevice {
  Bytes taken, given;
  std::size_t next = 0;
  std::size_t most = 99;
  std::vector<bool> addressed;

  bool takes_address(std::uint8_t address, bool reads) override {
    if (address != kAddress) return false;
    addressed.push_back(reads);
    return true;
  }
  bool takes_byte(std::uint8_t byte) override {
    if (taken.size() == most) return false;
    taken.push_back(byte);
    return true;
  }
  std::uint8_t gives_byte() override {
    const std::size_t at = next++;
    return at < given.size() ? given[at] : 0xFF;
  }
};

class Master : public testing::Test {
 protected:
  Transfer transfer(const Bytes& out, std::size_t in_bytes, std::uint8_t address = kAddress) {
    in_.assign(in_bytes, 0);
    const Transfer end = I2cMaster(bus_, kHz).transfer(address, out, in_);
    EXPECT_TRUE(bus_.master_lets_go());
    return end;
  }

  Memory memory_;
  SimulatedBus bus_{memory_};
  Bytes in_;
};

TEST_F(Master, WritesThenReadsBehindARepeatedStart) {
  memory_.given = {0x00, 0xFF, 0xA5};
  EXPECT_EQ(transfer({0x09, 0x81}, 3), Transfer::kDone);
  EXPECT_THAT(memory_.taken, ElementsAre(0x09, 0x81));
  EXPECT_THAT(in_, ElementsAre(0x00, 0xFF, 0xA5));
  EXPECT_THAT(memory_.addressed, ElementsAre(false, true));
  EXPECT_EQ(bus_.starts, 2u);
  EXPECT_EQ(bus_.stops, 1u) << "not between the two";
  EXPECT_EQ(memory_.next, 3u) << "the last byte is not answered, so no other is made ready";
}

TEST_F(Master, MovesAnyBytes) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size <= 16; ++size) {
    memory_ = Memory{};
    Bytes out(size);
    for (std::uint8_t& byte : out)
      byte = static_cast<std::uint8_t>(random());
    memory_.given.resize(16 - size);
    for (std::uint8_t& byte : memory_.given)
      byte = static_cast<std::uint8_t>(random());
    ASSERT_EQ(transfer(out, 16 - size), Transfer::kDone);
    ASSERT_EQ(memory_.taken, out);
    ASSERT_EQ(in_, memory_.given);
  }
}

TEST_F(Master, AsksForAnAddressAlone) {
  EXPECT_EQ(transfer({}, 0), Transfer::kDone);
  EXPECT_EQ(transfer({}, 0, 0x42), Transfer::kNoAnswer);
  EXPECT_THAT(memory_.addressed, ElementsAre(false));
}

TEST_F(Master, SaysThatNobodyAnswersAndLeavesTheBusFree) {
  memory_.given = {7};
  EXPECT_EQ(transfer({1}, 1, 0x40), Transfer::kNoAnswer);
  EXPECT_EQ(transfer({}, 1, 0x7F), Transfer::kNoAnswer);
  EXPECT_EQ(bus_.stops, 2u);
  EXPECT_THAT(memory_.taken, ElementsAre()) << "nothing is sent behind the address";
  EXPECT_EQ(transfer({1}, 1), Transfer::kDone);
  EXPECT_THAT(in_, ElementsAre(7));
}

TEST_F(Master, EndsAtAByteThatIsRefused) {
  memory_.most = 2;
  EXPECT_EQ(transfer({1, 2, 3, 4}, 1), Transfer::kNoAnswer);
  EXPECT_THAT(memory_.taken, ElementsAre(1, 2));
  EXPECT_EQ(bus_.stops, 1u);
}

TEST_F(Master, WaitsForAStretchedClock) {
  memory_.given = {0x5A};
  bus_.stretch(5 * kMs);  // behind three bytes and no more
  EXPECT_EQ(transfer({0x33}, 1), Transfer::kDone);
  EXPECT_THAT(in_, ElementsAre(0x5A));
  EXPECT_GT(bus_.time(), 15 * kMs);
}

TEST_F(Master, WaitsForStretchedClocks25MsInAll) {
  memory_.given = {0x5A};
  bus_.stretch(9 * kMs);
  EXPECT_EQ(transfer({0x33}, 1), Transfer::kHeld);
  EXPECT_LT(bus_.time(), 27 * kMs);
  bus_.pass(30 * kMs);
  bus_.stretch(0);
  EXPECT_EQ(transfer({0x33}, 1), Transfer::kDone) << "each transfer has its own time";
}

TEST_F(Master, FreesADeviceThatWasStoppedWhileItSent) {
  for (int left = 1; left <= 8; ++left) {
    memory_ = Memory{};
    memory_.given = {0x12};
    bus_.leave_sending(left);
    ASSERT_EQ(transfer({0x33}, 1), Transfer::kDone) << left << " bits";
    ASSERT_THAT(memory_.taken, ElementsAre(0x33));
    ASSERT_THAT(in_, ElementsAre(0x12));
  }
}

TEST_F(Master, GivesUpOnDataThatIsHeldLow) {
  bus_.short_sda(true);
  const unsigned before = bus_.clocks;
  EXPECT_EQ(transfer({0x33}, 1), Transfer::kHeld);
  EXPECT_EQ(bus_.clocks - before, 9u);
  EXPECT_LT(bus_.time(), kMs);
  bus_.short_sda(false);
  EXPECT_EQ(transfer({0x33}, 0), Transfer::kDone);
}

TEST_F(Master, GivesUpOnAClockThatIsHeldLow) {
  bus_.short_scl(true);
  EXPECT_EQ(transfer({0x33}, 1), Transfer::kHeld);
  EXPECT_GT(bus_.time(), 24 * kMs);
  EXPECT_LT(bus_.time(), 26 * kMs);
  bus_.short_scl(false);
  EXPECT_EQ(transfer({0x33}, 0), Transfer::kDone);
}

TEST_F(Master, NoticesAShortInTheMiddleOfAnyTransfer) {
  // Address 41h, byte FFh, address again, byte FFh read: what reads as a wrong byte but for the
  // stop, which cannot be made.
  for (unsigned clock = 1; clock <= 37; ++clock) {
    memory_ = Memory{};
    memory_.given = {0xFF};
    SimulatedBus bus(memory_);
    bus.short_sda_at_clock(clock);
    Bytes in(1);
    ASSERT_EQ(I2cMaster(bus, kHz).transfer(kAddress, Bytes{0xFF}, in), Transfer::kHeld) << clock;
    ASSERT_TRUE(bus.master_lets_go());
    ASSERT_LT(bus.time(), 2 * kMs);
  }
}

/// A one that another makes a zero, and a repeated start that cannot be made: nothing is sent
/// behind them but the stop.
TEST_F(Master, EndsAtOnceWhenItIsNotAlone) {
  for (const unsigned clock : {1u, 19u}) {
    SimulatedBus bus(memory_);
    bus.short_sda_at_clock(clock);
    Bytes in(1);
    EXPECT_EQ(I2cMaster(bus, kHz).transfer(kAddress, Bytes{0xFF}, in), Transfer::kHeld);
    EXPECT_EQ(bus.clocks, clock + 1);
  }
}

struct Speed {
  std::uint64_t tick_hz;
  std::uint64_t ticks_per_look;
};

class Times : public testing::TestWithParam<Speed> {};

/// UM10204 table 10, standard mode.
TEST_P(Times, AreThoseOfStandardMode) {
  const auto [tick_hz, ticks_per_look] = GetParam();
  Memory memory;
  memory.given = {0x55, 0xAA, 0x00, 0xFF};
  SimulatedBus bus(memory, ticks_per_look);
  Bytes in(4);
  ASSERT_EQ(I2cMaster(bus, tick_hz).transfer(kAddress, Bytes{0x0F, 0x55}, in), Transfer::kDone);
  memory.next = 0;
  ASSERT_EQ(I2cMaster(bus, tick_hz).transfer(kAddress, {}, in), Transfer::kDone);
  const auto us = [hz = tick_hz](std::uint64_t ticks) {
    return static_cast<double>(ticks) * 1e6 / static_cast<double>(hz);
  };
  EXPECT_GE(us(bus.times.low), 4.7);
  EXPECT_GE(us(bus.times.high), 4.0);
  EXPECT_GE(us(bus.times.data_setup), 0.25);
  EXPECT_GE(us(bus.times.start_setup), 4.7);
  EXPECT_GE(us(bus.times.start_hold), 4.0);
  EXPECT_GE(us(bus.times.stop_setup), 4.0);
  EXPECT_GE(us(bus.times.free), 4.7);
  EXPECT_NE(bus.times.free, BusTimes::kNone);
}

INSTANTIATE_TEST_SUITE_P(Clocks, Times,
                         testing::Values(Speed{90'000'000, 1}, Speed{90'000'000, 20},
                                         Speed{25'000'000, 10}, Speed{16'000'000, 40},
                                         Speed{1'000'000, 3}, Speed{32'768, 1}));

}  // namespace
}  // namespace hil::test
