// SPDX-License-Identifier: Apache-2.0
// Refusals word for word: sentence, hint, exit code, and what is left on the disk.
#include <cmath>
#include <nlohmann/json.hpp>

#include "host/report/json_record.hpp"
#include "tests/chain/refusal.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
namespace mt = hil::model::test;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

/// ADD of @p inputs tensors of 1x4, so also an autoencoder by its sizes.
mt::FileText addition(std::size_t inputs) {
  mt::FileText text;
  text.tensors.resize(inputs + 1, {.shape = {1, 4}, .name = "t"});
  const auto last = static_cast<std::int32_t>(inputs);
  text.operators = {{.code = 0,
                     .inputs = {0, last - 1},
                     .outputs = {last},
                     .options_type = 11,
                     .options = mt::add_options()}};
  for (std::int32_t i = 0; i < last; ++i)
    text.inputs.push_back(i);
  text.outputs = {last};
  return text;
}

TEST_F(Refusal, NoCommandAndUnknownOnes) {
  const auto nothing = run_hilbench({});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_EQ(nothing.out, "");
  EXPECT_THAT(nothing.err, testing::StartsWith("usage: hilbench COMMAND [options]\n"));
  expect_says(run_hilbench({"frobnicate"}), 2, "there is no command 'frobnicate'",
              "see hilbench --help");
  expect_says(run_hilbench({"info"}), 2, "info needs --board BOARD",
              "for example: hilbench info --board linux");
  expect_says(run_hilbench({"boards", "--json", "--json"}), 2, "--json is given 2 times",
              "give it once");
  expect_says(run_hilbench({"boards", "linux", "rhubarb"}), 2,
              "boards does not know what to do with 'rhubarb'", "see hilbench boards --help");
}

TEST_F(Refusal, ABoardWithoutItsAgent) {
  fs::create_directory(folder_ / "agents");
  const std::string image = folder_ / "agents/hilbench-agent-linux";
  const std::string json = folder_ / "record.json";
  const std::vector<std::vector<std::string>> commands = {
      {"info"},
      {"evaluate", kModel, "--dataset", kData, "--json", json},
      {"profile", kModel, "--json", json},
      {"verify", kModel},
      {"infer", kModel, "--input", std::string(kData) + "/digit_0007_7.bin"}};
  setenv("HILBENCH_AGENTS", (folder_ / "agents").c_str(), 1);
  for (std::vector<std::string> words : commands) {
    words.insert(words.end(), {"--board", "linux"});
    expect_says(run_hilbench(words), 4, "there is no agent for linux: " + image + " is missing",
                "build it, or set HILBENCH_AGENTS to the folder that has it");
  }
  unsetenv("HILBENCH_AGENTS");
  EXPECT_THAT(folder_.entries(), ElementsAre("agents"));
}

TEST_F(Refusal, AFolderWithoutBoards) {
  const std::string folder = folder_.path();
  const std::string hint = "board files are looked for in HILBENCH_BOARDS, or beside the program";
  setenv("HILBENCH_BOARDS", folder.c_str(), 1);
  expect_says(run_hilbench({"boards"}), 3, folder + ": no board files", hint);
  write_text(folder_ / "linux.json", read_text("boards/linux.json"));
  expect_says(run_hilbench({"info", "--board", "linux"}), 3,
              folder + ": board.schema.json is missing", hint);
  unsetenv("HILBENCH_BOARDS");
}

TEST_F(Refusal, ABoardWithoutAnEmulator) {
  auto board = nlohmann::json::parse(read_text("boards/linux.json"));
  board.erase("emulator");
  board["id"] = "bare";
  write_text(folder_ / "bare.json", board.dump());
  write_text(folder_ / "board.schema.json", read_text("boards/board.schema.json"));
  setenv("HILBENCH_BOARDS", folder_.path().c_str(), 1);
  expect_says(run_hilbench({"info", "--board", "bare", "--emulate"}), 2,
              "bare can't be emulated: its file names no emulator",
              "leave --emulate out to use the one on the desk, or take a board that 'hilbench "
              "boards' lists with an emulator");
  unsetenv("HILBENCH_BOARDS");
}

TEST_F(Refusal, AModelWithTwoInputs) {
  const std::string model = write_model(addition(2));
  write_text(folder_ / "x.bin", "1234");
  expect_says(run_hilbench({"infer", model, "--input", folder_ / "x.bin", "--board", "linux"}), 1,
              model + " has 2 inputs, --input feeds exactly one", "use a model with one input");
  expect_says(evaluate(model, kData), 1,
              model + " has 2 inputs, a dataset of single files feeds exactly one",
              "use a model with one input");
  EXPECT_THAT(folder_.entries(), ElementsAre("model.tflite", "x.bin"));
}

