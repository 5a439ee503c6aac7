// SPDX-License-Identifier: Apache-2.0
// What a board's port writes to its chip's registers at start, compared with the approved trace
// that has been read beside the manual. No chip and no emulator: the port's own set-up code,
// compiled for the host, on registers that remember (fake_chip.hpp).
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "target/port/bare/registers.hpp"
#include "target/port/port.hpp"
#include "tests/target/port/set_up/fake_chip.hpp"
#include HIL_PORT_CHIP

namespace hil::port::serial {
void on_interrupt() {}  // the address is in the vector table
}  // namespace hil::port::serial

namespace hil::test {
namespace {

constexpr char kBoard[] = HIL_TEST_BOARD;

class PortSetUp : public testing::Test {
 protected:
  void SetUp() override { fake_chip() = chip_after_power_on(); }

  /// Lines of the approved trace without its comment.
  static std::string approved() {
    std::ifstream file(std::string("tests/target/port/") + kBoard + ".trace");
    std::string text;
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] != '#') text += line + "\n";
    }
    return text;
  }
};

TEST_F(PortSetUp, writes_what_has_been_approved) {
  port::chip::begin();
  const std::string trace = trace_of(fake_chip());
  if (std::getenv("HILBENCH_SHOW_TRACE") != nullptr) std::fputs(trace.c_str(), stdout);
  EXPECT_EQ(trace, approved()) << "read it beside the manual, then put it in the file";
  EXPECT_FALSE(port::chip::emulated());
}

TEST_F(PortSetUp, touches_no_register_outside_the_table) {
  port::chip::begin();
  EXPECT_EQ(trace_of(fake_chip()).find('?'), std::string::npos);
}

TEST_F(PortSetUp, ends_when_nothing_ever_becomes_ready) {
  fake_chip().broken = {"HSE", "PLL", "OVERDRIVE", "SWITCH"};
  port::chip::begin();
  EXPECT_LT(fake_chip().reads, 5u * port::registers::kMostPolls);
  EXPECT_GT(port::tick_hz(), 0u);
}

TEST_F(PortSetUp, knows_an_emulator) {
  fake_chip() = emulated_chip();
  port::chip::begin();
  EXPECT_TRUE(port::chip::emulated());
  std::array<std::uint8_t, 16> id{};
  EXPECT_EQ(port::unique_id(id), 0u);
}

/// The chip's pins follow what is written to them (react()), and each wire must be its own.
TEST_F(PortSetUp, pulls_and_reads_the_wires_of_its_i2c_bus) {
  using Wires = port::chip::I2cWires;
  if (!Wires::kWired) GTEST_SKIP() << "the agent of " << kBoard << " has no I2C bus";
  port::chip::begin();
  EXPECT_TRUE(Wires::usable());
  EXPECT_TRUE(Wires::scl() && Wires::sda()) << "let go of by the set-up";
  Wires::scl(false);
  EXPECT_TRUE(!Wires::scl() && Wires::sda());
  Wires::sda(false);
  EXPECT_TRUE(!Wires::scl() && !Wires::sda());
  Wires::scl(true);
  EXPECT_TRUE(Wires::scl() && !Wires::sda());
  Wires::sda(true);
  EXPECT_TRUE(Wires::scl() && Wires::sda());
  EXPECT_EQ(trace_of(fake_chip()).find('?'), std::string::npos);
  fake_chip() = emulated_chip();
  port::chip::begin();
  EXPECT_FALSE(Wires::usable()) << "QEMU has no such pins";
}

TEST_F(PortSetUp, gives_the_chips_unique_id) {
  port::chip::begin();
  std::array<std::uint8_t, 16> id{};
  EXPECT_GE(port::unique_id(id), 8u);
  EXPECT_EQ(id[0], 0x11);
  EXPECT_EQ(id[5], 0x22) << "of the second word";
  EXPECT_EQ(port::unique_id(std::span(id).first(4)), 0u) << "no room";
}

}  // namespace
}  // namespace hil::test
