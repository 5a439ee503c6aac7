// SPDX-License-Identifier: Apache-2.0
// hilbench compare-model against two evaluations of the same models, and all the ways it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>

#include "host/base/signals.hpp"
#include "host/boards/catalogue.hpp"
#include "host/data/load.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/model_comparison.hpp"
#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFloat = "fixtures/digits/digits_float32.tflite";
constexpr const char* kInt8 = "fixtures/digits/digits_int8.tflite";
constexpr const char* kData = "fixtures/digits/test";
/// Output scale of kInt8: softmax always has 1/256 and zero point -128.
constexpr double kScale = 1.0 / 256;
constexpr int kZeroPoint = -128;

std::vector<std::vector<std::string>> rows_of(const fs::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream text(read_text(path));
  for (std::string line; std::getline(text, line);) {
    std::istringstream fields(line);
    for (auto& row = rows.emplace_back(); std::getline(fields, line, ',');)
      row.push_back(line);
  }
  return rows;
}

/// Real outputs of a row of `evaluate --outputs`.
std::vector<double> values_of(const std::vector<std::string>& row, double scale, int zero_point) {
  std::vector<double> values;
  for (std::size_t i = 2; i < row.size(); ++i)
    values.push_back(scale * (std::stod(row[i]) - zero_point));
  return values;
}

std::size_t argmax(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

double metric(const std::vector<results::Metric>& metrics, const std::string& name,
              const std::string& scope) {
  for (const results::Metric& one : metrics) {
    if (one.name == name && one.scope == scope) return one.value;
  }
  ADD_FAILURE() << "no " << name << " of " << scope;
  return -1;
}

class CompareModel : public testing::Test {
 protected:
  /// Images of noise, which stay close to the line between classes, in slices of a column.
  void write_noise(int samples) {
    fs::create_directory(folder_ / "data");
    write_text(folder_ / "data/dataset.json", read_text(fs::path(kData) / "dataset.json"));
    std::mt19937 random(4);
    std::string manifest = "name,label,half\n";
    for (int i = 0; i < samples; ++i) {
      std::string bytes;
      for (int byte = 0; byte < 64; ++byte)
        bytes += static_cast<char>(random() & 0xff);
      const std::string name = std::to_string(i) + ".bin";
      write_text(folder_ / ("data/" + name), bytes);
      manifest +=
          name + "," + std::to_string(i % 10) + (i < samples / 2 ? ",first\n" : ",second\n");
    }
    write_text(folder_ / "data/manifest.csv", manifest);
  }
  std::vector<std::string> words(const fs::path& data) const {
    return {"compare-model",
            "--float",
            kFloat,
            "--int8",
            kInt8,
            "--dataset",
            data,
            "--board",
            "linux",
            "--json",
            folder_ / "record.json",
            "--flips",
            folder_ / "flips.csv"};
  }
  results::Record record() const {
    auto record = report::load_record(folder_ / "record.json");
    EXPECT_TRUE(record) << record.error().what;
    return record ? *std::move(record) : results::Record{};
  }
  results::Record evaluate(const char* model, const fs::path& data, const std::string& outputs) {
    const auto outcome =
        run_hilbench({"evaluate", model, "--dataset", data, "--board", "linux", "--json",
                      folder_ / "one.json", "--outputs", folder_ / outputs});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    auto record = report::load_record(folder_ / "one.json");
    EXPECT_TRUE(record) << record.error().what;
    return record ? *std::move(record) : results::Record{};
  }
  TemporaryFolder folder_;
};

TEST_F(CompareModel, FiguresEqualThoseOfTwoEvaluations) {
  const auto outcome = run_hilbench(words(kData));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const results::Record both = record();
  const double float_top1 = metric(evaluate(kFloat, kData, "f.csv").metrics, "top1", "dataset");
  const double int8_top1 = metric(evaluate(kInt8, kData, "q.csv").metrics, "top1", "dataset");
  EXPECT_EQ(metric(both.metrics, "top1", "float-host"), float_top1);
  EXPECT_EQ(metric(both.metrics, "top1", "int8-host"), int8_top1);
  EXPECT_EQ(metric(both.metrics, "top1", "int8-device"), int8_top1);
  EXPECT_EQ(metric(both.metrics, "agreement", "int8-host/int8-device"), 1);
  EXPECT_EQ(metric(both.metrics, "output_difference_max", "int8-host/int8-device"), 0);
  EXPECT_EQ(both.verdict.outputs_checked, 360U);
  EXPECT_TRUE(both.verdict.complete);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("board 360 of 360"), HasSubstr("check 360 of 360"),
                                 HasSubstr("float 360 of 360")));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("digits_float32.tflite"), HasSubstr("99.2 %")));
}

