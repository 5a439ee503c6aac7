// SPDX-License-Identifier: Apache-2.0
// Fuzzes the image readers: what they accept has the size it says, what they refuse is named.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "host/data/dataset.hpp"
#include "host/data/formats/image.hpp"
#include "host/data/formats/jpeg.hpp"
#include "host/data/formats/png.hpp"

namespace {

void expect_sound(const hil::Result<hil::data::Tensor>& image) {
  if (!image) {
    if (image.error().what.find("fuzz") == std::string::npos) __builtin_trap();
    return;
  }
  std::size_t elements = 1;
  for (const std::int32_t dim : image->shape)
    elements *= static_cast<std::size_t>(dim);
  if (image->shape.size() != 3 || image->bytes.size() != elements) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> file(data, size);
  expect_sound(hil::data::decode_png(file, "fuzz.png"));
  expect_sound(hil::data::decode_jpeg(file, "fuzz.jpg"));
  return 0;
}
