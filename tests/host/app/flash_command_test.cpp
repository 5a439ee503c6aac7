// SPDX-License-Identifier: Apache-2.0
// hilbench flash: what it prints and refuses, and one virtual board from nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/app/flash_text.hpp"
#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/flash/image_files.hpp"
#include "tests/host/flash/tools.hpp"

namespace hil::app {
namespace {

using flash::test::Bytes;
using testing::HasSubstr;
using testing::StartsWith;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

constexpr std::uint32_t kFlash = 0x0800'0000;
constexpr std::uint32_t kStack = 0x2000'2000;  // end of the RAM of stm32vldiscovery

class FlashCommand : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_STATE_HOME", (folder_.path() / "state").c_str(), 1);
    ::setenv("HILBENCH_AGENTS", folder_.path().c_str(), 1);
  }
  void TearDown() override { ::unsetenv("HILBENCH_AGENTS"); }

  std::string write(const std::string& name, const Bytes& content) {
    const auto path = folder_.path() / name;
    const Status written =
        write_file(path, {reinterpret_cast<const char*>(content.data()), content.size()});
    EXPECT_TRUE(written.ok());
    return path.string();
  }

  /// Runs the command; keeps what it prints.
  Result<int> run(std::vector<std::string> words) {
    CaptureStdout();
    CaptureStderr();
    auto code = flash_command(words);
    out_ = GetCapturedStdout();
    err_ = GetCapturedStderr();
    return code;
  }
  std::string refusal(const std::vector<std::string>& words) {
    const auto code = run(words);
    EXPECT_EQ(out_, "");
    return code.ok() ? "no error" : code.error().what;
  }

  const ScratchFolder folder_;
  std::string out_, err_;
};