TEST_F(CompareModel, FlipsAndDifferencesAreThoseOfTheRawOutputs) {
  write_noise(1500);
  const auto outcome = run_hilbench(words(folder_ / "data"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const results::Record both = record();
  evaluate(kFloat, folder_ / "data", "f.csv");
  evaluate(kInt8, folder_ / "data", "q.csv");
  const auto in_float = rows_of(folder_ / "f.csv");
  const auto in_int8 = rows_of(folder_ / "q.csv");
  ASSERT_EQ(in_float.size(), 1501U);
  ASSERT_EQ(in_int8.size(), 1501U);

  std::vector<std::string> flipped;
  std::map<bool, double> agreeing;  // by half
  double largest = 0;
  double sum = 0;
  std::string largest_at;
  for (std::size_t i = 1; i <= 1500; ++i) {
    const auto by_float = values_of(in_float[i], 1, 0);
    const auto by_int8 = values_of(in_int8[i], kScale, kZeroPoint);
    for (std::size_t value = 0; value < 10; ++value) {
      const double distance = std::abs(by_float[value] - by_int8[value]);
      sum += distance;
      if (distance <= largest) continue;
      largest = distance;
      largest_at = in_float[i][0];
    }
    if (argmax(by_float) == argmax(by_int8)) {
      ++agreeing[i <= 750];
    } else {
      flipped.push_back(in_float[i][0] + "," + in_float[i][1] + "," +
                        std::to_string(argmax(by_float)) + "," + std::to_string(argmax(by_int8)));
    }
  }
  ASSERT_GT(flipped.size(), 10U);
  const std::string pair = "float-host/int8-host";
  EXPECT_EQ(metric(both.metrics, "agreement", pair), (agreeing[true] + agreeing[false]) / 1500);
  EXPECT_NEAR(metric(both.metrics, "output_difference_max", pair), largest, 1e-7);
  EXPECT_NEAR(metric(both.metrics, "output_difference_mean", pair), sum / 15000, 1e-7);
  EXPECT_EQ(both.model_comparison->pairs.at(0).largest_at, largest_at);
  const auto csv = rows_of(folder_ / "flips.csv");
  ASSERT_EQ(csv.size(), flipped.size() + 1);
  for (std::size_t i = 0; i < flipped.size(); ++i) {
    EXPECT_EQ(csv[i + 1][0] + "," + csv[i + 1][1] + "," + csv[i + 1][2] + "," + csv[i + 1][3],
              flipped[i]);
  }
  ASSERT_EQ(both.slices.size(), 2U);
  EXPECT_EQ(metric(both.slices[0].metrics, "agreement", pair), agreeing[true] / 750);
  EXPECT_EQ(metric(both.slices[1].metrics, "agreement", pair), agreeing[false] / 750);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("more (--flips FILE writes all)"), HasSubstr("second")));
}

