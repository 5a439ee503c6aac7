// SPDX-License-Identifier: Apache-2.0
// The picture of a recording: its columns, its axes, and that it is small and well formed.
#include "host/report/energy_svg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "tests/host/report/xml_check.hpp"

namespace hil::report {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr float kLost = std::numeric_limits<float>::quiet_NaN();

PowerPicture recording(std::size_t samples) {
  PowerPicture picture;
  picture.title = "<a> & \"b\" on c";
  picture.rate_hz = 1000;
  for (std::size_t k = 0; k < samples; ++k)
    picture.values.push_back(k % 100 < 50 ? 1.0F : 14.0F);
  const double length = static_cast<double>(samples) / 1000;
  picture.spans = {{"idle", 0.1 * length, 0.2 * length, "tip <1>", false},
                   {"inference", 0.3 * length, 0.5 * length, "tip", false},
                   {"inference", 0.6 * length, 0.8 * length, "tip", true}};
  picture.inferences = {0.31 * length, 0.4 * length};
  picture.levels = {{"idle 1 mA", 1}, {"mean 14 mA", 14}};
  picture.zoomed = 1;
  return picture;
}

TEST(EnergySvg, SectionsAreNamedAndTheLegendKeepsToThePicture) {
  PowerPicture picture = recording(1000);
  EXPECT_THAT(energy_svg(picture), Not(HasSubstr(">operators<")));
  picture.sections = {{"figures", 0.1, 0.5, "", false}, {"operators", 0.6, 0.8, "", false}};
  for (const char* kind :
       {"transfer", "pre-process", "post-process", "load+infer", "operator", "period"})
    picture.spans.push_back({kind, 0.82, 0.83, "", false});
  const std::string svg = energy_svg(picture);
  EXPECT_THAT(svg, HasSubstr(">figures<"));
  EXPECT_THAT(svg, HasSubstr(">operators<"));
  EXPECT_EQ(XmlCheck(svg).fault(), "");
  const std::size_t last = svg.find("an inference begins");
  ASSERT_NE(last, std::string::npos);
  const std::size_t x = svg.find("x=\"", svg.rfind("<text", last));
  EXPECT_LT(std::stod(svg.substr(x + 3)), 900);  // 270 more make it reach beyond the picture
}

TEST(PowerColumns, HaveLeastMeanAndLargest) {
  const std::vector<float> values{1, 3, 2, 2, 5, 1, kLost, 4};
  const auto columns = columns_of(values, 10, 0, 0.8, 4);
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns[0].least, 1);
  EXPECT_EQ(columns[0].mean, 2);
  EXPECT_EQ(columns[0].largest, 3);
  EXPECT_EQ(columns[2].least, 1);
  EXPECT_EQ(columns[2].largest, 5);
  EXPECT_FALSE(columns[2].lost);
  EXPECT_TRUE(columns[3].lost);
  EXPECT_TRUE(columns[3].any);
  EXPECT_EQ(columns[3].mean, 4);
}

TEST(PowerColumns, NarrowerThanASampleShowTheOneThatCoversThem) {
  const std::vector<float> values{1, 3};
  for (const PowerColumn& column : columns_of(values, 10, 0.1, 0.2, 7)) {
    EXPECT_TRUE(column.any);
    EXPECT_EQ(column.mean, 3);
  }
}

TEST(PowerColumns, BeyondTheEndsAreEmpty) {
  const std::vector<float> values{1, 3};
  const auto columns = columns_of(values, 10, -0.2, 0.4, 6);
  EXPECT_FALSE(columns[0].any);
  EXPECT_TRUE(columns[2].any);
  EXPECT_TRUE(columns[3].any);
  EXPECT_FALSE(columns[5].any);
}

TEST(AxisMarks, AreRoundNumbersWithinTheAxis) {
  EXPECT_THAT(axis_marks(0, 15, 5),
              ElementsAre(DoubleNear(0, 1e-12), DoubleNear(2, 1e-12), DoubleNear(4, 1e-12),
                          DoubleNear(6, 1e-12), DoubleNear(8, 1e-12), DoubleNear(10, 1e-12),
                          DoubleNear(12, 1e-12), DoubleNear(14, 1e-12)));
  EXPECT_EQ(axis_marks(1.017, 1.023, 10).size(), 13U);
  EXPECT_TRUE(axis_marks(1, 1, 5).empty());
  EXPECT_TRUE(axis_marks(0, std::numeric_limits<double>::infinity(), 5).empty());
}

TEST(EnergySvg, IsWellFormedWhateverTheNames) {
  const std::string svg = energy_svg(recording(2000));
  EXPECT_EQ(XmlCheck(svg).fault(), "");
  EXPECT_THAT(svg, HasSubstr("&lt;a&gt; &amp; &quot;b&quot; on c"));
  EXPECT_THAT(svg, HasSubstr("tip &lt;1&gt;"));
  EXPECT_THAT(svg, HasSubstr("does not count"));
  EXPECT_THAT(svg, HasSubstr("One window: inference at 0.6000 s"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(EnergySvg, StaysSmallForMillionsOfSamples) {
  EXPECT_LT(energy_svg(recording(3'000'000)).size(), 200'000U);
}

TEST(EnergySvg, OfNothingSaysSo) {
  PowerPicture picture = recording(0);
  picture.spans.clear();
  const std::string svg = energy_svg(picture);
  EXPECT_EQ(XmlCheck(svg).fault(), "");
  EXPECT_THAT(svg, HasSubstr("No samples."));
}

TEST(EnergySvg, LostSamplesLeaveAHoleThatIsMarked) {
  PowerPicture picture = recording(1000);
  picture.spans.clear();
  picture.zoomed.reset();
  for (std::size_t k = 400; k < 500; ++k)
    picture.values[k] = kLost;
  const std::string svg = energy_svg(picture);
  EXPECT_EQ(XmlCheck(svg).fault(), "");
  EXPECT_THAT(svg, HasSubstr("samples lost"));
}

}  // namespace
}  // namespace hil::report
