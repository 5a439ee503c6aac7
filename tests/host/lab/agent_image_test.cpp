// SPDX-License-Identifier: Apache-2.0
// The build id in an image, where it is, where it is not, and where something looks like it.
#include "host/lab/agent_image.hpp"

#include <gtest/gtest.h>

namespace hil::lab {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A note as the linker writes it: sizes of name and content, type, name, content.
Bytes note(std::uint8_t name_size, std::uint8_t type, const Bytes& id) {
  Bytes bytes{name_size, 0, 0, 0, static_cast<std::uint8_t>(id.size()), 0, 0, 0, type, 0, 0, 0};
  for (const char letter : {'G', 'N', 'U', '\0'})
    bytes.push_back(static_cast<std::uint8_t>(letter));
  bytes.insert(bytes.end(), id.begin(), id.end());
  return bytes;
}

flash::Image image_of(const std::vector<Bytes>& segments) {
  flash::Image image;
  std::uint64_t address = 0;
  for (const Bytes& bytes : segments) {
    image.segments.push_back({address, bytes});
    address += bytes.size() + 16;
  }
  return image;
}

const Bytes kId{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};

TEST(BuildId, IsFoundInAnySegmentAtAnyPlace) {
  Bytes later(100, 0xEE);
  const Bytes made = note(4, 3, kId);
  later.insert(later.end(), made.begin(), made.end());
  later.insert(later.end(), 50, 0xEE);
  EXPECT_EQ(build_id_of(image_of({Bytes(40, 0), later})), kId);
  EXPECT_EQ(build_id_of(image_of({note(4, 3, {9, 8})})), (Bytes{9, 8}));
}

TEST(BuildId, IsEmptyWithoutANote) {
  EXPECT_TRUE(build_id_of({}).empty());
  EXPECT_TRUE(build_id_of(image_of({Bytes(300, 0)})).empty());
  EXPECT_TRUE(build_id_of(image_of({note(4, 1, kId)})).empty()) << "another type of note";
  EXPECT_TRUE(build_id_of(image_of({note(5, 3, kId)})).empty()) << "another name";
  EXPECT_TRUE(build_id_of(image_of({note(4, 3, {})})).empty());
  EXPECT_TRUE(build_id_of(image_of({note(4, 3, Bytes(21, 1))})).empty()) << "longer than any id";
}

TEST(BuildId, CutOffAtEveryByteIsNone) {
  const Bytes whole = note(4, 3, kId);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(build_id_of(image_of({cut})).empty()) << size;
  }
}

TEST(BuildId, TextThatLooksLikeItIsPassedOver) {
  Bytes bytes{3, 0, 0, 0, 'G', 'N', 'U', 0};  // without sizes in front of it
  const Bytes made = note(4, 3, kId);
  bytes.insert(bytes.end(), made.begin(), made.end());
  EXPECT_EQ(build_id_of(image_of({bytes})), kId);
}

}  // namespace
}  // namespace hil::lab
