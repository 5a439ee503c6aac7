// SPDX-License-Identifier: Apache-2.0
// Image and NPY files that are sound but not read: sentence and hint, word for word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

#include "host/data/formats/image.hpp"
#include "host/data/formats/jpeg.hpp"
#include "host/data/formats/npy.hpp"
#include "host/data/formats/png.hpp"
#include "tests/host/data/files.hpp"
#include "tests/host/data/formats/images.hpp"
#include "tests/host/data/said.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::said;
using testing::HasSubstr;
using Shape = std::vector<std::int32_t>;

constexpr const char* kNoAlpha =
    "a.png: a PNG image with transparency | "
    "save it without an alpha channel, on the background used in training";
constexpr const char* kEightBits =
    "a.png: a PNG image with 16 bits per channel | "
    "save it with 8 bits per channel, scaled as in training";
constexpr const char* kNumpySave =
    " | write the array with numpy.save, as float32 or an integer type";

/// A PNG whose pixels are @p indices into the @p count colours of @p palette.
Result<Tensor> decode_palette(const Bytes& indices, std::uint32_t format, const Bytes& palette,
                              std::uint32_t count) {
  const auto width = static_cast<std::uint32_t>(indices.size());
  return decode_png(test::png(width, 1, format, indices.data(), palette.data(), count), "a.png");
}

TEST(PngRefusal, APaletteBecomesItsColours) {
  const Bytes palette{255, 0, 0, 0, 255, 0, 1, 2, 3};
  const auto image = decode_palette({2, 0, 1, 2}, PNG_FORMAT_RGB_COLORMAP, palette, 3);
  ASSERT_TRUE(image) << image.error().what;
  EXPECT_EQ(image->shape, (Shape{1, 4, 3}));
  EXPECT_EQ(image->bytes, (Bytes{1, 2, 3, 255, 0, 0, 0, 255, 0, 1, 2, 3}));
}

TEST(PngRefusal, APaletteOfManyColoursToo) {
  Bytes palette, indices;
  for (unsigned i = 0; i < 256; ++i) {
    indices.push_back(static_cast<std::uint8_t>(255 - i));
    for (const unsigned value : {i, 255 - i, i / 2})
      palette.push_back(static_cast<std::uint8_t>(value));
  }
  const auto image = decode_palette(indices, PNG_FORMAT_RGB_COLORMAP, palette, 256);
  ASSERT_TRUE(image) << image.error().what;
  EXPECT_EQ(Bytes(image->bytes.begin(), image->bytes.begin() + 3), (Bytes{255, 0, 127}));
  EXPECT_EQ(Bytes(image->bytes.end() - 3, image->bytes.end()), (Bytes{0, 255, 0}));
}

TEST(PngRefusal, TransparencyInAnyForm) {
  const Bytes palette{255, 0, 0, 128, 0, 255, 0, 255};
  EXPECT_EQ(said(decode_palette({0, 1}, PNG_FORMAT_RGBA_COLORMAP, palette, 2)), kNoAlpha);
  const Bytes rgba{1, 2, 3, 128, 4, 5, 6, 255};
  EXPECT_EQ(said(decode_png(test::png(2, 1, PNG_FORMAT_RGBA, rgba.data()), "a.png")), kNoAlpha);
  EXPECT_EQ(said(decode_png(test::png(4, 1, PNG_FORMAT_GA, rgba.data()), "a.png")), kNoAlpha);
}

TEST(PngRefusal, SixteenBitsInGreyAndColour) {
  const std::vector<std::uint16_t> deep{1, 60000, 7, 8, 9, 10};
  EXPECT_EQ(said(decode_png(test::png(6, 1, PNG_FORMAT_LINEAR_Y, deep.data()), "a.png")),
            kEightBits);
  EXPECT_EQ(said(decode_png(test::png(2, 1, PNG_FORMAT_LINEAR_RGB, deep.data()), "a.png")),
            kEightBits);
}

TEST(PngRefusal, DamageNamesItsByte) {
  const Bytes pixels(12, 7);
  Bytes file = test::png(2, 2, PNG_FORMAT_RGB, pixels.data());
  EXPECT_EQ(said(decode_png(std::span(file).first(20), "a.png")),
            "a.png byte 16: PNG: the file is cut off | "
            "the image is cut off or damaged: write it again");
  file[18] ^= 1;  // the height; its checksum stays
  EXPECT_THAT(said(decode_png(file, "a.png")), HasSubstr("a.png byte 33: PNG: IHDR: CRC error"));
  EXPECT_THAT(said(decode_png(test::text("GIF89a and more"), "a.png")), HasSubstr("Not a PNG"));
}

