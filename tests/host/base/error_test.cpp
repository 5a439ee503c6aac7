// SPDX-License-Identifier: Apache-2.0
// Names, exit codes and context of errors.
#include "host/base/error.hpp"

#include <gtest/gtest.h>

#include "host/base/result.hpp"

namespace hil {
namespace {

TEST(Error, ExitCodesAreTheDocumentedOnes) {
  EXPECT_EQ(exit_code(Blame::kModel), 1);
  EXPECT_EQ(exit_code(Blame::kUser), 2);
  EXPECT_EQ(exit_code(Blame::kConfig), 3);
  EXPECT_EQ(exit_code(Blame::kLab), 4);
  EXPECT_EQ(exit_code(Blame::kTool), 5);
  EXPECT_EQ(exit_code(Blame::kLink), 6);
  EXPECT_EQ(exit_code(Blame::kDevice), 7);
  EXPECT_EQ(exit_code(Blame::kBug), 70);
}

TEST(Error, ContextGoesInFront) {
  const Error inner{Blame::kLink, "silence for 2 s", "check the cable"};
  const Error outer = inner.within("sample 12");
  EXPECT_EQ(outer.what, "sample 12: silence for 2 s");
  EXPECT_EQ(outer.hint, "check the cable");
  EXPECT_EQ(outer.blame, Blame::kLink);
}

Result<int> half(int value) {
  if (value % 2 != 0) return Error{Blame::kUser, "odd", ""};
  return value / 2;
}

Result<int> quarter(int value) {
  HIL_ASSIGN(const int first, half(value));
  HIL_TRY(half(first));
  return first / 2;
}

TEST(Result, MacrosReturnTheFirstError) {
  ASSERT_TRUE(quarter(8).ok());
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_FALSE(quarter(7).ok());
  EXPECT_EQ(quarter(6).error().what, "odd");
}

}  // namespace
}  // namespace hil
