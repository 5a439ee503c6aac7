// SPDX-License-Identifier: Apache-2.0
// Firmware that does nothing, and files of all formats made of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/flash/image.hpp"

namespace hil::flash::test {

using Bytes = std::vector<std::uint8_t>;

/// @p size_bytes (at least 264) for a Cortex-M: a vector table for address @p base with the stack
/// at
/// @p stack, an endless loop behind it, then bytes that depend on @p seed.
Bytes firmware(std::uint32_t base, std::uint32_t stack, std::size_t size_bytes,
               std::uint32_t seed = 1);

/// An ELF file of 32 bits for ARM with one segment, its physical address @p base and its virtual
/// one elsewhere.
Bytes elf_file(std::uint32_t base, const Bytes& content);

/// The same as Intel HEX with 16 bytes a line.
std::string hex_file(std::uint32_t base, const Bytes& content);

/// One Intel HEX record, ":...", with its sum.
std::string hex_record(unsigned type, unsigned offset, const Bytes& data);

/// The same as S3 records with 16 bytes a line.
std::string s_file(std::uint32_t base, const Bytes& content);

/// One S-record: @p type, an address of @p address_bytes, data and sum.
std::string s_record(unsigned type, std::uint32_t address, std::size_t address_bytes,
                     const Bytes& data);

/// The bytes of @p text.
Bytes bytes_of(const std::string& text);

/// An image with one segment.
Image image_of(std::uint64_t address, Bytes bytes);

}  // namespace hil::flash::test