TEST_F(FlashCommand, ADryRunSaysAllAndDoesNothing) {
  const auto image = write(
      "image.elf", flash::test::elf_file(kFlash, flash::test::firmware(kFlash, kStack, 20'000)));
  const auto code =
      run({"--board", "stm32vldiscovery", "--emulate", "--image", image, "--dry-run"});
  ASSERT_TRUE(code.ok()) << code.error().what;
  EXPECT_EQ(*code, 0);
  EXPECT_THAT(out_, StartsWith("board     stm32vldiscovery (STM32F100RB)\nimage     " + image +
                               " (ELF, 20,000 bytes)\nflash     20,000 of 131,072 bytes (15 %)\n"
                               "written   nothing: this is a dry run\ncommand   openocd -c "));
  EXPECT_THAT(out_, HasSubstr("flash write_image erase " + image + " 0x00000000 elf"));
  EXPECT_EQ(err_, "flash: port 0 and SERIAL stand for those that the virtual board will have\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "state"));
}

TEST_F(FlashCommand, ADryRunAsJson) {
  const auto image = write("image.bin", flash::test::firmware(kFlash, kStack, 20'000));
  const auto code = run({"--board", "nucleo_f446re@A1", "--image", image, "--base", "0x08000000",
                         "--dry-run", "--json"});
  ASSERT_TRUE(code.ok()) << code.error().what;
  const auto json = nlohmann::json::parse(out_);
  EXPECT_EQ(json.at("board"), "nucleo_f446re");
  EXPECT_EQ(json.at("format"), "BIN");
  EXPECT_EQ(json.at("bytes"), 20'000);
  EXPECT_EQ(json.at("image_sha256").get<std::string>().size(), 64u);
  EXPECT_EQ(json.at("memories").at(0).at("size_bytes"), 524'288);
  EXPECT_EQ(json.at("dry_run"), true);
  EXPECT_THAT(json.at("command_line"), HasSubstr("-c 'adapter serial A1'"));
}

TEST_F(FlashCommand, TheAgentIsTheDefault) {
  const std::string agent = folder_.path() / "hilbench-agent-stm32vldiscovery.elf";
  EXPECT_EQ(refusal({"--board", "stm32vldiscovery", "--dry-run", "--emulate"}),
            "there is no agent for stm32vldiscovery: " + agent + " is missing");
  write("hilbench-agent-stm32vldiscovery.elf",
        flash::test::elf_file(kFlash, flash::test::firmware(kFlash, kStack, 1000)));
  EXPECT_TRUE(run({"--board", "stm32vldiscovery", "--dry-run", "--emulate"}).ok());
  EXPECT_THAT(out_, HasSubstr(agent));
}

TEST_F(FlashCommand, BoardsThatCannotBeFlashed) {
  EXPECT_EQ(refusal({"--board", "linux"}), "linux has no debug port to flash it through");
  EXPECT_EQ(refusal({"--board", "qemu_rv32", "--emulate"}),
            "qemu_rv32 has no debug port to flash it through");
  EXPECT_EQ(refusal({"--board", "nucleo_f446re", "--emulate"}),
            "nucleo_f446re has no virtual board");
  EXPECT_EQ(refusal({"--board", "rhubarb"}), "there is no board 'rhubarb'");
}

TEST_F(FlashCommand, ImagesThatAreNoneForTheBoard) {
  const std::string board = "stm32vldiscovery";
  const auto large = write(
      "large.elf", flash::test::elf_file(kFlash, flash::test::firmware(kFlash, kStack, 131'073)));
  EXPECT_THAT(refusal({"--board", board, "--image", large}),
              HasSubstr("the image is too large for stm32vldiscovery: its 131073 bytes"));
  const auto cut = write("cut.hex", flash::test::bytes_of(":0400000001020304F2\n"));
  EXPECT_EQ(refusal({"--board", board, "--image", cut}),
            cut + ": line 1: the file ends without an end record");
  const auto raw = write("raw.bin", Bytes(300, 0x55));
  EXPECT_THAT(refusal({"--board", board, "--image", raw}), HasSubstr("raw bytes (BIN) say no"));
  EXPECT_EQ(refusal({"--board", board, "--image", raw, "--base", "0x8000000x"}),
            "--base 0x8000000x is no address of 32 bits");
  EXPECT_EQ(refusal({"--board", board, "--image", raw, "--base", "4294967296"}),
            "--base 4294967296 is no address of 32 bits");
}

TEST_F(FlashCommand, WhatWouldNotStartNeedsForce) {
  const auto raw = write("raw.bin", Bytes(300, 0x55));
  std::vector<std::string> words = {"--board", "stm32vldiscovery", "--image",   raw,
                                    "--base",  "134217728",        "--dry-run", "--emulate"};
  EXPECT_EQ(refusal(words), raw +
                                " would not start: its initial stack pointer 0x55555555 is no "
                                "end of a stack in RAM");
  words.emplace_back("--force");
  EXPECT_TRUE(run(words).ok());
  EXPECT_THAT(err_, HasSubstr("flash: its reset vector 0x55555555 points out of it\n"));
}

TEST_F(FlashCommand, AVirtualBoardFromNothingAndAgain) {
  HIL_NEEDS_PROGRAM("openocd");
  HIL_NEEDS_PROGRAM("qemu-system-arm");
  const auto image =
      write("image of $[x].elf",
            flash::test::elf_file(kFlash, flash::test::firmware(kFlash, kStack, 20'000)));
  const std::vector<std::string> words = {"--board", "stm32vldiscovery", "--emulate", "--image",
                                          image};
  auto code = run(words);
  ASSERT_TRUE(code.ok()) << code.error().what << "; " << code.error().hint;
  EXPECT_THAT(out_, HasSubstr("\nwritten   20,000 bytes, compared\nconnect   "));
  EXPECT_THAT(out_, HasSubstr("\ntool      Open On-Chip Debugger "));
  EXPECT_EQ(err_,
            "flash: connect\nflash: identify\nflash: compare\nflash: program\n"
            "flash: verify\nflash: reset\n");
  code = run(words);
  ASSERT_TRUE(code.ok()) << code.error().what;
  EXPECT_THAT(out_, HasSubstr("\nwritten   nothing: all of it was there already\n"));
}

TEST(FlashText, ReportsAsApproved) {
  boards::Board board;
  board.id = "vendor_board";
  board.chip.name = "V100";
  FlashPlan plan;
  plan.file = "/images/a.elf";
  plan.image = flash::test::image_of(kFlash, Bytes(1'234'567));
  plan.image.format = flash::Format::kElf;
  plan.fit.uses = {{"flash", 1'234'567, 2'097'152}};
  flash::FlashReport report;
  report.phases = {{flash::Phase::kConnect, std::chrono::milliseconds(98)},
                   {flash::Phase::kProgram, std::chrono::milliseconds(12'345)}};
  report.bytes = 1'234'567;
  report.tool_version = "Open On-Chip Debugger 0.12.0";
  report.command_line = "openocd -c init";
  EXPECT_EQ(report_text(board, plan, report, false), R"(board     vendor_board (V100)
image     /images/a.elf (ELF, 1,234,567 bytes)
flash     1,234,567 of 2,097,152 bytes (59 %)
written   1,234,567 bytes, compared
connect   0.10 s
program   12.35 s
tool      Open On-Chip Debugger 0.12.0
command   openocd -c init
)");
  const auto json = nlohmann::json::parse(report_text(board, plan, report, true));
  EXPECT_EQ(json.at("phases_ms").at("program"), 12'345);
  EXPECT_EQ(json.at("already_there"), false);
  EXPECT_EQ(json.at("tool"), "Open On-Chip Debugger 0.12.0");
}

}  // namespace
}  // namespace hil::app
