// SPDX-License-Identifier: Apache-2.0
// Decoder of JPEG images, by libjpeg-turbo.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "host/base/result.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// The pixels of @p file: u8, height x width x 1 (grey) or 3 (colour), by the accurate integer
/// inverse transform and smooth upsampling of libjpeg, as most training pipelines have them. The
/// orientation that a camera notes beside the pixels is not applied.
///   kUser  no JPEG, truncated or damaged (libjpeg's warnings count), beyond the limits of
///          image.hpp, or in four colours (CMYK)
Result<Tensor> decode_jpeg(std::span<const std::uint8_t> file, const std::string& where);

}  // namespace hil::data