TEST_F(CompareModel, SavedRecordIsShownAlike) {
  auto some = words(kData);
  some.insert(some.end(), {"--limit", "25"});
  const auto outcome = run_hilbench(some);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(record().verdict.samples_planned, 25U);
  const auto shown = run_hilbench({"show", folder_ / "record.json"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(shown.out, outcome.out);
}

TEST_F(CompareModel, ValuesAloneHaveNoClasses) {
  const auto outcome =
      run_hilbench({"compare-model", "--float", kFloat, "--int8", kInt8, "--dataset", kData,
                    "--board", "linux", "--metric", "none", "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto record = report::parse_record(outcome.out, "standard output");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->conditions.metric, "none");
  EXPECT_GT(metric(record->metrics, "output_difference_max", "float-host/int8-device"), 0);
  for (const results::Metric& one : record->metrics)
    EXPECT_THAT(one.name, Not(testing::AnyOf("top1", "agreement", "mcnemar_p")));
}

TEST_F(CompareModel, WrongPairsAreRefusedBeforeABoardIsStarted) {
  const auto refused = [&](const std::vector<std::string>& pair, const std::string& what) {
    std::vector<std::string> all = words(kData);
    std::copy(pair.begin(), pair.end(), all.begin() + 1);
    const auto outcome = run_hilbench(all);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(what));
    EXPECT_THAT(folder_.entries(), ElementsAre());
  };
  refused({"--float", kInt8, "--int8", kFloat}, "computes nothing in float32");
  refused({"--float", kFloat, "--int8", kFloat}, "computes nothing in integers");
  refused({"--float", kFloat, "--int8", "fixtures/rotor/rotor_svdf.tflite"},
          "has 64 values, that of");
  refused({"--float", kFloat, "--int8", folder_ / "none.tflite"}, "none.tflite");
  auto metric_words = words(kData);
  metric_words.insert(metric_words.end(), {"--metric", "none"});
  const auto outcome = run_hilbench(metric_words);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--flips needs classes"));
  EXPECT_THAT(folder_.entries(), ElementsAre());
}

TEST_F(CompareModel, ADeviceThatComputesWrongIsFoundOut) {
  for (const auto& [agents, code, part] :
       {std::tuple(HIL_AGENT_ALWAYS_WRONG, 70, "does so again"),
        std::tuple(HIL_AGENT_ONCE_WRONG, 7, "not when run again")}) {
    setenv("HILBENCH_AGENTS", agents, 1);
    const auto outcome = run_hilbench(words(kData));
    unsetenv("HILBENCH_AGENTS");
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("differs from the host reference"), HasSubstr(part)));
    const results::Record found = record();
    EXPECT_EQ(found.verdict.status, results::VerdictStatus::kError);
    EXPECT_GT(found.verdict.outputs_differing, 0U);
    EXPECT_GT(metric(found.metrics, "output_difference_max", "int8-host/int8-device"), 0);
  }
}

TEST_F(CompareModel, CtrlCKeepsWhatIsThere) {
  write_noise(20'000);
  Program program(words(folder_ / "data"));
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("board "));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_NE(kill(*agent, 0), 0) << "the agent stays behind";
  const results::Record found = record();
  EXPECT_FALSE(found.verdict.complete);
  EXPECT_EQ(found.verdict.status, results::VerdictStatus::kInterrupted);
  EXPECT_LT(found.verdict.samples_done, 20'000U);
  EXPECT_GT(found.verdict.samples_done, 0U);
  EXPECT_GE(metric(found.metrics, "top1", "int8-device"), 0);
  EXPECT_THAT(folder_.entries(), ElementsAre("data", "flips.csv", "record.json"));
}

/// A stop in the middle of a pass on the host, which a signal from outside can't time.
TEST(CompareModels, StoppedInTheLastPassComparesWhatItHasDone) {
  const auto catalogue = boards::Catalogue::load();
  ASSERT_TRUE(catalogue) << catalogue.error().what;
  const auto board = catalogue->find("linux");
  ASSERT_TRUE(board) << board.error().what;
  const auto ready = lab::make_ready(*board, {}, Deadline::after(std::chrono::seconds(10)));
  ASSERT_TRUE(ready) << ready.error().what;
  const auto in_float = model::load(kFloat);
  const auto in_int8 = model::load(kInt8);
  const auto dataset = data::load_dataset(kData);
  ASSERT_TRUE(in_float && in_int8 && dataset);
  const auto for_float = measure::SampleSource::make(*dataset, *in_float, {});
  const auto for_int8 = measure::SampleSource::make(*dataset, *in_int8, {});
  ASSERT_TRUE(for_float && for_int8);

  const StopRequest stop;
  measure::Watch watch;
  watch.stop = &stop;
  watch.progress = [](measure::Phase phase, std::uint64_t done, std::uint64_t) {
    if (phase == measure::Phase::kFloat && done == 100) raise(SIGINT);
  };
  const results::Record record = measure::compare_models(
      **ready, {{*in_float, *for_float}, {*in_int8, *for_int8}}, {.count = 360}, watch);
  EXPECT_EQ(record.verdict.status, results::VerdictStatus::kInterrupted);
  EXPECT_FALSE(record.verdict.complete);
  EXPECT_EQ(record.verdict.samples_done, 360U);
  EXPECT_EQ(record.verdict.outputs_checked, 360U);
  ASSERT_EQ(record.model_comparison->pairs.size(), 3U);
  EXPECT_EQ(record.model_comparison->pairs[0].samples, 100U);
  EXPECT_EQ(record.model_comparison->pairs[2].samples, 360U);
  EXPECT_GT(metric(record.metrics, "top1", "float-host"), 0.9);
}

}  // namespace
}  // namespace hil::test
