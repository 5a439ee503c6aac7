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

}  // namespace

Result<Conversion> Conversion::make(const SampleFormat& from, const InputFormat& to) {
  const auto is = [&](ElementType file, ElementType model) {
    return from.type == file && to.type == model;
  };
  if (from.type == to.type) return Conversion(Rule::kCopy, from, to);
  if (is(ElementType::kUint8, ElementType::kInt8) || is(ElementType::kInt8, ElementType::kUint8)) {
    return Conversion(Rule::kShift, from, to);
  }
  if (is(ElementType::kUint8, ElementType::kFloat32) && from.scale == 0) {
    return Conversion(Rule::kWiden, from, to);
  }
  const bool quantise = is(ElementType::kFloat32, ElementType::kInt8);
  const bool dequantise = is(ElementType::kInt8, ElementType::kFloat32) ||
                          is(ElementType::kUint8, ElementType::kFloat32);
  const std::string what = fmt::format("{} samples cannot be converted to the model's {} input",
                                       name_of(from.type), name_of(to.type));
  if (!quantise && !dequantise) {
    return Error{Blame::kUser, what,
                 fmt::format("give the samples as {}, or correct --input-type or dataset.json",
                             name_of(to.type))};
  }
  if (quantise && !is_usable(to.scale)) {
    return Error{Blame::kUser, what + ", which states no quantisation scale",
                 fmt::format("give the samples as {}", name_of(to.type))};
  }
  if (dequantise && !is_usable(from.scale)) {
    return Error{Blame::kUser, what + ": nothing states their scale and zero point",
                 "state \"quantisation\" in the dataset's dataset.json"};
  }
  return Conversion(quantise ? Rule::kQuantise : Rule::kDequantise, from, to);
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
  if (rule_ == Rule::kQuantise) return quantise(sample);
  if (rule_ == Rule::kDequantise || rule_ == Rule::kWiden) return to_float(sample);
  std::vector<std::uint8_t> bytes(sample.begin(), sample.end());
  if (rule_ == Rule::kShift) {
    // Adding and subtracting 128 are the same flip of the top bit.
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(byte ^ 0x80U);
  }
  return bytes;
}

Result<std::vector<std::uint8_t>> Conversion::quantise(std::span<const std::uint8_t> sample) const {
  std::vector<std::uint8_t> bytes(sample.size() / sizeof(float));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto real = static_cast<float>(value_at(sample, ElementType::kFloat32, i));
    if (!std::isfinite(real)) {
      return Error{Blame::kUser, fmt::format("value {} of the sample is {}", i, real),
                   "samples must hold finite numbers"};
    }
    // Double after the division: the sum with the zero point must not round again or overflow.
    const double q = static_cast<double>(std::round(real / to_.scale)) + to_.zero_point;
    bytes[i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(std::clamp(q, -128.0, 127.0)));
  }
  return bytes;
}

std::vector<std::uint8_t> Conversion::to_float(std::span<const std::uint8_t> sample) const {
  const double scale = rule_ == Rule::kWiden ? 1.0 : static_cast<double>(from_.scale);
  const std::int32_t zero_point = rule_ == Rule::kWiden ? 0 : from_.zero_point;
  std::vector<std::uint8_t> bytes(sample.size() * sizeof(float));
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double q = value_at(sample, from_.type, i);
    const auto real = static_cast<float>(scale * (q - zero_point));
    std::memcpy(bytes.data() + i * sizeof real, &real, sizeof real);
  }
  return bytes;
}

}  // namespace hil::data
