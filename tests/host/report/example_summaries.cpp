// SPDX-License-Identifier: Apache-2.0
// Summaries made from small files of the tests' builder.
#include "tests/host/report/example_summaries.hpp"

#include <gtest/gtest.h>

#include "tests/host/model/tflite_builder.hpp"

namespace hil::report {
namespace {

using namespace hil::model;

constexpr std::int32_t kFloor = 8;  // operators of the format without a kernel here
constexpr std::int32_t kCustom = 32;

ModelSummary summary_of(const test::FileText& file, const char* path) {
  auto summary = summarise(test::write_tflite(file), path);
  EXPECT_TRUE(summary.ok()) << summary.error().what;
  return std::move(summary).value();
}

}  // namespace

ModelSummary digits_summary() {
  auto summary = load_summary("fixtures/digits/digits_int8.tflite");
  EXPECT_TRUE(summary.ok()) << summary.error().what;
  return std::move(summary).value();
}

ModelSummary tight_summary() {
  ModelSummary summary = summary_of(test::small_network(), "models/small.tflite");
  BoardFit fit;
  fit.board = "tiny_board";
  fit.core = "cortex-m0";
  fit.plan_capacity_bytes = 4096;
  fit.arena_capacity_bytes = 256;
  fit.obstacles = {{"SOFTMAX int8: the board's agent is built without it", {6}},
                   {"the arena needs 288 bytes, the board has 256", {}}};
  summary.board = fit;
  return summary;
}

ModelSummary unsupported_summary() {
  test::FileText file = test::small_network();
  file.operators[3] = {kFloor, {7}, {8}, 0, nullptr};
  file.operators[6] = {kCustom, {12}, {13}, 0, nullptr, "TFLite_Detection_PostProcess"};
  return summary_of(file, "models/unsupported.tflite");
}

ModelSummary residual_summary(std::size_t blocks) {
  test::FileText file;
  const std::vector<std::int32_t> shape = {1, 8, 8, 4};
  file.tensors = {{.shape = shape, .name = "input"},
                  {.shape = {4, 3, 3, 4}, .scales = {0.02F}, .data = test::some_bytes(144)}};
  std::int32_t last = 0;
  const auto add = [&](const std::string& name) {
    file.tensors.push_back({.shape = shape, .name = name});
    return static_cast<std::int32_t>(file.tensors.size() - 1);
  };
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::string path = "net/block" + std::to_string(block);
    const std::int32_t a = add(path + "/conv_a");
    const std::int32_t b = add(path + "/conv_b");
    const std::int32_t sum = add(path + "/sum");
    file.operators.push_back({3, {last, 1, -1}, {a}, 1, test::conv_options(Padding::kSame)});
    file.operators.push_back({3, {a, 1, -1}, {b}, 1, test::conv_options(Padding::kSame)});
    file.operators.push_back({0, {last, b}, {sum}, 11, test::add_options()});
    last = sum;
  }
  file.inputs = {0};
  file.outputs = {last};
  return summary_of(file, "models/residual.tflite");
}

ModelSummary hostile_summary() {
  test::FileText file = test::small_network();
  file.tensors[0].name = "<script>&\"'\x1b[31m\x01\xff]]>";
  file.tensors[3].name = std::string(5000, 'n');
  file.tensors[5].name = "";
  file.operators[6] = {kCustom, {12}, {13}, 0, nullptr, "</text>&\n\x1b"};
  return summary_of(file, "a<b>&\"\x1b.tflite");
}

}  // namespace hil::report
