// SPDX-License-Identifier: Apache-2.0
// Images against the memories of boards, and vector tables that cannot be meant.
#include "host/flash/fit.hpp"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/flash/core_id.hpp"
#include "tests/host/flash/image_files.hpp"

namespace hil::flash {
namespace {

using boards::MemoryKind;
using test::Bytes;
using testing::ElementsAre;
using testing::IsEmpty;

boards::Board flash_board() {
  boards::Board board;
  board.id = "vendor_flash";
  board.chip.core = "cortex-m3";
  board.chip.memory = {{"flash", MemoryKind::kFlash, 0x0800'0000, 0x2'0000},
                       {"sram", MemoryKind::kRam, 0x2000'0000, 0x2000}};
  return board;
}

boards::Board ram_board() {
  boards::Board board;
  board.id = "vendor_ram";
  board.chip.core = "cortex-m4f";
  board.chip.memory = {{"code", MemoryKind::kRam, 0, 0x1'0000},
                       {"sram", MemoryKind::kRam, 0x2000'0000, 0x1'0000}};
  board.chip.ram_vectors = 0;
  return board;
}

std::string error_of(const boards::Board& board, const Image& image) {
  const auto fit = check_fit(board, image);
  return fit.ok() ? "no error" : fit.error().what;
}

std::vector<std::string> doubts_of(const boards::Board& board, const Image& image) {
  const auto fit = check_fit(board, image);
  return fit.ok() ? fit->doubts : std::vector<std::string>{fit.error().what};
}

Image good_image(std::size_t size_bytes = 1024) {
  return test::image_of(0x0800'0000, test::firmware(0x0800'0000, 0x2000'2000, size_bytes));
}

TEST(Fit, SaysWhatGoesWhere) {
  const auto fit = check_fit(flash_board(), good_image(0x2'0000));
  ASSERT_TRUE(fit.ok()) << fit.error().what;
  ASSERT_EQ(fit->uses.size(), 1u);
  EXPECT_EQ(fit->uses[0].memory, "flash");
  EXPECT_EQ(fit->uses[0].bytes, 0x2'0000u);
  EXPECT_EQ(fit->uses[0].size_bytes, 0x2'0000u);
  EXPECT_THAT(fit->doubts, IsEmpty());
}

TEST(Fit, OneByteTooMany) {
  EXPECT_EQ(error_of(flash_board(), good_image(0x2'0001)),
            "the image is too large for vendor_flash: its 131073 bytes at 0x08000000 end 1 bytes "
            "behind the end of flash (131072 bytes at 0x08000000)");
}

TEST(Fit, NoMemoryThere) {
  const auto fit = check_fit(flash_board(), test::image_of(0x6000'0000, Bytes(4)));
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().blame, Blame::kUser);
  EXPECT_EQ(fit.error().what,
            "the image has 4 bytes at 0x60000000, where vendor_flash has no memory");
  EXPECT_EQ(fit.error().hint,
            "give an image that was built for this board (flash 0x08000000 to 0x0801ffff, sram "
            "0x20000000 to 0x20001fff)");
  EXPECT_EQ(error_of(flash_board(), test::image_of(UINT64_MAX - 4, Bytes(4))),
            "the image has 4 bytes at 0xfffffffffffffffb, where vendor_flash has no memory");
}

TEST(Fit, RamOfAFlashChipForgets) {
  EXPECT_EQ(error_of(flash_board(), test::image_of(0x2000'0000, Bytes(4))),
            "the image has 4 bytes at 0x20000000 in sram, which is RAM and forgets them");
}

TEST(Fit, ARamChipTakesAllOfItsMemories) {
  Image image = test::image_of(0, test::firmware(0, 0x2001'0000, 512));
  image.segments.push_back({0x2000'0000, Bytes(16)});
  const auto fit = check_fit(ram_board(), image);
  ASSERT_TRUE(fit.ok()) << fit.error().what;
  EXPECT_EQ(fit->uses.size(), 2u);
  EXPECT_THAT(fit->doubts, IsEmpty());
}

TEST(Fit, AnotherMachine) {
  Image image = good_image();
  image.elf_machine = EM_X86_64;
  EXPECT_EQ(error_of(flash_board(), image),
            "the image is for another processor (ELF machine 62, but the cortex-m3 of vendor_flash "
            "is machine 40)");
  image.elf_machine = EM_ARM;
  EXPECT_EQ(error_of(flash_board(), image), "no error");
}

TEST(Fit, AProcessHasNoMemory) {
  boards::Board board;
  board.id = "linux";
  board.chip.core = "host";
  const auto fit = check_fit(board, good_image());
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().blame, Blame::kConfig);
  EXPECT_EQ(fit.error().what, "linux has no memory that an image could be written to");
}

TEST(Fit, AStackNotInRam) {
  for (const std::uint32_t stack : {0x2000'0000u, 0x2000'2004u, 0x2000'1FFEu, 0u, 0xFFFF'FFFFu}) {
    const Image image = test::image_of(0x0800'0000, test::firmware(0x0800'0000, stack, 512));
    const auto doubts = doubts_of(flash_board(), image);
    ASSERT_EQ(doubts.size(), 1u) << stack;
    EXPECT_THAT(doubts[0], testing::HasSubstr("is no end of a stack in RAM"));
  }
}

TEST(Fit, AResetVectorThatCannotBeMeant) {
  Bytes bytes = test::firmware(0x0800'0000, 0x2000'2000, 512);
  bytes[4] = 0x00;
  EXPECT_THAT(doubts_of(flash_board(), test::image_of(0x0800'0000, bytes)),
              ElementsAre("its reset vector 0x08000100 is even: no Thumb code"));
  bytes[4] = 0x01;
  bytes[5] = 0x02;
  EXPECT_THAT(doubts_of(flash_board(), test::image_of(0x0800'0000, bytes)),
              ElementsAre("its reset vector 0x08000201 points out of it"));
}

TEST(Fit, NoVectorTable) {
  EXPECT_THAT(doubts_of(flash_board(), test::image_of(0x0800'4000, Bytes(512))),
              ElementsAre("nothing of it is at 0x08000000, where vendor_flash looks for its vector "
                          "table after a reset"));
}

TEST(Fit, OtherCoresHaveNoVectorTable) {
  boards::Board board = ram_board();
  board.chip.core = "rv32imac";
  EXPECT_THAT(doubts_of(board, test::image_of(0x100, Bytes(16))), IsEmpty());
}

TEST(CoreId, SmallerCodeRunsOnLargerCores) {
  const auto runs = [](const char* core, std::uint16_t part) {
    for (const CorePart& one : cores_that_run(core)) {
      if (one.part == part) return true;
    }
    return false;
  };
  EXPECT_TRUE(runs("cortex-m0", 0xC23));  // MPS2 AN385 with M0 code
  EXPECT_TRUE(runs("cortex-m4f", 0xC24));
  EXPECT_FALSE(runs("cortex-m4f", 0xC23));
  EXPECT_FALSE(runs("cortex-m55", 0xC24));
  EXPECT_FALSE(runs("cortex-m4f", 0xD22));
  EXPECT_TRUE(cores_that_run("host").empty());
  EXPECT_EQ(core_name(0xD22), "Cortex-M55");
  EXPECT_EQ(core_name(0x123), "a core with part number 0x123");
}

}  // namespace
}  // namespace hil::flash
