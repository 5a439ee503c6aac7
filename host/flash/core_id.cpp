// SPDX-License-Identifier: Apache-2.0
// The table of cores.
#include "host/flash/core_id.hpp"

#include <fmt/format.h>

namespace hil::flash {
namespace {

// Part numbers: "CPUID Base Register" in the Technical Reference Manual of each core. The order is
// such that what runs a core's code is a range.
constexpr CorePart kParts[] = {
    {0xC20, "Cortex-M0"}, {0xC60, "Cortex-M0+"}, {0xC23, "Cortex-M3"},  {0xC24, "Cortex-M4"},
    {0xC27, "Cortex-M7"}, {0xD21, "Cortex-M33"}, {0xD22, "Cortex-M55"},
};

struct Range {
  const char* core;
  std::size_t first, count;
};

// An M7 runs M4 code but not the other way round (double precision); an M33 or M55 boots in secure
// state with another memory map, so only code of its own is taken for runnable there.
constexpr Range kRunBy[] = {
    {"cortex-m0", 0, 5},  {"cortex-m0plus", 0, 5}, {"cortex-m3", 2, 3},  {"cortex-m4", 3, 2},
    {"cortex-m4f", 3, 2}, {"cortex-m7", 4, 1},     {"cortex-m33", 5, 1}, {"cortex-m55", 6, 1},
};

}  // namespace

std::span<const CorePart> cores_that_run(std::string_view core) {
  for (const Range& range : kRunBy) {
    if (core == range.core) return std::span(kParts).subspan(range.first, range.count);
  }
  return {};
}

std::string core_name(std::uint32_t part) {
  for (const CorePart& known : kParts) {
    if (known.part == part) return known.name;
  }
  return fmt::format("a core with part number 0x{:03x}", part);
}

}  // namespace hil::flash
