// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648, with padding) of memory blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hil::emulate {

std::string base64_of(std::span<const std::uint8_t> bytes);

/// The bytes that @p text stands for; nothing if it is no base64 or its length no multiple of 4.
std::optional<std::vector<std::uint8_t>> bytes_from_base64(std::string_view text);

}  // namespace hil::emulate
