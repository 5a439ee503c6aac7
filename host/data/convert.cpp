// SPDX-License-Identifier: Apache-2.0
// From the element type of sample files to the input type of a model, by stated rules.
#include "host/data/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "host/data/values.hpp"

namespace hil::data {

namespace {

bool is_usable(float scale) {
  return std::isfinite(scale) && scale > 0;
}

/// Whether models have quantised inputs of that type.
bool is_quantised(ElementType type) {
  return type == ElementType::kInt8 || type == ElementType::kUint8 || type == ElementType::kInt16;
}

bool is_byte_pair(ElementType a, ElementType b) {
  return (a == ElementType::kUint8 && b == ElementType::kInt8) ||
         (a == ElementType::kInt8 && b == ElementType::kUint8);
}

/// Whether real values stay what they are when every value grows by @p offset.
bool same_meaning(const SampleFormat& from, const InputFormat& to, std::int64_t offset) {
  constexpr float kTolerance = 1e-6F;  // dataset.json and model may round the scale differently
  return std::abs(from.scale - to.scale) <= kTolerance * to.scale &&
         std::int64_t{from.zero_point} + offset == to.zero_point;
}

/// What the shift by 128 adds to each value.
std::int64_t shift_of(ElementType from) {
  return from == ElementType::kUint8 ? -128 : 128;
}

Error no_rule(const SampleFormat& from, const InputFormat& to) {
  const std::string what = fmt::format("{} samples cannot be converted to the model's {} input",
                                       name_of(from.type), name_of(to.type));
  const bool quantises =
      is_quantised(to.type) && (from.type == ElementType::kFloat32 || is_usable(from.scale));
  if (quantises && !is_usable(to.scale)) {
    return {Blame::kUser, what + ", which states no quantisation scale",
            fmt::format("give the samples as {}", name_of(to.type))};
  }
  if (from.type != ElementType::kFloat32 &&
      (is_quantised(to.type) || to.type == ElementType::kFloat32)) {
    return {Blame::kUser, what + ": nothing states their scale and zero point",
            "state \"quantisation\" in the dataset's dataset.json, or --scale and --zero-point"};
  }
  return {Blame::kUser, what,
          fmt::format("give the samples as {}, or correct --input-type or dataset.json",
                      name_of(to.type))};
}

struct Range {
  double least, most;
};

Range range_of(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
      return {0, 255};
    case ElementType::kInt16:
      return {-32768, 32767};
    default:
      return {-128, 127};
  }
}

}  // namespace

Result<Conversion> Conversion::make(const SampleFormat& from, const InputFormat& to) {
  const bool both_state = is_usable(from.scale) && is_usable(to.scale) && is_quantised(to.type) &&
                          from.type != ElementType::kFloat32;
  if (from.type == to.type && (!both_state || same_meaning(from, to, 0))) {
    return Conversion(Rule::kCopy, from, to);
  }
  if (is_byte_pair(from.type, to.type) &&
      (!both_state || same_meaning(from, to, shift_of(from.type)))) {
    return Conversion(Rule::kShift, from, to);
  }
  if (both_state) return Conversion(Rule::kRequantise, from, to);
  if (from.type == ElementType::kFloat32 && is_quantised(to.type) && is_usable(to.scale)) {
    return Conversion(Rule::kQuantise, from, to);
  }
  if (to.type == ElementType::kFloat32) {
    if (is_usable(from.scale)) return Conversion(Rule::kDequantise, from, to);
    // i8 is hardly ever meant as plain numbers; a wrong guess would cost accuracy in silence.
    if (from.type != ElementType::kInt8 && from.scale == 0) {
      return Conversion(Rule::kWiden, from, to);
    }
  }
  return no_rule(from, to);
}

std::string Conversion::describe() const {
  switch (rule_) {
    case Rule::kCopy:
      return "";
    case Rule::kShift:
      return fmt::format("{} samples are shifted by 128 to the model's {} input",
                         name_of(from_.type), name_of(to_.type));
    case Rule::kQuantise:
      return fmt::format(
          "{} samples are quantised to the model's {} input (scale {}, zero point {})",
          name_of(from_.type), name_of(to_.type), to_.scale, to_.zero_point);
    case Rule::kDequantise:
      return fmt::format(
          "{} samples (scale {}, zero point {}) are dequantised to the model's {} input",
          name_of(from_.type), from_.scale, from_.zero_point, name_of(to_.type));
    case Rule::kRequantise:
      return fmt::format(
          "{} samples (scale {}, zero point {}) are requantised to the model's {} input (scale {}, "
          "zero point {})",
          name_of(from_.type), from_.scale, from_.zero_point, name_of(to_.type), to_.scale,
          to_.zero_point);
    case Rule::kWiden:
      return fmt::format("{} samples are given to the model's {} input as plain numbers",
                         name_of(from_.type), name_of(to_.type));
  }
  return "";
}

Result<std::vector<std::uint8_t>> Conversion::apply(std::span<const std::uint8_t> sample) const {
  if (sample.size() % size_of(from_.type) != 0) {
    return Error{Blame::kUser,
                 fmt::format("{} bytes are no whole number of {} values", sample.size(),
                             name_of(from_.type)),
                 "check the element type of the samples"};
  }
  if (rule_ == Rule::kQuantise || rule_ == Rule::kRequantise) return quantise(sample);
  if (rule_ == Rule::kDequantise || rule_ == Rule::kWiden) return to_float(sample);
  std::vector<std::uint8_t> bytes(sample.begin(), sample.end());
  if (rule_ == Rule::kShift) {
    // Adding and subtracting 128 are the same flip of the top bit.
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(byte ^ 0x80U);
  }
  return bytes;
}

/// What value @p index of @p sample means; only that is rounded to float32.
float Conversion::real_at(std::span<const std::uint8_t> sample, std::size_t index) const {
  const double raw = value_at(sample, from_.type, index);
  if (rule_ == Rule::kQuantise || rule_ == Rule::kWiden) return static_cast<float>(raw);
  return static_cast<float>(static_cast<double>(from_.scale) * (raw - from_.zero_point));
}

Result<std::vector<std::uint8_t>> Conversion::quantise(std::span<const std::uint8_t> sample) const {
  const std::size_t count = sample.size() / size_of(from_.type);
  const Range range = range_of(to_.type);
  std::vector<std::uint8_t> bytes(count * size_of(to_.type));
  for (std::size_t i = 0; i < count; ++i) {
    const float real = real_at(sample, i);
    if (!std::isfinite(real)) {
      return Error{Blame::kUser, fmt::format("value {} of the sample is {}", i, real),
                   "samples must hold finite numbers"};
    }
    // Double after the division: the sum with the zero point must not round again or overflow.
    const double q = static_cast<double>(std::round(real / to_.scale)) + to_.zero_point;
    const auto clamped = static_cast<std::int32_t>(std::clamp(q, range.least, range.most));
    std::memcpy(bytes.data() + i * size_of(to_.type), &clamped, size_of(to_.type));
  }
  return bytes;
}

std::vector<std::uint8_t> Conversion::to_float(std::span<const std::uint8_t> sample) const {
  const std::size_t count = sample.size() / size_of(from_.type);
  std::vector<std::uint8_t> bytes(count * sizeof(float));
  for (std::size_t i = 0; i < count; ++i) {
    const float real = real_at(sample, i);
    std::memcpy(bytes.data() + i * sizeof real, &real, sizeof real);
  }
  return bytes;
}

}  // namespace hil::data
