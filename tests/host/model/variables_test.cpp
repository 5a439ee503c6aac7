// SPDX-License-Identifier: Apache-2.0
// Variables and what runs once: names, initial content, refusals.
#include "host/model/variables.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/model/model.hpp"
#include "host/model/reader.hpp"
#include "host/model/summary.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using test::FileText;
using test::write_tflite;
using Bytes = std::vector<std::uint8_t>;

constexpr std::int32_t kCallOnce = 129, kVarHandle = 142, kRead = 143, kAssign = 144;
const test::TensorText kHandle = {.shape = {}, .type = TensorType::kResource, .scales = {}};

/// Gives what it was given at the inference before: READ, then ASSIGN, of the variable "v".
FileText delay_line(std::int64_t zero_point = 7) {
  FileText file;
  file.tensors = {
      {.shape = {1, 4}, .zero_points = {zero_point}, .name = "x"},
      kHandle,
      {.shape = {1, 4}, .zero_points = {zero_point}, .name = "y"},
  };
  file.operators = {
      {kVarHandle, {}, {1}, 111, test::handle_options("v")},
      {kRead, {1}, {2}, 112, nullptr},
      {kAssign, {1, 0}, {}, 113, nullptr},
  };
  file.inputs = {0};
  file.outputs = {2};
  return file;
}

/// Assigns @p content to "v".
FileText starter(Bytes content) {
  FileText graph;
  graph.tensors = {{.shape = {1, 4}, .data = std::move(content)}, kHandle};
  graph.operators = {
      {kVarHandle, {}, {1}, 111, test::handle_options("v")},
      {kAssign, {1, 0}, {}, 0, nullptr},
  };
  return graph;
}

FileText delay_line_started_with(FileText graph) {
  FileText file = delay_line();
  file.operators.insert(file.operators.begin(),
                        {kCallOnce, {}, {}, 103, test::call_once_options(1)});
  file.more_graphs = {std::move(graph)};
  return file;
}

class Runs {
 public:
  explicit Runs(const FileText& file) : model_(compile(write_tflite(file), "m.tflite").value()) {
    runner_.emplace(ReferenceRunner::make(model_).value());
  }
  Bytes operator()(Bytes input) { return runner_->run({{std::move(input)}}).value().front(); }
  void reset() { runner_->reset_state(); }
  [[nodiscard]] const CompiledModel& model() const { return model_; }

 private:
  CompiledModel model_;
  std::optional<ReferenceRunner> runner_;
};

std::string refusal_of(const FileText& file) {
  const auto model = compile(write_tflite(file), "m.tflite");
  return model.ok() ? "" : model.error().what;
}

std::string hint_of(const FileText& file) {
  const auto model = compile(write_tflite(file), "m.tflite");
  return model.ok() ? "" : model.error().hint;
}

TEST(Variables, KeepTheirValueBetweenInferences) {
  Runs run(delay_line());
  EXPECT_EQ(run({1, 2, 3, 4}), (Bytes{7, 7, 7, 7}));  // the zero point
  EXPECT_EQ(run({5, 6, 7, 8}), (Bytes{1, 2, 3, 4}));
  run.reset();
  EXPECT_EQ(run({9, 9, 9, 9}), (Bytes{7, 7, 7, 7}));
  EXPECT_EQ(run.model().state_bytes, 16U);
  ASSERT_EQ(run.model().steps.size(), 2U);  // VAR_HANDLE is not there
  EXPECT_EQ(run.model().steps[0].layer, 1U);
  EXPECT_EQ(run.model().steps[0].outputs[0].name, "y");
  EXPECT_EQ(run.model().steps[1].layer, 2U);
}

TEST(Variables, StartFromWhatIsRunOnce) {
  Runs run(delay_line_started_with(starter({10, 20, 30, 40})));
  EXPECT_EQ(run({1, 2, 3, 4}), (Bytes{10, 20, 30, 40}));
  EXPECT_EQ(run({5, 6, 7, 8}), (Bytes{1, 2, 3, 4}));
  run.reset();
  EXPECT_EQ(run({1, 1, 1, 1}), (Bytes{10, 20, 30, 40}));
}

TEST(Variables, OfOtherContainersAreOthers) {
  FileText graph = starter({10, 20, 30, 40});
  graph.operators[0].options = test::handle_options("v", "elsewhere");
  Runs run(delay_line_started_with(std::move(graph)));
  EXPECT_EQ(run({1, 2, 3, 4}), (Bytes{7, 7, 7, 7}));
}

TEST(Variables, SeveralHandlesNameOne) {
  FileText file = delay_line();
  file.tensors.push_back(kHandle);
  file.operators.insert(file.operators.begin() + 2,
                        {kVarHandle, {}, {3}, 111, test::handle_options("v")});
  file.operators[3].inputs = {3, 0};
  Runs run(file);
  run({1, 2, 3, 4});
  EXPECT_EQ(run({5, 6, 7, 8}), (Bytes{1, 2, 3, 4}));
}

TEST(Variables, AnEmptyInitialGraphChangesNothing) {
  Runs run(delay_line_started_with(FileText{}));
  EXPECT_EQ(run({1, 2, 3, 4}), (Bytes{7, 7, 7, 7}));
}

