// SPDX-License-Identifier: Apache-2.0
// Members of NPZ archives (zip files of NPY arrays), by libzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace hil::data {

/// The bytes of member @p name of the zip file at @p path, unpacked and with its checksum verified;
/// nothing if there is no such member.
///   kUser  unreadable, not a zip file, damaged, encrypted, or more than @p max_bytes unpacked
///   (what
///          the archive claims is not believed: memory grows with what really comes out)
Result<std::optional<std::vector<std::uint8_t>>> read_npz_member(const std::filesystem::path& path,
                                                                 const std::string& name,
                                                                 std::uint64_t max_bytes);

}  // namespace hil::data
