// SPDX-License-Identifier: Apache-2.0
// Scoring: which metric is chosen, and what known outputs give.
#include "host/measure/scoring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "host/measure/stream.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::measure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

model::TensorSpec tensor(std::int32_t count, data::ElementType type, float scale = 0,
                         std::int32_t zero_point = 0) {
  model::TensorSpec spec;
  spec.type = type;
  spec.shape = {1, count};
  spec.scale = scale;
  spec.zero_point = zero_point;
  return spec;
}

model::CompiledModel model_of(std::vector<model::TensorSpec> outputs) {
  model::CompiledModel model;
  model.path = "m.tflite";
  model.inputs = {tensor(2, data::ElementType::kInt8, 0.5F, 1)};
  model.outputs = std::move(outputs);
  return model;
}

/// A dataset of @p labels in a folder of its own; every sample has the bytes 3 and 5.
class Scored : public ::testing::Test {
 protected:
  data::Dataset dataset_of(std::uint32_t classes, const std::vector<std::uint32_t>& labels,
                           const std::string& bytes = "\x03\x05") {
    data::Dataset dataset;
    dataset.folder = folder_.path();
    dataset.class_count = classes;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      data::Sample& sample = dataset.samples.emplace_back();
      sample.name = "s" + std::to_string(i) + ".bin";
      sample.label = labels[i];
      std::ofstream(folder_.path() / sample.name, std::ios::binary) << bytes;
    }
    return dataset;
  }
  static SampleSource source_of(data::Dataset dataset, const model::CompiledModel& model) {
    auto source = SampleSource::make(std::move(dataset), model, {});
    EXPECT_TRUE(source.ok()) << source.error().what;
    return *std::move(source);
  }
  static std::vector<session::SampleResult> results_of(
      const std::vector<std::vector<std::uint8_t>>& outputs) {
    std::vector<session::SampleResult> results;
    for (const auto& output : outputs) {
      session::SampleResult& result = results.emplace_back();
      result.sample = static_cast<std::uint32_t>(results.size() - 1);
      result.outputs = {output};
    }
    return results;
  }

  ScratchFolder folder_;
};

std::vector<std::string> names_of(const results::Record& record) {
  std::vector<std::string> names;
  for (const results::Metric& metric : record.metrics)
    names.push_back(metric.name);
  return names;
}

std::vector<std::uint8_t> bytes_of(const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST_F(Scored, ClassesAreTheDefaultWithoutTargets) {
  const auto model = model_of({tensor(3, data::ElementType::kInt8)});
  EXPECT_EQ(*choose_scoring({}, model, source_of(dataset_of(3, {0}), model)), Scoring::kClass);
  const auto wrong = choose_scoring({}, model, source_of(dataset_of(4, {0}), model));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().blame, Blame::kUser);
  EXPECT_THAT(wrong.error().what, HasSubstr("has 4 classes, the output of m.tflite has 3 values"));
  EXPECT_THAT(wrong.error().hint, HasSubstr("--metric"));
  EXPECT_EQ(*choose_scoring(Scoring::kNone, model, source_of(dataset_of(4, {0}), model)),
            Scoring::kNone);
}

TEST_F(Scored, TargetsMakeARegression) {
  const auto model = model_of({tensor(2, data::ElementType::kFloat32)});
  data::Dataset dataset = dataset_of(0, {0, 0});
  dataset.has_labels = false;
  const auto nothing = choose_scoring({}, model, source_of(dataset, model));
  EXPECT_THAT(nothing.error().what, HasSubstr("no labels"));
  EXPECT_THAT(nothing.error().hint, HasSubstr("--metric"));
  dataset.samples[0].targets = dataset.samples[1].targets = {1, 2};
  EXPECT_EQ(*choose_scoring({}, model, source_of(dataset, model)), Scoring::kRegression);
  const auto other = model_of({tensor(3, data::ElementType::kFloat32)});
  EXPECT_THAT(choose_scoring({}, other, source_of(dataset, other)).error().what,
              HasSubstr("2 targets per sample, the output of m.tflite has 3 values"));
}