TEST(Variables, AreTakenIntoAccountByTheSummary) {
  const auto summary =
      summarise(write_tflite(delay_line_started_with(starter({1, 2, 3, 4}))), "m.tflite").value();
  EXPECT_TRUE(summary.obstacles.empty());
  EXPECT_EQ(summary.state_bytes, 16U);
  ASSERT_TRUE(summary.memory.has_value());
  EXPECT_EQ(summary.memory->arena_bytes, summary.compiled->arena_bytes);
  ASSERT_EQ(summary.layers.size(), 4U);
  EXPECT_FALSE(summary.layers[0].needs.has_value());  // CALL_ONCE is run here
  EXPECT_EQ(summary.layers[2].needs, (UsedOperator{143, plan::kInt8Only}));
}

TEST(VariablesRefused, DifferentSizesUnderOneName) {
  FileText file = delay_line();
  file.tensors[2].shape = {1, 5};
  EXPECT_EQ(refusal_of(file),
            "m.tflite: operator 2 (ASSIGN_VARIABLE) uses a variable that has another size or type "
            "elsewhere");
}

TEST(VariablesRefused, DifferentTypesUnderOneName) {
  FileText file = delay_line();
  file.tensors[2].type = TensorType::kInt16;
  file.tensors[2].shape = {1, 2};
  EXPECT_NE(refusal_of(file).find("another size or type"), std::string::npos);
}

TEST(VariablesRefused, AHandleThatIsAConstant) {
  FileText file = delay_line();
  file.operators.erase(file.operators.begin());
  file.tensors[1].data = {1};
  EXPECT_EQ(refusal_of(file),
            "m.tflite: operator 0 (READ_VARIABLE) uses a handle that no VAR_HANDLE gives");
  EXPECT_EQ(hint_of(file), "convert the model again with a current TensorFlow Lite converter");
}

TEST(VariablesRefused, AHandleThatNothingMakes) {
  FileText file = delay_line();
  file.operators.erase(file.operators.begin());
  EXPECT_NE(refusal_of(file).find("reads tensor 1 (t), which nothing has written"),
            std::string::npos);
}

TEST(VariablesRefused, CallsOfNoGraph) {
  for (const std::int32_t graph : {-1, 0, 2}) {
    FileText file = delay_line_started_with(starter({1, 2, 3, 4}));
    file.operators[0].options = test::call_once_options(graph);
    EXPECT_EQ(refusal_of(file), "m.tflite: operator 0 (CALL_ONCE) calls graph " +
                                    std::to_string(graph) + " of 2, the file is damaged");
  }
}

TEST(VariablesRefused, ACallBehindAUse) {
  FileText file = delay_line_started_with(starter({1, 2, 3, 4}));
  std::rotate(file.operators.begin(), file.operators.begin() + 1, file.operators.end());
  EXPECT_EQ(refusal_of(file),
            "m.tflite: operator 3 (CALL_ONCE) calls its graph after variables have been used");
  EXPECT_EQ(hint_of(file), "move it in front of them");
}

TEST(VariablesRefused, ACallInsideAGraphThatIsCalled) {
  FileText graph = starter({1, 2, 3, 4});
  graph.operators.push_back({kCallOnce, {}, {}, 103, test::call_once_options(1)});
  EXPECT_EQ(refusal_of(delay_line_started_with(graph)),
            "m.tflite: graph 1: operator 2 (CALL_ONCE) is inside a graph called once");
}

TEST(VariablesRefused, AnInitialGraphWithInputs) {
  FileText graph = starter({1, 2, 3, 4});
  graph.tensors.push_back({.shape = {1, 4}});
  graph.inputs = {2};
  EXPECT_NE(refusal_of(delay_line_started_with(graph)).find("has inputs or outputs"),
            std::string::npos);
}

TEST(VariablesRefused, AnInitialGraphOfTooMuchWork) {
  FileText graph = starter({1, 2, 3, 4});
  const std::int32_t side = 20'000;  // side * side steps of a broadcast addition
  graph.tensors.push_back({.shape = {side, 1}, .data = Bytes(side)});
  graph.tensors.push_back({.shape = {1, side}, .data = Bytes(side)});
  graph.tensors.push_back({.shape = {side, side}});
  graph.operators.push_back({0, {2, 3}, {4}, 11, test::add_options()});
  EXPECT_EQ(refusal_of(delay_line_started_with(graph)),
            "m.tflite: graph 1, called once: needs more than 67108864 bytes");
  EXPECT_EQ(hint_of(delay_line_started_with(graph)), "let the model start from constants");
}

TEST(VariablesRefused, AnInitialGraphOfTooManySteps) {
  FileText graph = starter({1, 2, 3, 4});
  graph.tensors.push_back({.shape = {1, 256, 256, 1}, .data = Bytes(65536)});
  graph.tensors.push_back({.shape = {1, 64, 64, 1}, .data = Bytes(4096)});
  graph.tensors.push_back({.shape = {1, 256, 256, 1}});
  graph.operators.push_back({3, {2, 3}, {4}, 1, test::conv_options(Padding::kSame)});
  EXPECT_EQ(refusal_of(delay_line_started_with(graph)),
            "m.tflite: graph 1, called once: takes more than 67108864 steps");
  EXPECT_EQ(hint_of(delay_line_started_with(graph)), "let the model start from constants");
}

TEST(VariablesRefused, VariableTensorsWhereNoOperatorKeepsState) {
  FileText file = test::small_network();
  file.tensors[3].is_variable = true;
  EXPECT_EQ(refusal_of(file), "m.tflite: operator 0 (CONV_2D) writes tensor 3 (t), a variable");
  file = test::small_network();
  file.tensors[6].is_variable = true;
  file.tensors[6].data = {};
  EXPECT_EQ(refusal_of(file),
            "m.tflite: operator 2 (ADD) reads tensor 6 (t), a variable of other operators");
}

}  // namespace
}  // namespace hil::model
