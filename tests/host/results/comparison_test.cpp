// SPDX-License-Identifier: Apache-2.0
// Comparing records: every condition, every finding, numbers that are missing or no numbers.
#include "host/results/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace hil::results {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Metric metric(const char* name, double value, MetricKind kind = MetricKind::kExact) {
  Metric made;
  made.name = name;
  made.unit = "B";
  made.kind = kind;
  made.better = Better::kLower;
  made.scope = "inference";
  made.value = value;
  return made;
}

ComparedValue between(double low, double high, double level = 0.95) {
  return {(low + high) / 2, Interval{low, high, level, "bootstrap"}};
}

Record evaluation() {
  Record record;
  record.command = "evaluate";
  record.model.sha256 = std::string(64, 'a');
  record.model.file = "a.tflite";
  record.dataset.labels_sha256 = std::string(64, 'b');
  record.dataset.folder = "set";
  record.dataset.samples = 100;
  record.board.id = "linux";
  record.conditions.tick_hz = 1000;
  record.verdict.samples_done = 100;
  return record;
}

Finding finding_of(const ComparedValue& a, const ComparedValue& b,
                   std::optional<Better> better = Better::kLower) {
  return compare_numbers(a, b, false, better).finding;
}

TEST(Comparison, ARecordIsComparableWithItself) {
  Record record = evaluation();
  record.metrics = {metric("latency_us", 5)};
  const Comparison comparison = compare(record, record);
  EXPECT_TRUE(comparison.comparable());
  EXPECT_THAT(comparison.differences, IsEmpty());
  ASSERT_EQ(comparison.metrics.size(), 1U);
  EXPECT_EQ(comparison.metrics[0].number.finding, Finding::kEqual);
  EXPECT_EQ(comparison.metrics[0].number.difference, 0);
  EXPECT_EQ(comparison.metrics[0].number.ratio, 1);
  EXPECT_FALSE(comparison.operators);
}

TEST(Comparison, EveryConditionIsNamedWithBothValues) {
  struct Case {
    const char* field;
    std::function<void(Record&)> change;
    const char* a;
    const char* b;
    bool must_agree;
  };
  const std::string other(64, 'f');
  const std::string model(64, 'a');
  const std::string labels(64, 'b');
  const Case cases[] = {
      {"command", [](Record& r) { r.command = "profile"; }, "evaluate", "profile", true},
      {"model.sha256", [&](Record& r) { r.model.sha256 = other; }, model.c_str(), other.c_str(),
       true},
      {"model.file", [](Record& r) { r.model.file = "b.tflite"; }, "a.tflite", "b.tflite", false},
      {"dataset.labels_sha256", [&](Record& r) { r.dataset.labels_sha256 = other; }, labels.c_str(),
       other.c_str(), true},
      {"dataset.folder", [](Record& r) { r.dataset.folder = "../set"; }, "set", "../set", false},
      {"dataset.samples", [](Record& r) { r.dataset.samples = 99; }, "100", "99", true},
      {"verdict.samples_done", [](Record& r) { r.verdict.samples_done = 7; }, "100", "7", true},
      {"board.id", [](Record& r) { r.board.id = "x"; }, "linux", "x", true},
      {"board.core", [](Record& r) { r.board.core = "m4"; }, "", "m4", true},
      {"board.emulated", [](Record& r) { r.board.emulated = true; }, "false", "true", true},
      {"board.unique_id", [](Record& r) { r.board.unique_id = "1"; }, "", "1", false},
      {"agent.version", [](Record& r) { r.board.agent_version = "2"; }, "", "2", true},
      {"agent.engine", [](Record& r) { r.board.engine = "tflm"; }, "", "tflm", true},
      {"agent.sha256", [&](Record& r) { r.board.agent_sha256 = other; }, "", other.c_str(), false},
      {"conditions.metric", [](Record& r) { r.conditions.metric = "class"; }, "", "class", true},
      {"conditions.state", [](Record& r) { r.conditions.state = "keep"; }, "", "keep", true},
      {"conditions.inputs", [](Record& r) { r.conditions.inputs = "i"; }, "", "i", true},
      {"conditions.conversion", [](Record& r) { r.conditions.conversion = "c"; }, "", "c", true},
      {"conditions.tick_hz", [](Record& r) { r.conditions.tick_hz = 1; }, "1000", "1", true},
      {"conditions.baud", [](Record& r) { r.conditions.baud = 9600; }, "0", "9600", false},
      {"conditions.host_version", [](Record& r) { r.conditions.host_version = "9"; }, "", "9",
       false},
      {"conditions.host_os", [](Record& r) { r.conditions.host_os = "o"; }, "", "o", false},
      {"conditions.started_utc", [](Record& r) { r.conditions.started_utc = "t"; }, "", "t", false},
      {"verdict.status", [](Record& r) { r.verdict.status = VerdictStatus::kFail; }, "pass", "fail",
       false},
      {"verdict.outputs_differing", [](Record& r) { r.verdict.outputs_differing = 3; }, "0", "3",
       false},
  };
  for (const Case& one : cases) {
    Record changed = evaluation();
    one.change(changed);
    const Comparison comparison = compare(evaluation(), changed);
    ASSERT_EQ(comparison.differences.size(), 1U) << one.field;
    EXPECT_EQ(comparison.differences[0].field, one.field);
    EXPECT_EQ(comparison.differences[0].a, one.a);
    EXPECT_EQ(comparison.differences[0].b, one.b);
    EXPECT_EQ(comparison.differences[0].must_agree, one.must_agree) << one.field;
    EXPECT_EQ(comparison.comparable(), !one.must_agree) << one.field;
  }
}

