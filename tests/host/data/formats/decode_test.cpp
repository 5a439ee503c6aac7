// SPDX-License-Identifier: Apache-2.0
// PNG, JPEG and WAV: exact values, refusals, and every cut of a file.
#include "host/data/formats/decode.hpp"

#include <gmock/gmock.h>

#include "host/data/formats/image.hpp"
#include "host/data/formats/jpeg.hpp"
#include "host/data/formats/png.hpp"
#include "host/data/formats/wav.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/data/files.hpp"
#include "tests/host/data/formats/images.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::bytes_of;
using testing::HasSubstr;
using Shape = std::vector<std::int32_t>;

const Bytes kColours{255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90};

std::string what(const Result<Tensor>& tensor) {
  if (tensor) return "none";
  EXPECT_EQ(tensor.error().blame, Blame::kUser);
  return tensor.error().what;
}

TEST(Decode, FormatsAreKnownByTheirNames) {
  EXPECT_EQ(file_format_of("a/b.NPY"), FileFormat::kNpy);
  EXPECT_EQ(file_format_of("b.jpeg"), FileFormat::kJpeg);
  EXPECT_EQ(file_format_of("b.Jpg"), FileFormat::kJpeg);
  EXPECT_EQ(file_format_of("b.png"), FileFormat::kPng);
  EXPECT_EQ(file_format_of("b.wav"), FileFormat::kWav);
  for (const char* name : {"b.bin", "png", "b.png.bin", "", "b."})
    EXPECT_EQ(file_format_of(name), FileFormat::kRaw) << name;
}

TEST(Decode, ARawFileIsNotOursToDecode) {
  const auto tensor =
      decode_file("fixtures/digits/test/digit_0007_7.bin", ImageChannels::kAsTheyAre, "a.bin");
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.error().blame, Blame::kBug);
  EXPECT_EQ(tensor.error().what, "a.bin: a raw file was to be decoded");
}

TEST(Png, PixelsAreExact) {
  const auto colour = decode_png(test::png(3, 2, PNG_FORMAT_RGB, kColours.data()), "a.png");
  ASSERT_TRUE(colour) << colour.error().what;
  EXPECT_EQ(colour->shape, (Shape{2, 3, 3}));
  EXPECT_EQ(colour->type, ElementType::kUint8);
  EXPECT_EQ(colour->bytes, kColours);
  const auto grey = decode_png(test::png(6, 3, PNG_FORMAT_GRAY, kColours.data()), "a.png");
  ASSERT_TRUE(grey) << grey.error().what;
  EXPECT_EQ(grey->shape, (Shape{3, 6, 1}));
  EXPECT_EQ(grey->bytes, kColours);
}

TEST(Png, WhatNeedsAChoiceIsRefused) {
  const Bytes alpha{1, 2, 3, 128, 4, 5, 6, 255};
  EXPECT_THAT(what(decode_png(test::png(2, 1, PNG_FORMAT_RGBA, alpha.data()), "a.png")),
              HasSubstr("transparency"));
  const std::vector<std::uint16_t> deep{1, 60000};
  EXPECT_THAT(what(decode_png(test::png(2, 1, PNG_FORMAT_LINEAR_Y, deep.data()), "a.png")),
              HasSubstr("16 bits"));
}

TEST(Png, EveryCutAndAFlippedBitAreRefused) {
  Bytes file = test::png(3, 2, PNG_FORMAT_RGB, kColours.data());
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(decode_png(std::span(file).first(size), "a.png").ok()) << size;
  file[file.size() - 30] ^= 4;
  EXPECT_THAT(what(decode_png(file, "a.png")), HasSubstr("PNG: "));
}

TEST(Png, AClaimOfHugeSizeAllocatesNothing) {
  Bytes file = test::png(3, 2, PNG_FORMAT_RGB, kColours.data());
  file[16] = 0x7f;  // width 2 130 706 435; the checksum no longer fits either
  EXPECT_THAT(what(decode_png(file, "a.png")), HasSubstr("PNG: "));
  EXPECT_THAT(what(make_image(1, kMaxImageSide + 1, 1, "a")), HasSubstr("is not read"));
  EXPECT_THAT(what(make_image(kMaxImageSide, kMaxImageSide, 3, "a")), HasSubstr("is not read"));
  EXPECT_THAT(what(make_image(0, 4, 1, "a")), HasSubstr("is not read"));
}

