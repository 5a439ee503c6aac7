// SPDX-License-Identifier: Apache-2.0
// The real OpenOCD on emulated boards: programming, verifying, debugging, and what goes wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/emulate/probe/probe_bench.hpp"

namespace hil::emulate {
namespace {

using testing::HasSubstr;
using Door = ProbeBench::Door;

constexpr std::size_t kHundredKib = 100 * 1024;

class OpenocdTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string missing = missing_tool({"openocd", "qemu-system-arm", "arm-none-eabi-gcc"});
    if (!missing.empty()) GTEST_SKIP() << missing;
  }

  /// Programs, verifies and resets as people do; prints how long it took.
  ToolRun program(ProbeBench& bench, Door door, std::size_t filling) {
    const auto image = make_image(scratch_.path(), bench.board(), filling);
    EXPECT_TRUE(image);
    if (!image) return {};
    const std::string file = "{" + image->string() + "}";
    // `program` wants a flash bank.
    const ToolRun run = bench.openocd(
        door, bench.server().flash().empty()
                  ? std::vector<std::string>{"init", "reset halt", "load_image " + file,
                                             "verify_image " + file, "reset run", "shutdown"}
                  : std::vector<std::string>{"program " + file + " verify reset exit"});
    fmt::print("{}: {} bytes in {:.2f} s\n", bench.board().id, filling, run.seconds);
    return run;
  }

  ScratchFolder scratch_;
};

struct Case {
  const char* board;
  Door door;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.board << " by door " << static_cast<int>(one.door);
}

class ProgramTest : public OpenocdTest, public testing::WithParamInterface<Case> {};

TEST_P(ProgramTest, ProgramsVerifiesAndRuns) {
  ProbeBench bench(GetParam().board);
  ASSERT_EQ(bench.problem(), "");
  EXPECT_FALSE(bench.machine().running()) << "there is nothing to run yet";
  const bool flash = !bench.server().flash().empty();
  const ToolRun run = program(bench, GetParam().door, kHundredKib);
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr(flash ? "** Verified OK **" : "verified "));
  EXPECT_TRUE(bench.program_runs());
  EXPECT_TRUE(bench.stop().ok());
  EXPECT_EQ(bench.saved_flash().empty(), !flash);
}

INSTANTIATE_TEST_SUITE_P(
    Boards, ProgramTest,
    testing::Values(Case{"netduino_plus_2", Door::kDirect},
                    Case{"netduino_plus_2", Door::kHighLevel}, Case{"netduino_plus_2", Door::kJtag},
                    Case{"stm32vldiscovery", Door::kDirect},
                    Case{"stm32vldiscovery", Door::kHighLevel},
                    Case{"stm32vldiscovery", Door::kJtag}, Case{"microbit", Door::kDirect},
                    Case{"microbit", Door::kHighLevel}, Case{"mps2_an385", Door::kDirect},
                    Case{"mps2_an386", Door::kDirect}, Case{"mps2_an386", Door::kJtag},
                    Case{"mps2_an500", Door::kDirect}, Case{"mps3_an547", Door::kDirect},
                    Case{"mps3_an547", Door::kJtag}));

class FaultTest : public OpenocdTest, public testing::WithParamInterface<const char*> {};

TEST_P(FaultTest, AProtectedSectorIsAFailureAndOthersStillWork) {
  FlashFaults faults;
  faults.protected_sectors = {0};
  ProbeBench bench(GetParam(), faults);
  ASSERT_EQ(bench.problem(), "");
  const ToolRun run = program(bench, Door::kDirect, 1024);
  EXPECT_EQ(run.code, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("** Programming Failed **"));
  // Page 32 is beyond what is protected together with page 0, whatever the chip.
  const auto start = bench.board().chip.memory[0].base + 32 * 1024;
  std::ofstream(scratch_.path() / "data.bin") << "sixteen bytes :)";
  const ToolRun other =
      bench.openocd(Door::kDirect, {fmt::format("program {{{}}} {:#x} verify exit",
                                                (scratch_.path() / "data.bin").string(), start)});
  EXPECT_EQ(other.code, 0) << other.output;
  EXPECT_TRUE(bench.stop().ok());
  EXPECT_EQ(bench.saved_flash().at(32 * 1024), 's');
  EXPECT_EQ(bench.saved_flash()[0], 0xFF);
}

