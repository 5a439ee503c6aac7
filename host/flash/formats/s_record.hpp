// SPDX-License-Identifier: Apache-2.0
// Motorola S-record files (Motorola, M68000 Family Programmer's Reference Manual, appendix C).
#pragma once

#include <string_view>

#include "host/base/result.hpp"
#include "host/flash/image.hpp"

namespace hil::flash {

/// Reads S1, S2 and S3 records; S5 and S6 must count them right; S7, S8 or S9 ends the file and
/// says the entry (0: none); S0 is left out.
///   kUser  a broken record or sum, S4, a wrong count, data behind or no end record, data beyond 32
///          bits (all with their line); every error of ImageBuilder
Result<Image> parse_s_record(std::string_view text);

}  // namespace hil::flash
