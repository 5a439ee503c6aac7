// SPDX-License-Identifier: Apache-2.0
// What a refusal says, sentence and hint in one string.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "host/base/result.hpp"

namespace hil::data::test {

/// "what | hint" of a refusal that is the user's to mend; "none" if @p result has a value.
template <class T>
std::string said(const Result<T>& result) {
  if (result.ok()) return "none";
  EXPECT_EQ(result.error().blame, Blame::kUser);
  return result.error().what + " | " + result.error().hint;
}

}  // namespace hil::data::test