TEST_F(Refusal, DatasetsThatCannotAnswerTheQuestion) {
  const std::string model = write_model(addition(1));
  const std::string hint =
      "use the dataset that belongs to the model, or say what to compute: --metric class, "
      "autoencoder, regression or none";
  const std::string data = folder_ / "data", json = folder_ / "record.json";
  fs::create_directory(data);
  write_text(data + "/a.bin", "1234");
  write_text(data + "/manifest.csv", "name,label\na.bin,2\n");
  expect_says(evaluate(model, data, {"--metric", "autoencoder", "--json", json}), 2,
              data + " has 3 classes, an autoencoder tells normal (0) from anomaly (1)", hint);
  write_text(data + "/manifest.csv", "name\na.bin\n");
  expect_says(evaluate(model, data, {"--metric", "class", "--json", json}), 2,
              data + " has no labels", hint);
  write_text(data + "/manifest.csv", "name,target\na.bin,0.5\n");
  expect_says(evaluate(model, data, {"--metric", "regression", "--json", json}), 2,
              data + " has 1 targets per sample, the output of " + model + " has 4 values", hint);
  EXPECT_THAT(folder_.entries(), ElementsAre("data", "model.tflite"));
}

TEST_F(Refusal, ADatasetThatCannotBeReadLeavesNoFindings) {
  const std::string data = folder_ / "data";
  fs::create_directories(data + "/cat");
  write_text(data + "/cat/1.wav", "no sound");
  expect_says(run_hilbench({"dataset", "check", data, "--json", folder_ / "findings.json"}), 2,
              data + "/cat/1.wav byte 0: not a WAV file", "write it as 16-bit PCM (WAV)");
  expect_says(evaluate(kModel, data), 2, data + "/cat/1.wav byte 0: not a WAV file",
              "write it as 16-bit PCM (WAV)");
  EXPECT_THAT(folder_.entries(), ElementsAre("data"));
}

TEST_F(Refusal, AModelOfTooManyOperators) {
  mt::FileText text = addition(1);
  text.operators.resize(4097, text.operators.front());
  const std::string model = write_model(text);
  expect_says(run_hilbench({"summary", model, "--json", "--svg", folder_ / "model.svg"}), 1,
              model + ": 4097 operators are too many (at most 4096)", "split the model");
  EXPECT_THAT(folder_.entries(), ElementsAre("model.tflite"));
}

TEST_F(Refusal, ModelsThatAreNone) {
  const std::string json = folder_ / "record.json",
                    hint = "give a model that the TensorFlow Lite converter wrote";
  const std::string what = "README.md: this is not a .tflite file (no TFL3 mark at byte 4)";
  expect_says(evaluate("README.md", kData, {"--json", json}), 2, what, hint);
  expect_says(run_hilbench({"profile", "README.md", "--board", "linux", "--json", json}), 2, what,
              hint);
  expect_says(run_hilbench({"verify", "README.md", "--board", "linux"}), 2, what, hint);
  expect_says(run_hilbench({"compare-model", "--float", "README.md", "--int8", kModel, "--dataset",
                            kData, "--board", "linux", "--json", json}),
              2, what, hint);
  EXPECT_TRUE(folder_.entries().empty());
}

TEST_F(Refusal, OptionsThatContradictEachOther) {
  expect_says(
      run_hilbench({"verify", kModel, "--board", "linux", "--input", "a.bin", "--dataset", kData}),
      2, "--input and --dataset are both given", "give one of them");
  expect_says(evaluate(kModel, kData, {"--zero-point", "3"}), 2,
              "--zero-point is given without --scale", "give both");
  expect_says(evaluate(kModel, kData, {"--input-type", "u9"}), 2, "--input-type u9 is not known",
              "did you mean u8? one of: i8, u8, i16, i32, f32");
}

TEST_F(Refusal, NumbersThatAreNone) {
  expect_says(evaluate(kModel, kData, {"--limit", "0"}), 2,
              "--limit 0 is not a whole number from 1 to 4294967295", "for example: --limit 10");
  expect_says(evaluate(kModel, kData, {"--scale", "half"}), 2, "--scale half is not a number",
              "for example: --scale 0.5");
  expect_says(evaluate(kModel, kData, {"--scale", "-1"}), 2, "--scale -1 is not a float32 above 0",
              "for example: --scale 0.5");
  expect_says(evaluate(kModel, kData, {"--metric", "none", "--top-k", "2"}), 2,
              "--top-k goes with --metric class, not with none", "leave out --top-k");
  expect_says(evaluate(kModel, kData, {"--state", "maybe"}), 2, "--state maybe is not known",
              "one of: reset, keep");
}

