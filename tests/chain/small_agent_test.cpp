// SPDX-License-Identifier: Apache-2.0
// An agent built from a short list of operators: what it runs, and what the host says before it
// sends a model that needs more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"
#include "tests/host/model/tflite_builder.hpp"
#include "tests/shared_data.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
namespace mt = hil::model::test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDigits = "fixtures/digits/digits_int8.tflite";
constexpr const char* kDigitsData = "fixtures/digits/test";

/// The board "linux" with the small agent on it.
class SmallAgent : public testing::Test {
 protected:
  SmallAgent() {
    fs::create_directory(folder_ / "agents");
    fs::create_symlink(HIL_SMALL_AGENT, folder_ / "agents/hilbench-agent-linux");
    setenv("HILBENCH_AGENTS", (folder_ / "agents").c_str(), 1);
  }
  ~SmallAgent() override { unsetenv("HILBENCH_AGENTS"); }

  fs::path write_model(const mt::FileText& text) const {
    const auto bytes = mt::write_tflite(text);
    write_text(folder_ / "model.tflite", std::string(bytes.begin(), bytes.end()));
    return folder_ / "model.tflite";
  }
  /// Runs @p text on an input of @p input_bytes.
  Program::Outcome infer(const mt::FileText& text, std::size_t input_bytes) const {
    const fs::path model = write_model(text);
    write_text(folder_ / "input.bin", std::string(input_bytes, '\0'));
    return run_hilbench({"infer", model, "--input", folder_ / "input.bin", "--board", "linux"});
  }
  TemporaryFolder folder_;
};

/// Ends with LOGISTIC in int8, which the small agent lacks, as operator 6.
mt::FileText with_logistic() {
  mt::FileText text = mt::small_network();
  text.operators[6] = {14, {12}, {13}, 0, nullptr};
  return text;
}

/// SOFTMAX of float32 alone.
mt::FileText float_softmax() {
  mt::FileText text;
  const mt::TensorText scores{
      .shape = {1, 10}, .type = hil::model::TensorType::kFloat32, .scales = {}, .zero_points = {}};
  text.tensors = {scores, scores};
  text.operators = {{25, {0}, {1}, 9, mt::softmax_options(1.0F)}};
  text.inputs = {0};
  text.outputs = {1};
  return text;
}

TEST_F(SmallAgent, SaysWhichOperatorsItHas) {
  const auto outcome = run_hilbench({"info", "--board", "linux", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto facts = nlohmann::json::parse(outcome.out);
  const std::vector<std::string> names{
      "ADD",         "AVERAGE_POOL_2D", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED",
      "MAX_POOL_2D", "RESHAPE",         "SOFTMAX"};
  EXPECT_EQ(facts["operators"], names);
  EXPECT_EQ(facts["operators_int8"], names);
  EXPECT_FALSE(facts.contains("operators_float32"));
}

TEST_F(SmallAgent, RunsDigits) {
  const auto outcome = run_hilbench({"evaluate", kDigits, "--dataset", kDigitsData, "--board",
                                     "linux", "--json", folder_ / "record.json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto record = report::load_record(folder_ / "record.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->verdict.outputs_checked, 360u);
  EXPECT_EQ(record->verdict.outputs_differing, 0u);
  EXPECT_THAT(outcome.out, HasSubstr("99.2 %"));
}

TEST_F(SmallAgent, RunsKeywordSpotting) {
  HIL_NEEDS_FOLDER(mlperf_tiny());
  const auto outcome =
      run_hilbench({"evaluate", mlperf_tiny() / "models/kws_ref_model.tflite", "--dataset",
                    mlperf_tiny() / "datasets/kws01", "--board", "linux", "--limit", "50"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(SmallAgent, OperatorThatItLacksIsNamedWithTypeAndIndex) {
  const auto outcome = infer(with_logistic(), 72);
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("linux lacks operators that the model needs: "
                                           "operator 6 (LOGISTIC int8)"),
                                 HasSubstr("put an agent on the board that has them"),
                                 Not(HasSubstr("the agent says"))));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(SmallAgent, OperatorThatItHasForAnotherTypeIsNamedToo) {
  const auto outcome = infer(float_softmax(), 40);
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("needs: operator 0 (SOFTMAX float32)\n"));
}

TEST_F(SmallAgent, NothingIsSentOfWhatItCannotRun) {
  mt::FileText text = with_logistic();
  // Weights that would be seen on the line: 36 values to 200.
  text.tensors[11] = {.shape = {200, 36}, .scales = {0.01F}, .data = mt::some_bytes(7200, 4)};
  text.tensors[12].shape = {1, 200};
  text.tensors[13].shape = {1, 200};
  const fs::path model = write_model(text);
  fs::create_directory(folder_ / "data");
  write_text(folder_ / "data/a.bin", std::string(72, '\0'));
  write_text(folder_ / "data/y_labels.csv", "a.bin,200,3\n");
  const auto outcome = run_hilbench({"evaluate", model, "--dataset", folder_ / "data", "--board",
                                     "linux", "--json", folder_ / "record.json"});
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("operator 6 (LOGISTIC int8)"));
  const auto record = report::load_record(folder_ / "record.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_GT(record->model.plan_bytes, 7200u);
  EXPECT_LT(record->link.bytes_sent, 1000u);
  EXPECT_EQ(record->verdict.samples_done, 0u);
}

TEST_F(SmallAgent, SummaryNamesTheSame) {
  const fs::path model = write_model(with_logistic());
  const auto outcome = run_hilbench({"summary", model, "--board", "linux", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto board = nlohmann::json::parse(outcome.out)["board"];
  EXPECT_EQ(board["runs"], false);
  ASSERT_EQ(board["obstacles"].size(), 1u) << board;
  EXPECT_EQ(board["obstacles"][0]["what"], "LOGISTIC int8: the board's agent is built without it");
  EXPECT_THAT(board["obstacles"][0]["operators"], ElementsAre(6));
  const auto table = run_hilbench({"summary", model, "--board", "linux"});
  EXPECT_THAT(table.out, HasSubstr("LOGISTIC int8: the board's agent is built without it"));
}

}  // namespace
}  // namespace hil::test
