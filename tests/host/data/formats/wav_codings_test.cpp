// SPDX-License-Identifier: Apache-2.0
// WAV files in every coding: exact values for what is read, sentence and hint for what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "host/data/formats/wav.hpp"
#include "tests/host/data/files.hpp"
#include "tests/host/data/said.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::bytes_of;
using test::riff_piece;
using test::said;
using test::wav_of;
using test::operator+;

constexpr const char* kPcm = " | write it as 16-bit PCM (WAV)";

Tensor decoded(const Bytes& file) {
  auto tensor = decode_wav(file, "a.wav");
  if (!tensor) ADD_FAILURE() << tensor.error().what;
  return tensor ? *tensor : Tensor{};
}

/// A recording in mono of @p bits per value.
Bytes mono(std::uint16_t coding, std::uint16_t bits, const Bytes& data) {
  return wav_of({.coding = coding, .bits = bits}, riff_piece("data", data));
}

TEST(WavCodings, EightBitsAreTheUpperHalfOfSixteen) {
  const Tensor tensor = decoded(mono(1, 8, {0, 128, 255, 129}));
  EXPECT_EQ(tensor.type, ElementType::kInt16);
  EXPECT_EQ(tensor.bytes, bytes_of<std::int16_t>({-32768, 0, 32512, 256}));
  EXPECT_EQ(tensor.scale, 1.0F / 32768);
}

TEST(WavCodings, MoreThanSixteenBitsBecomeFloats) {
  const Tensor three = decoded(mono(1, 24, {0, 0, 0x40, 0, 0, 0x80, 1, 0, 0}));
  EXPECT_EQ(three.type, ElementType::kFloat32);
  EXPECT_EQ(three.scale, 0);
  EXPECT_EQ(three.bytes, bytes_of<float>({0.5F, -1, 0x1p-23F}));
  const Tensor four = decoded(mono(1, 32, bytes_of<std::int32_t>({1 << 30, INT32_MIN, 1 << 8})));
  EXPECT_EQ(four.type, ElementType::kFloat32);
  EXPECT_EQ(four.bytes, bytes_of<float>({0.5F, -1, 0x1p-23F}));
}

TEST(WavCodings, FloatsStayAsTheyAre) {
  const std::vector<float> values{0.25F, -1.5F, 1e-30F, std::numeric_limits<float>::max()};
  EXPECT_EQ(decoded(mono(3, 32, bytes_of(values))).bytes, bytes_of(values));
  EXPECT_EQ(decoded(mono(3, 64, bytes_of<double>({0.1, -2}))).bytes, bytes_of<float>({0.1F, -2}));
}

TEST(WavCodings, OtherPiecesAreSteppedOver) {
  const Bytes pieces =
      riff_piece("note", {1, 2, 3}) + riff_piece("data", bytes_of<std::int16_t>({5, -6}));
  EXPECT_EQ(decoded(wav_of({}, pieces)).bytes, bytes_of<std::int16_t>({5, -6}));
}

TEST(WavCodings, CompressedOnesAreRefused) {
  for (const std::uint16_t coding : std::vector<std::uint16_t>{6, 7}) {  // A-law, mu-law
    EXPECT_EQ(said(decode_wav(mono(coding, 8, {1, 2}), "a.wav")),
              std::string("a.wav: a WAV file in a compressed coding") + kPcm);
  }
  EXPECT_THAT(said(decode_wav(mono(0x7777, 16, {1, 2}), "a.wav")),  // in libsndfile's words
              testing::AllOf(testing::StartsWith("a.wav: WAV: "), testing::EndsWith(kPcm)));
}

TEST(WavCodings, WhatHoldsNoSoundIsRefused) {
  EXPECT_EQ(said(decode_wav(test::text("GIF89a"), "a.wav")),
            std::string("a.wav byte 0: not a WAV file") + kPcm);
  EXPECT_EQ(said(decode_wav(wav_of({}, {}), "a.wav")),
            std::string("a.wav: a WAV file without values") + kPcm);
  EXPECT_EQ(said(decode_wav(test::wav({}), "a.wav")),
            "a.wav: 0 frames of 1 channels at 16000 Hz are not read | "
            "a recording has a frame, a channel and a rate at least: write it again");
  const Bytes file = test::wav({1, 2, 3});
  EXPECT_EQ(said(decode_wav(std::span(file).first(file.size() - 1), "a.wav")),
            "a.wav byte 36: a piece of 6 bytes, but only 5 are left | "
            "the recording is cut off or was not closed: write it again");
}

}  // namespace
}  // namespace hil::data
