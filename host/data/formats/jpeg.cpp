// SPDX-License-Identifier: Apache-2.0
// Decoder of JPEG images, by libjpeg-turbo.
#include "host/data/formats/jpeg.hpp"

#include <fmt/format.h>

#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE and size_t before it

#include <jpeglib.h>

#include "host/data/formats/image.hpp"

namespace hil::data {
namespace {

/// libjpeg's state for one file. Its errors come as a longjmp to the function that called libjpeg;
/// such functions hold no objects that would have to be destroyed.
struct Decoder {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf back{};
  std::array<char, JMSG_LENGTH_MAX> message{};

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&jpeg); }
};

void keep_message(j_common_ptr jpeg) {
  auto* decoder = static_cast<Decoder*>(jpeg->client_data);
  jpeg->err->format_message(jpeg, decoder->message.data());
}

void on_error(j_common_ptr jpeg) {
  keep_message(jpeg);
  std::longjmp(static_cast<Decoder*>(jpeg->client_data)->back, 1);
}

/// Level -1 is a warning about damaged data: libjpeg would go on with invented pixels.
void on_message(j_common_ptr jpeg, int level) {
  if (level < 0) on_error(jpeg);
}

bool read_header(Decoder& decoder, std::span<const std::uint8_t> file) {
  if (setjmp(decoder.back) != 0) return false;  // NOLINT: libjpeg's way of errors
  jpeg_create_decompress(&decoder.jpeg);
  decoder.jpeg.client_data = &decoder;
  decoder.jpeg.mem->max_memory_to_use = 256L << 20;
  jpeg_mem_src(&decoder.jpeg, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&decoder.jpeg, TRUE);
  return true;
}

bool read_pixels(Decoder& decoder, std::uint8_t* pixels, std::size_t row_bytes) {
  if (setjmp(decoder.back) != 0) return false;  // NOLINT: libjpeg's way of errors
  jpeg_start_decompress(&decoder.jpeg);
  while (decoder.jpeg.output_scanline < decoder.jpeg.output_height) {
    JSAMPROW row = pixels + std::size_t{decoder.jpeg.output_scanline} * row_bytes;
    jpeg_read_scanlines(&decoder.jpeg, &row, 1);
  }
  jpeg_finish_decompress(&decoder.jpeg);
  return true;
}

}  // namespace

Result<Tensor> decode_jpeg(std::span<const std::uint8_t> file, const std::string& where) {
  Decoder decoder;
  decoder.jpeg.err = jpeg_std_error(&decoder.errors);
  decoder.jpeg.client_data = &decoder;
  decoder.errors.error_exit = on_error;
  decoder.errors.emit_message = on_message;
  decoder.errors.output_message = keep_message;
  const auto damaged = [&] {
    return Error{Blame::kUser, fmt::format("{}: JPEG: {}", where, decoder.message.data()),
                 "the image is cut off or damaged: write it again"};
  };
  if (file.empty()) {
    return Error{Blame::kUser, where + ": JPEG: the file is empty", "write the image again"};
  }
  if (!read_header(decoder, file)) return damaged();
  const bool grey = decoder.jpeg.jpeg_color_space == JCS_GRAYSCALE;
  if (!grey && decoder.jpeg.num_components != 3) {
    return Error{Blame::kUser,
                 fmt::format("{}: a JPEG image of {} colours", where, decoder.jpeg.num_components),
                 "save it in grey or RGB"};
  }
  decoder.jpeg.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  decoder.jpeg.dct_method = JDCT_ISLOW;
  HIL_ASSIGN(Tensor image,
             make_image(decoder.jpeg.image_height, decoder.jpeg.image_width, grey ? 1 : 3, where));
  const std::size_t row_bytes = image.bytes.size() / decoder.jpeg.image_height;
  if (!read_pixels(decoder, image.bytes.data(), row_bytes)) return damaged();
  return image;
}

}  // namespace hil::data