TEST_F(Refusal, AScaleThatTheDatasetDenies) {
  const std::string data = folder_ / "data";
  fs::create_directories(data + "/cat");
  write_text(data + "/cat/a.bin", std::string(64, 'x'));
  write_text(data + "/dataset.json",
             R"({"schema": "hilbench-dataset/1", "element_type": "u8",
                 "quantisation": {"scale": 0.5, "zero_point": 3}})");
  expect_says(evaluate(kModel, data, {"--scale", "0.25", "--zero-point", "3"}), 2,
              "--scale 0.25 and zero point 3 are not what the dataset states: 0.5 and 3",
              "leave --scale and --zero-point out, or correct dataset.json");
}

TEST_F(Refusal, InputFilesThatDoNotFit) {
  const std::string file = folder_ / "x.bin", none = folder_ / "none.bin";
  const std::string folder = folder_.path();
  const auto infer = [](const std::string& input) {
    return run_hilbench({"infer", kModel, "--input", input, "--board", "linux"});
  };
  write_text(file, "123");
  expect_says(infer(file), 2, file + ": 3 bytes, expected 64 (64 x i8)",
              "check that dataset and model belong together");
  expect_says(infer(none), 2, "cannot read " + none + ": No such file or directory",
              "check the path for a typing error");
  expect_says(infer(folder), 2, "cannot read " + folder + ": not a regular file",
              "give the name of a file, not of a folder, pipe or device");
  expect_says(run_hilbench({"summary", folder}), 2,
              "cannot read " + folder + ": not a regular file",
              "give the name of a file, not of a folder, pipe or device");
}

/// An NPY file of 64 floats for the input of the digits, the sixth of them @p sixth.
std::string digit_of_floats(float sixth) {
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 8, 8, 1), }\n";
  std::string file("\x93NUMPY\1\0", 8);
  file += {static_cast<char>(header.size()), '\0'};
  file += header;
  std::vector<float> values(64, 1.0F);
  values[5] = sixth;
  file.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  return file;
}

class BrokenSample : public Refusal {
 protected:
  void SetUp() override {
    for (int digit = 0; digit < 10; ++digit) {
      fs::create_directories(folder_ / "data" / std::to_string(digit));
      write_text(folder_ / "data" / std::to_string(digit) / "a.npy", digit_of_floats(0.5F));
    }
    data_ = folder_ / "data";
    json_ = folder_ / "record.json";
  }
  std::string data_, json_;
};

TEST_F(BrokenSample, ThatIsNoNumberEndsTheRunAndTheRecordSaysSo) {
  write_text(data_ + "/9/a.npy", digit_of_floats(std::nanf("")));
  const auto outcome =
      evaluate(kModel, data_, {"--json", json_, "--outputs", folder_ / "outputs.csv"});
  const std::string what = "9/a.npy: value 5 of the sample is nan";
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err,
              EndsWith("hilbench: " + what + "\n  hint: samples must hold finite numbers\n"));
  const auto record = report::load_record(json_);
  ASSERT_TRUE(record) << record.error().what;
  ASSERT_TRUE(record->verdict.error);
  EXPECT_FALSE(record->verdict.complete);
  EXPECT_EQ(record->verdict.error->what, what);
  EXPECT_EQ(record->verdict.error->hint, "samples must hold finite numbers");
  EXPECT_THAT(folder_.entries(), ElementsAre("data", "outputs.csv", "record.json"));
  const std::string file = data_ + "/9/a.npy";
  expect_says(run_hilbench({"infer", kModel, "--input", file, "--board", "linux"}), 2,
              file + ": value 5 of the sample is nan", "samples must hold finite numbers");
}

TEST_F(BrokenSample, ThatCannotBeReadEndsProfileAndVerifyWithNothingLeft) {
  write_text(data_ + "/9/a.npy", "x");
  const std::string what = data_ + "/9/a.npy byte 0: not an NPY file";
  const std::string hint = "write the array with numpy.save, as float32 or an integer type";
  expect_says(
      run_hilbench({"profile", kModel, "--board", "linux", "--dataset", data_, "--json", json_}), 2,
      what, hint);
  expect_says(run_hilbench({"verify", kModel, "--board", "linux", "--dataset", data_}), 2, what,
              hint);
  EXPECT_THAT(folder_.entries(), ElementsAre("data"));
}