TEST(Jpeg, EvenAreasComeBackExactly) {
  const auto grey = decode_jpeg(test::jpeg(8, 8, 1, Bytes(64, 77)), "a.jpg");
  ASSERT_TRUE(grey) << grey.error().what;
  EXPECT_EQ(grey->shape, (Shape{8, 8, 1}));
  EXPECT_EQ(grey->bytes, Bytes(64, 77));
  const auto colour = decode_jpeg(test::jpeg(5, 3, 3, Bytes(45, 128)), "a.jpg");
  ASSERT_TRUE(colour) << colour.error().what;
  EXPECT_EQ(colour->shape, (Shape{3, 5, 3}));
  EXPECT_EQ(colour->bytes, Bytes(45, 128));
}

TEST(Jpeg, EveryCutIsRefused) {
  const Bytes file = test::jpeg(5, 3, 3, Bytes(45, 128));
  for (std::size_t size = 0; size + 2 < file.size(); ++size)  // the end mark is worth nothing
    EXPECT_FALSE(decode_jpeg(std::span(file).first(size), "a.jpg").ok()) << size;
  EXPECT_THAT(what(decode_jpeg(test::text("GIF89a"), "a.jpg")), HasSubstr("a.jpg: JPEG: "));
}

TEST(Image, ChannelsByTheLumaOfBt601) {
  Tensor colour;
  colour.shape = {1, 4, 3};
  colour.bytes = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
  const Tensor grey = with_channels(colour, ImageChannels::kGrey);
  EXPECT_EQ(grey.shape, (Shape{1, 4, 1}));
  EXPECT_EQ(grey.bytes, (Bytes{76, 150, 29, 255}));
  const Tensor back = with_channels(grey, ImageChannels::kRgb);
  EXPECT_EQ(back.bytes, (Bytes{76, 76, 76, 150, 150, 150, 29, 29, 29, 255, 255, 255}));
  EXPECT_EQ(with_channels(colour, ImageChannels::kRgb).bytes, colour.bytes);
  EXPECT_EQ(with_channels(colour, ImageChannels::kAsTheyAre).bytes, colour.bytes);
}

TEST(Wav, SixteenBitsAreExactAndStateTheirScale) {
  const std::vector<std::int16_t> values{0, 1, -1, 32767, -32768, 258};
  const auto mono = decode_wav(test::wav(values), "a.wav");
  ASSERT_TRUE(mono) << mono.error().what;
  EXPECT_EQ(mono->type, ElementType::kInt16);
  EXPECT_EQ(mono->shape, (Shape{6}));
  EXPECT_EQ(mono->bytes, bytes_of(values));
  EXPECT_EQ(mono->scale, 1.0F / 32768);
  EXPECT_EQ(mono->sample_rate_hz, 16000u);
  const auto stereo = decode_wav(test::wav(values, 8000, 2), "a.wav");
  ASSERT_TRUE(stereo) << stereo.error().what;
  EXPECT_EQ(stereo->shape, (Shape{3, 2}));
  EXPECT_EQ(stereo->bytes, bytes_of(values));
}

TEST(Wav, CutOffEmptyOrCompressedIsRefused) {
  const Bytes file = test::wav({1, 2, 3, 4});
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(decode_wav(std::span(file).first(size), "a.wav").ok()) << size;
  EXPECT_THAT(what(decode_wav(std::span(file).first(file.size() - 2), "a.wav")),
              HasSubstr("a.wav byte 36: a piece of 8 bytes, but only 6 are left"));
  EXPECT_FALSE(decode_wav(test::wav({}), "a.wav").ok());
  EXPECT_FALSE(decode_wav(test::wav({1, 2}, 16000, 1, 6), "a.wav").ok());  // A-law
  EXPECT_FALSE(decode_wav(test::wav({1, 2}, 0), "a.wav").ok());
}

TEST(Decode, ReadsAFileByItsName) {
  ScratchFolder folder;
  test::write(folder.path() / "A.PNG", test::png(3, 2, PNG_FORMAT_RGB, kColours.data()));
  const auto grey = decode_file(folder.path() / "A.PNG", ImageChannels::kGrey, "A.PNG");
  ASSERT_TRUE(grey) << grey.error().what;
  EXPECT_EQ(grey->shape, (Shape{2, 3, 1}));
  EXPECT_FALSE(decode_file(folder.path() / "none.png", ImageChannels::kGrey, "none.png").ok());
}

}  // namespace
}  // namespace hil::data
