// SPDX-License-Identifier: Apache-2.0
// Sample bytes and their size check.
#include "host/data/sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/base/file.hpp"
#include "host/data/mlperf_folder.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/shared_data.hpp"

namespace hil::data {
namespace {

using ::testing::HasSubstr;

class SampleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(folder_.path() / "a.bin", std::string("\0\x7f\x80\xff", 4)).ok());
    dataset_.folder = folder_.path();
  }
  ScratchFolder folder_;
  Dataset dataset_;
  Sample sample_{.name = "a.bin", .label = 0, .line = 7};
};

TEST_F(SampleTest, BytesComeAsTheyAre) {
  const auto bytes = read_sample(dataset_, sample_, 4, ElementType::kInt8);
  ASSERT_TRUE(bytes.ok()) << bytes.error().what;
  EXPECT_EQ(*bytes, (std::vector<std::uint8_t>{0, 0x7f, 0x80, 0xff}));
  EXPECT_TRUE(read_sample(dataset_, sample_, 1, ElementType::kFloat32).ok());
  EXPECT_TRUE(read_sample_file(folder_.path() / "a.bin", 2, ElementType::kInt16).ok());
}

TEST_F(SampleTest, WrongSizeNamesFileLineAndBothSizes) {
  for (const std::uint64_t count : {3U, 5U}) {
    const auto bytes = read_sample(dataset_, sample_, count, ElementType::kUint8);
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.error().blame, Blame::kUser);
    EXPECT_EQ(bytes.error().what,
              (folder_.path() / "a.bin").string() + " (y_labels.csv line 7): 4 bytes, expected " +
                  std::to_string(count) + " (" + std::to_string(count) + " x u8)");
  }
}

TEST_F(SampleTest, HintTellsAFittingElementSize) {
  const auto bytes = read_sample(dataset_, sample_, 4, ElementType::kFloat32);
  ASSERT_FALSE(bytes.ok());
  EXPECT_THAT(bytes.error().what, HasSubstr("4 bytes, expected 16 (4 x f32)"));
  EXPECT_EQ(bytes.error().hint,
            "the file has 1 bytes per element: state its type with --input-type");
  const auto unrelated = read_sample(dataset_, sample_, 3, ElementType::kInt8);
  ASSERT_FALSE(unrelated.ok());
  EXPECT_EQ(unrelated.error().hint, "check that dataset and model belong together");
}

TEST_F(SampleTest, FileThatVanishedIsAUserError) {
  sample_.name = "gone.bin";
  const auto bytes = read_sample(dataset_, sample_, 4, ElementType::kInt8);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().blame, Blame::kUser);
  EXPECT_EQ(bytes.error().what, "cannot read " + (folder_.path() / "gone.bin").string() +
                                    ": No such file or directory");
  EXPECT_EQ(bytes.error().hint, "check the path for a typing error");
}

TEST_F(SampleTest, AbsurdCountsDoNotOverflow) {
  const auto most = read_sample(dataset_, sample_, UINT64_MAX, ElementType::kFloat32);
  ASSERT_FALSE(most.ok());
  EXPECT_EQ(most.error().blame, Blame::kBug);
  EXPECT_EQ(most.error().what, (folder_.path() / "a.bin").string() +
                                   " (y_labels.csv line 7): 18446744073709551615 elements asked "
                                   "for");
  EXPECT_FALSE(read_sample(dataset_, sample_, (UINT64_MAX / 4) + 2, ElementType::kFloat32).ok());
  EXPECT_FALSE(read_sample(dataset_, sample_, UINT64_MAX, ElementType::kInt8).ok());
}

TEST(MlperfTiny, RealSamplesHaveTheirSizes) {
  const auto root = test::mlperf_tiny();
  HIL_NEEDS_FOLDER(root);
  for (const auto& [name, elements] : {std::pair{"kws01", 490}, std::pair{"ic01", 3072}}) {
    const auto dataset = load_mlperf_folder(root / "datasets" / name);
    ASSERT_TRUE(dataset.ok()) << dataset.error().what;
    for (const Sample& sample : dataset->samples) {
      const auto bytes =
          read_sample(*dataset, sample, static_cast<std::uint64_t>(elements), ElementType::kInt8);
      ASSERT_TRUE(bytes.ok()) << bytes.error().what;
    }
  }
}

}  // namespace
}  // namespace hil::data
