// SPDX-License-Identifier: Apache-2.0
// The command lines for all kinds of boards and probes, as approved.
#include "host/flash/openocd_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/base/file.hpp"
#include "host/flash/quoting.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/flash/image_files.hpp"

namespace hil::flash {
namespace {

using boards::MemoryKind;
using testing::Contains;
using testing::HasSubstr;

boards::Board flash_board() {
  boards::Board board;
  board.id = "vendor_flash";
  board.chip.name = "V100";
  board.chip.core = "cortex-m4f";
  board.chip.memory = {{"flash", MemoryKind::kFlash, 0x0800'0000, 0x2'0000},
                       {"sram", MemoryKind::kRam, 0x2000'0000, 0x2000}};
  board.chip.id = boards::ChipId{"DBGMCU_IDCODE", 0xE004'2000, 0xFFF, {0x413, 0x419}};
  board.chip.openocd_target = "target/stm32f4x.cfg";
  board.probe = boards::Probe{"interface/cmsis-dap.cfg", "swd", {}};
  return board;
}

Image image() {
  return test::image_of(0x0800'0000, test::Bytes(16));
}

std::string line_of(const boards::Board& board, const std::filesystem::path& file,
                    const ProbeAddress& probe, const FlashOptions& options = {}) {
  FlashOptions named = options;
  named.openocd = "openocd";
  const auto line = program_command_line(board, image(), file, probe, named);
  return line ? *line : line.error().what;
}

/// The parts of a command line on lines of their own.
std::string lines_of(std::string line) {
  for (std::size_t at = 0; (at = line.find(" -c ", at)) != std::string::npos;)
    line.replace(at, 1, "\n");
  return line + "\n";
}

TEST(OpenocdCommands, AVirtualBoardWithFlash) {
  EXPECT_EQ(lines_of(line_of(flash_board(), "/images/agent.bin", {7184, "HIL-1"})),
            R"(openocd
-c 'script interface/stlink-dap.cfg'
-c 'st-link backend tcp 7184'
-c 'adapter serial HIL-1'
-c 'transport select dapdirect_swd'
-c 'script target/stm32f4x.cfg'
-c 'gdb_port disabled'
-c 'telnet_port disabled'
-c 'tcl_port disabled'
-c 'echo {hilbench: connect}'
-c init
-c 'echo {hilbench: identify}'
-c 'set word [format 0x%08x [expr {([read_memory 0xe0042000 32 1] & 0x00000fff) >> 0}]]'
-c 'echo "hilbench: id $word"'
-c 'if {$word ni {0x00000413 0x00000419}} {error {hilbench: wrong chip}}'
-c 'set word [format 0x%08x [expr {([read_memory 0xe000ed00 32 1] & 0x0000fff0) >> 4}]]'
-c 'echo "hilbench: core $word"'
-c 'if {$word ni {0x00000c24 0x00000c27}} {error {hilbench: wrong core}}'
-c 'echo {hilbench: compare}'
-c 'reset init'
-c 'if {[catch {verify_image_checksum /images/agent.bin 0x08000000 bin}]} {echo {hilbench: program}; flash write_image erase /images/agent.bin 0x08000000 bin; echo {hilbench: verify}; verify_image /images/agent.bin 0x08000000 bin} else {echo {hilbench: already there}}'
-c 'echo {hilbench: reset}'
-c 'reset run'
-c 'echo {hilbench: done}'
-c shutdown
)");
}

TEST(OpenocdCommands, ADeskBoardWithRamByForce) {
  boards::Board board = flash_board();
  board.chip.memory.erase(board.chip.memory.begin());
  board.chip.id.reset();
  board.chip.core = "other";
  FlashOptions options;
  options.force = true;
  EXPECT_EQ(lines_of(line_of(board, "/images/agent.bin", {}, options)),
            R"(openocd
-c 'script interface/cmsis-dap.cfg'
-c 'transport select swd'
-c 'script target/stm32f4x.cfg'
-c 'gdb_port disabled'
-c 'telnet_port disabled'
-c 'tcl_port disabled'
-c 'echo {hilbench: connect}'
-c init
-c 'echo {hilbench: identify}'
-c 'echo {hilbench: program}'
-c 'reset init'
-c 'load_image /images/agent.bin 0x08000000 bin; echo {hilbench: verify}; verify_image /images/agent.bin 0x08000000 bin'
-c 'echo {hilbench: reset}'
-c 'reset run'
-c 'echo {hilbench: done}'
-c shutdown
)");
}

TEST(OpenocdCommands, NoNameReachesTclUnquoted) {
  const std::string line = line_of(flash_board(), "/a b/$[exit];{\n\"", {std::nullopt, "S[exit]"});
  EXPECT_THAT(line, HasSubstr(R"(-c 'adapter serial "S\[exit\]"')"));
  EXPECT_THAT(line, HasSubstr(R"(write_image erase "/a b/\$\[exit\];\{\012\"" 0x08000000 bin;)"));
}

TEST(OpenocdCommands, RelativeNamesBecomeAbsolute) {
  const auto file = FileForOpenocd::of(image(), "erase");
  EXPECT_EQ(file.path, (std::filesystem::current_path() / "erase").string());
}

TEST(OpenocdCommands, FormatsAreNamedAndOnlyRawBytesHaveABase) {
  const auto commands = [](Format format) {
    return program_commands(flash_board(), {7184, ""}, {"/x", format, 0}, false).value();
  };
  EXPECT_THAT(commands(Format::kElf), Contains(HasSubstr("verify_image /x 0x00000000 elf")));
  EXPECT_THAT(commands(Format::kIntelHex), Contains(HasSubstr("verify_image /x 0x00000000 ihex")));
  EXPECT_THAT(commands(Format::kSRecord), Contains(HasSubstr("verify_image /x 0x00000000 s19")));
  Image elf = image();
  elf.format = Format::kElf;
  EXPECT_EQ(FileForOpenocd::of(elf, "/x").base, 0u);
  EXPECT_EQ(FileForOpenocd::of(image(), "/x").base, 0x0800'0000u);
}

TEST(OpenocdCommands, AScriptBesideTheBoardsFileComesFirst) {
  const ScratchFolder folder;
  boards::Board board = flash_board();
  board.file = folder.path() / "vendor_flash.json";
  board.chip.openocd_target = "open ocd/own.cfg";
  std::filesystem::create_directory(folder.path() / "open ocd");
  EXPECT_THAT(line_of(board, "/x", {7184, ""}), HasSubstr("'script \"open ocd/own.cfg\"'"));
  ASSERT_TRUE(write_file(folder.path() / "open ocd/own.cfg", "#\n").ok());
  EXPECT_THAT(line_of(board, "/x", {7184, ""}),
              HasSubstr("'script \"" + (folder.path() / "open ocd/own.cfg").string() + "\"'"));
}

TEST(OpenocdCommands, NoProbeAndNoDebugPort) {
  boards::Board board = flash_board();
  board.probe.reset();
  const auto no_probe = program_command_line(board, image(), "/x", {}, {});
  ASSERT_FALSE(no_probe.ok());
  EXPECT_EQ(no_probe.error().blame, Blame::kConfig);
  EXPECT_EQ(no_probe.error().what, "the file of vendor_flash names no debug probe");
  EXPECT_TRUE(program_command_line(board, image(), "/x", {7184, ""}, {}).ok());
  board.chip.openocd_target.clear();
  EXPECT_EQ(line_of(board, "/x", {7184, ""}), "vendor_flash has no debug port");
}

TEST(OpenocdCommands, ReadingLeavesTheCoreAlone) {
  const auto commands =
      read_commands(flash_board(), {7184, ""}, 0x0800'0000, 100, "/proc/self/fd/0").value();
  EXPECT_THAT(commands, Contains("dump_image /proc/self/fd/0 0x08000000 100"));
  for (const std::string& command : commands) {
    EXPECT_THAT(command, testing::Not(HasSubstr("reset")));
    EXPECT_THAT(command, testing::Not(HasSubstr("halt")));
  }
}

}  // namespace
}  // namespace hil::flash