// The other error: the nine good samples are copies of one another in different classes.
TEST_F(BrokenSample, IsAFindingOfTheDatasetCheck) {
  write_text(data_ + "/9/a.npy", "x");
  const auto outcome = run_hilbench({"dataset", "check", data_, "--json", folder_ / "found.json"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, EndsWith("hilbench: " + data_ +
                                    " has 2 errors\n  hint: correct them: results "
                                    "measured with it would be wrong\n"));
  EXPECT_THAT(read_text(folder_ / "found.json"), HasSubstr("9/a.npy byte 0: not an NPY file"));
  EXPECT_THAT(folder_.entries(), ElementsAre("data", "found.json"));
}

/// exp(x) of four floats.
mt::FileText exponential() {
  mt::FileText text = addition(1);
  for (mt::TensorText& tensor : text.tensors) {
    tensor.type = hil::model::TensorType::kFloat32;
    tensor.scales.clear();
  }
  text.operators = {{.code = 47, .inputs = {0}, .outputs = {1}, .options_type = 0, .options = {}}};
  return text;
}

TEST_F(Refusal, AFloatModelThatOverflowsOnASample) {
  const std::string data = folder_ / "data", json = folder_ / "record.json";
  const std::string in_float = folder_ / "float.tflite";
  fs::rename(write_model(exponential()), in_float);
  const std::string in_int8 = write_model(addition(1));
  const float values[] = {1, 2, 100, 4};
  fs::create_directory(data);
  write_text(data + "/a.bin", {reinterpret_cast<const char*>(values), sizeof values});
  write_text(data + "/manifest.csv", "name,label\na.bin,3\n");
  write_text(data + "/dataset.json", R"({"schema": "hilbench-dataset/1", "element_type": "f32"})");
  const auto outcome =
      run_hilbench({"compare-model", "--float", in_float, "--int8", in_int8, "--dataset", data,
                    "--board", "linux", "--metric", "none", "--json", json});
  const std::string what =
      "a.bin, manifest.csv line 2: output value 2 of " + in_float + " is not finite";
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  EXPECT_THAT(outcome.err,
              EndsWith("hilbench: " + what + "\n  hint: the model overflows on this sample\n"));
  const auto record = report::load_record(json);
  ASSERT_TRUE(record) << record.error().what;
  ASSERT_TRUE(record->verdict.error);
  EXPECT_FALSE(record->verdict.complete);
  EXPECT_EQ(record->verdict.error->what, what);
  EXPECT_THAT(folder_.entries(),
              ElementsAre("data", "float.tflite", "model.tflite", "record.json"));
}

TEST_F(Refusal, FlipsOfOutputsThatAreNoClasses) {
  expect_says(run_hilbench({"compare-model", "--float", "fixtures/digits/digits_float32.tflite",
                            "--int8", kModel, "--dataset", kData, "--board", "linux", "--metric",
                            "none", "--flips", folder_ / "flips.csv"}),
              2, "--flips needs classes, and outputs are compared as values",
              "leave out --flips, or say --metric class");
  EXPECT_TRUE(folder_.entries().empty());
}

TEST_F(Refusal, ModelsToCompareWhoseSamplesNothingDescribes) {
  const std::string data = folder_ / "data", float32 = "fixtures/digits/digits_float32.tflite";
  fs::create_directory(data);
  write_text(data + "/a.bin", std::string(64, 'x'));
  write_text(data + "/y_labels.csv", "a.bin,10,3\n");
  const auto compare = [&](const std::string& in_float, const std::string& in_int8) {
    return run_hilbench({"compare-model", "--float", in_float, "--int8", in_int8, "--dataset", data,
                         "--board", "linux", "--json", folder_ / "record.json"});
  };
  expect_says(compare(float32, kModel), 2,
              "nothing says what the samples in " + data +
                  " are: the float model would take them as f32, the int8 model as i8",
              "state element_type and quantisation in dataset.json, or --input-type and --scale");
  expect_says(compare(kModel, kModel), 2, std::string(kModel) + " computes nothing in float32",
              "give the float model with --float, the quantised one with --int8");
  expect_says(compare(float32, float32), 2, float32 + " computes nothing in integers",
              "give the quantised model with --int8, the float one with --float");
  EXPECT_THAT(folder_.entries(), ElementsAre("data"));
}

}  // namespace
}  // namespace hil::test
