// SPDX-License-Identifier: Apache-2.0
// Garbage is garbage: no decoder finds a frame in it, and each finds the next one behind it.
#include "host/conform/garbage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"

namespace hil::conform {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Frames that a receiver for payloads of 1,024 bytes finds in @p bytes.
std::size_t frames_in(const Bytes& bytes) {
  std::vector<std::uint8_t> memory(frame::body_size(1024));
  frame::Decoder decoder(memory);
  std::size_t frames = 0;
  for (const std::uint8_t byte : bytes) {
    if (decoder.push(byte) == frame::Decoder::Event::kFrame) ++frames;
  }
  return frames;
}

Bytes good_frame() {
  Bytes wire(frame::max_wire_size(3));
  wire.resize(frame::encode({}, std::array<std::uint8_t, 3>{1, 2, 3}, wire));
  return wire;
}

TEST(Garbage, HoldsNoFrame) {
  const auto all = all_garbage(1024);
  EXPECT_EQ(all.size(), 5U);
  for (const Garbage& burst : all) {
    EXPECT_FALSE(burst.bytes.empty()) << burst.name;
    EXPECT_EQ(frames_in(burst.bytes), 0U) << burst.name;
  }
}

TEST(Garbage, IsTheSameEveryTime) {
  const auto one = all_garbage(1024), other = all_garbage(1024);
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_EQ(one[i].bytes, other[i].bytes) << one[i].name;
}

TEST(Garbage, CostsAtMostTheNextFrame) {
  for (const Garbage& burst : all_garbage(1024)) {
    Bytes bytes = burst.bytes;
    for (int i = 0; i < 2; ++i) {
      const Bytes frame = good_frame();
      bytes.insert(bytes.end(), frame.begin(), frame.end());
    }
    EXPECT_GE(frames_in(bytes), 1U) << burst.name;
  }
}

TEST(Garbage, IncludesBytesWithoutAnEnd) {
  const auto all = all_garbage(1024);
  const bool open_end = std::any_of(all.begin(), all.end(), [](const Garbage& burst) {
    return burst.bytes.back() != frame::kDelimiter;
  });
  EXPECT_TRUE(open_end) << "the frame behind it must be lost once";
}

}  // namespace
}  // namespace hil::conform
