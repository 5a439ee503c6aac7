// SPDX-License-Identifier: Apache-2.0
// Statistics of samples against values known otherwise, and intervals against known truth.
#include "host/results/statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <numeric>
#include <random>

namespace hil::results {
namespace {

using ::testing::ElementsAre;

std::vector<double> counting(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

TEST(Quantile, IsLinearBetweenRanks) {
  const std::vector<double> four{1, 2, 4, 8};
  EXPECT_EQ(quantile(four, 0), 1);
  EXPECT_EQ(quantile(four, 1), 8);
  EXPECT_EQ(quantile(four, 0.5), 3);
  EXPECT_NEAR(quantile(four, 0.95), 7.4, 1e-12);  // numpy.quantile
  EXPECT_EQ(quantile(std::vector<double>{5}, 0.99), 5);
}

TEST(Describe, OneToHundredInAnyOrder) {
  std::vector<double> values = counting(100);
  std::reverse(values.begin(), values.end());
  const auto found = describe(values);
  ASSERT_TRUE(found.ok()) << found.error().what;
  EXPECT_EQ(found->median, 50.5);
  EXPECT_EQ(found->statistics.count, 100U);
  EXPECT_EQ(found->statistics.min, 1);
  EXPECT_EQ(found->statistics.max, 100);
  EXPECT_NEAR(found->statistics.mean, 50.5, 1e-12);
  EXPECT_NEAR(found->statistics.p95, 95.05, 1e-12);
  EXPECT_NEAR(found->statistics.p99, 99.01, 1e-12);
  EXPECT_NEAR(*found->statistics.standard_deviation, 29.011491975882016, 1e-12);
  EXPECT_EQ(found->statistics.outliers.count(), 0U);
}

TEST(Describe, OneSampleHasNoSpread) {
  const auto found = describe(std::vector<double>{7});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->median, 7);
  EXPECT_EQ(found->statistics.p99, 7);
  EXPECT_FALSE(found->statistics.standard_deviation);
  EXPECT_FALSE(found->interval);
}

TEST(Describe, RefusesNoSamplesAndWhatIsNotFinite) {
  EXPECT_EQ(describe({}).error().blame, Blame::kBug);
  EXPECT_EQ(describe({}).error().what, "statistics of no samples were asked for");
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const auto found = describe(std::vector<double>{1, bad, 3});
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().blame, Blame::kBug);
    EXPECT_EQ(found.error().what, "sample 1 of 3 is not finite");
  }
}

TEST(Describe, LargestNumbersDoNotOverflow) {
  const double most = std::numeric_limits<double>::max();
  const auto found = describe(std::vector<double>{most, most, most / 2});
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(std::isfinite(found->statistics.mean));
  EXPECT_TRUE(std::isfinite(*found->statistics.standard_deviation));
}

TEST(Describe, EqualSamplesHaveNoWidth) {
  const auto found = describe(std::vector<double>(30, 0.1));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->statistics.mean, 0.1);
  EXPECT_EQ(*found->statistics.standard_deviation, 0);
  EXPECT_EQ(found->interval->low, 0.1);
  EXPECT_EQ(found->interval->high, 0.1);
  EXPECT_EQ(found->statistics.outliers.count(), 0U);
}

TEST(Outliers, FencesDivideMildFromSevere) {
  // Quartiles of the eleven numbers: 4.5 and 9.5; fences at -3, -10.5, 17 and 24.5.
  const std::vector<double> values{5, 6, 7, 8, 9, 10, 4, -11, 25, -4, 18};
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  ASSERT_EQ(quantile(sorted, 0.25), 4.5);
  ASSERT_EQ(quantile(sorted, 0.75), 9.5);
  const Outliers found = find_outliers(values);
  EXPECT_EQ(found.low_severe, 1U);
  EXPECT_EQ(found.low_mild, 1U);
  EXPECT_EQ(found.high_mild, 1U);
  EXPECT_EQ(found.high_severe, 1U);
  EXPECT_THAT(found.indices, ElementsAre(7, 8, 9, 10));
}

TEST(Outliers, AtAFenceIsInside) {
  const std::vector<double> values{0, 1, 2, 3, 4, 3 + 1.5 * 2};  // quartiles 1.25 and 3.75
  EXPECT_EQ(find_outliers(values).count(), 0U);
  EXPECT_EQ(find_outliers({}).count(), 0U);
}

TEST(Outliers, WithEqualQuartilesEveryOtherValueIsSevere) {
  std::vector<double> values(20, 100.0);
  values[3] = 101;
  const Outliers found = find_outliers(values);
  EXPECT_EQ(found.high_severe, 1U);
  EXPECT_THAT(found.indices, ElementsAre(3));
}

