// SPDX-License-Identifier: Apache-2.0
// One sample file that says itself what its values are, whatever its format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

enum class FileFormat : std::uint8_t { kRaw, kNpy, kPng, kJpeg, kWav };

/// By the end of @p name in any case: .npy, .png, .jpg, .jpeg, .wav; everything else is raw.
FileFormat file_format_of(std::string_view name);

/// Reads and decodes the file at @p path, whose name is not raw. Images get the channels that
/// @p channels says. Nothing is resized: that changes accuracy, and how it must be done only the
/// training knows.
///   kUser  unreadable, larger than kMaxSampleBytes, and every error of the format
Result<Tensor> decode_file(const std::filesystem::path& path, ImageChannels channels,
                           const std::string& where);

}  // namespace hil::data
