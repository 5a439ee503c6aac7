// SPDX-License-Identifier: Apache-2.0
// Pixels of decoded images: limits, and from grey to colour and back.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// Longest side and most pixels of an image; beyond it nothing is decoded.
inline constexpr std::uint32_t kMaxImageSide = 16384;
inline constexpr std::uint64_t kMaxImagePixels = std::uint64_t{1} << 26U;

/// That an image of that size is within the limits.
///   kUser  a side is 0 or beyond them
Status check_image_size(std::uint64_t height, std::uint64_t width, const std::string& where);

/// An empty image of that size, u8, 0; to be filled by a decoder.
///   kUser  a side is 0 or beyond the limits
Result<Tensor> make_image(std::uint64_t height, std::uint64_t width, std::int32_t channels,
                          const std::string& where);

/// @p image (u8, height x width x 1 or 3) with the channels that @p wanted says. Grey becomes three
/// equal channels; colour becomes round(0.299 R + 0.587 G + 0.114 B), half up (luma of ITU-R
/// BT.601-7, section 2.5.1, which JPEG and most training pipelines use). Sizes never change.
Tensor with_channels(Tensor image, ImageChannels wanted);

}  // namespace hil::data
