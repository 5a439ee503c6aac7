// SPDX-License-Identifier: Apache-2.0
// Digests of windows against those that were foretold.
#include "host/measure/energy/window_digests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::measure {
namespace {

using session::EnergyRegion;
using testing::HasSubstr;

/// Idle, then @p repetitions inferences.
PlannedRun planned(std::uint32_t repetitions, WindowUse use = WindowUse::kFigures) {
  session::EnergyStep rest, work;
  rest.region = EnergyRegion::kRest;
  work.repetitions = repetitions;
  PlannedRun run;
  run.group.use = use;
  run.options.steps = {rest, work};
  return run;
}

session::EnergyWindow window(std::uint32_t step, std::uint32_t sample, std::uint32_t crc32,
                             std::uint32_t repetitions) {
  session::EnergyWindow made;
  made.step = step;
  made.sample = sample;
  made.crc32 = crc32;
  made.repetitions = repetitions;
  return made;
}

session::EnergyResult result(std::vector<session::EnergyWindow> windows) {
  session::EnergyResult made;
  made.windows = std::move(windows);
  return made;
}

const ExpectedDigests kExpected{{11, 22}, {111, std::nullopt}, {"one.bin", "two.bin", "more.bin"}};

TEST(WindowDigests, ComparesInferencesByHowManyTheyWere) {
  results::Verdict verdict;
  auto first = check_digests(planned(1),
                             result({window(0, 0, 0, 1), window(1, 0, 11, 1), window(1, 1, 22, 1)}),
                             kExpected, verdict);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->has_value());
  EXPECT_EQ(verdict.outputs_checked, 2u) << "a rest has no output";
  first = check_digests(planned(5), result({window(1, 0, 111, 5), window(1, 1, 7, 5)}), kExpected,
                        verdict);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->has_value()) << "what nobody can foretell is not compared";
  EXPECT_EQ(verdict.outputs_checked, 3u);
  EXPECT_EQ(verdict.outputs_differing, 0u);
}

TEST(WindowDigests, NamesTheFirstThatDiffersAndCountsAll) {
  results::Verdict verdict;
  const auto first = check_digests(planned(5), result({window(1, 0, 112, 5), window(1, 0, 113, 5)}),
                                   kExpected, verdict);
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->blame, Blame::kDevice);
  EXPECT_THAT((*first)->what, HasSubstr("after 5 inferences"));
  EXPECT_THAT((*first)->what, HasSubstr("(one.bin)"));
  EXPECT_EQ(verdict.outputs_differing, 2u);
}

TEST(WindowDigests, LeavesOutRepeatedOperators) {
  results::Verdict verdict;
  const auto first = check_digests(planned(1, WindowUse::kLayer), result({window(1, 0, 5, 1)}),
                                   kExpected, verdict);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->has_value());
  EXPECT_EQ(verdict.outputs_checked, 0u);
}

TEST(WindowDigests, RefusesASampleThatIsNotThere) {
  results::Verdict verdict;
  const auto first = check_digests(planned(1), result({window(1, 2, 11, 1)}), kExpected, verdict);
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().blame, Blame::kDevice);
  EXPECT_THAT(first.error().what, HasSubstr("took input 2"));
}

}  // namespace
}  // namespace hil::measure
