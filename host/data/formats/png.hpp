// SPDX-License-Identifier: Apache-2.0
// Decoder of PNG images, by libpng.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "host/base/result.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// The pixels of @p file as they are stored: u8, height x width x 1 (grey) or 3 (colour); palettes
/// and 1, 2 and 4 bit grey are expanded, gamma and colour profiles are not applied.
///   kUser  no PNG, truncated, damaged (checksums count), beyond the limits of image.hpp, with 16
///          bits per channel or with transparency: making these 8-bit is a choice of the training
Result<Tensor> decode_png(std::span<const std::uint8_t> file, const std::string& where);

}  // namespace hil::data
