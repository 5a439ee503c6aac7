// SPDX-License-Identifier: Apache-2.0
// Made-up outputs, compared as a run compares them.
#include "tests/host/report/model_records.hpp"

#include <gtest/gtest.h>

#include "host/results/model_comparison.hpp"
#include "tests/host/report/example_records.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

constexpr std::size_t kSamples = 400;
constexpr std::size_t kClasses = 4;

void add_row(ComparedPass& pass, bool classes, std::uint32_t predicted, double score) {
  for (std::uint32_t i = 0; i < kClasses; ++i)
    pass.values.push_back(i == predicted ? score : (1 - score) / (kClasses - 1));
  if (classes) pass.answers.push_back({predicted, score});
}

/// Float errs on each 40th sample; int8 on each 32nd, which are others but for a few.
ComparedPasses passes_of(bool classes) {
  ComparedPasses passes;
  for (ComparedPass& pass : passes)
    pass.width = kClasses;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const std::uint32_t label = i % kClasses;
    const double score = 0.5 + (i * 37 % 101) * 0.004;
    add_row(passes[kFloatHost], classes, (label + (i % 40 == 0 ? 1 : 0)) % kClasses, score);
    for (const std::size_t pass : {kInt8Host, kInt8Device}) {
      add_row(passes[pass], classes, (label + (i % 32 == 0 ? 1 : 0)) % kClasses,
              0.00390625 * static_cast<int>(score * 256));
    }
  }
  return passes;
}

Record record_of(bool classes) {
  ComparedSamples samples;
  samples.name = [](std::size_t i) { return "clip_" + std::to_string(i) + ".wav"; };
  samples.slice_names = {"room", "speaker"};
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    if (classes) samples.labels.push_back(i % kClasses);
    samples.slices.push_back(
        {i % 3 == 0 ? "" : "hall", "speaker number " + std::to_string(i % 12)});
  }
  Record record = full_record();
  record.command = "compare-model";
  record.metrics.clear();
  record.classification.reset();
  record.conditions.metric = classes ? "class" : "none";
  record.conditions.state = "reset";
  ModelComparison& found = record.model_comparison.emplace();
  found.float_model = record.model;
  found.float_model.file = "models/kws_float.tflite";
  found.float_conversion = "u8 samples are taken as numbers by the model's f32 input";
  if (classes) found.label_names = {"down", "go", "left or anything beside it", "no"};
  record.verdict.samples_done = record.verdict.samples_planned = kSamples;
  record.verdict.outputs_checked = kSamples;
  const Status compared = compare_passes(passes_of(classes), samples, record);
  EXPECT_TRUE(compared.ok());
  return record;
}

}  // namespace

Record models_record() {
  return record_of(true);
}

Record values_record() {
  return record_of(false);
}

}  // namespace hil::report
