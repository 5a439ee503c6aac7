// SPDX-License-Identifier: Apache-2.0
// Outputs against the host reference: every planted difference is found, nothing else is.
#include "host/measure/output_check.hpp"

#include "tests/host/measure/digits.hpp"

namespace hil::measure {
namespace {

/// What a perfect device would send for the first @p count samples.
std::vector<session::SampleResult> right_results(const test::Digits& digits, std::uint32_t count) {
  auto runner = model::ReferenceRunner::make(digits.model);
  EXPECT_TRUE(runner);
  std::vector<session::SampleResult> results;
  for (std::uint32_t i = 0; i < count; ++i) {
    session::SampleResult result;
    result.sample = i;
    result.outputs = *runner->run(*digits.source()->read(i));
    results.push_back(std::move(result));
  }
  return results;
}

TEST(OutputCheck, FindsNothingInRightOutputs) {
  const test::Digits digits = test::load_digits();
  const auto check = check_outputs(digits.model, *digits.source(), right_results(digits, 20),
                                   StateRule::kReset, Watch{});
  EXPECT_EQ(check.checked, 20u);
  EXPECT_EQ(check.differing, 0u);
  EXPECT_FALSE(check.first);
  EXPECT_FALSE(check.error);
}

TEST(OutputCheck, FindsEverySingleWrongBit) {
  const test::Digits digits = test::load_digits();
  const auto right = right_results(digits, 3);
  for (std::size_t byte = 0; byte < 10; ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      auto wrong = right;
      wrong[1].outputs[0][byte] = static_cast<std::uint8_t>(wrong[1].outputs[0][byte] ^ 1 << bit);
      const auto check =
          check_outputs(digits.model, *digits.source(), wrong, StateRule::kReset, Watch{});
      ASSERT_EQ(check.differing, 1u);
      ASSERT_EQ(check.first->index, 1u);
      ASSERT_EQ(check.first->expected, right[1].outputs);
    }
  }
}

TEST(OutputCheck, CountsAllAndKeepsTheFirst) {
  const test::Digits digits = test::load_digits();
  auto results = right_results(digits, 10);
  results[4].outputs[0].pop_back();
  results[7].outputs[0][0] = static_cast<std::uint8_t>(results[7].outputs[0][0] ^ 1);
  const auto check =
      check_outputs(digits.model, *digits.source(), results, StateRule::kReset, Watch{});
  EXPECT_EQ(check.checked, 10u);
  EXPECT_EQ(check.differing, 2u);
  EXPECT_EQ(check.first->index, 4u);
}

TEST(OutputCheck, TellsHowFarItIs) {
  const test::Digits digits = test::load_digits();
  std::vector<std::uint64_t> seen;
  Watch watch;
  watch.progress = [&](Phase phase, std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(phase, Phase::kCheck);
    EXPECT_EQ(total, 3u);
    seen.push_back(done);
  };
  (void)check_outputs(digits.model, *digits.source(), right_results(digits, 3), StateRule::kReset,
                      watch);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3}));
}

}  // namespace
}  // namespace hil::measure
