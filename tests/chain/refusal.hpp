// SPDX-License-Identifier: Apache-2.0
// What the tests of refusals share: a folder of its own, and how a refusal looks.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/chain/program.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::test {

inline constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
inline constexpr const char* kData = "fixtures/digits/test";

class Refusal : public testing::Test {
 protected:
  Program::Outcome evaluate(const std::filesystem::path& model, const std::filesystem::path& data,
                            std::vector<std::string> more = {}) {
    std::vector<std::string> words{"evaluate", model, "--dataset", data, "--board", "linux"};
    if (more.empty()) more = {"--json", folder_ / "record.json"};
    words.insert(words.end(), more.begin(), more.end());
    return run_hilbench(words);
  }
  /// Two sentences at most (what and hint), and the code.
  static void expect_refused(const Program::Outcome& outcome, int code, const std::string& part) {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_THAT(outcome.err, testing::HasSubstr(part));
    EXPECT_LE(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 2) << outcome.err;
  }
  /// The last of what stands on standard error is @p what and @p hint, word for word.
  static void expect_says(const Program::Outcome& outcome, int code, const std::string& what,
                          const std::string& hint) {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_THAT(outcome.err, testing::EndsWith("hilbench: " + what + "\n  hint: " + hint + "\n"));
    EXPECT_EQ(outcome.out, "");
  }
  std::filesystem::path write_model(const hil::model::test::FileText& text) {
    const auto bytes = hil::model::test::write_tflite(text);
    write_text(folder_ / "model.tflite", std::string(bytes.begin(), bytes.end()));
    return folder_ / "model.tflite";
  }
  TemporaryFolder folder_;
};

}  // namespace hil::test
