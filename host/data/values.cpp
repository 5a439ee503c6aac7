// SPDX-License-Identifier: Apache-2.0
// Single values of raw little-endian tensor bytes.
#include "host/data/values.hpp"

#include <bit>
#include <cassert>
#include <cstring>

namespace hil::data {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are little-endian only");

template <class T>
double load(const std::uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

}  // namespace

double value_at(std::span<const std::uint8_t> bytes, ElementType type, std::size_t index) {
  assert(index < bytes.size() / size_of(type));
  const std::uint8_t* at = bytes.data() + index * size_of(type);
  switch (type) {
    case ElementType::kInt8:
      return load<std::int8_t>(at);
    case ElementType::kUint8:
      return load<std::uint8_t>(at);
    case ElementType::kInt16:
      return load<std::int16_t>(at);
    case ElementType::kInt32:
      return load<std::int32_t>(at);
    case ElementType::kFloat32:
      return load<float>(at);
  }
  return 0;
}

}  // namespace hil::data
