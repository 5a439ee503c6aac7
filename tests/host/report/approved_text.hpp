// SPDX-License-Identifier: Apache-2.0
// Comparison of text for people with approved files.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "host/base/file.hpp"

namespace hil::report {

/// Expects @p text to be the content of the file NAME in @p folder. With HIL_APPROVE set it becomes
/// that content, and the test fails, so that no run passes without comparing.
inline void expect_approved(const std::string& name, const std::string& text,
                            const std::string& folder = "tests/host/report/approved/") {
  const std::string path = folder + name;
  if (std::getenv("HIL_APPROVE") != nullptr) {
    const Status written = write_file(path, text);
    FAIL() << (written.ok() ? "approved " + path : written.error().what);
  }
  const auto approved = read_text_file(path, 1 << 20);
  ASSERT_TRUE(approved.ok()) << approved.error().what;
  EXPECT_EQ(text, *approved) << "see host/report/README.md on approving";
}

}  // namespace hil::report
