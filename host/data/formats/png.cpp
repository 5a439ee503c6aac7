// SPDX-License-Identifier: Apache-2.0
// Decoder of PNG images, by libpng.
#include "host/data/formats/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <array>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "host/data/formats/image.hpp"

namespace hil::data {
namespace {

constexpr png_alloc_size_t kMaxChunkBytes = 8U << 20;

/// libpng's state for one file. Its errors come as a longjmp to the function that called libpng;
/// such functions hold no objects that would have to be destroyed.
struct Decoder {
  std::span<const std::uint8_t> left;
  std::array<char, 200> message{};
  png_structp png = nullptr;
  png_infop info = nullptr;

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

void on_error(png_structp png, png_const_charp message) {
  auto* decoder = static_cast<Decoder*>(png_get_error_ptr(png));
  std::strncpy(decoder->message.data(), message, decoder->message.size() - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep to, std::size_t count) {
  auto* decoder = static_cast<Decoder*>(png_get_io_ptr(png));
  if (count > decoder->left.size()) png_error(png, "the file is cut off");
  std::memcpy(to, decoder->left.data(), count);
  decoder->left = decoder->left.subspan(count);
}

/// Reads all that stands before the pixels.
bool read_header(Decoder& decoder) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) return false;  // NOLINT: libpng's way of errors
  png_set_read_fn(decoder.png, &decoder, read_bytes);
  // libpng would call an image beyond its limits damaged; check_kind says what it is.
  png_set_user_limits(decoder.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(decoder.png, kMaxChunkBytes);
  png_read_info(decoder.png, decoder.info);
  return true;
}

/// Expands palettes and small greys to 8 bits per channel; the sizes are known after it.
bool prepare(Decoder& decoder) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) return false;  // NOLINT: libpng's way of errors
  const auto colour = png_get_color_type(decoder.png, decoder.info);
  if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(decoder.png);
  if (colour == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(decoder.png);
  png_set_interlace_handling(decoder.png);
  png_read_update_info(decoder.png, decoder.info);
  return true;
}

bool read_pixels(Decoder& decoder, png_bytepp rows) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) return false;  // NOLINT: libpng's way of errors
  png_read_image(decoder.png, rows);
  png_read_end(decoder.png, nullptr);
  return true;
}

Error refused(const std::string& where, const char* what, const char* hint) {
  return {Blame::kUser, fmt::format("{}: {}", where, what), hint};
}

/// What is too large, or cannot become 8-bit grey or colour without a choice.
Status check_kind(Decoder& decoder, const std::string& where) {
  HIL_TRY(check_image_size(png_get_image_height(decoder.png, decoder.info),
                           png_get_image_width(decoder.png, decoder.info), where));
  if (png_get_bit_depth(decoder.png, decoder.info) == 16) {
    return refused(where, "a PNG image with 16 bits per channel",
                   "save it with 8 bits per channel, scaled as in training");
  }
  const auto colour = png_get_color_type(decoder.png, decoder.info);
  if ((colour & PNG_COLOR_MASK_ALPHA) != 0 ||
      png_get_valid(decoder.png, decoder.info, PNG_INFO_tRNS) != 0) {
    return refused(where, "a PNG image with transparency",
                   "save it without an alpha channel, on the background used in training");
  }
  return {};
}

}  // namespace

Result<Tensor> decode_png(std::span<const std::uint8_t> file, const std::string& where) {
  Decoder decoder;
  decoder.left = file;
  decoder.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, on_error, on_warning);
  decoder.info = decoder.png != nullptr ? png_create_info_struct(decoder.png) : nullptr;
  if (decoder.info == nullptr) return Error{Blame::kBug, "libpng could not be set up", ""};
  const auto damaged = [&] {
    return Error{Blame::kUser,
                 fmt::format("{} byte {}: PNG: {}", where, file.size() - decoder.left.size(),
                             decoder.message.data()),
                 "the image is cut off or damaged: write it again"};
  };
  if (!read_header(decoder)) return damaged();
  HIL_TRY(check_kind(decoder, where));
  if (!prepare(decoder)) return damaged();
  const std::size_t height = png_get_image_height(decoder.png, decoder.info);
  const std::size_t row_bytes = png_get_rowbytes(decoder.png, decoder.info);
  HIL_ASSIGN(Tensor image, make_image(height, png_get_image_width(decoder.png, decoder.info),
                                      png_get_channels(decoder.png, decoder.info), where));
  if (height * row_bytes != image.bytes.size()) {
    return Error{Blame::kBug, where + ": libpng's rows have another size than the image", ""};
  }
  std::vector<png_bytep> rows(height);
  for (std::size_t y = 0; y < height; ++y)
    rows[y] = image.bytes.data() + y * row_bytes;
  if (!read_pixels(decoder, rows.data())) return damaged();
  return image;
}

}  // namespace hil::data
