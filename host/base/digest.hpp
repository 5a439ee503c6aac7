// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes and files, and the hexadecimal text of any digest.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "host/base/result.hpp"

namespace hil {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of @p bytes.
/// @throws std::runtime_error if libcrypto has no SHA-256, which no supported system lacks.
Sha256 sha256_of(std::span<const std::uint8_t> bytes);

/// SHA-256 of the content of the regular file at @p path, read in pieces; any size.
///   kUser  no such file, not a regular file, or unreadable
Result<Sha256> sha256_of_file(const std::filesystem::path& path);

/// Lower-case hexadecimal, two digits per byte: {0x0f, 0xa0} gives "0fa0".
std::string hex_of(std::span<const std::uint8_t> bytes);

}  // namespace hil
