// SPDX-License-Identifier: Apache-2.0
// What repeating a measurement tells: the median, and how sure it is.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "host/results/energy.hpp"

namespace hil::energy {

/// Median of @p values, the mean of the middle two of an even number; 0 of none.
double median_of(std::vector<double> values);

/// Standard deviation of @p values about their mean, with n - 1; 0 for less than two.
double deviation_of(const std::vector<double>& values);

/// How much less sure the median of @p count normal values is than their mean, as a factor of the
/// standard uncertainty: sqrt(pi/2 n / (n + pi/2 - 1)). Right for 1, 1 % low for 5, sqrt(pi/2) =
/// 1.25 for many; up to 8 % high for small even numbers, whose median is the mean of two.
/// Source: asymptotic variance of the median, H. Cramer, Mathematical Methods of Statistics (1946),
/// section 28.5; the finite form makes it exact for n = 1.
double median_penalty(std::size_t count);

/// By what the standard uncertainty of a mean of @p count values is to be raised since the
/// deviation itself was estimated from them. Student's distribution needs one factor for k = 1 and
/// a larger one for k = 2; this is their geometric mean, so that both levels are nearly right: for
/// 5 values 1.28 (k = 1 covers 73 %, k = 2 94 %), for 10 1.11, for 2 3.58. From 4 values on
/// 1 + 0.95 / (n - 1) + 0.6 / (n - 1)^2, which is within 2 % of it.
/// Source: JCGM 100:2008 (GUM), annex G.3.
double student_penalty(std::size_t count);

/// From so many values on they show how sure their median is, whatever their distribution.
inline constexpr std::size_t kManyValues = 10;

/// Standard uncertainty (type A) of median_of(@p values); 0 for less than two values. Of few, their
/// deviation / sqrt(n) with both penalties, as if they were normal. From kManyValues on, half of
/// results::median_interval() by the normal quantile of its level, times 1 + 0.6 / (n - 1) since
/// the interval itself is drawn: the median does not mind long tails that a deviation is full of
/// (ends of short windows: 12 times too much of 20), and minds two modes that it makes little of (k
/// = 2 covers 39 % of 10; so 87 %).
double repetition_uncertainty(const std::vector<double>& values);

/// 95 % percentile bootstrap of median_of(@p values), results::bootstrap_interval(): 1,000
/// resamples of a generator of fixed seed, so that the same values give the same bits. Nothing for
/// less than kManyValues values. Resampled medians are few values (the middle ones), so it
/// covers a little less than it says: 92 to 95 % of true medians for 10 to 40 values.
std::optional<results::EnergyBootstrap> bootstrap_of(std::vector<double> values);

}  // namespace hil::energy
