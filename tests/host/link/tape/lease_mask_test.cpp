// SPDX-License-Identifier: Apache-2.0
// Lease tokens do not reach a tape, however the open frame is cut into writes.
#include "host/link/tape/lease_mask.hpp"

#include <gtest/gtest.h>

#include <array>

#include "protocol/frame/control.hpp"
#include "protocol/frame/frame.hpp"

namespace hil::tape {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes open_frame(std::uint64_t lease) {
  std::array<std::uint8_t, frame::kMostControlBytes> payload;
  std::array<std::uint8_t, 128> wire;
  frame::Header header;
  header.type = frame::Type::kOpen;
  const auto bytes = frame::write(frame::Open{0x11223344, lease, {2048, 65535, 64}}, payload);
  const std::size_t size = frame::encode(header, bytes, wire);
  return {wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(LeaseMask, MakesTheLeaseZeroAndKeepsAllSizes) {
  const Bytes secret = open_frame(0x0102030405060708);
  const Bytes other{5, 6, 7, 0};
  ASSERT_EQ(secret.size(), open_frame(0).size());
  LeaseMask mask;
  const auto masked = mask.mask(joined({{0}, secret, other}));
  EXPECT_EQ(Bytes(masked.begin(), masked.end()), joined({{0}, open_frame(0), other}));
}

TEST(LeaseMask, FollowsAFrameThatIsTakenInParts) {
  const Bytes secret = joined({open_frame(0xDEADBEEF12345678), {9, 9, 0}});
  const Bytes masked = joined({open_frame(0), {9, 9, 0}});
  for (std::size_t cut = 0; cut <= secret.size(); ++cut) {
    LeaseMask mask;
    Bytes recorded;
    std::size_t at = 0;
    for (const std::size_t count : {cut, secret.size() - cut}) {
      const auto given = mask.mask(std::span(secret).subspan(at));
      recorded.insert(recorded.end(), given.begin(),
                      given.begin() + static_cast<std::ptrdiff_t>(count));
      mask.taken(count);
      at += count;
    }
    EXPECT_EQ(recorded, masked) << cut;
  }
}

TEST(LeaseMask, LeavesAllElseAsItIs) {
  const Bytes rubbish{1, 2, 3, 0, 0, 0xFF, 0xFF, 4, 0, 17};
  LeaseMask mask;
  const auto masked = mask.mask(rubbish);
  EXPECT_EQ(Bytes(masked.begin(), masked.end()), rubbish);
}

}  // namespace
}  // namespace hil::tape
