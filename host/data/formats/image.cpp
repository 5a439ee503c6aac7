// SPDX-License-Identifier: Apache-2.0
// Pixels of decoded images: limits, and from grey to colour and back.
#include "host/data/formats/image.hpp"

#include <fmt/format.h>

namespace hil::data {
namespace {

std::vector<std::uint8_t> grey_of(const std::vector<std::uint8_t>& rgb) {
  std::vector<std::uint8_t> grey(rgb.size() / 3);
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const unsigned weighted =
        299U * rgb[3 * i] + 587U * rgb[3 * i + 1] + 114U * rgb[3 * i + 2] + 500U;
    grey[i] = static_cast<std::uint8_t>(weighted / 1000U);
  }
  return grey;
}

std::vector<std::uint8_t> rgb_of(const std::vector<std::uint8_t>& grey) {
  std::vector<std::uint8_t> rgb;
  rgb.reserve(grey.size() * 3);
  for (const std::uint8_t value : grey)
    rgb.insert(rgb.end(), 3, value);
  return rgb;
}

}  // namespace

Status check_image_size(std::uint64_t height, std::uint64_t width, const std::string& where) {
  const bool fits = height > 0 && width > 0 && height <= kMaxImageSide && width <= kMaxImageSide &&
                    height * width <= kMaxImagePixels;
  if (fits) return {};
  return Error{
      Blame::kUser, fmt::format("{}: an image of {} x {} pixels is not read", where, width, height),
      fmt::format("sides go from 1 to {}, images to {} pixels", kMaxImageSide, kMaxImagePixels)};
}

Result<Tensor> make_image(std::uint64_t height, std::uint64_t width, std::int32_t channels,
                          const std::string& where) {
  HIL_TRY(check_image_size(height, width, where));
  Tensor image;
  image.type = ElementType::kUint8;
  image.shape = {static_cast<std::int32_t>(height), static_cast<std::int32_t>(width), channels};
  image.bytes.resize(static_cast<std::size_t>(height * width) * static_cast<std::size_t>(channels));
  return image;
}

Tensor with_channels(Tensor image, ImageChannels wanted) {
  const std::int32_t channels = image.shape.back();
  if (wanted == ImageChannels::kGrey && channels == 3) {
    image.bytes = grey_of(image.bytes);
    image.shape.back() = 1;
  } else if (wanted == ImageChannels::kRgb && channels == 1) {
    image.bytes = rgb_of(image.bytes);
    image.shape.back() = 3;
  }
  return image;
}

}  // namespace hil::data