TEST(Comparison, NamesDecideWhereThereAreNoDigests) {
  Record a = evaluation();
  a.dataset.labels_sha256.clear();
  a.model.sha256.clear();
  Record b = a;
  EXPECT_TRUE(compare(a, b).comparable());
  b.dataset.folder = "other";
  EXPECT_FALSE(compare(a, b).comparable());
  b = a;
  b.model.file = "b.tflite";
  EXPECT_FALSE(compare(a, b).comparable());
  b = evaluation();
  EXPECT_FALSE(compare(a, b).comparable()) << "one digest is unknown";
}

TEST(Comparison, NumberOfTimedRunsMayDiffer) {
  Record a = evaluation();
  a.dataset = {};
  Record b = a;
  b.verdict.samples_done = 5;
  const Comparison comparison = compare(a, b);
  EXPECT_TRUE(comparison.comparable());
  ASSERT_EQ(comparison.differences.size(), 1U);
  EXPECT_EQ(comparison.differences[0].field, "verdict.samples_done");
}

TEST(Comparison, WhatMustAgreeComesFirst) {
  Record changed = evaluation();
  changed.model.file = "b.tflite";
  changed.conditions.tick_hz = 7;
  changed.metrics = {metric("load_us", 1)};
  Record a = evaluation();
  a.metrics = {metric("load_us", 1)};
  a.metrics[0].origin = Origin::kEmulated;
  const Comparison comparison = compare(a, changed);
  std::vector<std::string> fields;
  for (const FieldDifference& difference : comparison.differences)
    fields.push_back(difference.field);
  EXPECT_THAT(fields, ElementsAre("conditions.tick_hz", "origin of load_us", "model.file"));
  EXPECT_EQ(comparison.differences[1].a, "emulated");
  EXPECT_EQ(comparison.differences[1].b, "measured");
}

TEST(Comparison, IntervalsDecideOnNoisyNumbers) {
  EXPECT_EQ(finding_of(between(10, 12), between(13, 14)), Finding::kWorse);
  EXPECT_EQ(finding_of(between(13, 14), between(10, 12)), Finding::kBetter);
  EXPECT_EQ(finding_of(between(10, 12), between(13, 14), Better::kHigher), Finding::kBetter);
  EXPECT_EQ(finding_of(between(10, 12), between(13, 14), std::nullopt), Finding::kDiffers);
  EXPECT_EQ(finding_of(between(10, 12), between(12, 14)), Finding::kNoDifference) << "they touch";
  EXPECT_EQ(finding_of(between(10, 12), between(11, 11.5)), Finding::kNoDifference);
  EXPECT_EQ(finding_of(between(10, 12), between(10, 12)), Finding::kNoDifference);
}

TEST(Comparison, DoubtfulIntervalsDecideNothing) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const ComparedValue good = between(100, 101);
  EXPECT_EQ(finding_of({1, std::nullopt}, good), Finding::kUnclear);
  EXPECT_EQ(finding_of(between(1, 2, 0.9375), good), Finding::kUnclear);
  EXPECT_EQ(finding_of(between(1, 2, 0.95 - 1e-12), good), Finding::kWorse);
  EXPECT_EQ(finding_of(between(1, 2, 0.99), good), Finding::kWorse);
  EXPECT_EQ(finding_of(between(1, 2, kNan), good), Finding::kUnclear);
  EXPECT_EQ(finding_of({1, Interval{2, 1, 0.95, ""}}, good), Finding::kUnclear);
  EXPECT_EQ(finding_of({1, Interval{kNan, 2, 0.95, ""}}, good), Finding::kUnclear);
  EXPECT_EQ(finding_of({1, Interval{0, INFINITY, 0.95, ""}}, good), Finding::kUnclear);
  EXPECT_EQ(finding_of({kNan, Interval{0, 1, 0.95, ""}}, good), Finding::kUnclear);
}

