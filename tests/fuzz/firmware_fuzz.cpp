// SPDX-License-Identifier: Apache-2.0
// Fuzzes the readers of firmware images: what they accept is sorted, disjoint, bounded and no more
// than the file can hold; what they refuse says why.
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/flash/fit.hpp"
#include "host/flash/image.hpp"

namespace {

using hil::flash::Image;

void check(const Image& image, std::size_t file_bytes) {
  if (image.segments.empty() || image.size_bytes() > hil::flash::kMaxImageBytes) __builtin_trap();
  // Segments of an ELF file may share its bytes; every other format says each byte by itself.
  if (image.format != hil::flash::Format::kElf && image.size_bytes() > file_bytes) __builtin_trap();
  const hil::flash::Segment* before = nullptr;
  for (const auto& segment : image.segments) {
    if (segment.bytes.empty() || segment.end() < segment.address) __builtin_trap();
    if (before != nullptr && before->end() >= segment.address) __builtin_trap();
    if (image.find(segment.address, segment.bytes.size()).size() != segment.bytes.size()) {
      __builtin_trap();
    }
    before = &segment;
  }
}

hil::boards::Board some_board() {
  hil::boards::Board board;
  board.chip.core = "cortex-m3";
  board.chip.memory = {{"flash", hil::boards::MemoryKind::kFlash, 0, 0xFFFF'0000},
                       {"sram", hil::boards::MemoryKind::kRam, 0xFFFF'0000, 0x1'0000}};
  return board;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hil::boards::Board board = some_board();
  const std::span<const std::uint8_t> file(data, size);
  for (const auto base : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(0x100)}) {
    const auto image = hil::flash::parse_image(file, "fuzz", base);
    if (!image) {
      if (image.error().what.empty()) __builtin_trap();
      continue;
    }
    check(*image, size);
    const auto fit = hil::flash::check_fit(board, *image);
    if (!fit && fit.error().what.empty()) __builtin_trap();
  }
  return 0;
}