TEST_F(Scored, AutoencodersGiveAsManyAsTheyTake) {
  const auto model = model_of({tensor(2, data::ElementType::kInt8)});
  const SampleSource source = source_of(dataset_of(2, {0, 1}), model);
  EXPECT_EQ(*choose_scoring(Scoring::kAutoencoder, model, source), Scoring::kAutoencoder);
  const SampleSource three = source_of(dataset_of(3, {0, 1}), model);
  EXPECT_EQ(choose_scoring(Scoring::kAutoencoder, model, three).error().blame, Blame::kUser);
  const auto longer = model_of({tensor(3, data::ElementType::kInt8)});
  EXPECT_EQ(choose_scoring(Scoring::kAutoencoder, longer, source).error().blame, Blame::kModel);
}

TEST_F(Scored, ClassesFillMetricsMatrixAndSlices) {
  const auto model = model_of({tensor(3, data::ElementType::kInt8)});
  data::Dataset dataset = dataset_of(3, {0, 1, 2});
  dataset.slice_names = {"room"};
  dataset.samples[0].slices = dataset.samples[2].slices = {"hall"};
  dataset.samples[1].slices = {"attic"};
  results::Record record;
  record.metrics.resize(1);
  record.metrics[0].name = "plan_bytes";
  ASSERT_TRUE(score({.top_k = 2}, model, source_of(dataset, model),
                    results_of({{9, 0, 0}, {0x80, 5, 0}, {7, 0xff, 6}}), record)
                  .ok());
  EXPECT_EQ(record.metrics.front().name, "top1");
  EXPECT_NEAR(record.metrics.front().value, 2.0 / 3, 1e-15);
  EXPECT_EQ(record.metrics[1].name, "top2");
  EXPECT_EQ(record.metrics[1].value, 1);
  EXPECT_EQ(record.metrics.back().name, "plan_bytes");
  EXPECT_EQ(record.classification->confusion[2][0], 1U);
  ASSERT_EQ(record.slices.size(), 2U);
  EXPECT_EQ(record.slices[1].value, "hall");
  EXPECT_EQ(record.slices[1].metrics.at(0).value, 0.5);
}

TEST_F(Scored, OneProbabilityIsTheSecondClass) {
  const auto model = model_of({tensor(1, data::ElementType::kInt8, 1.0F / 256, -128)});
  const SampleSource source = source_of(dataset_of(2, {0, 1, 1}), model);
  EXPECT_FALSE(choose_scoring({}, model, source).ok());
  ASSERT_TRUE(choose_scoring(Scoring::kClass, model, source).ok());
  results::Record record;
  ASSERT_TRUE(score({}, model, source, results_of({{0x81}, {0x7f}, {0}}), record).ok());
  EXPECT_EQ(record.classification->confusion[0][0], 1U);
  EXPECT_EQ(record.classification->confusion[1][1], 1U);
  EXPECT_EQ(record.classification->confusion[1][0], 1U);  // one half is not more than one half
  const auto logit = model_of({tensor(1, data::ElementType::kFloat32)});
  const Status status = score({}, logit, source_of(dataset_of(2, {0}), logit),
                              results_of({bytes_of({1.5F})}), record);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kModel);
  EXPECT_THAT(status.error().what, HasSubstr("1.5 is no probability"));
}

TEST_F(Scored, RegressionComparesRealValues) {
  const auto model = model_of({tensor(1, data::ElementType::kInt8, 0.25F, 2)});
  data::Dataset dataset = dataset_of(0, {0, 0});
  dataset.samples[0].targets = {1};
  dataset.samples[1].targets = {3};
  results::Record record;
  ASSERT_TRUE(score({.scoring = Scoring::kRegression}, model, source_of(dataset, model),
                    results_of({{6}, {12}}), record)
                  .ok());
  EXPECT_THAT(names_of(record), ElementsAre("mae", "rmse", "r2"));
  EXPECT_EQ(record.metrics[0].value, 0.25);  // 1 and 2.5 instead of 1 and 3
  EXPECT_FALSE(record.classification);
}

