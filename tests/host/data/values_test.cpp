// SPDX-License-Identifier: Apache-2.0
// Values of raw bytes for each element type.
#include "host/data/values.hpp"

#include <gtest/gtest.h>

namespace hil::data {
namespace {

TEST(Values, EachTypeIsReadLittleEndian) {
  const std::uint8_t bytes[] = {0x80, 0xff, 0x00, 0x80, 0x00, 0x00, 0x80, 0xbf};
  EXPECT_EQ(value_at(bytes, ElementType::kInt8, 0), -128);
  EXPECT_EQ(value_at(bytes, ElementType::kUint8, 1), 255);
  EXPECT_EQ(value_at(bytes, ElementType::kInt16, 1), -32768);
  EXPECT_EQ(value_at(bytes, ElementType::kInt32, 0), -2147418240);
  EXPECT_EQ(value_at(bytes, ElementType::kFloat32, 1), -1.0);
}

TEST(ElementTypes, NamesGoBothWays) {
  for (const auto type : {ElementType::kInt8, ElementType::kUint8, ElementType::kInt16,
                          ElementType::kInt32, ElementType::kFloat32}) {
    EXPECT_EQ(element_type_of(name_of(type)), type);
  }
  EXPECT_FALSE(element_type_of("int8").has_value());
}

}  // namespace
}  // namespace hil::data
