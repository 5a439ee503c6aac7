// SPDX-License-Identifier: Apache-2.0
// Which shapes fit an input, and what is said of those that do not.
#include "host/data/shapes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::data {
namespace {

using testing::HasSubstr;

Dataset samples_of(std::vector<std::int32_t> shape, const std::string& name) {
  Dataset dataset;
  dataset.folder = "set";
  dataset.shape = std::move(shape);
  dataset.raw = false;
  dataset.samples.emplace_back().name = name;
  return dataset;
}

TEST(Shapes, OnesAndPlainRowsDoNotMatter) {
  EXPECT_TRUE(check_shapes(samples_of({49, 10}, "a.npy"), {1, 49, 10, 1}).ok());
  EXPECT_TRUE(check_shapes(samples_of({490}, "a.npy"), {1, 49, 10, 1}).ok());
  EXPECT_TRUE(check_shapes(samples_of({49, 10}, "a.npy"), {1, 490}).ok());
  EXPECT_FALSE(check_shapes(samples_of({489}, "a.npy"), {1, 49, 10, 1}).ok());
  const auto turned = check_shapes(samples_of({10, 49}, "a.npy"), {1, 49, 10, 1});
  ASSERT_FALSE(turned.ok());
  EXPECT_EQ(turned.error().what, "set has samples of 10x49, the model's input is 1x49x10x1");
  EXPECT_THAT(turned.error().hint, HasSubstr("transpose"));
}

TEST(Shapes, ImagesAreNeverResized) {
  const auto large = check_shapes(samples_of({64, 64, 3}, "a.png"), {1, 32, 32, 3});
  ASSERT_FALSE(large.ok());
  EXPECT_THAT(large.error().hint, HasSubstr("resize the images"));
  const auto colour = check_shapes(samples_of({32, 32, 3}, "a.jpg"), {1, 32, 32, 1});
  ASSERT_FALSE(colour.ok());
  EXPECT_THAT(colour.error().hint, HasSubstr("\"image\": \"grey\""));
  const auto grey = check_shapes(samples_of({32, 32, 1}, "a.png"), {1, 32, 32, 3});
  ASSERT_FALSE(grey.ok());
  EXPECT_THAT(grey.error().hint, HasSubstr("\"image\": \"rgb\""));
}

TEST(Shapes, CountsDoNotOverflow) {
  EXPECT_EQ(element_count_of({}), 1u);
  EXPECT_EQ(element_count_of({2, 3}), 6u);
  EXPECT_EQ(element_count_of({0, 3}), std::nullopt);
  EXPECT_EQ(element_count_of({-1}), std::nullopt);
  EXPECT_EQ(element_count_of({2147483647, 2147483647, 2147483647}), std::nullopt);
}

}  // namespace
}  // namespace hil::data
