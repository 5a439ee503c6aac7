// SPDX-License-Identifier: Apache-2.0
// Which models can be compared; tests/chain/compare_model_test.cpp compares them.
#include "host/measure/model_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/measure/digits.hpp"

namespace hil::measure {
namespace {

using ::testing::HasSubstr;

model::TensorSpec tensor(std::int32_t count) {
  model::TensorSpec spec;
  spec.shape = {1, count};
  return spec;
}

model::CompiledModel model_of(const char* path, plan::TypeSet type) {
  model::CompiledModel model;
  model.path = path;
  model.operators = {{1, type}};
  model.inputs = {tensor(64)};
  model.outputs = {tensor(10), tensor(4)};
  return model;
}

model::CompiledModel in_float() {
  return model_of("f.tflite", plan::kFloat32Only);
}

model::CompiledModel in_int8() {
  return model_of("q.tflite", plan::kInt8Only);
}

void expect_refused(const Status& status, const std::string& what) {
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kUser);
  EXPECT_THAT(status.error().what, HasSubstr(what));
  EXPECT_FALSE(status.error().hint.empty());
}

TEST(ModelPair, OfOneShapeCanBeCompared) {
  EXPECT_TRUE(check_models(in_float(), in_int8()).ok());
  EXPECT_TRUE(check_models(in_float(), model_of("q.tflite", plan::kInt16Only)).ok());
  // Quantised models that take and give float32 have operators of both kinds.
  model::CompiledModel wrapped = in_int8();
  wrapped.operators.push_back({2, plan::kFloat32Only});
  EXPECT_TRUE(check_models(in_float(), wrapped).ok());
}

TEST(ModelPair, SwappedModelsAreRefused) {
  expect_refused(check_models(in_int8(), in_float()), "q.tflite computes nothing in float32");
  expect_refused(check_models(in_float(), in_float()), "f.tflite computes nothing in integers");
}

TEST(ModelPair, OtherSizesAreRefused) {
  model::CompiledModel other = in_int8();
  other.inputs = {tensor(65)};
  expect_refused(check_models(in_float(), other),
                 "the input of f.tflite has 64 values, that of q.tflite has 65");
  other = in_int8();
  other.outputs.pop_back();
  expect_refused(check_models(in_float(), other),
                 "the output of f.tflite has 10 and 4 values, that of q.tflite has 10");
}

TEST(ModelPair, SamplesOfAnUnknownTypeAreRefused) {
  const test::Digits digits = test::load_digits();
  const auto in_float_model = model::load("fixtures/digits/digits_float32.tflite");
  ASSERT_TRUE(in_float_model) << in_float_model.error().what;
  const auto sources = [&](data::Dataset dataset) {
    auto for_float = SampleSource::make(dataset, *in_float_model, {});
    auto for_int8 = SampleSource::make(dataset, digits.model, {});
    EXPECT_TRUE(for_float.ok() && for_int8.ok());
    return std::pair(*std::move(for_float), *std::move(for_int8));
  };
  const auto stated = sources(digits.dataset);
  EXPECT_TRUE(check_sources({{*in_float_model, stated.first}, {digits.model, stated.second}}).ok());
  data::Dataset dataset = digits.dataset;
  dataset.element_type.reset();
  dataset.scale = 0;
  const auto unknown = sources(dataset);
  expect_refused(check_sources({{*in_float_model, unknown.first}, {digits.model, unknown.second}}),
                 "as f32, the int8 model as i8");
}

}  // namespace
}  // namespace hil::measure
