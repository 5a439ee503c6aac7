// SPDX-License-Identifier: Apache-2.0
// The summary: totals of known models, models that cannot run, damaged files.
#include "host/model/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "host/base/file.hpp"
#include "host/model/liveness.hpp"
#include "tests/host/model/tflite_builder.hpp"
#include "tests/shared_data.hpp"

namespace hil::model {
namespace {

using test::FileText;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int32_t kFloor = 8;  // an operator of the format that TinyML models do not use

ModelSummary summary_of(const FileText& file) {
  auto summary = summarise(test::write_tflite(file), "some/small.tflite");
  EXPECT_TRUE(summary.ok()) << summary.error().what;
  return std::move(summary).value();
}

/// Buffers that share an address and an operator would overwrite each other.
void expect_sound(const ModelSummary& summary) {
  const MemorySummary& memory = *summary.memory;
  EXPECT_GE(memory.arena_bytes, memory.bound_bytes);
  for (const BufferSummary& a : memory.buffers) {
    EXPECT_LE(a.offset + a.size_bytes, memory.arena_bytes);
    EXPECT_LE(a.first, a.last);
    EXPECT_LT(a.last, summary.layers.size());
    for (const BufferSummary& b : memory.buffers) {
      if (&a == &b || a.last < b.first || b.last < a.first) continue;
      EXPECT_TRUE(a.offset + a.size_bytes <= b.offset || b.offset + b.size_bytes <= a.offset);
    }
  }
}

/// Sums over the layers are the model's, where no layer shares constants with another one.
void expect_adds_up(const ModelSummary& summary) {
  std::uint64_t macs = 0;
  std::uint64_t parameters = 0;
  std::uint64_t live = 0;
  for (const LayerSummary& layer : summary.layers) {
    macs += layer.macs.value_or(0);
    parameters += layer.parameters;
    live = std::max(live, layer.live_bytes.value_or(0));
  }
  EXPECT_EQ(macs, summary.macs);
  EXPECT_EQ(parameters, summary.parameters);
  EXPECT_EQ(live, summary.memory->bound_bytes);
  EXPECT_EQ(summary.layers.at(summary.memory->busiest).live_bytes, live);
}

TEST(Summary, SmallNetworkLayerByLayer) {
  const ModelSummary summary = summary_of(test::small_network());
  ASSERT_TRUE(summary.compiled);
  EXPECT_THAT(summary.obstacles, IsEmpty());
  std::vector<std::string> ops;
  std::vector<std::uint64_t> macs;
  std::vector<std::uint64_t> parameters;
  for (const LayerSummary& layer : summary.layers) {
    ops.push_back(layer.op);
    macs.push_back(layer.macs.value_or(999));
    parameters.push_back(layer.parameters);
    EXPECT_TRUE(layer.supported);
  }
  EXPECT_THAT(ops, ElementsAre("CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "AVERAGE_POOL_2D", "RESHAPE",
                               "FULLY_CONNECTED", "SOFTMAX"));
  EXPECT_THAT(macs, ElementsAre(36 * 4 * 18, 36 * 4 * 9, 0, 0, 0, 36 * 4, 0));
  EXPECT_THAT(parameters, ElementsAre(76, 36, 4, 0, 0, 144, 0)) << "the shape is no parameter";
  EXPECT_EQ(summary.macs, summary.compiled->macs);
  EXPECT_EQ(summary.layers[0].weights_bytes, 72U + 16U);
  EXPECT_EQ(summary.memory->arena_bytes, summary.compiled->arena_bytes);
  EXPECT_EQ(summary.activations.at(summary.inputs.at(0)).name, "input");
  EXPECT_EQ(summary.activations.at(summary.outputs.at(0)).shape, (std::vector<std::int32_t>{1, 4}));
  expect_sound(summary);
  expect_adds_up(summary);
}

TEST(Summary, InPlaceOutputLiesInTheBufferOfItsInput) {
  const ModelSummary summary = summary_of(test::small_network());
  const auto shared =
      std::count_if(summary.memory->buffers.begin(), summary.memory->buffers.end(),
                    [](const BufferSummary& buffer) { return buffer.activations.size() == 2; });
  EXPECT_EQ(shared, 2) << "ADD and RESHAPE";
}

TEST(Summary, OperatorsWithoutKernelAreNamedAndTheRestIsStillTold) {
  FileText file = test::small_network();
  file.operators[3].code = kFloor;
  file.operators[3].options = nullptr;
  file.operators[3].options_type = 0;
  const ModelSummary summary = summary_of(file);
  EXPECT_FALSE(summary.compiled);
  ASSERT_EQ(summary.obstacles.size(), 1U);
  EXPECT_EQ(summary.obstacles[0].what, "FLOOR, int8: there is no kernel for it");
  EXPECT_THAT(summary.obstacles[0].operators, ElementsAre(3));
  EXPECT_FALSE(summary.layers[3].supported);
  EXPECT_EQ(summary.layers[3].macs, std::nullopt);
  EXPECT_FALSE(summary.macs_complete);
  EXPECT_EQ(summary.macs, 36U * 4 * 18 + 36 * 4 * 9 + 36 * 4);
  ASSERT_TRUE(summary.memory);
  expect_sound(summary);
  expect_adds_up(summary);
}

TEST(Summary, TheSameReasonIsToldOnceForAllOperators) {
  FileText file = test::small_network();
  for (const std::size_t i : {2U, 3U}) {
    file.operators[i].code = kFloor;
    file.operators[i].options = nullptr;
    file.operators[i].options_type = 0;
  }
  file.operators[2].inputs = {5};
  const ModelSummary summary = summary_of(file);
  ASSERT_EQ(summary.obstacles.size(), 1U);
  EXPECT_THAT(summary.obstacles[0].operators, ElementsAre(2, 3));
}

TEST(Summary, RefusedOptionsAreNamedPerOperator) {
  FileText file = test::small_network();
  file.tensors[7].zero_points = {9};  // the pool's output has another one
  const ModelSummary summary = summary_of(file);
  EXPECT_FALSE(summary.compiled);
  ASSERT_EQ(summary.obstacles.size(), 1U);
  EXPECT_EQ(summary.obstacles[0].what.find("AVERAGE_POOL_2D"), 0U) << summary.obstacles[0].what;
  EXPECT_THAT(summary.obstacles[0].operators, ElementsAre(3));
  EXPECT_FALSE(summary.layers[3].supported);
  EXPECT_TRUE(summary.macs_complete);
}

TEST(Summary, OpenShapesLeaveMemoryUnknown) {
  FileText file = test::small_network();
  file.tensors[3].shape = {1, -1, 6, 4};
  const ModelSummary summary = summary_of(file);
  EXPECT_FALSE(summary.compiled);
  EXPECT_FALSE(summary.memory);
  ASSERT_EQ(summary.obstacles.size(), 1U);
  EXPECT_THAT(summary.obstacles[0].what, HasSubstr("has a dimension of -1"));
  EXPECT_THAT(summary.obstacles[0].what, testing::Not(HasSubstr("small.tflite")));
  EXPECT_EQ(summary.layers[0].activation_bytes, std::nullopt);
  EXPECT_EQ(summary.layers[0].macs, std::nullopt);
}

TEST(Summary, SharedConstantsCountOnceInTotals) {
  FileText file = test::small_network();
  file.operators[2].inputs = {5, 5};
  file.operators.insert(file.operators.begin() + 3, file.operators[2]);
  file.tensors.push_back(file.tensors[7]);
  const auto added = static_cast<std::int32_t>(file.tensors.size() - 1);
  file.operators[2].inputs = {5, 6};
  file.operators[2].outputs = {added};
  file.operators[3].inputs = {added, 6};
  const ModelSummary summary = summary_of(file);
  ASSERT_TRUE(summary.compiled);
  EXPECT_EQ(summary.layers[2].parameters, 4U);
  EXPECT_EQ(summary.layers[3].parameters, 4U);
  EXPECT_EQ(summary.parameters, 76U + 36 + 4 + 144);
}

TEST(Summary, BrokenFilesAreTheUsers) {
  const auto bytes = test::write_tflite(test::small_network());
  for (std::size_t size : {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    const auto summary = summarise(std::span(bytes).first(size), "cut.tflite");
    ASSERT_FALSE(summary.ok()) << size;
    EXPECT_EQ(summary.error().blame, Blame::kUser);
    EXPECT_THAT(summary.error().what, HasSubstr("cut.tflite"));
  }
  EXPECT_EQ(load_summary("no/such/model.tflite").error().blame, Blame::kUser);
}

TEST(Summary, ContradictingFilesNeverCrash) {
  // Unsupported and damaged at once: operands missing, cycles, no operators at all.
  FileText file = test::small_network();
  file.operators[0].code = kFloor;
  file.operators[0].options = nullptr;
  file.operators[0].options_type = 0;
  FileText no_operands = file;
  no_operands.operators[4].inputs = {};
  EXPECT_FALSE(summary_of(no_operands).memory);
  FileText late = file;
  std::swap(late.operators[1], late.operators[5]);
  const ModelSummary summary = summary_of(late);
  EXPECT_FALSE(summary.memory);
  FileText twice = file;
  twice.operators[5].outputs = {3};
  EXPECT_FALSE(summary_of(twice).memory);
}

struct Shared {
  const char* model;
  std::uint64_t macs;
  std::size_t layers;
};

class SharedModels : public testing::TestWithParam<Shared> {};

TEST_P(SharedModels, HaveTheKnownTotals) {
  HIL_NEEDS_FOLDER(hil::test::mlperf_tiny());
  const auto summary = load_summary(hil::test::mlperf_tiny() / "models" / GetParam().model);
  ASSERT_TRUE(summary.ok()) << summary.error().what;
  EXPECT_EQ(summary->macs, GetParam().macs);
  EXPECT_TRUE(summary->macs_complete);
  EXPECT_EQ(summary->layers.size(), GetParam().layers);
  ASSERT_TRUE(summary->memory);
  expect_sound(*summary);
  expect_adds_up(*summary);
  if (!summary->compiled) return;
  EXPECT_EQ(summary->macs, summary->compiled->macs);
  EXPECT_EQ(summary->memory->arena_bytes, summary->compiled->arena_bytes);
}

INSTANTIATE_TEST_SUITE_P(Mlperf, SharedModels,
                         testing::Values(Shared{"kws_ref_model.tflite", 2'656'768, 13},
                                         Shared{"kws_ref_model_float32.tflite", 2'656'768, 13},
                                         Shared{"pretrainedResnet_quant.tflite", 12'501'632, 16},
                                         Shared{"pretrainedResnet.tflite", 12'501'632, 16},
                                         Shared{"pretrainedResnet_large_int8.tflite", 76'473'920,
                                                16}),
                         [](const auto& tested) {
                           std::string name = tested.param.model;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(Summary, EveryGoldenModelCanBeSummarised) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  std::size_t count = 0;
  std::size_t compiled = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(hil::test::op_golden())) {
    if (entry.path().extension() != ".tflite") continue;
    const auto summary = load_summary(entry.path());
    if (!summary.ok()) {
      EXPECT_NE(summary.error().blame, Blame::kBug) << summary.error().what;
      continue;
    }
    ++count;
    compiled += summary->compiled ? 1U : 0U;
    EXPECT_EQ(summary->obstacles.empty(), summary->compiled.has_value()) << entry.path();
    if (summary->compiled) {
      EXPECT_EQ(summary->macs, summary->compiled->macs) << entry.path();
      EXPECT_TRUE(summary->macs_complete) << entry.path();
    }
  }
  std::printf("%zu models summarised, %zu of them compile\n", count, compiled);
  EXPECT_GT(count, 0U);
}

}  // namespace
}  // namespace hil::model
