// SPDX-License-Identifier: Apache-2.0
// hilbench dataset: exit codes, sentences, and what is left on the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::app {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStdout;

constexpr const char* kDigits = "fixtures/digits/test";
constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";

TEST(DatasetCommand, TheFixtureIsWithoutErrors) {
  CaptureStdout();
  const auto code = dataset_command({"check", kDigits, "--model", kModel});
  const std::string text = GetCapturedStdout();
  ASSERT_TRUE(code) << code.error().what;
  EXPECT_EQ(*code, 0);
  EXPECT_THAT(text, HasSubstr("360 samples, 10 classes"));
  EXPECT_THAT(text, HasSubstr("0 errors"));
}

TEST(DatasetCommand, ShowsLayoutTypeAndClasses) {
  CaptureStdout();
  const auto code = dataset_command({"show", kDigits});
  const std::string text = GetCapturedStdout();
  ASSERT_TRUE(code) << code.error().what;
  EXPECT_THAT(text, HasSubstr("folder of MLPerf Tiny (y_labels.csv)"));
  EXPECT_THAT(text, HasSubstr("CC BY 4.0"));
}

TEST(DatasetCommand, ErrorsEndWithExitCodeTwoAndTheFindingsAreWritten) {
  ScratchFolder folder;
  const auto set = folder.path() / "set";
  std::filesystem::create_directories(set);
  ASSERT_TRUE(write_file(set / "a.bin", std::string(63, 'x')).ok());
  ASSERT_TRUE(write_file(set / "y_labels.csv", "a.bin,10,3\nb.bin,10,4\n").ok());
  const auto json = folder.path() / "findings.json";
  CaptureStdout();
  const auto code =
      dataset_command({"check", set.string(), "--model", kModel, "--json", json.string()});
  EXPECT_THAT(GetCapturedStdout(), HasSubstr("a.bin, y_labels.csv line 1: 63 bytes, expected 64"));
  ASSERT_FALSE(code);
  EXPECT_EQ(exit_code(code.error().blame), 2);
  EXPECT_THAT(code.error().what, HasSubstr("has 2 errors"));
  EXPECT_EQ(code.error().hint, "correct them: results measured with it would be wrong");
  const auto text = read_text_file(json, 1 << 20);
  ASSERT_TRUE(text) << text.error().what;
  EXPECT_EQ(nlohmann::json::parse(*text).at("errors"), 2);
  EXPECT_EQ(folder.entry_count(), 2);
}

TEST(DatasetCommand, JsonOnStandardOutputIsAllThereIs) {
  CaptureStdout();
  const auto code = dataset_command({"check", kDigits, "--json", "-"});
  const auto json = nlohmann::json::parse(GetCapturedStdout(), nullptr, false);
  ASSERT_TRUE(code) << code.error().what;
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json.at("samples"), 360);
}

TEST(DatasetCommand, WrongWordsAreNamed) {
  EXPECT_EQ(dataset_command({}).error().what, "dataset needs check or show");
  EXPECT_EQ(dataset_command({"chek"}).error().what, "dataset does not know 'chek'");
  EXPECT_EQ(dataset_command({"check"}).error().what, "dataset check needs DIR");
  EXPECT_EQ(dataset_command({"show", "none"}).error().what, "there is no dataset none");
  const auto zero_point = dataset_command({"check", kDigits, "--zero-point", "3"});
  EXPECT_EQ(zero_point.error().what, "--zero-point is given without --scale");
  for (const char* scale : {"0", "-1", "x", "1e60", "nan"}) {
    const auto code = dataset_command({"check", kDigits, std::string("--scale=") + scale});
    ASSERT_FALSE(code) << scale;
    EXPECT_THAT(code.error().what, HasSubstr("--scale")) << scale;
  }
}

}  // namespace
}  // namespace hil::app
