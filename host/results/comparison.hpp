// SPDX-License-Identifier: Apache-2.0
// Two records side by side, as data: what differs in their conditions, and each number of both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/results/record.hpp"

namespace hil::results {

/// One field of the conditions that is not the same in both records.
struct FieldDifference {
  std::string field;        ///< as in the record's JSON: "model.sha256", "agent.engine"
  std::string a, b;         ///< numbers as decimal text, truth as "true" and "false"
  bool must_agree = false;  ///< comparing in spite of it asks for an explicit wish
};

/// What can be said about two numbers A and B of the same thing.
enum class Finding : std::uint8_t {
  kEqual,         ///< exact numbers, the same
  kNoDifference,  ///< the 95 % intervals overlap: no difference seen, which proves no equality
  kBetter,        ///< B is better: the intervals are apart, or the numbers are exact
  kWorse,         ///< B is worse, likewise
  kDiffers,       ///< as apart as for kBetter, but neither side is the better one
  kUnclear        ///< a side is missing, not finite, or has no 95 % interval though it is noisy
};

/// One side of a compared number.
struct ComparedValue {
  double value = 0;
  std::optional<Interval> interval;
};

/// A number of A and of B; a side without it is empty.
struct ComparedNumber {
  std::optional<ComparedValue> a, b;
  std::optional<double> difference;  ///< B - A, if both are there and finite
  std::optional<double> ratio;       ///< B / A, if A is above 0 and B not below
  Finding finding = Finding::kUnclear;
};

struct ComparedMetric {
  std::string name, unit, scope;
  ComparedNumber number;
};

struct ComparedOperator {
  std::uint32_t layer = 0;           ///< index in the model files
  std::string op_a, op_b;            ///< "CONV_2D int8"; empty on a side without it
  std::vector<std::int32_t> output;  ///< shape, of A if A has it
  ComparedNumber time;               ///< in the tables' unit
};

/// The operator tables of both records, layer by layer.
struct ComparedOperators {
  std::string unit;
  std::vector<ComparedOperator> rows;  ///< by layer
  ComparedNumber sum, total;           ///< of all operators; of whole inferences
};

struct Comparison {
  std::vector<FieldDifference> differences;
  std::vector<ComparedMetric> metrics;         ///< those of A in order, then what B has alone
  std::optional<ComparedOperators> operators;  ///< if both have them, in one unit
  std::vector<std::string> notes{};            ///< what was converted or left out; a clause each

  /// Whether nothing differs that must agree.
  [[nodiscard]] bool comparable() const;
};

/// Compares records @p a and @p b. What must agree: the command; model and labels by digest (where
/// neither record has one, by name); samples of the dataset, and for an evaluation those done;
/// board id, core, whether it is emulated; agent version and engine; metric, state, inputs,
/// conversion and tick rate; scope and alignment of energies; the origin of each number. Everything
/// else that differs is listed too, as host version, system, date and baud rate. Metrics are
/// matched by name, scope and unit.
Comparison compare(const Record& a, const Record& b);

/// Judges a number of two records. Exact ones (@p exact) are judged by value, which compare() does
/// where the kind is exact or quantised, there is no interval, and it is no measured time; others
/// by their 95 % intervals, which must not even touch to count as different, or where there is none
/// by value +- 1.96 standard uncertainties. Two sides of
/// the same distribution end up apart with a probability of 0.6 % if their intervals are alike, and
/// of up to 5 % the more they differ in width. What varies only from run to run (temperature, other
/// load) is in no interval of one run. An interval of a lower level than 95 % (few samples)
/// decides nothing. Without @p better neither side is the better one. Source: N. Schenker and J. F.
/// Gentleman, The American Statistician 55 (2001), 182-186.
ComparedNumber compare_numbers(std::optional<ComparedValue> a, std::optional<ComparedValue> b,
                               bool exact, std::optional<Better> better);

}  // namespace hil::results
