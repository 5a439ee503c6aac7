// SPDX-License-Identifier: Apache-2.0
// SHA-256 against the examples of FIPS 180-4, of bytes and of files.
#include "host/base/digest.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

constexpr const char* kOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kOfMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Digest, KnownBytes) {
  EXPECT_EQ(hex_of(sha256_of({})), kOfNothing);
  EXPECT_EQ(hex_of(sha256_of(bytes_of("abc"))), kOfAbc);
}

TEST(Digest, FileOfManyPieces) {
  const ScratchFolder folder;
  const auto path = folder.path() / "a";
  ASSERT_TRUE(write_file(path, std::string(1'000'000, 'a')).ok());
  const auto digest = sha256_of_file(path);
  ASSERT_TRUE(digest.ok()) << digest.error().what;
  EXPECT_EQ(hex_of(*digest), kOfMillionA);
}

TEST(Digest, EmptyFile) {
  const ScratchFolder folder;
  ASSERT_TRUE(write_file(folder.path() / "a", "").ok());
  const auto digest = sha256_of_file(folder.path() / "a");
  ASSERT_TRUE(digest.ok()) << digest.error().what;
  EXPECT_EQ(hex_of(*digest), kOfNothing);
}

TEST(Digest, MissingFileAndFolderAreUserErrors) {
  const ScratchFolder folder;
  const auto missing = sha256_of_file(folder.path() / "none");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().blame, Blame::kUser);
  ASSERT_FALSE(sha256_of_file(folder.path()).ok());
}

TEST(Digest, HexKeepsLeadingZeros) {
  const std::uint8_t bytes[] = {0x00, 0x0f, 0xa0, 0xff};
  EXPECT_EQ(hex_of(bytes), "000fa0ff");
  EXPECT_EQ(hex_of({}), "");
}

}  // namespace
}  // namespace hil
