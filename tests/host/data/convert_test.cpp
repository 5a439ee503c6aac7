// SPDX-License-Identifier: Apache-2.0
// Each rule of conversion at its edges, and the refusals.
#include "host/data/convert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace hil::data {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

Bytes bytes_of_i8(const std::vector<int>& values) {
  Bytes bytes;
  for (const int value : values)
    bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
  return bytes;
}

Bytes applied(const SampleFormat& from, const InputFormat& to, const Bytes& sample) {
  const auto conversion = Conversion::make(from, to);
  if (!conversion.ok()) {
    ADD_FAILURE() << conversion.error().what;
    return {};
  }
  const auto bytes = conversion->apply(sample);
  if (!bytes.ok()) ADD_FAILURE() << bytes.error().what;
  return bytes.ok() ? *bytes : Bytes{};
}

constexpr InputFormat kInt8{ElementType::kInt8, 0.5F, 10};
constexpr InputFormat kFloat{ElementType::kFloat32, 0, 0};

TEST(Conversion, EqualTypesCopyInSilence) {
  for (const auto type : {ElementType::kInt8, ElementType::kUint8, ElementType::kInt16,
                          ElementType::kInt32, ElementType::kFloat32}) {
    const auto conversion = Conversion::make(type, {type, 0, 0});
    ASSERT_TRUE(conversion.ok());
    EXPECT_EQ(conversion->describe(), "");
    const Bytes sample{0, 0, 0xc0, 0x7f};  // a float NaN too: copied bytes are not judged
    EXPECT_EQ(*conversion->apply(sample), sample);
  }
}

TEST(Conversion, BytesShiftBy128BothWays) {
  EXPECT_EQ(applied(ElementType::kUint8, kInt8, {0, 1, 127, 128, 255}),
            bytes_of_i8({-128, -127, -1, 0, 127}));
  EXPECT_EQ(applied(ElementType::kInt8, {ElementType::kUint8, 1, 128},
                    bytes_of_i8({-128, -127, -1, 0, 127})),
            (Bytes{0, 1, 127, 128, 255}));
  EXPECT_EQ(Conversion::make(ElementType::kUint8, kInt8)->describe(),
            "u8 samples are shifted by 128 to the model's i8 input");
  EXPECT_EQ(Conversion::make(ElementType::kInt8, {ElementType::kUint8, 0, 0})->describe(),
            "i8 samples are shifted by 128 to the model's u8 input");
}

TEST(Conversion, QuantisesHalfAwayFromZeroAndClamps) {
  EXPECT_EQ(applied(ElementType::kFloat32, kInt8,
                    bytes_of({0, 0.24F, 0.25F, 0.75F, -0.25F, -0.75F, -0.24F, 58.5F, 58.74F, 58.8F,
                              1e30F, -69, -69.3F, -1e30F, -0.0F})),
            bytes_of_i8({10, 10, 11, 12, 9, 8, 10, 127, 127, 127, 127, -128, -128, -128, 10}));
  EXPECT_EQ(Conversion::make(ElementType::kFloat32, kInt8)->describe(),
            "f32 samples are quantised to the model's i8 input (scale 0.5, zero point 10)");
}

TEST(Conversion, TinyScaleOverflowsToTheClampedEnds) {
  const InputFormat tiny{ElementType::kInt8, std::numeric_limits<float>::denorm_min(), -128};
  EXPECT_EQ(applied(ElementType::kFloat32, tiny, bytes_of({3e38F, -3e38F, 0})),
            bytes_of_i8({127, -128, -128}));
  const InputFormat extreme{ElementType::kInt8, 1, std::numeric_limits<std::int32_t>::max()};
  EXPECT_EQ(applied(ElementType::kFloat32, extreme, bytes_of({3e9F, -3e9F})),
            bytes_of_i8({127, -128}));
}

TEST(Conversion, DequantiseIsTheInverse) {
  const SampleFormat samples{ElementType::kInt8, 0.5F, 10};
  EXPECT_EQ(applied(samples, kFloat, bytes_of_i8({10, 12, -128, 127})),
            bytes_of({0, 1, -69, 58.5F}));
  EXPECT_EQ(applied({ElementType::kUint8, 0.5F, 128}, kFloat, {0, 128, 255}),
            bytes_of({-64, 0, 63.5F}));
  EXPECT_EQ(Conversion::make(samples, kFloat)->describe(),
            "i8 samples (scale 0.5, zero point 10) are dequantised to the model's f32 input");
  Bytes all;
  for (int value = -128; value < 128; ++value)
    all.push_back(static_cast<std::uint8_t>(value & 255));
  const InputFormat kws{ElementType::kInt8, 0.5847029F, 83};
  const SampleFormat kws_samples{ElementType::kInt8, 0.5847029F, 83};
  EXPECT_EQ(applied(ElementType::kFloat32, kws, applied(kws_samples, kFloat, all)), all);
}

TEST(Conversion, PixelsBecomePlainNumbers) {
  EXPECT_EQ(applied(ElementType::kUint8, kFloat, {0, 1, 128, 255}), bytes_of({0, 1, 128, 255}));
  EXPECT_EQ(Conversion::make(ElementType::kUint8, kFloat)->describe(),
            "u8 samples are given to the model's f32 input as plain numbers");
}

