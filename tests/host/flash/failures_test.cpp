// SPDX-License-Identifier: Apache-2.0
// What OpenOCD's words become: words of real runs, and of its sources where no run can be had here.
#include "host/flash/failures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hil::flash {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

boards::Board board() {
  boards::Board board;
  board.id = "vendor_board";
  board.chip.name = "V100";
  board.chip.core = "cortex-m4f";
  board.chip.id = boards::ChipId{"DBGMCU_IDCODE", 0xE004'2000, 0xFFF, {0x413}};
  board.probe = boards::Probe{
      "interface/stlink-dap.cfg", "dapdirect_swd", {{0x0483, 0x3748}, {0x0483, 0x374b}}};
  return board;
}

Error error_in(Phase phase, std::vector<std::string> lines, const ProbeAddress& probe = {}) {
  OpenocdRun run;
  run.phase = phase;
  run.phase_lines = std::move(lines);
  run.exit.code = 1;
  return error_of(run, board(), probe, {});
}

struct Example {
  Phase phase;
  std::vector<std::string> lines;
  Blame blame;
  const char* what;
};

const std::vector<Example> kExamples = {
    // Runs of OpenOCD 0.12.0 without an adapter, on a closed port, and on a virtual ST-LINK.
    {Phase::kConnect,
     {"dapdirect_swd", "Error: open failed", ""},
     Blame::kLab,
     "there is no debug probe for vendor_board (interface/stlink-dap.cfg)"},
    {Phase::kConnect,
     {"swd", "Error: unable to find a matching CMSIS-DAP device"},
     Blame::kLab,
     "there is no debug probe for vendor_board (interface/stlink-dap.cfg)"},
    {Phase::kConnect,
     {"swd", "Error: No J-Link device found"},
     Blame::kLab,
     "there is no debug probe for vendor_board (interface/stlink-dap.cfg)"},
    {Phase::kConnect,
     {"Error: no device found",
      "Error: unable to open ftdi device with vid 15ba, pid 002b, "
      "description 'Olimex', serial '*' at bus location '*'"},
     Blame::kLab,
     "there is no debug probe for vendor_board (interface/stlink-dap.cfg)"},
    {Phase::kConnect,
     {"Error: cannot connect to stlink server, errno: Connection refused"},
     Blame::kLab,
     "the virtual board's probe does not answer"},
    {Phase::kConnect,
     {"embedded:startup.tcl:28: Error: Can't find interface/nosuch.cfg"},
     Blame::kConfig,
     "OpenOCD has not all the scripts that the file of vendor_board names "
     "(interface/stlink-dap.cfg)"},
    {Phase::kConnect,
     {"Error: Debug adapter doesn't support 'nosuch' transport"},
     Blame::kConfig,
     "the probe that the file of vendor_board names cannot do its transport"},
    {Phase::kProgram,
     {"Error: couldn't open /images/agent.elf"},
     Blame::kUser,
     "OpenOCD can't read the image"},
    {Phase::kVerify,
     {"Error: checksum mismatch - attempting binary compare",
      "diff 0 address 0x08000123. Was 0x00 instead of 0xd0",
      "diff 1 address 0x08000124. Was 0x00 instead of 0xd8"},
     Blame::kDevice,
     "the chip of vendor_board does not hold what was written at 0x08000123"},

    // Messages of its sources (src/jtag/drivers, src/target, src/flash/nor).
    {Phase::kConnect,
     {"Error: libusb_open() failed with LIBUSB_ERROR_ACCESS", "Error: open failed"},
     Blame::kLab,
     "there is no permission to use the probe of vendor_board"},
    {Phase::kConnect,
     {"Error: libusb_claim_interface() failed with LIBUSB_ERROR_BUSY",
      "Error: claim interface "
      "failed"},
     Blame::kLab,
     "another program uses the probe of vendor_board"},
    {Phase::kConnect,
     {"Error: unable to open CMSIS-DAP device 0xd28:0x204"},
     Blame::kLab,
     "the probe of vendor_board is there but can't be opened: no permission, or another program "
     "has it"},
    {Phase::kConnect,
     {"Error: No device matches the serial string", "Error: open failed"},
     Blame::kLab,
     "there is no probe with that serial number: probe S1"},
    {Phase::kConnect,
     {"Error: init mode failed (unable to connect to the target)"},
     Blame::kLab,
     "no chip answers probe S1"},
    {Phase::kConnect,
     {"Error: target voltage may be too low for reliable debugging",
      "Error: init mode failed (unable to connect to the target)"},
     Blame::kLab,
     "the board of probe S1 has no power"},
    {Phase::kConnect,
     {"Error: Error connecting DP: cannot read IDR"},
     Blame::kLab,
     "no chip answers probe S1"},
    {Phase::kIdentify,
     {"read_memory: failed to read memory"},
     Blame::kLab,
     "the id of the chip can't be read through probe S1"},
    {Phase::kCompare,
     {"Error: timed out while waiting for target halted"},
     Blame::kDevice,
     "the core of vendor_board can't be halted"},
    {Phase::kCompare,
     {"TARGET: stm32f4x.cpu - Not halted"},
     Blame::kDevice,
     "the core of vendor_board does not do what probe S1 asks for"},
    {Phase::kProgram,
     {"Error: stm32x device protected", "Error: failed erasing sectors 0 to 0"},
     Blame::kDevice,
     "the flash of vendor_board is write-protected"},
    {Phase::kProgram,
     {"Error: Flash sector 3 is protected", "Error: failed erasing sectors 0 to 7"},
     Blame::kDevice,
     "the flash of vendor_board is write-protected"},
    {Phase::kProgram,
     {"Error: Cannot erase protected sector at 0x00001000"},
     Blame::kDevice,
     "the flash of vendor_board is write-protected at 0x00001000"},
    {Phase::kProgram,
     {"Error: failed erasing sectors 1 to 4"},
     Blame::kDevice,
     "the flash of vendor_board can't be erased"},
    {Phase::kProgram,
     {"Error: stm32x device programming failed / flash not erased",
      "Error: error writing to flash at address 0x08000000 at offset 0x00000400"},
     Blame::kDevice,
     "the flash of vendor_board can't be written at 0x08000000"},
    {Phase::kProgram,
     {"Error: flash write algorithm aborted by target",
      "Error: error writing to flash at address 0x08000000 at offset 0x00000000"},
     Blame::kDevice,
     "the flash of vendor_board can't be written at 0x08000000"},
    {Phase::kProgram,
     {"Warn : no flash bank found for address 0x08100000"},
     Blame::kConfig,
     "OpenOCD knows no flash of vendor_board at 0x08100000, though its file says there is some"},
    {Phase::kProgram,
     {"Error: socket send error: Broken pipe (errno 32)"},
     Blame::kLab,
     "the probe of vendor_board went away"},
    {Phase::kProgram,
     {"Error: libusb_bulk_write error: LIBUSB_ERROR_NO_DEVICE"},
     Blame::kLab,
     "the probe of vendor_board went away"},
    {Phase::kProgram,
     {"Error: Cannot identify target as a STM32F2/4/7"},
     Blame::kLab,
     "OpenOCD's flash driver does not know the chip on the board of probe S1"},
};

TEST(Failures, KnownWordsBecomeTypedErrors) {
  for (const Example& example : kExamples) {
    const Error error = error_in(example.phase, example.lines, {std::nullopt, "S1"});
    EXPECT_EQ(error.what, example.what) << example.lines.front();
    EXPECT_EQ(error.blame, example.blame) << example.lines.front();
    EXPECT_FALSE(error.hint.empty()) << example.lines.front();
    for (const char* name : {"{board}", "{probe}", "{interface}", "{udev}", "{at}"}) {
      EXPECT_THAT(error.what + error.hint, testing::Not(HasSubstr(name))) << example.lines.front();
    }
  }
}

TEST(Failures, NoPermissionGivesTheRule) {
  EXPECT_EQ(
      error_in(Phase::kConnect, {"Error: libusb_open() failed with LIBUSB_ERROR_ACCESS"}).hint,
      "as root put this into /etc/udev/rules.d/71-hilbench-local.rules, then plug the probe in "
      "again: SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"3748\", "
      "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"\nSUBSYSTEM==\"usb\", "
      "ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"374b\", MODE=\"0660\", "
      "GROUP=\"plugdev\", TAG+=\"uaccess\"");
}

TEST(Failures, TheWrongChipIsSaidWithBothIds) {
  OpenocdRun run;
  run.phase = Phase::kIdentify;
  run.id = "0x00000420";
  run.phase_lines = {"hilbench: id 0x00000420", "hilbench: wrong chip"};
  run.exit.code = 1;
  const Error error = error_of(run, board(), {}, {});
  EXPECT_EQ(error.blame, Blame::kLab);
  EXPECT_EQ(error.what,
            "the chip is no V100 of vendor_board: its DBGMCU_IDCODE is 0x00000420, not 0x00000413; "
            "nothing was written");
}

TEST(Failures, TheWrongCoreIsSaidByName) {
  OpenocdRun run;
  run.phase = Phase::kIdentify;
  run.core = "0x00000c23";
  run.phase_lines = {"hilbench: core 0x00000c23", "hilbench: wrong core"};
  run.exit.code = 1;
  EXPECT_EQ(error_of(run, board(), {}, {}).what,
            "the chip has a Cortex-M3, which does not run the cortex-m4f code of vendor_board; "
            "nothing was written");
}

TEST(Failures, AnEndByOursSaysPhaseAndTime) {
  OpenocdRun run;
  run.phase = Phase::kProgram;
  run.ending = Ending::kTimeLimit;
  run.exit.signal = 9;
  PhaseLimits limits;
  limits.program = milliseconds(1500);
  Error error = error_of(run, board(), {}, limits);
  EXPECT_EQ(error.blame, Blame::kTool);
  EXPECT_EQ(
      error.what,
      "OpenOCD did not end phase program of flashing vendor_board within 1.5 s and was killed");
  EXPECT_EQ(error.hint, "the board may hold half an image: flash again");
  run.ending = Ending::kStopped;
  run.phase = Phase::kConnect;
  error = error_of(run, board(), {}, limits);
  EXPECT_EQ(error.blame, Blame::kUser);
  EXPECT_EQ(error.what, "flashing vendor_board was stopped in phase connect");
}

TEST(Failures, ASignalIsNamed) {
  OpenocdRun run;
  run.phase = Phase::kProgram;
  run.exit.signal = 6;
  const Error error = error_of(run, board(), {}, {});
  EXPECT_EQ(error.blame, Blame::kTool);
  EXPECT_EQ(error.what,
            "OpenOCD was ended by signal 6 (SIGABRT) in phase program of flashing vendor_board");
}

TEST(Failures, UnknownWordsAreShown) {
  const Error error =
      error_in(Phase::kReset, {"hilbench: reset", "", "Error: one", "Error: another"});
  EXPECT_EQ(error.blame, Blame::kTool);
  EXPECT_EQ(error.what,
            "OpenOCD failed in phase reset of flashing vendor_board (exited with status 1)");
  EXPECT_EQ(error.hint, "its last lines: Error: one | Error: another");
  EXPECT_EQ(error_in(Phase::kReset, {}).hint, "its last lines: it printed nothing");
}

}  // namespace
}  // namespace hil::flash
