// SPDX-License-Identifier: Apache-2.0
// Machine on doors whose other side answers as QEMU does, or does not.
#include "host/emulate/probe/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/host/emulate/probe/fake_qemu.hpp"

namespace hil::emulate {
namespace {

using testing::HasSubstr;

class MachineTest : public testing::Test {
 protected:
  FakeQemu qemu_;
};

TEST_F(MachineTest, ReadsAndWritesMemoryOfAllSizes) {
  const auto machine = qemu_.machine();
  ASSERT_TRUE(machine->write(0x2000'0000, 0x1234'5678, 4).ok());
  ASSERT_TRUE(machine->write(0x2000'0001, 0xAB, 1).ok());
  ASSERT_TRUE(machine->write(0x2000'0002, 0xCDEF, 2).ok());
  EXPECT_EQ(*machine->read32(0x2000'0000), 0xCDEF'AB78U);
  EXPECT_EQ(*machine->read(0x2000'0002, 2), 0xCDEFU);
  EXPECT_EQ(*machine->read(0x2000'0003, 1), 0xCDU);
  EXPECT_EQ(*machine->read32(0xFFFF'FFFC), 0U);
}

TEST_F(MachineTest, BlocksOfAnySizeComeBack) {
  const auto machine = qemu_.machine();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4}, std::size_t{32768},
                                 std::size_t{32769}, std::size_t{70001}}) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
      bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    ASSERT_TRUE(machine->write_block(0x2000'0100, bytes).ok());
    std::vector<std::uint8_t> back(size);
    ASSERT_TRUE(machine->read_block(0x2000'0100, back).ok());
    EXPECT_EQ(back, bytes) << size;
  }
}

TEST_F(MachineTest, RomIsWrittenWhateverTheCoreDoes) {
  const auto machine = qemu_.machine();
  std::vector<std::uint8_t> bytes(5001, 0xA5);  // three packets
  ASSERT_TRUE(machine->resume().ok());
  ASSERT_TRUE(machine->write_rom(0x0800'0000, bytes).ok());
  EXPECT_TRUE(machine->running());
  EXPECT_EQ(*machine->read32(0x0800'0000 + 4996), 0xA5A5'A5A5U);
  EXPECT_EQ(*machine->read(0x0800'0000 + 5001, 1), 0U);
}

TEST_F(MachineTest, RegistersOfBothWidths) {
  const auto machine = qemu_.machine();
  ASSERT_TRUE(machine->write_register(15, 0x0800'0101).ok());
  EXPECT_EQ(*machine->read_register(15), 0x0800'0101U);
  ASSERT_TRUE(machine->write_double(26, 0x0102'0304'0506'0708).ok());
  EXPECT_EQ(*machine->read_double(26), 0x0102'0304'0506'0708U);
}

TEST_F(MachineTest, ResetWaitsForItsOwnEvent) {
  const auto machine = qemu_.machine();
  ASSERT_TRUE(machine->resume().ok());
  ASSERT_TRUE(machine->reset().ok());
  ASSERT_TRUE(machine->reset().ok());
  EXPECT_EQ(qemu_.resets(), 2U);
  EXPECT_FALSE(machine->running());
}

TEST_F(MachineTest, ABreakpointIsToldOnce) {
  const auto machine = qemu_.machine();
  EXPECT_FALSE(*machine->poll_stop());
  ASSERT_TRUE(machine->resume().ok());
  EXPECT_FALSE(*machine->poll_stop());
  while (!qemu_.running()) {
  }
  qemu_.hit_breakpoint();
  while (!*machine->poll_stop()) {
  }
  EXPECT_FALSE(machine->running());
  EXPECT_FALSE(*machine->poll_stop());
}

TEST_F(MachineTest, ABreakpointHitWhileHaltingIsNotLost) {
  const auto machine = qemu_.machine();
  ASSERT_TRUE(machine->resume().ok());
  while (!qemu_.running()) {
  }
  qemu_.hit_breakpoint();
  // Changing breakpoints halts and resumes a running core, but not one that has hit.
  ASSERT_TRUE(machine->set_breakpoints({0x0800'0200}).ok());
  EXPECT_FALSE(machine->running());
  EXPECT_TRUE(*machine->poll_stop());
}

TEST_F(MachineTest, OnlyChangedBreakpointsGoToQemu) {
  const auto machine = qemu_.machine();
  ASSERT_TRUE(machine->set_breakpoints({2, 4, 6}).ok());
  EXPECT_EQ(qemu_.breakpoints(), (std::set<std::uint32_t>{2, 4, 6}));
  ASSERT_TRUE(machine->set_breakpoints({4, 8}).ok());
  EXPECT_EQ(qemu_.breakpoints(), (std::set<std::uint32_t>{4, 8}));
  ASSERT_TRUE(machine->set_breakpoints({}).ok());
  EXPECT_TRUE(qemu_.breakpoints().empty());
}

TEST_F(MachineTest, TheStubIsUsableWhateverAnotherClientLeft) {
  for (const std::string left : {"", "$M8000000,4:dead", "$p", "#", "$qC#"}) {
    FakeQemu qemu;
    const auto machine = qemu.machine();
    ASSERT_TRUE(machine->send_to_stub(std::vector<std::uint8_t>(left.begin(), left.end())).ok());
    ASSERT_TRUE(machine->regain_gdb().ok()) << left;
    EXPECT_EQ(*machine->read_register(25), 1U << 24) << left;
  }
}

TEST_F(MachineTest, AnEndOfQemuIsNoticedAtEachDoor) {
  const auto machine = qemu_.machine();
  EXPECT_FALSE(machine->gone());
  qemu_.die();
  const auto memory = machine->read32(0);
  ASSERT_FALSE(memory.ok());
  EXPECT_EQ(memory.error().blame, Blame::kDevice);
  EXPECT_THAT(memory.error().what, HasSubstr("QEMU ended"));
  EXPECT_TRUE(machine->gone());
  EXPECT_FALSE(machine->read_register(0).ok());
  EXPECT_FALSE(machine->reset().ok());
  EXPECT_FALSE(machine->resume().ok());
}

TEST_F(MachineTest, StrangeAnswersAreErrorsNotValues) {
  const auto machine = qemu_.machine();
  for (const char* answer : {"FAIL\n", "OK\n", "OK 12\n", "OK 0x\n", "OK 0x12345678901234567\n"}) {
    qemu_.spoil("qtest", answer);
    const auto value = machine->read32(0);
    ASSERT_FALSE(value.ok()) << answer;
    EXPECT_THAT(value.error().what, HasSubstr("qtest 'readl 0x0'"));
  }
  std::vector<std::uint8_t> block(6);
  for (const char* answer : {"OK AAAA\n", "OK AAAAAAAAAAAA\n", "OK !!!!!!!!\n"}) {
    qemu_.spoil("qtest", answer);
    EXPECT_FALSE(machine->read_block(0, block).ok()) << answer;
  }
  qemu_.spoil("gdb", gdb_packet("zz"));
  EXPECT_FALSE(machine->read_register(1).ok());
  qemu_.spoil("qmp", "{\"error\": {\"desc\": \"no way\"}}\n");
  EXPECT_THAT(machine->reset().error().what, HasSubstr("no way"));
  qemu_.spoil("qmp", "no json\n");
  EXPECT_THAT(machine->reset().error().what, HasSubstr("no json"));
  EXPECT_FALSE(machine->gone());
}

TEST_F(MachineTest, AnEndlessAnswerIsGivenUp) {
  const auto machine = qemu_.machine();
  qemu_.spoil("qtest", std::string(200'000, 'x'));
  EXPECT_FALSE(machine->read32(0).ok());
}

TEST_F(MachineTest, ConnectGivesUpAtItsDeadline) {
  qemu_.spoil("gdb", "");
  const auto machine =
      Machine::connect(qemu_.doors(), Deadline::after(std::chrono::milliseconds(100)));
  ASSERT_FALSE(machine.ok());
  EXPECT_EQ(machine.error().blame, Blame::kDevice);
  EXPECT_THAT(machine.error().what, HasSubstr("does not answer to gdb 'qSupported'"));
}

}  // namespace
}  // namespace hil::emulate
