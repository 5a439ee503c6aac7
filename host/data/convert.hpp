// SPDX-License-Identifier: Apache-2.0
// From the element type of sample files to the input type of a model, by stated rules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/element_type.hpp"

namespace hil::data {

/// What the values of sample files are. Plain numbers where @ref scale is 0; else real = scale *
/// (q - zero_point), as dataset.json states it.
struct SampleFormat {
  ElementType type = ElementType::kInt8;
  float scale = 0;
  std::int32_t zero_point = 0;

  SampleFormat() = default;
  SampleFormat(ElementType of_type, float of_scale = 0, std::int32_t of_zero_point = 0)
      : type(of_type), scale(of_scale), zero_point(of_zero_point) {}
};

/// What a model's input takes: real = scale * (q - zero_point); scale 0 if not quantised.
struct InputFormat {
  ElementType type = ElementType::kInt8;
  float scale = 0;
  std::int32_t zero_point = 0;
};

/// One rule, chosen once and applied to every sample.
///
/// | file | model | rule |
/// |------|-------|------|
/// | same | same  | bytes as they are, unless both state a quantisation and these differ (below) |
/// | u8   | i8    | value - 128 (the convention of TFLite for images; no quantisation involved) |
/// | i8   | u8    | value + 128 |
/// | f32  | i8, u8, i16 | round(value / scale) + zero point, half away from zero, clamped to the
/// type | | i8, u8, i16, i32 that state a scale | f32 | scale * (value - zero point) | | u8, i16,
/// i32 that state none | f32 | the value itself (pixels: 0 to 255); i32 rounded to nearest | | i8,
/// u8, i16, i32 that state a scale | i8, u8, i16 | to the real value, then quantised, as above;
///   the shift by 128 where that is the same |
///
/// A scale is stated by dataset.json or --scale; 16-bit WAV files state 1/32768 by themselves,
/// which makes full scale +-1. Other types of files are turned into these by their readers: f16 and
/// f64 NPY arrays become f32, wider integers i32 (formats/npy.hpp), images are u8. The two shifts
/// and copies between equal types need no scale of the model, everything that quantises does.
///
/// Source of quantising and dequantising: quantisation specification of TensorFlow Lite; the
/// division is float32 as in its QUANTIZE kernel.
class Conversion {
 public:
  ///   kUser  there is no rule for the two types, or the rule needs a scale and there is none
  static Result<Conversion> make(const SampleFormat& from, const InputFormat& to);

  /// One line for the user, "u8 samples are shifted by 128 to the model's i8 input"; empty if bytes
  /// stay as they are.
  [[nodiscard]] std::string describe() const;

  /// Converts one sample, whose size is a multiple of the file's element size.
  ///   kUser  an f32 value is not finite (its index is named), or the size is no such multiple
  [[nodiscard]] Result<std::vector<std::uint8_t>> apply(std::span<const std::uint8_t> sample) const;

 private:
  enum class Rule : std::uint8_t { kCopy, kShift, kQuantise, kDequantise, kRequantise, kWiden };
  Conversion(Rule rule, const SampleFormat& from, const InputFormat& to)
      : rule_(rule), from_(from), to_(to) {}

  [[nodiscard]] float real_at(std::span<const std::uint8_t>, std::size_t index) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> quantise(std::span<const std::uint8_t>) const;
  [[nodiscard]] std::vector<std::uint8_t> to_float(std::span<const std::uint8_t>) const;

  Rule rule_;
  SampleFormat from_;
  InputFormat to_;
};

}  // namespace hil::data
