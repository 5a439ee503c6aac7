// SPDX-License-Identifier: Apache-2.0
// What a reader of one file format gives: values of one of our element types, and their shape.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/element_type.hpp"

namespace hil::data {

struct Tensor {
  ElementType type = ElementType::kUint8;
  std::vector<std::int32_t> shape;   ///< row by row; images: height, width, channels
  std::vector<std::uint8_t> bytes;   ///< little-endian
  float scale = 0;                   ///< real = scale * value, where the format says so; else 0
  std::uint32_t sample_rate_hz = 0;  ///< of audio, else 0
};

/// Largest file, and largest decoded content, of one sample.
inline constexpr std::uint64_t kMaxSampleBytes = 256U << 20;
/// Largest array of samples that is kept in memory.
inline constexpr std::uint64_t kMaxArrayBytes = 1U << 30;

}  // namespace hil::data