TEST_F(Scored, AutoencoderAveragesTheWindowsOfAFile) {
  const auto model = model_of({tensor(2, data::ElementType::kFloat32)});
  // Bytes 3, 5, 7 and 9 in windows of two, one apart; as real numbers 1, 2, 3 and 4.
  data::Dataset dataset = dataset_of(2, {0, 1}, "\x03\x05\x07\x09");
  for (data::Sample& sample : dataset.samples) {
    sample.window_bytes = 2;
    sample.stride_bytes = 1;
    sample.size_bytes = 4;
  }
  const SampleSource source = source_of(dataset, model);
  ASSERT_EQ(source.inference_count(), 6U);
  auto results = results_of({bytes_of({1, 2}), bytes_of({2, 3}), bytes_of({3, 6}), bytes_of({1, 4}),
                             bytes_of({2, 3}), bytes_of({3, 8})});
  results::Record record;
  const ScoringOptions options{.scoring = Scoring::kAutoencoder};
  ASSERT_TRUE(score(options, model, source, results, record).ok());
  EXPECT_THAT(names_of(record), ElementsAre("mse", "auc", "pr_auc"));
  // Window errors 0, 0, 2 and 2, 0, 8: files 2/3 and 10/3.
  EXPECT_NEAR(record.metrics[0].value, 2, 1e-12);
  EXPECT_EQ(record.metrics[1].value, 1);
  results.pop_back();  // the second file is not complete: only the first one counts
  results::Record partial;
  ASSERT_TRUE(score(options, model, source, results, partial).ok());
  EXPECT_THAT(names_of(partial), ElementsAre("mse"));
  EXPECT_NEAR(partial.metrics[0].value, 2.0 / 3, 1e-12);
}

TEST_F(Scored, OutputsThatAreNoNumbersNameTheSample) {
  const auto model = model_of({tensor(2, data::ElementType::kFloat32)});
  results::Record record;
  for (const Scoring scoring : {Scoring::kClass, Scoring::kAutoencoder}) {
    const Status status =
        score({.scoring = scoring}, model, source_of(dataset_of(2, {0, 1}), model),
              results_of({bytes_of({1, 2}), bytes_of({NAN, 2})}), record);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kModel);
    EXPECT_THAT(status.error().what, HasSubstr("s1.bin"));
  }
}

TEST_F(Scored, NothingIsScoredOfNothing) {
  const auto model = model_of({tensor(2, data::ElementType::kInt8)});
  for (const Scoring scoring : {Scoring::kClass, Scoring::kAutoencoder, Scoring::kNone}) {
    results::Record record;
    ASSERT_TRUE(
        score({.scoring = scoring}, model, source_of(dataset_of(2, {0}), model), {}, record).ok());
    EXPECT_TRUE(record.metrics.empty());
  }
}

TEST_F(Scored, StateStartsAfreshWithEachFileOrOnce) {
  const auto model = model_of({tensor(2, data::ElementType::kInt8)});
  data::Dataset dataset = dataset_of(2, {0, 1}, "\x03\x05\x07");
  for (data::Sample& sample : dataset.samples) {
    sample.window_bytes = 2;
    sample.stride_bytes = 1;
    sample.size_bytes = 3;
  }
  const SampleSource source = source_of(dataset, model);
  std::vector<bool> reset;
  std::vector<bool> keep;
  for (std::size_t i = 0; i < source.inference_count(); ++i) {
    reset.push_back(starts_fresh(StateRule::kReset, source, i));
    keep.push_back(starts_fresh(StateRule::kKeep, source, i));
  }
  EXPECT_THAT(reset, ElementsAre(true, false, true, false));
  EXPECT_THAT(keep, ElementsAre(true, false, false, false));
}

TEST(Scoring, WordsAreFoundAgain) {
  for (const Scoring scoring :
       {Scoring::kClass, Scoring::kAutoencoder, Scoring::kRegression, Scoring::kNone}) {
    EXPECT_EQ(find_scoring(name_of(scoring)), scoring);
  }
  EXPECT_FALSE(find_scoring("Class"));
}

}  // namespace
}  // namespace hil::measure
