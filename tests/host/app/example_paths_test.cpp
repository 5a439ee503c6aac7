// SPDX-License-Identifier: Apache-2.0
// Examples in help texts: as they stand in a checkout, elsewhere with the folder that has them.
#include "host/app/example_paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "host/app/options.hpp"
#include "host/base/program_files.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommand =
    "hilbench compare fixtures/digits/a.tflite fixtures/digits/test --board linux";

TEST(ExamplePathsTest, InACheckoutTheyAreShort) {
  EXPECT_EQ(digits_folder(), "fixtures/digits");
  EXPECT_EQ(example_here(kCommand), kCommand);
}

TEST(ExamplePathsTest, ElsewhereTheyNameTheProgramsOwn) {
  const ScratchFolder scratch;
  const fs::path home = fs::current_path();
  const std::string digits = (program_files().examples / "digits").string();
  fs::current_path(scratch.path());
  const std::string said = example_here(kCommand);
  const std::string of_options = Options("compare", "Compares.", kCommand).example();
  fs::current_path(home);
  EXPECT_EQ(said, "hilbench compare " + digits + "/a.tflite " + digits + "/test --board linux");
  EXPECT_EQ(of_options, said);
  EXPECT_TRUE(fs::exists(digits + "/digits_int8.tflite"));
}

}  // namespace
}  // namespace hil::app