TEST(Conversion, NumbersThatAreNotFiniteAreNamedByIndex) {
  const auto conversion = Conversion::make(ElementType::kFloat32, kInt8);
  for (const float bad : {std::nanf(""), INFINITY, -INFINITY}) {
    const auto bytes = conversion->apply(bytes_of({0, 1, bad}));
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.error().blame, Blame::kUser);
    EXPECT_THAT(bytes.error().what, HasSubstr("value 2 of the sample is"));
    EXPECT_EQ(bytes.error().hint, "samples must hold finite numbers");
  }
}

TEST(Conversion, OtherPairsAreRefused) {
  const std::pair<ElementType, ElementType> refused[] = {
      {ElementType::kInt16, ElementType::kInt8},   {ElementType::kInt32, ElementType::kInt8},
      {ElementType::kInt8, ElementType::kInt16},   {ElementType::kUint8, ElementType::kInt16},
      {ElementType::kInt8, ElementType::kFloat32}, {ElementType::kFloat32, ElementType::kInt32},
  };
  for (const auto& [from, to] : refused) {
    const auto conversion = Conversion::make(from, {to, 1, 0});
    ASSERT_FALSE(conversion.ok());
    EXPECT_EQ(conversion.error().blame, Blame::kUser);
    EXPECT_THAT(conversion.error().what, HasSubstr("cannot be converted to the model's"));
    EXPECT_NE(conversion.error().hint, "");
  }
}

TEST(Conversion, QuantisesToEveryQuantisedType) {
  EXPECT_EQ(applied(ElementType::kFloat32, {ElementType::kUint8, 0.5F, 128},
                    bytes_of({0, -64, -65, 63.5F, 99})),
            (Bytes{128, 0, 0, 255, 255}));
  EXPECT_EQ(applied(ElementType::kFloat32, {ElementType::kInt16, 1.0F / 32768, 0},
                    bytes_of({0, 1, -1, 0.5F})),
            (Bytes{0, 0, 0xff, 0x7f, 0, 0x80, 0, 0x40}));
}

TEST(Conversion, SixteenBitAudioByItsOwnScale) {
  const SampleFormat audio{ElementType::kInt16, 1.0F / 32768, 0};
  const Bytes values{0, 0, 0, 0x40, 0, 0x80, 0xff, 0x7f};  // 0, 0.5, -1, nearly 1
  EXPECT_EQ(applied(audio, kFloat, values), bytes_of({0, 0.5F, -1, 32767.0F / 32768}));
  EXPECT_EQ(applied(audio, {ElementType::kInt8, 1.0F / 128, 0}, values),
            bytes_of_i8({0, 64, -128, 127}));
  EXPECT_EQ(applied(audio, {ElementType::kInt16, 1.0F / 32768, 0}, values), values);
  EXPECT_EQ(Conversion::make(audio, {ElementType::kInt8, 0.5F, 3})->describe(),
            "i16 samples (scale 3.0517578e-05, zero point 0) are requantised to the model's i8 "
            "input (scale 0.5, zero point 3)");
}

TEST(Conversion, EqualTypesAreRequantisedWhereScalesDiffer) {
  const SampleFormat samples{ElementType::kInt8, 0.5F, 10};
  EXPECT_EQ(Conversion::make(samples, kInt8)->describe(), "");
  EXPECT_EQ(applied(samples, {ElementType::kInt8, 1, 0}, bytes_of_i8({10, 12, -128, 127})),
            bytes_of_i8({0, 1, -69, 59}));
  EXPECT_EQ(
      Conversion::make({ElementType::kUint8, 1.0F / 255, 0}, {ElementType::kInt8, 1.0F / 255, -128})
          ->describe(),
      "u8 samples are shifted by 128 to the model's i8 input");
  EXPECT_EQ(applied({ElementType::kUint8, 1.0F / 255, 0}, {ElementType::kInt8, 2.0F / 255, 0},
                    {0, 2, 255}),
            bytes_of_i8({0, 1, 127}));
}

TEST(Conversion, PlainIntegersBecomeFloats) {
  EXPECT_EQ(applied(ElementType::kInt16, kFloat, {0xff, 0xff, 0, 1}), bytes_of({-1, 256}));
  EXPECT_EQ(applied(ElementType::kInt32, kFloat, {0, 0, 1, 0}), bytes_of({65536}));
}

TEST(Conversion, QuantisingNeedsAScale) {
  for (const float scale : {0.0F, -1.0F, std::nanf(""), INFINITY}) {
    const auto conversion = Conversion::make(ElementType::kFloat32, {ElementType::kInt8, scale, 0});
    ASSERT_FALSE(conversion.ok());
    EXPECT_THAT(conversion.error().what, HasSubstr("states no quantisation scale"));
    EXPECT_EQ(conversion.error().hint, "give the samples as i8");
    const auto dequantised = Conversion::make({ElementType::kInt8, scale, 0}, kFloat);
    ASSERT_FALSE(dequantised.ok());
    EXPECT_THAT(dequantised.error().what, HasSubstr("nothing states their scale"));
    EXPECT_THAT(dequantised.error().hint, HasSubstr("state \"quantisation\""));
  }
}

TEST(Conversion, PartOfAnElementIsRefused) {
  const auto conversion = Conversion::make(ElementType::kFloat32, kInt8);
  EXPECT_FALSE(conversion->apply(Bytes(7)).ok());
  EXPECT_TRUE(conversion->apply(Bytes{}).ok());
}

}  // namespace
}  // namespace hil::data
