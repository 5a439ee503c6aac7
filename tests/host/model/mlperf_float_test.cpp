// SPDX-License-Identifier: Apache-2.0
// The MLPerf Tiny models with float32 activations: accuracy over the real samples, and their sizes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "host/data/convert.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/data/sample.hpp"
#include "host/model/model.hpp"
#include "tests/shared_data.hpp"

namespace hil::model {
namespace {

struct Case {
  const char* name;
  const char* model;
  const char* dataset;
  data::SampleFormat samples;
  std::uint64_t macs;
  double plan_share;  ///< the plan's bytes by the model's, at most
  double top1;        ///< per cent
  double tolerance;
  std::size_t most_samples;
};

std::size_t argmax(const std::vector<std::uint8_t>& bytes) {
  std::vector<float> scores(bytes.size() / sizeof(float));
  std::memcpy(scores.data(), bytes.data(), scores.size() * sizeof(float));
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

class MlperfTinyFloat : public testing::TestWithParam<Case> {};

TEST_P(MlperfTinyFloat, ReachesThePublishedAccuracy) {
  const Case& test_case = GetParam();
  const auto root = hil::test::mlperf_tiny();
  HIL_NEEDS_FOLDER(root);
  const auto model = load(root / "models" / test_case.model);
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->macs, test_case.macs);
  EXPECT_LE(static_cast<double>(model->plan.size()),
            static_cast<double>(model->file_bytes) * test_case.plan_share);
  for (const UsedOperator& used : model->operators)
    EXPECT_EQ(used.type, plan::kFloat32Only) << used.opcode;
  auto runner = ReferenceRunner::make(*model);
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  const auto dataset = data::load_mlperf_folder(root / "datasets" / test_case.dataset);
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  const TensorSpec& input = model->inputs.at(0);
  const auto conversion = data::Conversion::make(test_case.samples, {input.type, 0, 0});
  ASSERT_TRUE(conversion.ok()) << conversion.error().what;
  const std::size_t count = std::min(dataset->samples.size(), test_case.most_samples);
  std::size_t right = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bytes = data::read_sample(*dataset, dataset->samples[i], input.element_count(),
                                         test_case.samples.type);
    ASSERT_TRUE(bytes.ok()) << bytes.error().what;
    const auto outputs =
        runner->run(std::vector<std::vector<std::uint8_t>>{conversion->apply(*bytes).value()});
    ASSERT_TRUE(outputs.ok()) << outputs.error().what;
    right += argmax(outputs->at(0)) == dataset->samples[i].label ? 1U : 0U;
  }
  const double top1 = 100.0 * static_cast<double>(right) / static_cast<double>(count);
  std::printf("%s: %.1f %% of %zu samples, plan %zu B of a model of %zu B, arena %u B\n",
              test_case.name, top1, count, model->plan.size(), model->file_bytes,
              model->arena_bytes);
  EXPECT_NEAR(top1, test_case.top1, test_case.tolerance);
}

INSTANTIATE_TEST_SUITE_P(
    Float, MlperfTinyFloat,
    testing::Values(Case{"KwsHybrid",
                         "kws_ref_model_float32.tflite",
                         "kws01",
                         {data::ElementType::kInt8, 0.5847029F, 83},
                         2'656'768,
                         0.9,
                         90.1,
                         0.3,
                         1000},
                    Case{"Resnet8", "pretrainedResnet.tflite", "ic01", data::ElementType::kUint8,
                         12'501'632, 1.01, 87.0, 0.5, 200},
                    Case{"ResnetLarge", "pretrainedResnet_large_float.tflite", "ic01",
                         data::ElementType::kUint8, 76'473'920, 1.01, 93.0, 0.5, 200}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace hil::model