TEST(Comparison, DifferenceAndRatioAreThereWhereTheyMeanSomething) {
  const auto numbers = [](double a, double b) {
    return compare_numbers(ComparedValue{a, {}}, ComparedValue{b, {}}, true, Better::kLower);
  };
  EXPECT_EQ(numbers(4, 5).difference, 1);
  EXPECT_EQ(numbers(4, 5).ratio, 1.25);
  EXPECT_EQ(numbers(4, 5).finding, Finding::kWorse);
  EXPECT_EQ(numbers(0, 5).difference, 5);
  EXPECT_FALSE(numbers(0, 5).ratio);
  EXPECT_EQ(numbers(5, 0).ratio, 0);
  EXPECT_FALSE(numbers(-5, -10).ratio);
  EXPECT_FALSE(numbers(5, -10).ratio);
  EXPECT_FALSE(numbers(NAN, 5).difference);
  EXPECT_EQ(numbers(NAN, NAN).finding, Finding::kUnclear);
  EXPECT_FALSE(numbers(-1e308, 1e308).difference) << "infinite";
  EXPECT_FALSE(numbers(1e-308, 1e308).ratio) << "infinite";
  const auto alone = compare_numbers(std::nullopt, ComparedValue{5, {}}, true, Better::kLower);
  EXPECT_FALSE(alone.a);
  EXPECT_FALSE(alone.difference);
  EXPECT_EQ(alone.finding, Finding::kUnclear);
}

TEST(Comparison, MetricsAreMatchedByNameScopeAndUnit) {
  Record a = evaluation();
  Record b = evaluation();
  a.metrics = {metric("x", 1), metric("y", 2), metric("x", 3)};
  a.metrics[2].scope = "host";
  b.metrics = {metric("x", 30), metric("z", 4), metric("y", 2), metric("x", 10)};
  b.metrics[0].scope = "host";
  b.metrics[2].unit = "ms";
  const Comparison comparison = compare(a, b);
  ASSERT_EQ(comparison.metrics.size(), 5U);
  const auto values = [&](std::size_t i) {
    const ComparedNumber& number = comparison.metrics[i].number;
    return std::pair(number.a ? number.a->value : -1, number.b ? number.b->value : -1);
  };
  EXPECT_EQ(values(0), std::pair(1.0, 10.0));
  EXPECT_EQ(values(1), std::pair(2.0, -1.0));
  EXPECT_EQ(values(2), std::pair(3.0, 30.0));
  EXPECT_EQ(values(3), std::pair(-1.0, 4.0));
  EXPECT_EQ(values(4), std::pair(-1.0, 2.0));
  EXPECT_EQ(comparison.metrics[3].name, "z");
}

TEST(Comparison, EqualMetricsOfOneRecordAreMatchedOnce) {
  Record a = evaluation();
  Record b = evaluation();
  a.metrics = {metric("x", 1), metric("x", 2)};
  b.metrics = {metric("x", 1)};
  const Comparison comparison = compare(a, b);
  ASSERT_EQ(comparison.metrics.size(), 2U);
  EXPECT_EQ(comparison.metrics[0].number.finding, Finding::kEqual);
  EXPECT_FALSE(comparison.metrics[1].number.b);
}

TEST(Comparison, UncertaintyStandsInForAMissingInterval) {
  Record a = evaluation();
  a.metrics = {metric("load_us", 100, MetricKind::kNoisy)};
  a.metrics[0].uncertainty = 1;
  Record b = a;
  b.metrics[0].value = 103.9;
  const auto finding = [&] { return compare(a, b).metrics[0].number.finding; };
  EXPECT_EQ(finding(), Finding::kNoDifference);
  b.metrics[0].value = 103.93;
  EXPECT_EQ(finding(), Finding::kWorse);
  b.metrics[0].uncertainty.reset();
  EXPECT_EQ(finding(), Finding::kUnclear);
}

