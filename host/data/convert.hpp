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
/// | same | same  | bytes as they are |
/// | u8   | i8    | value - 128 (the convention of TFLite for images; no quantisation involved) |
/// | i8   | u8    | value + 128 |
/// | f32  | i8    | round(value / scale) + zero point, half away from zero, clamped to -128..127 |
/// | i8   | f32   | scale * (value - zero point), by the quantisation that dataset.json states |
/// | u8   | f32   | the same if one is stated, else the value itself, 0 to 255 (pixels) |
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
  enum class Rule : std::uint8_t { kCopy, kShift, kQuantise, kDequantise, kWiden };
  Conversion(Rule rule, const SampleFormat& from, const InputFormat& to)
      : rule_(rule), from_(from), to_(to) {}

  [[nodiscard]] Result<std::vector<std::uint8_t>> quantise(std::span<const std::uint8_t>) const;
  [[nodiscard]] std::vector<std::uint8_t> to_float(std::span<const std::uint8_t>) const;

  Rule rule_;
  SampleFormat from_;
  InputFormat to_;
};

}  // namespace hil::data
