// SPDX-License-Identifier: Apache-2.0
// agree(): bytes, or real values with a tolerance.
#include "host/measure/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace hil::measure {
namespace {

std::vector<float> floats_of(std::span<const std::uint8_t> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

double scale_of(const std::vector<float>& values) {
  double low = 0, high = 0, magnitude = 0;
  bool first = true;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    low = first ? value : std::min<double>(low, value);
    high = first ? value : std::max<double>(high, value);
    magnitude = std::max<double>(magnitude, std::abs(value));
    first = false;
  }
  return std::max(high - low, magnitude);
}

bool close(float expected, float got, double most) {
  if (std::isnan(expected)) return std::isnan(got);
  if (!std::isfinite(expected)) return got == expected;
  return std::abs(static_cast<double>(got) - expected) <= most;
}

}  // namespace

Mismatch compare_floats(std::span<const std::uint8_t> expected, std::span<const std::uint8_t> got) {
  const auto wanted = floats_of(expected), values = floats_of(got);
  const double most = kFloatTolerance * scale_of(wanted);
  Mismatch mismatch;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (close(wanted[i], values[i], most)) continue;
    if (mismatch.count++ == 0) mismatch.first = i;
  }
  return mismatch;
}

Mismatch compare_exactly(std::size_t element_bytes, std::span<const std::uint8_t> expected,
                         std::span<const std::uint8_t> got) {
  Mismatch mismatch;
  for (std::size_t at = 0; at + element_bytes <= got.size(); at += element_bytes) {
    if (std::memcmp(&got[at], &expected[at], element_bytes) == 0) continue;
    if (mismatch.count++ == 0) mismatch.first = at / element_bytes;
  }
  return mismatch;
}

bool agree(data::ElementType type, std::span<const std::uint8_t> expected,
           std::span<const std::uint8_t> got) {
  if (expected.size() != got.size()) return false;
  if (std::equal(expected.begin(), expected.end(), got.begin())) return true;
  return type == data::ElementType::kFloat32 && compare_floats(expected, got).count == 0;
}

bool agree(const model::CompiledModel& model,
           const std::vector<std::vector<std::uint8_t>>& expected,
           const std::vector<std::vector<std::uint8_t>>& got) {
  if (expected.size() != got.size() || expected.size() != model.outputs.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!agree(model.outputs[i].type, expected[i], got[i])) return false;
  }
  return true;
}

}  // namespace hil::measure
