// SPDX-License-Identifier: Apache-2.0
// The port's own memcpy and its like, compiled under other names, against the host's.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

// As CMakeLists.txt names them.
extern "C" {
void* hil_test_memcpy(void* out, const void* in, std::size_t size);
void* hil_test_memmove(void* out, const void* in, std::size_t size);
void* hil_test_memset(void* out, int value, std::size_t size);
int hil_test_memcmp(const void* one, const void* other, std::size_t size);
std::size_t hil_test_strlen(const char* text);
}

namespace {

constexpr std::size_t kMost = 24;  // beyond two words and every rest
using Bytes = std::array<unsigned char, 2 * kMost>;

Bytes pattern() {
  Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<unsigned char>(7 * i + 130);
  return bytes;
}

/// Calls @p check with every two places and sizes that fit into kMost bytes.
template <class Check>
void everywhere(Check check) {
  for (std::size_t to = 0; to < 8; ++to) {
    for (std::size_t from = 0; from < 8; ++from) {
      for (std::size_t size = 0; size <= kMost - 8; ++size)
        check(to, from, size);
    }
  }
}

TEST(CLibrary, CopiesWhatItShallAndNothingElse) {
  everywhere([](std::size_t to, std::size_t from, std::size_t size) {
    alignas(8) const Bytes in = pattern();
    alignas(8) Bytes out{}, expected{};
    std::memcpy(&expected[to], &in[from], size);
    EXPECT_EQ(hil_test_memcpy(&out[to], &in[from], size), &out[to]);
    EXPECT_EQ(out, expected) << to << " " << from << " " << size;
  });
}

TEST(CLibrary, MovesWhatOverlaps) {
  everywhere([](std::size_t to, std::size_t from, std::size_t size) {
    alignas(8) Bytes out = pattern(), expected = pattern();
    std::memmove(&expected[to], &expected[from], size);
    EXPECT_EQ(hil_test_memmove(&out[to], &out[from], size), &out[to]);
    EXPECT_EQ(out, expected) << to << " " << from << " " << size;
  });
}

TEST(CLibrary, SetsWhatItShallAndNothingElse) {
  everywhere([](std::size_t to, std::size_t value, std::size_t size) {
    alignas(8) Bytes out = pattern(), expected = pattern();
    const int byte = static_cast<int>(0x1F0 + value);  // only its low byte counts
    std::memset(&expected[to], byte, size);
    EXPECT_EQ(hil_test_memset(&out[to], byte, size), &out[to]);
    EXPECT_EQ(out, expected) << to << " " << value << " " << size;
  });
}

TEST(CLibrary, ComparesAsUnsigned) {
  EXPECT_EQ(hil_test_memcmp("abc", "abd", 2), 0);
  EXPECT_LT(hil_test_memcmp("abc", "abd", 3), 0);
  EXPECT_GT(hil_test_memcmp("\x80", "\x7f", 1), 0);
  EXPECT_EQ(hil_test_memcmp("a", "b", 0), 0);
}

TEST(CLibrary, MeasuresText) {
  EXPECT_EQ(hil_test_strlen(""), 0u);
  EXPECT_EQ(hil_test_strlen("four"), 4u);
}

}  // namespace
