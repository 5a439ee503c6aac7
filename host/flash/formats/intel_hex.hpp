// SPDX-License-Identifier: Apache-2.0
// Intel HEX files (Intel, "Hexadecimal Object File Format Specification", revision A, 1988).
#pragma once

#include <string_view>

#include "host/base/result.hpp"
#include "host/flash/image.hpp"

namespace hil::flash {

/// Reads record types 00 to 05. An entry comes from a start record (03, 05).
///   kUser  a broken record or sum, another type, data after or no end record, data beyond 32 bits
///          or, with segment addresses, across the end of a segment (all with their line); every
///          error of ImageBuilder
Result<Image> parse_intel_hex(std::string_view text);

}  // namespace hil::flash