TEST(MedianInterval, ThirtySamplesLieBetweenTheKnownRanks) {
  // Ranks 10 and 21 have 95.72 %, ranks 11 and 20 90.13 %; interpolated by Python's integers.
  const auto interval = median_interval(counting(30));
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 10.228711498709888, 1e-9);
  EXPECT_NEAR(interval->high, 20.771288501290112, 1e-9);
  EXPECT_EQ(interval->level, 0.95);
  EXPECT_EQ(interval->method, "order-statistics");
}

TEST(MedianInterval, FewSamplesSayWhatTheirRangeIsWorth) {
  EXPECT_FALSE(median_interval({}));
  EXPECT_FALSE(median_interval(counting(1)));
  for (std::size_t n = 2; n <= 5; ++n) {
    const auto interval = median_interval(counting(n));
    ASSERT_TRUE(interval);
    EXPECT_EQ(interval->low, 1);
    EXPECT_EQ(interval->high, static_cast<double>(n));
    EXPECT_NEAR(interval->level, 1 - std::exp2(1 - static_cast<double>(n)), 1e-12);
  }
  EXPECT_EQ(median_interval(counting(6))->level, 0.95);
}

TEST(MedianInterval, IsInsideTheSamplesAroundTheMedianAndSymmetric) {
  for (std::size_t n = 2; n < 3000; n = n < 100 ? n + 1 : n * 2) {
    const auto interval = median_interval(counting(n));
    ASSERT_TRUE(interval) << n;
    EXPECT_GE(interval->low, 1) << n;
    EXPECT_NEAR(interval->low + interval->high, static_cast<double>(n + 1), 1e-9) << n;
    EXPECT_LT(interval->low, interval->high) << n;
  }
  // Half the width is 1.96 sqrt(n) / 2 ranks for many samples.
  EXPECT_NEAR(median_interval(counting(100'000))->high - 50'000.5, 309.9, 1.0);
}

/// One delay distribution with a median that is known.
struct Delays {
  const char* name;
  double median;
  std::function<double(std::mt19937_64&)> draw;
};

double two_mode_delay(std::mt19937_64& random, double share_of_first) {
  const bool first = std::uniform_real_distribution<>()(random) < share_of_first;
  return std::normal_distribution<>(first ? 100 : 150, first ? 1 : 4)(random);
}

/// The q-quantile of the standard normal distribution, by bisection.
double normal_quantile(double q) {
  double low = -10;
  double high = 10;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < q ? low : high) = middle;
  }
  return (low + high) / 2;
}

std::vector<Delays> distributions() {
  using Random = std::mt19937_64;
  return {
      {"skewed: exponential", std::log(2.0),
       [](Random& random) { return std::exponential_distribution<>(1)(random); }},
      {"skewed: log-normal, sigma 1", std::exp(2.0),
       [](Random& random) { return std::lognormal_distribution<>(2, 1)(random); }},
      {"heavy-tailed: Pareto, exponent 1.2", std::pow(2.0, 1 / 1.2),
       [](Random& random) {
         return std::pow(1 - std::uniform_real_distribution<>()(random), -1 / 1.2);
       }},
      {"heavy-tailed: Cauchy", 500,
       [](Random& random) { return std::cauchy_distribution<>(500, 3)(random); }},
      // The upper mode is 60 standard deviations away, so 0.7 F(x) = 0.5 gives the median.
      {"two modes: 70 % and 30 %", 100 + normal_quantile(0.5 / 0.7),
       [](Random& random) { return two_mode_delay(random, 0.7); }},
      {"two modes: 55 % and 45 %", 100 + normal_quantile(0.5 / 0.55),
       [](Random& random) { return two_mode_delay(random, 0.55); }},
  };
}

constexpr int kRuns = 1000;
constexpr std::size_t kSamples = 30;

std::vector<double> sorted_run(const Delays& delays, std::mt19937_64& random) {
  std::vector<double> samples(kSamples);
  std::generate(samples.begin(), samples.end(), [&] { return delays.draw(random); });
  std::sort(samples.begin(), samples.end());
  return samples;
}

bool covers(const std::optional<Interval>& interval, double value) {
  return interval && interval->low <= value && value <= interval->high;
}

TEST(MedianInterval, CoversTheTrueMedianOfThirtySamplesAsOftenAsItSays) {
  for (const Delays& delays : distributions()) {
    std::mt19937_64 random(1);
    int covered = 0;
    for (int run = 0; run < kRuns; ++run) {
      if (covers(median_interval(sorted_run(delays, random)), delays.median)) ++covered;
    }
    std::cout << delays.name << ": the true median is covered in " << covered << " of " << kRuns
              << " runs\n";
    EXPECT_GE(covered, 930) << delays.name;
    EXPECT_LE(covered, 970) << delays.name;
  }
}

