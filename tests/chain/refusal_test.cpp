// SPDX-License-Identifier: Apache-2.0
// Bad input: one clear sentence, the right exit code, nothing half-written.
#include "tests/chain/refusal.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
namespace mt = hil::model::test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Refusal, ATruncatedModel) {
  const std::string whole = read_text(kModel);
  write_text(folder_ / "cut.tflite", whole.substr(0, whole.size() / 2));
  expect_refused(evaluate(folder_ / "cut.tflite", kData), 2, "cut.tflite");
  EXPECT_THAT(folder_.entries(), ElementsAre("cut.tflite"));
}

TEST_F(Refusal, BitFlippedModelsNeverCrash) {
  const std::string whole = read_text(kModel);
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::string damaged = whole;
    const std::size_t at = (seed * 7919u + 40u) % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << seed % 8));
    write_text(folder_ / "flipped.tflite", damaged);
    const auto outcome = evaluate(folder_ / "flipped.tflite", kData, {"--limit", "1"});
    EXPECT_THAT(outcome.code, testing::AnyOf(0, 1, 2)) << "byte " << at << ": " << outcome.err;
  }
}

TEST_F(Refusal, AnUnsupportedOperatorIsNamedWithItsIndex) {
  mt::FileText text = mt::small_network();
  text.operators[2].code = 111;  // ELU
  text.operators[2].options_type = 0;
  text.operators[2].options = nullptr;
  const auto outcome = evaluate(write_model(text), kData);
  expect_refused(outcome, 1, "operator 2 (ELU");
}

TEST_F(Refusal, AModelTooLargeForTheBoardNamesBothNumbers) {
  mt::FileText text;
  text.tensors = {{.shape = {1, 8, 8, 1}, .name = "in"},
                  {.shape = {1, 1024, 2048, 1}, .name = "huge"},
                  {.shape = {1, 10}, .name = "out"}};
  text.tensors[0].shape = {1, 1024, 2048, 1};
  text.operators = {{.code = 0,
                     .inputs = {0, 0},
                     .outputs = {1},
                     .options_type = 11,
                     .options = mt::add_options()}};
  text.inputs = {0};
  text.outputs = {1};
  const fs::path model = write_model(text);
  write_text(folder_ / "input.bin", std::string(1024 * 2048, 'a'));
  const auto outcome =
      run_hilbench({"infer", model, "--input", folder_ / "input.bin", "--board", "linux"});
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("2097152"), HasSubstr("1048576")));
}

TEST_F(Refusal, DatasetsThatDoNotFit) {
  fs::create_directory(folder_ / "data");
  write_text(folder_ / "data/a.bin", std::string(63, 'x'));
  write_text(folder_ / "data/y_labels.csv", "a.bin,10,3\n");
  expect_refused(evaluate(kModel, folder_ / "data"), 2, "63");
  write_text(folder_ / "data/y_labels.csv", "a.bin,10,10\n");
  expect_refused(evaluate(kModel, folder_ / "data"), 2, "line 1");
  write_text(folder_ / "data/y_labels.csv", "a.bin,12,3\n");
  expect_refused(evaluate(kModel, folder_ / "data"), 2, "12 classes");
  expect_refused(evaluate(kModel, folder_ / "nowhere"), 2, "nowhere");
  EXPECT_FALSE(fs::exists(folder_ / "record.json"));
}

TEST_F(Refusal, OutputsThatCannotBeWritten) {
  expect_refused(evaluate(kModel, kData, {"--json", folder_ / "no/such/folder/r.json"}), 2,
                 "no/such/folder");
  const auto full = evaluate(kModel, kData, {"--limit", "3", "--json", "/dev/full"});
  EXPECT_EQ(full.code, 2) << full.err;
  EXPECT_THAT(full.err, HasSubstr("/dev/full"));
  const auto stdout_full = Program({"evaluate", kModel, "--dataset", kData, "--board", "linux",
                                    "--limit", "3", "--json", "-"},
                                   "/dev/full")
                               .finish();
  EXPECT_EQ(stdout_full.code, 2) << stdout_full.err;
  EXPECT_THAT(stdout_full.err, HasSubstr("standard output"));
  EXPECT_TRUE(folder_.entries().empty());
}

TEST_F(Refusal, OptionsThatMakeNoSense) {
  expect_refused(evaluate(kModel, kData, {"--limit", "0"}), 2, "--limit 0");
  expect_refused(evaluate(kModel, kData, {"--limit", "-1"}), 2, "-1");
  expect_refused(evaluate(kModel, kData, {"--metric", "best"}), 2, "--metric best is not known");
  expect_refused(evaluate(kModel, kData, {"--state", "maybe"}), 2, "--state maybe is not known");
  expect_refused(evaluate(kModel, kData, {"--metric", "none", "--top-k", "2"}), 2,
                 "--top-k goes with --metric class");
  expect_refused(evaluate(kModel, kData, {"--top-k", "11"}), 2, "--top-k 11");
  expect_refused(evaluate(kModel, kData, {"--metric", "regression"}), 2, "has no targets");
  expect_refused(evaluate(kModel, kData, {"--metric", "autoencoder"}), 1, "an autoencoder");
  expect_refused(evaluate(kModel, kData, {"--input-type", "u9"}), 2, "--input-type u9");
  expect_refused(evaluate(kModel, kData, {"--input-type", "i32"}), 2, "i32");
}

}  // namespace
}  // namespace hil::test