TEST_P(FaultTest, AStuckBitIsFoundByVerify) {
  FlashFaults faults;
  const bool nrf = std::string(GetParam()) == "microbit";
  // A bit of the second vector that is 0 in the image.
  faults.stuck_bits = {{(nrf ? 0 : 0x0800'0000U) + 15, 0, true}};
  ProbeBench bench(GetParam(), faults);
  ASSERT_EQ(bench.problem(), "");
  const ToolRun run = program(bench, Door::kDirect, 1024);
  EXPECT_EQ(run.code, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("** Verify Failed **"));
  EXPECT_TRUE(bench.stop().ok());
  EXPECT_EQ(bench.saved_flash()[15] & 1, 1);
}

TEST_P(FaultTest, AnotherImageIsNotTakenForTheRightOne) {
  ProbeBench bench(GetParam());
  ASSERT_EQ(bench.problem(), "");
  EXPECT_EQ(program(bench, Door::kDirect, 3000).code, 0);
  const auto other = make_image(scratch_.path(), bench.board(), 3000, 2);
  ASSERT_TRUE(other);
  const ToolRun run = bench.openocd(
      Door::kDirect, {"init", "reset halt", "verify_image {" + other->string() + "}", "shutdown"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("checksum mismatch"));
}

INSTANTIATE_TEST_SUITE_P(Chips, FaultTest,
                         testing::Values("netduino_plus_2", "stm32vldiscovery", "microbit"));

TEST_F(OpenocdTest, ABusyFlashOnlyTakesLonger) {
  FlashFaults faults;
  faults.sector_erase_time = std::chrono::milliseconds(300);
  faults.program_time = std::chrono::microseconds(20);
  ProbeBench bench("netduino_plus_2", faults);
  ASSERT_EQ(bench.problem(), "");
  const ToolRun run = program(bench, Door::kDirect, 4096);
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_GE(run.seconds, 0.3);
  EXPECT_TRUE(bench.program_runs());
}

TEST_F(OpenocdTest, FlashKeepsItsContentWhenQemuEnds) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  const auto port = bench.server().stlink_port();
  ASSERT_EQ(program(bench, Door::kDirect, 5000).code, 0);
  ASSERT_TRUE(bench.program_runs());
  bench.qemu().end();
  const Status ended = bench.wait_end();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kDevice);
  EXPECT_FALSE(bench.machine().read32(0).ok());
  EXPECT_TRUE(bench.machine().gone());
  ASSERT_TRUE(bench.restart().ok());
  EXPECT_TRUE(bench.program_runs());
  EXPECT_EQ(bench.server().stlink_port(), port);
  EXPECT_EQ(bench.openocd(Door::kDirect, {"init", "reset halt", "shutdown"}).code, 0);
}

TEST_F(OpenocdTest, AHeldCoreIsFreedByTheNextReset) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  ASSERT_EQ(program(bench, Door::kDirect, 100).code, 0);
  bench.qemu().end();
  EXPECT_FALSE(bench.wait_end().ok());
  ASSERT_TRUE(bench.restart(PowerOn::kHold).ok());
  EXPECT_FALSE(bench.machine().running());
  const ToolRun run = bench.openocd(Door::kDirect, {"init", "reset run", "shutdown"});
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_TRUE(bench.program_runs());
}

TEST_F(OpenocdTest, AFirmwareThatLocksUpEndsQemuButNotTheBoard) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  ASSERT_EQ(program(bench, Door::kDirect, 100).code, 0);
  // An undefined instruction, and vectors where there is no memory.
  const ToolRun run = bench.openocd(
      Door::kDirect, {"init", "reset halt", "mww 0xE000ED08 0x60000000", "mwh 0x20000100 0xDE00",
                      "reg pc 0x20000100", "resume", "sleep 1000", "halt 100", "shutdown"});
  EXPECT_EQ(run.code, 1) << run.output;
  const Status ended = bench.wait_end();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kDevice);
  EXPECT_THAT(bench.qemu().last_words("gone"), HasSubstr("Lockup"));
  ASSERT_TRUE(bench.restart().ok());
  EXPECT_TRUE(bench.program_runs());
}

TEST_F(OpenocdTest, AWrongSerialNumberFindsNoProbe) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  const ToolRun run = bench.openocd(Door::kDirect, {"adapter serial OTHER", "init", "shutdown"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("ST-LINK open failed (serial mismatch)"));
}

TEST_F(OpenocdTest, ASecondDebuggerIsRefusedAndTheFirstUndisturbed) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  const auto image = make_image(scratch_.path(), bench.board(), 20000);
  ASSERT_TRUE(image);
  ToolRun first;
  std::thread busy([&] {
    first = bench.openocd(Door::kDirect, {"init", "reset halt", "sleep 3000",
                                          "program {" + image->string() + "} verify reset exit"});
  });
  const auto connected = [&] {
    const auto events = bench.events();
    return std::find(events.begin(), events.end(), "a debugger connected to the ST-LINK") !=
           events.end();
  };
  while (!connected())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const ToolRun same = bench.openocd(Door::kDirect, {"init", "shutdown"});
  const ToolRun jtag = bench.openocd(Door::kJtag, {"init", "shutdown"});
  busy.join();
  EXPECT_EQ(same.code, 1) << same.output;
  EXPECT_NE(jtag.code, 0) << jtag.output;
  EXPECT_EQ(first.code, 0) << first.output;
  EXPECT_THAT(bench.events(),
              testing::Contains(HasSubstr("was refused, another one is connected")));
  EXPECT_TRUE(bench.program_runs());
}

TEST_F(OpenocdTest, AKilledDebuggerLeavesAUsableProbe) {
  FlashFaults faults;
  faults.program_time = std::chrono::microseconds(50);  // so that it is killed while programming
  ProbeBench bench("netduino_plus_2", faults);
  ASSERT_EQ(bench.problem(), "");
  const auto image = make_image(scratch_.path(), bench.board(), 50000);
  ASSERT_TRUE(image);
  const ToolRun killed =
      bench.openocd(Door::kDirect, {"program {" + image->string() + "} verify reset exit"}, 1);
  EXPECT_EQ(killed.code, -1) << killed.output;
  const ToolRun again = program(bench, Door::kDirect, 1000);
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_TRUE(bench.program_runs());
}

}  // namespace
}  // namespace hil::emulate