TEST(Comparison, OneReadingOfAClockIsNotExact) {
  Record a = evaluation();
  a.metrics = {metric("load_us", 100)};
  a.metrics[0].unit = "us";
  Record b = a;
  b.metrics[0].value = 101;
  const auto finding = [&] { return compare(a, b).metrics[0].number.finding; };
  EXPECT_EQ(finding(), Finding::kUnclear);
  a.metrics[0].kind = b.metrics[0].kind = MetricKind::kQuantised;
  EXPECT_EQ(finding(), Finding::kWorse);
  a.metrics[0].kind = b.metrics[0].kind = MetricKind::kExact;
  a.metrics[0].origin = b.metrics[0].origin = Origin::kEmulated;
  EXPECT_EQ(finding(), Finding::kWorse);
}

TEST(Comparison, WhatHasAnIntervalIsAnEstimateWhateverItsKind) {
  Record a = evaluation();
  a.metrics = {metric("mse", 2)};
  a.metrics[0].interval = Interval{1, 3, 0.95, "bootstrap"};
  Record b = a;
  b.metrics[0].value = 2.5;
  EXPECT_EQ(compare(a, b).metrics[0].number.finding, Finding::kNoDifference);
  b.metrics[0].interval.reset();
  EXPECT_EQ(compare(a, b).metrics[0].number.finding, Finding::kUnclear);
}

TEST(Comparison, DeviationsAreNeitherBetterNorWorse) {
  Record a = evaluation();
  a.metrics = {metric("clock_ppm", -50, MetricKind::kNoisy)};
  a.metrics[0].unit = "ppm";
  a.metrics[0].uncertainty = 1;
  Record b = a;
  b.metrics[0].value = 50;
  EXPECT_EQ(compare(a, b).metrics[0].number.finding, Finding::kDiffers);
  a.metrics[0].value = 40;
  EXPECT_FALSE(compare(a, b).metrics[0].number.ratio);
}

TEST(Comparison, RecordsThatDisagreeOnWhatIsBetterOnlyDiffer) {
  Record a = evaluation();
  a.metrics = {metric("x", 1)};
  Record b = a;
  b.metrics[0].value = 2;
  b.metrics[0].better = Better::kHigher;
  EXPECT_EQ(compare(a, b).metrics[0].number.finding, Finding::kDiffers);
}

OperatorTable table_of(std::vector<std::uint32_t> layers, double time) {
  OperatorTable table;
  table.unit = "us";
  table.total = time * static_cast<double>(layers.size()) + 1;
  for (const std::uint32_t layer : layers) {
    table.rows.push_back({layer, "ADD int8", {1}, 5, time, {}});
    table.rows.back().interval = Interval{time * 0.99, time * 1.01, 0.95, "order-statistics"};
  }
  return table;
}

TEST(Comparison, OperatorsAreSideBySideByLayer) {
  Record a = evaluation();
  Record b = evaluation();
  a.operators = table_of({4, 0, 1, 1}, 10);
  b.operators = table_of({0, 1, 2, 4, 4}, 8);
  const Comparison comparison = compare(a, b);
  ASSERT_TRUE(comparison.operators);
  std::string sides;
  for (const ComparedOperator& row : comparison.operators->rows) {
    sides += std::to_string(row.layer) + (row.time.a ? "a" : "") + (row.time.b ? "b" : "") + " ";
    EXPECT_EQ(row.op_a.empty(), !row.time.a);
  }
  EXPECT_EQ(sides, "0ab 1ab 1a 2b 4ab 4b ");
  EXPECT_EQ(comparison.operators->rows[0].time.finding, Finding::kBetter);
  EXPECT_EQ(comparison.operators->rows[0].time.difference, -2);
  EXPECT_EQ(comparison.operators->sum.a->value, 40);
  EXPECT_EQ(comparison.operators->sum.b->value, 40);
  EXPECT_EQ(comparison.operators->total.a->value, 41);
  EXPECT_EQ(comparison.operators->total.finding, Finding::kUnclear);
}

TEST(Comparison, OperatorsOfOtherUnitsOrOneSideAreNotCompared) {
  Record a = evaluation();
  Record b = evaluation();
  a.operators = table_of({0}, 1);
  EXPECT_FALSE(compare(a, b).operators);
  b.operators = table_of({0}, 1);
  b.operators->unit = "instructions";
  const Comparison comparison = compare(a, b);
  EXPECT_FALSE(comparison.operators);
  ASSERT_EQ(comparison.differences.size(), 1U);
  EXPECT_EQ(comparison.differences[0].field, "operators.unit");
  EXPECT_FALSE(comparison.comparable());
  b.operators = OperatorTable{};
  a.operators = OperatorTable{};
  EXPECT_TRUE(compare(a, b).operators->rows.empty());
}

}  // namespace
}  // namespace hil::results
