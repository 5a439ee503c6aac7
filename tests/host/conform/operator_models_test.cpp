// SPDX-License-Identifier: Apache-2.0
// Operator models: one for whatever the engine has, what they reach, and that an agent agrees.
#include "host/conform/operator_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "target/engine/kernels/kernel.hpp"
#include "tests/host/conform/linux_board.hpp"

namespace hil::conform {
namespace {

using test::Bytes;

const std::vector<OperatorModel>& all_models() {
  static const std::vector<OperatorModel> models = operator_models();
  return models;
}

model::CompiledModel compiled(const OperatorModel& of) {
  auto model = model::compile(of.tflite, of.name);
  EXPECT_TRUE(model) << of.name << ": " << (model ? "" : model.error().what);
  return model ? std::move(model).value() : model::CompiledModel();
}

/// Outputs of @p times inferences on the host.
std::vector<std::vector<Bytes>> reference(const model::CompiledModel& model,
                                          const std::vector<Bytes>& inputs, int times = 2) {
  auto runner = model::ReferenceRunner::make(model);
  EXPECT_TRUE(runner) << model.path << ": " << (runner ? "" : runner.error().what);
  std::vector<std::vector<Bytes>> outputs;
  for (int i = 0; runner && i < times; ++i) {
    auto output = runner->run(inputs);
    EXPECT_TRUE(output) << model.path << ": " << (output ? "" : output.error().what);
    if (output) outputs.push_back(std::move(output).value());
  }
  return outputs;
}

/// The elements of a tensor as strings of bytes.
std::set<Bytes> distinct(const Bytes& bytes, std::size_t element) {
  std::set<Bytes> found;
  for (std::size_t at = 0; at + element <= bytes.size(); at += element) {
    found.insert(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                       bytes.begin() + static_cast<std::ptrdiff_t>(at + element)));
  }
  return found;
}

bool is_small(const model::UsedOperator& used) {
  std::ifstream file("target/engine/operators/small.list");
  for (std::string line; std::getline(file, line);) {
    if (line == measure::title_of(used)) return true;
  }
  return false;
}

TEST(OperatorModels, ThereIsOneForAllThatTheEngineHas) {
  std::map<std::uint32_t, plan::TypeSet> covered;
  for (const OperatorModel& of : all_models())
    covered[of.opcode] = static_cast<plan::TypeSet>(covered[of.opcode] | of.type);
  std::map<std::uint32_t, plan::TypeSet> built_in;
  for (const engine::KernelEntry& entry : engine::kernels()) {
    auto& types = built_in[static_cast<std::uint32_t>(entry.opcode)];
    types = static_cast<plan::TypeSet>(types | entry.types);
  }
  for (const auto& [opcode, types] : built_in) {
    for (plan::TypeSet type = 1; type != 0; type = static_cast<plan::TypeSet>(type << 1)) {
      if ((types & type) == 0) continue;
      const model::UsedOperator used{static_cast<std::uint16_t>(opcode), type};
      EXPECT_NE(covered[opcode] & type, 0) << measure::title_of(used) << " has no model";
    }
  }
  EXPECT_EQ(covered, built_in) << "a model is for nothing that the engine has";
}

TEST(OperatorModels, EachIsOfTheOperatorThatItNames) {
  std::set<std::string> names;
  for (const OperatorModel& of : all_models()) {
    EXPECT_TRUE(names.insert(of.name).second) << of.name << " is there twice";
    const model::CompiledModel model = compiled(of);
    const model::UsedOperator under_test{static_cast<std::uint16_t>(of.opcode), of.type};
    EXPECT_THAT(model.operators, testing::Contains(under_test)) << of.name;
    const bool is_variable = of.opcode == static_cast<std::uint32_t>(plan::Opcode::kReadVariable) ||
                             of.opcode == static_cast<std::uint32_t>(plan::Opcode::kAssignVariable);
    EXPECT_EQ(model.steps.size(), is_variable ? 2U : 1U) << of.name;
  }
}

TEST(OperatorModels, NamesBeginWithTheOperator) {
  for (const OperatorModel& of : all_models()) {
    const std::string title = measure::title_of({static_cast<std::uint16_t>(of.opcode), of.type});
    const bool called = of.name.rfind("CALL_ONCE ", 0) == 0;
    EXPECT_TRUE(called || of.name == title || of.name.rfind(title + ", ", 0) == 0) << of.name;
  }
}

TEST(OperatorModels, AreSmallEnoughForSmallBoards) {
  for (const OperatorModel& of : all_models()) {
    const model::CompiledModel model = compiled(of);
    const std::size_t ram = model.arena_bytes + model.state_bytes;
    const bool small = std::all_of(model.operators.begin(), model.operators.end(), is_small);
    EXPECT_LE(ram, small ? 1'500U : 2'048U) << of.name;
    EXPECT_LE(model.plan.size(), small ? 1'500U : 3'000U) << of.name;
  }
}

TEST(OperatorModels, InputsAreReadyToSend) {
  for (const OperatorModel& of : all_models()) {
    const model::CompiledModel model = compiled(of);
    ASSERT_EQ(of.inputs.size(), model.inputs.size()) << of.name;
    ASSERT_GE(of.inputs.size(), 1U) << of.name;
    for (std::size_t i = 0; i < of.inputs.size(); ++i)
      EXPECT_EQ(of.inputs[i].size(), model.inputs[i].size_bytes()) << of.name;
  }
}

/// The least and the greatest value, in units of the type.
template <class T>
std::pair<T, T> range_of(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

TEST(OperatorModels, InputsReachTheWholeRange) {
  for (const OperatorModel& of : all_models()) {
    const model::CompiledModel model = compiled(of);
    const Bytes& input = of.inputs.front();
    switch (model.inputs.front().type) {
      case data::ElementType::kInt8:
        EXPECT_EQ(range_of<std::int8_t>(input), std::pair(std::int8_t{-128}, std::int8_t{127}));
        break;
      case data::ElementType::kUint8:
        EXPECT_EQ(range_of<std::uint8_t>(input), std::pair(std::uint8_t{0}, std::uint8_t{255}));
        break;
      case data::ElementType::kInt16:
        EXPECT_EQ(range_of<std::int16_t>(input),
                  std::pair(std::int16_t{-32768}, std::int16_t{32767}));
        break;
      case data::ElementType::kInt32:
        EXPECT_EQ(range_of<std::int32_t>(input), std::pair(INT32_MIN, INT32_MAX));
        break;
      case data::ElementType::kFloat32: {
        const auto [low, high] = range_of<float>(input);
        EXPECT_TRUE(std::isfinite(low) && std::isfinite(high)) << of.name;
        EXPECT_GT(high - low, 5) << of.name;
        break;
      }
    }
  }
}

TEST(OperatorModels, OutputsAreVariedAndFinite) {
  for (const OperatorModel& of : all_models()) {
    const model::CompiledModel model = compiled(of);
    const auto outputs = reference(model, of.inputs);
    ASSERT_EQ(outputs.size(), 2U) << of.name;
    for (std::size_t i = 0; i < model.outputs.size(); ++i) {
      const Bytes& last = outputs[1][i];  // of READ_VARIABLE the first one is empty
      const std::size_t element = data::size_of(model.outputs[i].type);
      EXPECT_GE(distinct(last, element).size(), 4U) << of.name;
      if (model.outputs[i].type != data::ElementType::kFloat32) continue;
      const auto [low, high] = range_of<float>(last);
      EXPECT_TRUE(std::isfinite(low) && std::isfinite(high)) << of.name;
    }
  }
}

/// How often the smallest and the largest element occur.
template <class T>
std::pair<std::ptrdiff_t, std::ptrdiff_t> ends_of(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  const auto [low, high] = range_of<T>(bytes);
  return {std::count(values.begin(), values.end(), low),
          std::count(values.begin(), values.end(), high)};
}

TEST(OperatorModels, SumsAndProductsAreClampedAtBothEnds) {
  std::map<std::string, std::pair<bool, bool>> clamped;  // by operator and type
  for (const OperatorModel& of : all_models()) {
    switch (static_cast<plan::Opcode>(of.opcode)) {
      case plan::Opcode::kAdd:
      case plan::Opcode::kSub:
      case plan::Opcode::kMul:
      case plan::Opcode::kConv2d:
      case plan::Opcode::kDepthwiseConv2d:
      case plan::Opcode::kAveragePool2d:
        break;
      default:
        continue;
    }
    if (of.type == plan::kFloat32Only) continue;
    const Bytes output = reference(compiled(of), of.inputs, 1).at(0).at(0);
    const auto [low, high] =
        of.type == plan::kInt8Only ? ends_of<std::int8_t>(output) : ends_of<std::int16_t>(output);
    auto& [below, above] = clamped[of.name.substr(0, of.name.find(','))];
    below = below || low > 1;
    above = above || high > 1;
  }
  EXPECT_EQ(clamped.size(), 12U);
  for (const auto& [name, ends] : clamped)
    EXPECT_TRUE(ends.first && ends.second) << name;
}

TEST(OperatorModels, EveryInputMatters) {
  for (const OperatorModel& of : all_models()) {
    const model::CompiledModel model = compiled(of);
    const auto expected = reference(model, of.inputs);
    for (std::size_t i = 0; i < of.inputs.size(); ++i) {
      auto changed = of.inputs;
      std::reverse(changed[i].begin(), changed[i].end());
      if (model.inputs[i].type == data::ElementType::kFloat32) {  // in whole elements
        for (std::size_t at = 0; at < changed[i].size(); at += 4)
          std::reverse(changed[i].begin() + static_cast<std::ptrdiff_t>(at),
                       changed[i].begin() + static_cast<std::ptrdiff_t>(at + 4));
      }
      EXPECT_NE(reference(model, changed), expected) << of.name << ", input " << i;
    }
  }
}

TEST(OperatorModels, OnlyThoseWithStateRemember) {
  const std::set<plan::Opcode> remembering{plan::Opcode::kSvdf, plan::Opcode::kReadVariable,
                                           plan::Opcode::kUnidirectionalSequenceLstm};
  for (const OperatorModel& of : all_models()) {
    const auto outputs = reference(compiled(of), of.inputs);
    const bool remembers = remembering.count(static_cast<plan::Opcode>(of.opcode)) != 0;
    EXPECT_EQ(outputs.at(0) != outputs.at(1), remembers) << of.name;
  }
}

TEST(OperatorModels, TheLinuxAgentAgreesByteForByte) {
  const auto board = test::LinuxBoard::start();
  ASSERT_NE(board, nullptr);
  for (const OperatorModel& of : all_models()) {
    const model::CompiledModel model = compiled(of);
    EXPECT_EQ(board->run(model, of.inputs, 3), reference(model, of.inputs, 3)) << of.name;
  }
}

}  // namespace
}  // namespace hil::conform