/// The median of a resample, given how often each of the sorted samples was drawn.
double weighted_median(const std::vector<double>& sorted, Weights weights) {
  std::vector<double> drawn;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    drawn.insert(drawn.end(), weights[i], sorted[i]);
  return quantile(drawn, 0.5);
}

TEST(MedianInterval, PercentileBootstrapCoversLess) {
  const Delays delays = distributions()[1];
  std::mt19937_64 random(1);
  int ours = 0;
  int bootstrap = 0;
  for (int run = 0; run < kRuns; ++run) {
    const std::vector<double> sorted = sorted_run(delays, random);
    if (covers(median_interval(sorted), delays.median)) ++ours;
    const auto interval = bootstrap_interval(
        kSamples, [&](Weights weights) { return weighted_median(sorted, weights); });
    if (covers(interval, delays.median)) ++bootstrap;
  }
  std::cout << delays.name << ": order statistics " << ours << ", percentile bootstrap "
            << bootstrap << " of " << kRuns << "\n";
  EXPECT_LT(bootstrap, ours);
}

TEST(MedianInterval, TicksOnlyMakeItCoverMore) {
  for (const Delays& delays : distributions()) {
    std::mt19937_64 random(1);
    int covered = 0;
    for (int run = 0; run < kRuns; ++run) {
      std::vector<double> samples = sorted_run(delays, random);
      for (double& sample : samples)
        sample = std::round(sample);
      if (covers(median_interval(samples), std::round(delays.median))) ++covered;
    }
    EXPECT_GE(covered, 930) << delays.name;
  }
}

TEST(Bootstrap, IntervalOfAMeanIsNearTheNormalOne) {
  std::mt19937_64 random(3);
  std::vector<double> values(400);
  for (double& value : values)
    value = std::normal_distribution<>(10, 2)(random);
  const auto mean = [&](Weights weights) -> std::optional<double> {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += weights[i] * values[i];
    return sum / static_cast<double>(values.size());
  };
  const auto interval = bootstrap_interval(values.size(), mean);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->high - interval->low, 2 * 1.96 * 2 / 20, 0.04);
  EXPECT_EQ(interval->method, "bootstrap");
  const auto again = bootstrap_interval(values.size(), mean);
  EXPECT_EQ(again->low, interval->low);
  EXPECT_EQ(again->high, interval->high);
}

TEST(Bootstrap, ResamplesAreAsLargeAsTheSet) {
  const auto interval = bootstrap_interval(17, [](Weights weights) -> std::optional<double> {
    return std::accumulate(weights.begin(), weights.end(), 0.0);
  });
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 17);
  EXPECT_EQ(interval->high, 17);
}

TEST(Bootstrap, StatisticsThatAreSeldomDefinedHaveNoInterval) {
  int calls = 0;
  const auto seldom = [&](Weights) -> std::optional<double> {
    if (++calls % 5 == 0) return std::nullopt;
    return 1.0;
  };
  EXPECT_FALSE(bootstrap_interval(10, seldom));
  EXPECT_FALSE(bootstrap_interval(10, [](Weights) { return std::optional<double>(NAN); }));
  EXPECT_FALSE(bootstrap_interval(1, [](Weights) { return std::optional<double>(1); }));
  EXPECT_FALSE(bootstrap_interval(0, [](Weights) { return std::optional<double>(1); }));
}

TEST(Bootstrap, SeveralStatisticsShareTheResamples) {
  const auto both = [](Weights weights) {
    const double first = weights[0];
    return std::vector<std::optional<double>>{first, first + 1, std::nullopt};
  };
  const auto intervals = bootstrap_intervals(20, 3, both);
  ASSERT_EQ(intervals.size(), 3U);
  EXPECT_EQ(intervals[0]->low + 1, intervals[1]->low);
  EXPECT_EQ(intervals[0]->high + 1, intervals[1]->high);
  EXPECT_FALSE(intervals[2]);
}

TEST(WithSamples, FillsTheMetric) {
  Metric metric;
  metric.name = "latency_us";
  const auto filled = with_samples(metric, counting(30));
  ASSERT_TRUE(filled.ok());
  EXPECT_EQ(filled->name, "latency_us");
  EXPECT_EQ(filled->kind, MetricKind::kNoisy);
  EXPECT_EQ(filled->value, 15.5);
  EXPECT_EQ(filled->samples.size(), 30U);
  EXPECT_EQ(filled->statistics->max, 30);
  EXPECT_NEAR(*filled->uncertainty, 10.542577 / 3.919928, 1e-6);
  EXPECT_FALSE(with_samples(metric, counting(3))->uncertainty);
  EXPECT_FALSE(with_samples(metric, {}).ok());
}

}  // namespace
}  // namespace hil::results
