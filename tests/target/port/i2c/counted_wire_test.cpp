// SPDX-License-Identifier: Apache-2.0
// A count of energy over simulated wires: the host sets an INA228 up and the agent's driver reads
// it through the bit-banged master; what they say must be what the chip has counted.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "host/energy/agent_counter/ina228.hpp"
#include "target/agent/ina228.hpp"
#include "target/port/bare/i2c_master.hpp"
#include "tests/target/port/i2c/ina228_model.hpp"

namespace hil::test {
namespace {

constexpr std::uint64_t kHz = 25'000'000;
constexpr std::uint8_t kAddress = 0x41;
constexpr double kShunt_ohm = 0.015;

/// One bus for the port's functions below; a test makes it anew.
struct Board {
  Ina228Model chip{kAddress, kShunt_ohm, {0.5, 3.3}, [this] { return seconds(); }};
  SimulatedBus bus{chip, 10};

  [[nodiscard]] double seconds() const {
    return static_cast<double>(bus.time()) / static_cast<double>(kHz);
  }
};

Board* g_board = nullptr;

}  // namespace
}  // namespace hil::test

namespace hil::port {

std::uint64_t ticks() {
  return test::g_board->bus.now();
}

Transfer i2c(std::uint8_t address, std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
  return I2cMaster(test::g_board->bus, test::kHz).transfer(address, out, in);
}

}  // namespace hil::port

namespace hil::test {
namespace {

class CountedWire : public testing::Test {
 protected:
  CountedWire() { g_board = &board_; }
  ~CountedWire() override { g_board = nullptr; }

  static Result<std::vector<std::uint8_t>> transfer(std::uint8_t address,
                                                    std::span<const std::uint8_t> out,
                                                    std::size_t in_bytes) {
    std::vector<std::uint8_t> in(in_bytes);
    if (port::i2c(address, out, in) == port::Transfer::kDone) return in;
    return Error{Blame::kLab, "nothing answers", ""};
  }

  static energy::Ina228 set_up(double max_a) {
    auto made = energy::set_up_ina228(transfer, {kAddress, kShunt_ohm, max_a});
    if (!made) throw std::runtime_error(made.error().what);
    return std::move(*made);
  }

  agent::EnergyCount read() {
    agent::EnergyCount count;
    agent::read_ina228(kAddress, count);
    EXPECT_FALSE(count.failed);
    EXPECT_EQ(count.energy, board_.chip.energy_read()) << "all 40 bits";
    EXPECT_EQ(count.charge, board_.chip.charge_read());
    return count;
  }

  Board board_;
};

TEST_F(CountedWire, IsWhatTheChipHasCounted) {
  const energy::Ina228 chip = set_up(0);
  EXPECT_NEAR(chip.supply.volts, 3.3, 2e-4);
  const agent::EnergyCount before = read();
  const double joules = board_.chip.joules(), coulombs = board_.chip.coulombs();
  board_.bus.pass(2 * kHz);
  board_.chip.set_load({2.5, 3.3});
  board_.bus.pass(kHz);
  const agent::EnergyCount behind = read();
  // Conversions that ended within a reading of 1.8 ms belong to one side or the other.
  const double beside_j = 2.5 * 3.3 * 2 * 1.8e-3;
  const double counted_j = energy::joules_between(before.energy, behind.energy, chip.scale);
  EXPECT_NEAR(counted_j, board_.chip.joules() - joules, beside_j);
  EXPECT_NEAR(counted_j, 0.5 * 3.3 * 2 + 2.5 * 3.3, beside_j + 2 * chip.scale.joules_per_code);
  const double counted_c = energy::coulombs_between(before.charge, behind.charge, chip.scale);
  EXPECT_NEAR(counted_c, board_.chip.coulombs() - coulombs, 2.5 * 2 * 1.8e-3);
}

TEST_F(CountedWire, AReadingIsStampedInItsMiddleAndTakesItsBits) {
  set_up(0);
  const std::uint64_t begin = board_.bus.time();
  const agent::EnergyCount count = read();
  const std::uint64_t end = board_.bus.time();
  EXPECT_NEAR(static_cast<double>(count.ticks), static_cast<double>(begin + end) / 2, 100);
  // Two times eight bytes of nine clocks, start, start and stop: about 150 bits of 10 us.
  const double took_ms = 1e3 * count.took_ticks / static_cast<double>(kHz);
  EXPECT_GT(took_ms, 1.4);
  EXPECT_LT(took_ms, 2.5);
}

TEST_F(CountedWire, ChargeThatFlowsBackIsNegative) {
  const energy::Ina228 chip = set_up(5);
  const agent::EnergyCount before = read();
  board_.chip.set_load({-4, 3.3});
  board_.bus.pass(kHz);
  const agent::EnergyCount behind = read();
  EXPECT_GT(behind.charge, std::uint64_t{1} << 39) << "two's complement";
  EXPECT_NEAR(energy::coulombs_between(before.charge, behind.charge, chip.scale), -4, 0.02);
}

TEST_F(CountedWire, MoreThanItsRangeIsToldBehindTheRun) {
  const energy::Ina228Wiring wiring{kAddress, kShunt_ohm, 1};
  const energy::Ina228 chip = set_up(wiring.max_a);
  board_.bus.pass(kHz / 100);
  EXPECT_TRUE(energy::check_ina228(transfer, wiring, chip).ok());
  board_.chip.set_load({1.01, 3.3});
  board_.bus.pass(kHz / 100);
  board_.chip.set_load({0.5, 3.3});
  board_.bus.pass(kHz / 100);
  EXPECT_EQ(energy::check_ina228(transfer, wiring, chip).error().blame, Blame::kLab);
  EXPECT_TRUE(energy::check_ina228(transfer, wiring, chip).ok()) << "it was told";
  EXPECT_TRUE(energy::leave_ina228(transfer, wiring, chip).ok());
}

TEST_F(CountedWire, ReadsWhateverTheClockIsStretchedBy) {
  set_up(0);
  board_.bus.stretch(kHz / 1000);
  const agent::EnergyCount count = read();
  EXPECT_GT(count.took_ticks, 6 * kHz / 1000) << "three stretched bytes of each register";
}

TEST_F(CountedWire, FailsWhenTheChipIsGone) {
  set_up(0);
  board_.bus.short_sda(true);
  agent::EnergyCount count;
  agent::read_ina228(kAddress, count);
  EXPECT_TRUE(count.failed);
  EXPECT_LT(count.took_ticks, kHz / 1000) << "nine clocks, and no more";
  board_.bus.short_sda(false);
  agent::read_ina228(0x44, count);
  EXPECT_TRUE(count.failed) << "another's address";
  read();
}

TEST_F(CountedWire, RegistersHaveTheirSizesAndNoneFollowsByItself) {
  set_up(0);
  const std::array<std::uint8_t, 1> maker{0x3E};
  const auto in = transfer(kAddress, maker, 4);
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(*in, (std::vector<std::uint8_t>{0x54, 0x49, 0xFF, 0xFF}));
  const auto again = transfer(kAddress, {}, 2);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, (std::vector<std::uint8_t>{0x54, 0x49})) << "the number stays";
}

}  // namespace
}  // namespace hil::test
