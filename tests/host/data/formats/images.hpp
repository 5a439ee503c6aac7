// SPDX-License-Identifier: Apache-2.0
// Images for tests, encoded by the libraries themselves.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <png.h>

#include <jpeglib.h>

namespace hil::data::test {

/// A PNG of @p pixels in one of libpng's formats (PNG_FORMAT_GRAY, PNG_FORMAT_RGB, ...); those
/// with a palette have the @p colour_count entries of @p palette.
inline std::vector<std::uint8_t> png(std::uint32_t width, std::uint32_t height,
                                     std::uint32_t format, const void* pixels,
                                     const void* palette = nullptr,
                                     std::uint32_t colour_count = 0) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = format;
  image.colormap_entries = colour_count;
  png_alloc_size_t size = 1 << 20;
  std::vector<std::uint8_t> file(size);
  if (png_image_write_to_memory(&image, file.data(), &size, 0, pixels, 0, palette) == 0)
    std::abort();
  file.resize(size);
  return file;
}

/// A JPEG of the best quality; @p channels is 1 (grey), 3 (RGB) or 4 (CMYK).
inline std::vector<std::uint8_t> jpeg(std::uint32_t width, std::uint32_t height, int channels,
                                      std::vector<std::uint8_t> pixels) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = channels;
  jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  for (std::uint32_t y = 0; y < height; ++y) {
    JSAMPROW row = pixels.data() + std::size_t{y} * width * static_cast<unsigned>(channels);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::vector<std::uint8_t> file(memory, memory + size);
  jpeg_destroy_compress(&jpeg);
  std::free(memory);
  return file;
}

}  // namespace hil::data::test
