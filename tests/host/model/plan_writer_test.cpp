// SPDX-License-Identifier: Apache-2.0
// The bytes of a plan: header, section table, alignment, digest, shared constants.
#include "host/model/plan_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "host/base/digest.hpp"
#include "host/model/model.hpp"
#include "protocol/frame/crc32.hpp"
#include "protocol/plan/validate.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

TEST(PlanWriter, HeaderSaysWhatFollows) {
  const auto file = test::write_tflite(test::small_network());
  const auto model = compile(file, "small.tflite");
  ASSERT_TRUE(model.ok()) << model.error().what;
  const plan::PlanView view(model->plan);
  const plan::Header& header = view.header();
  EXPECT_EQ(header.total_bytes, model->plan.size());
  EXPECT_EQ(header.features, plan::kFeatureInt8);
  EXPECT_EQ(header.arena_bytes, model->arena_bytes);
  EXPECT_EQ(header.state_bytes, 0U);
  EXPECT_EQ(header.crc32, frame::crc32(std::span(model->plan).subspan(8)));
  EXPECT_EQ(model->plan_crc32, frame::crc32(model->plan));
  const Sha256 digest = sha256_of(file);
  EXPECT_TRUE(std::equal(digest.begin(), digest.end(), header.model_sha256));
  EXPECT_EQ(model->sha256, digest);
  for (std::uint32_t i = 0; i < header.section_count; ++i) {
    const plan::Section section = view.section_record(i);
    EXPECT_EQ(section.offset % plan::kAlignment, 0U);
    EXPECT_EQ(section.flags, plan::kSectionCritical);
  }
  std::vector<UsedOperator> used;
  for (const std::uint16_t opcode : std::initializer_list<std::uint16_t>{0, 1, 3, 4, 9, 22, 25})
    used.push_back({opcode, plan::kInt8Only});
  EXPECT_EQ(model->operators, used);
}

TEST(PlanWriter, SameFileGivesTheSameBytes) {
  const auto file = test::write_tflite(test::small_network());
  const auto first = compile(file, "a.tflite");
  const auto second = compile(file, "b.tflite");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->plan, second->plan);
}

TEST(PlanWriter, ShapeOperandsAndOtherUnreadTensorsStayBehind) {
  const auto model = compile(test::write_tflite(test::small_network()), "small.tflite");
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(plan::PlanView(model->plan).tensor_count(), 13U);  // of 14, without RESHAPE's shape
}

TEST(PlanWriter, ATensorUsedTwiceIsStoredOnce) {
  test::FileText file;
  file.tensors = {{.shape = {1, 64}},
                  {.shape = {64, 64}, .data = test::some_bytes(4096)},
                  {.shape = {1, 64}},
                  {.shape = {1, 64}}};
  file.operators = {{9, {0, 1}, {2}, 8, test::fully_connected_options()},
                    {9, {2, 1}, {3}, 8, test::fully_connected_options()}};
  file.inputs = {0};
  file.outputs = {3};
  const auto model = compile(test::write_tflite(file), "twice.tflite");
  ASSERT_TRUE(model.ok()) << model.error().what;
  const plan::PlanView view(model->plan);
  EXPECT_EQ(view.tensor_count(), 4U);
  EXPECT_LT(view.section(plan::SectionType::kConstants).size(), 2 * 4096U);
}

TEST(PlanWriter, RecordThatCannotBeWrittenIsRefused) {
  PlanData data;
  PlanOperator op;
  op.opcode = plan::Opcode::kReshape;
  op.inputs.resize(256);
  op.outputs = {0};
  data.operators.push_back(std::move(op));
  const auto many = write_plan(data);
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(many.error().what, "operator 0 is too large for a plan");
  data.operators[0].inputs.resize(1);
  EXPECT_TRUE(write_plan(data).ok());
  data.operators[0].params.resize(70000);
  const auto refused = write_plan(data);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kModel);
  EXPECT_EQ(refused.error().what, "operator 0 is too large for a plan");
  EXPECT_EQ(refused.error().hint, "split the operator into smaller ones");
}

}  // namespace
}  // namespace hil::model
