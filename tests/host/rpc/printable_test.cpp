// SPDX-License-Identifier: Apache-2.0
// Text from a device.
#include "host/rpc/printable.hpp"

#include <gtest/gtest.h>

namespace hil::rpc {
namespace {

TEST(Printable, KeepsText) {
  EXPECT_EQ(printable("op 3: \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "op 3: \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, ReplacesControlCharacters) {
  EXPECT_EQ(printable(std::string_view("a\0b\n\x1b[0m\x7f", 9)), "a?b??[0m?");
  EXPECT_EQ(printable("\xC2\x9B"), "??");
}

TEST(Printable, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("\xC3"), "?");                 // cut off
  EXPECT_EQ(printable("\xC0\x80"), "??");            // overlong
  EXPECT_EQ(printable("\xED\xA0\x80"), "???");       // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "????");  // beyond U+10FFFF
  EXPECT_EQ(printable("\xFF\xE2\x82z"), "???z");
}

}  // namespace
}  // namespace hil::rpc
