// SPDX-License-Identifier: Apache-2.0
// The marker in every bare board's image, as QEMU's power plugin reads it.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "host/emulate/plugin/instruction.hpp"
#include "host/emulate/plugin/marker.hpp"
#include "host/flash/image.hpp"
#include "target/port/bare/marker.hpp"
#include "target/port/port.hpp"

namespace hil {
namespace {

using Code = std::span<const std::uint8_t>;

constexpr std::uint16_t kRiscv = 243;  // EM_RISCV
constexpr std::size_t kHalf = 2;

std::uint32_t half_at(Code code, std::size_t at) {
  return at + kHalf <= code.size() ? static_cast<std::uint32_t>(code[at] | code[at + 1] << 8) : 0;
}

/// An instruction as the plugin sees it, and its bytes.
struct Decoded {
  hil_plugin::Instruction what;
  std::size_t size = kHalf;
  std::uint32_t bits = 0;
};

Decoded decode(Code code, std::size_t at, bool riscv) {
  const std::uint32_t first = half_at(code, at);
  const bool wide = riscv ? (first & 3u) == 3u : (first & 0xE000u) == 0xE000u && first >= 0xE800u;
  const std::uint32_t second = wide ? half_at(code, at + kHalf) : 0;
  Decoded decoded;
  decoded.what = riscv ? hil_plugin::riscv(first | second << 16, wide)
                       : hil_plugin::thumb(first, second, wide);
  decoded.size = wide ? 2 * kHalf : kHalf;
  decoded.bits = riscv ? first | second << 16 : first;
  return decoded;
}

/// ldrb [base, #0] if @p first, else ldrb [base, register]; on RISC-V the sum is made before.
bool is_byte_load(const Decoded& one, bool riscv, bool first) {
  if (riscv) return one.size == 4 && (one.bits & 0xFFF0'707Fu) == 0x4003u;
  return one.size == 2 && (one.bits & (first ? 0xFFC0u : 0xFE00u)) == (first ? 0x7800u : 0x5C00u);
}

/// Whether the magic instruction stands at @p at with its loads behind it, and nothing between them
/// that loads, stores or leaves.
bool is_marker(Code code, std::size_t at, bool riscv) {
  Decoded one = decode(code, at, riscv);
  if (!one.what.magic) return false;
  unsigned loads = 0;
  for (std::size_t next = at + one.size; next - at <= hil_plugin::kReach && next < code.size();
       next += one.size) {
    one = decode(code, next, riscv);
    if (one.what.magic || one.what.sleeps || one.what.kind == hil_plugin::kBranch) return false;
    if (one.what.kind != hil_plugin::kLoadStore) continue;
    if (!is_byte_load(one, riscv, loads == 0)) return false;
    if (++loads == hil_plugin::kLoads) return true;
  }
  return false;
}

unsigned markers_in(const flash::Image& image) {
  unsigned count = 0;
  for (const flash::Segment& segment : image.segments) {
    for (std::size_t at = 0; at < segment.bytes.size(); at += kHalf) {
      if (is_marker(segment.bytes, at, image.elf_machine == kRiscv)) ++count;
    }
  }
  return count;
}

TEST(Marker, SaysWhatThePluginTakesItFor) {
  EXPECT_EQ(port::kTimeAlone, hil_plugin::kTimeAlone);
  EXPECT_EQ(port::pin::kInRun, hil_plugin::kInRun);
  EXPECT_EQ((port::pin::kInRegion | port::pin::kPerInference) &
                (hil_plugin::kTimeAlone | hil_plugin::kInRun),
            0u);
}

TEST(Marker, IsInTheImageOfEveryBareBoard) {
  const auto catalogue = boards::Catalogue::load();
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  unsigned images = 0;
  for (const boards::Board& board : catalogue->boards()) {
    if (board.chip.family == "posix") continue;
    const auto file =
        std::filesystem::path(HIL_AGENT_FOLDER) / ("hilbench-agent-" + board.id + ".elf");
    if (!std::filesystem::exists(file)) continue;
    ++images;
    const auto image = flash::read_image(file);
    ASSERT_TRUE(image.ok()) << image.error().what;
    // One of the sync pins, and one of the time behind a sleep; stm32f1 has no alarm to end one.
    EXPECT_EQ(markers_in(*image), board.chip.family == "stm32f1" ? 1u : 2u) << file;
  }
  if (images == 0) GTEST_SKIP() << "no agent for a bare board in " << HIL_AGENT_FOLDER;
}

/// Half-words of Thumb with what must not pass for a marker.
bool passes(std::vector<std::uint32_t> halves) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint32_t half : halves) {
    bytes.push_back(static_cast<std::uint8_t>(half));
    bytes.push_back(static_cast<std::uint8_t>(half >> 8));
  }
  return is_marker(bytes, 0, false);
}

TEST(Marker, IsTheWholeSequence) {
  std::vector<std::uint32_t> marker{0x46C9, 0x7833};
  marker.insert(marker.end(), 9, 0x5CF3);
  EXPECT_TRUE(passes(marker));
  for (std::size_t i = 0; i < marker.size(); ++i) {
    auto broken = marker;
    broken.erase(broken.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(passes(broken)) << i;
    broken = marker;
    broken[i] = 0x6833;  // ldr r3, [r6]: a word
    EXPECT_FALSE(passes(broken)) << i;
    broken = marker;
    broken[i] = 0xE7FE;  // b .
    EXPECT_FALSE(passes(broken)) << i;
  }
  marker.insert(marker.end() - 1, hil_plugin::kReach / 2, 0x46C0);  // nop
  EXPECT_FALSE(passes(marker)) << "the last load is out of reach";
}

}  // namespace
}  // namespace hil
