// SPDX-License-Identifier: Apache-2.0
// Archives: members, damage found by checksum, bombs, encryption.
#include "host/data/formats/npz.hpp"

#include <gmock/gmock.h>
#include <zip.h>

#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/data/files.hpp"
#include "tests/host/data/said.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::said;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kSavez = " | write it with numpy.savez(x=..., y=...) or savez_compressed";

class Npz : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "a.npz"; }
  /// Writes an archive with the member x.npy, compressed by @p method, encrypted if asked for.
  void archive(const Bytes& member, std::int32_t method, bool encrypted = false) {
    zip_t* zip = zip_open(path().c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    ASSERT_NE(zip, nullptr);
    zip_source_t* source = zip_source_buffer(zip, member.data(), member.size(), 0);
    const auto index = zip_file_add(zip, "x.npy", source, 0);
    ASSERT_EQ(index, 0);
    ASSERT_EQ(zip_set_file_compression(zip, 0, method, 0), 0);
    const std::uint16_t encryption = encrypted ? ZIP_EM_AES_128 : ZIP_EM_NONE;
    ASSERT_EQ(zip_file_set_encryption(zip, 0, encryption, "secret"), 0);
    ASSERT_EQ(zip_close(zip), 0);
  }
  /// What is said, without the folder.
  std::string refusal(std::uint64_t max_bytes = 1 << 20) {
    std::string text = said(read_npz_member(path(), "x.npy", max_bytes));
    const std::string prefix = folder_.path().string() + "/";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  }
  ScratchFolder folder_;
};

TEST_F(Npz, MembersComeBackAndMissingOnesAreNoError) {
  archive({1, 2, 3}, ZIP_CM_DEFLATE);
  const auto member = read_npz_member(path(), "x.npy", 3);
  ASSERT_TRUE(member.ok()) << member.error().what;
  EXPECT_EQ(*member, (Bytes{1, 2, 3}));
  const auto none = read_npz_member(path(), "y.npy", 3);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
}

TEST_F(Npz, WhatUnpacksToTooMuchIsRefused) {
  archive(Bytes(1 << 20), ZIP_CM_DEFLATE);
  EXPECT_EQ(refusal((1 << 20) - 1),
            "a.npz/x.npy: more than 1048575 bytes unpacked | "
            "split the dataset into smaller archives");
  EXPECT_EQ(refusal(1 << 20), "none");
}

TEST_F(Npz, AFlippedBitIsFoundByTheChecksum) {
  archive(Bytes(100, 7), ZIP_CM_STORE);
  auto file = read_text_file(path(), 1 << 20);
  ASSERT_TRUE(file.ok());
  const auto at = file->find(std::string(50, '\7'));
  ASSERT_NE(at, std::string::npos);
  (*file)[at + 10] ^= 1;
  test::write(path(), *file);
  EXPECT_EQ(refusal(), std::string("a.npz/x.npy: CRC error") + kSavez);
}

TEST_F(Npz, EncryptedOrMissingArchives) {
  archive({1, 2, 3}, ZIP_CM_STORE, true);
  EXPECT_THAT(refusal(),
              AllOf(StartsWith("a.npz: member x.npy: "), HasSubstr("assword"), HasSubstr(kSavez)));
  std::filesystem::remove(path());
  EXPECT_THAT(refusal(), HasSubstr("a.npz"));
}

}  // namespace
}  // namespace hil::data