TEST(ImageRefusal, OneTooWideIsNotCalledDamaged) {
  const std::uint32_t side = kMaxImageSide + 1;
  const Bytes row(side, 9);
  const std::string limits =
      "pixels is not read | sides go from 1 to 16384, images to 67108864 pixels";
  EXPECT_EQ(said(decode_png(test::png(side, 1, PNG_FORMAT_GRAY, row.data()), "a.png")),
            "a.png: an image of 16385 x 1 " + limits);
  EXPECT_EQ(said(decode_png(test::png(1, side, PNG_FORMAT_GRAY, row.data()), "a.png")),
            "a.png: an image of 1 x 16385 " + limits);
  EXPECT_EQ(said(decode_jpeg(test::jpeg(side, 1, 1, row), "a.jpg")),
            "a.jpg: an image of 16385 x 1 " + limits);
  EXPECT_TRUE(decode_png(test::png(side - 1, 1, PNG_FORMAT_GRAY, row.data()), "a.png"));
}

TEST(ImageRefusal, ASoundHeaderOfHugeSizeAllocatesNothing) {
  const Bytes pixels(6, 9);
  Bytes file = test::png(3, 2, PNG_FORMAT_GRAY, pixels.data());
  for (const std::size_t at : {16U, 20U}) {  // width and height, most significant byte first
    file[at] = 0x7f;
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at) + 1, 3, std::uint8_t{0xff});
  }
  const auto sum = static_cast<std::uint32_t>(crc32(0, file.data() + 12, 17));  // of IHDR
  for (std::size_t i = 0; i < 4; ++i)
    file[29 + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
  EXPECT_EQ(said(decode_png(file, "a.png")),
            "a.png: an image of 2147483647 x 2147483647 pixels is not read | "
            "sides go from 1 to 16384, images to 67108864 pixels");
}

TEST(JpegRefusal, EmptyInFourColoursOrNoJpeg) {
  EXPECT_EQ(said(decode_jpeg({}, "a.jpg")),
            "a.jpg: JPEG: the file is empty | write the image again");
  EXPECT_EQ(said(decode_jpeg(test::jpeg(2, 2, 4, Bytes(16, 50)), "a.jpg")),
            "a.jpg: a JPEG image of 4 colours | save it in grey or RGB");
  EXPECT_EQ(said(decode_jpeg(test::text("GIF89a"), "a.jpg")),
            "a.jpg: JPEG: Not a JPEG file: starts with 0x47 0x49 | "
            "the image is cut off or damaged: write it again");
}

TEST(NpyRefusal, VersionsAndHeadersBeyondWhatIsRead) {
  Bytes file = test::npy(test::header("|u1", "(1,)"), {1});
  for (const std::uint8_t version : Bytes{0, 4, 255}) {
    file[6] = version;
    EXPECT_EQ(said(parse_npy(file, "a.npy")),
              "a.npy byte 6: NPY format version " + std::to_string(version) + kNumpySave);
  }
  const std::uint32_t size = 65537;
  const Bytes start = test::operator+(test::text("\x93NUMPY"), Bytes{2, 0});
  const Bytes long_header =
      test::operator+(test::operator+(start, test::word(size)), Bytes(size, ' '));
  EXPECT_EQ(said(parse_npy(long_header, "a.npy")),
            std::string("a.npy byte 8: an NPY header of 65537 bytes") + kNumpySave);
}

TEST(NpyRefusal, HeadersNameTheirByte) {
  EXPECT_EQ(
      said(parse_npy(test::npy("{7: 1}", {}), "a.npy")),
      std::string("a.npy byte 11: NPY header: expected a key of the dictionary") + kNumpySave);
  EXPECT_EQ(said(parse_npy(test::npy("{'shape': (4294967296,)}", {}), "a.npy")),
            std::string("a.npy byte 31: NPY header: shape is beyond what is read") + kNumpySave);
}

TEST(NpyRefusal, ColumnMajorOrder) {
  EXPECT_EQ(said(parse_npy(test::npy(test::header("|u1", "(2, 2)", "True"), Bytes(4)), "a.npy")),
            "a.npy: the array is in column-major (Fortran) order | "
            "save numpy.ascontiguousarray(x) instead");
}

}  // namespace
}  // namespace hil::data
