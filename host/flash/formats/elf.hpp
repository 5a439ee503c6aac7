// SPDX-License-Identifier: Apache-2.0
// The loadable segments of an ELF file (System V ABI, "Object Files").
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/flash/image.hpp"

namespace hil::flash {

/// Reads a linked little-endian ELF file of 32 or 64 bits: what its program headers of type PT_LOAD
/// hold, at their physical addresses; at the virtual ones if there are several segments and none of
/// them has a physical address (as OpenOCD takes such files).
///
/// Our own hundred lines instead of libelf: only two tables are read, the file is hostile, and
/// elfutils treats malfunctions on such files as ordinary bugs (its SECURITY file).
///   kUser  cut off, an object file, big-endian, or any table or segment beyond the file (with its
///          number and offset); every error of ImageBuilder
Result<Image> parse_elf(std::span<const std::uint8_t> content);

}  // namespace hil::flash
