// SPDX-License-Identifier: Apache-2.0
// Element types of tensors and raw sample files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hil::data {

enum class ElementType : std::uint8_t { kInt8, kUint8, kInt16, kInt32, kFloat32 };

/// Bytes of one element.
constexpr std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::kInt8:
    case ElementType::kUint8:
      return 1;
    case ElementType::kInt16:
      return 2;
    case ElementType::kInt32:
    case ElementType::kFloat32:
      return 4;
  }
  return 1;
}

/// The short names of options and dataset.json: i8, u8, i16, i32, f32.
constexpr std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::kInt8:
      return "i8";
    case ElementType::kUint8:
      return "u8";
    case ElementType::kInt16:
      return "i16";
    case ElementType::kInt32:
      return "i32";
    case ElementType::kFloat32:
      return "f32";
  }
  return "?";
}

/// The type of that short name, or nothing.
constexpr std::optional<ElementType> element_type_of(std::string_view name) {
  for (const auto type : {ElementType::kInt8, ElementType::kUint8, ElementType::kInt16,
                          ElementType::kInt32, ElementType::kFloat32}) {
    if (name_of(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace hil::data
