// SPDX-License-Identifier: Apache-2.0
// Single-operator models against the bytes of the reference kernels, through compile() and the
// reference runner.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "host/model/model.hpp"
#include "tests/shared_data.hpp"

namespace hil::model {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

/// Lines of a CSV file without its header, as fields.
std::vector<std::vector<std::string>> read_csv(const fs::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line))
    rows.push_back(split(line, ','));
  return rows;
}

/// Tensors in hexadecimal, separated by ';'.
std::vector<Bytes> tensors_of(const std::string& text) {
  std::vector<Bytes> tensors;
  for (const std::string& hex : split(text, ';')) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    tensors.push_back(bytes);
  }
  return tensors;
}

/// The values of @p bytes as float32.
std::vector<float> floats_of(const Bytes& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

/// The rule of the vectors' README: every difference within 1e-5 of the output's scale.
bool floats_match(const Bytes& got, const Bytes& expected) {
  const auto values = floats_of(got), wanted = floats_of(expected);
  if (values.size() != wanted.size() || wanted.empty()) return false;
  const auto [low, high] = std::minmax_element(wanted.begin(), wanted.end());
  const float scale = std::max({*high - *low, std::abs(*high), std::abs(*low)});
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(std::abs(values[i] - wanted[i]) <= 1e-5F * scale)) return false;
  }
  return true;
}

bool outputs_match(const CompiledModel& model, const std::vector<Bytes>& got,
                   const std::vector<Bytes>& expected, bool exact) {
  if (got.size() != expected.size() || got.size() != model.outputs.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const bool is_close = !exact && model.outputs[i].type == data::ElementType::kFloat32;
    if (is_close ? !floats_match(got[i], expected[i]) : got[i] != expected[i]) return false;
  }
  return true;
}

/// One operator, and the data type in the names of its cases.
struct Tested {
  const char* name;
  const char* type;
  bool exact = false;  ///< float32 outputs, too, are equal bit by bit
};

struct Case {
  CompiledModel model;
  ReferenceRunner runner;
};

class OpGolden : public testing::TestWithParam<Tested> {};

TEST_P(OpGolden, EveryCaseMatches) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  const fs::path folder = hil::test::op_golden() / GetParam().name;
  std::map<std::string, Case> cases;
  for (const auto& row : read_csv(folder / "cases.csv")) {
    if (row.at(1) != GetParam().type) continue;
    auto model = load(folder / row.at(2));
    ASSERT_TRUE(model.ok()) << model.error().what << "\n" << row.at(4);
    auto runner = ReferenceRunner::make(*model);
    ASSERT_TRUE(runner.ok()) << runner.error().what;
    cases.emplace(row.at(0), Case{std::move(model).value(), std::move(runner).value()});
  }
  int vectors = 0;
  int matching = 0;
  for (const auto& row : read_csv(folder / "vectors.csv")) {
    const auto found = cases.find(row.at(0));
    if (found == cases.end()) continue;
    ++vectors;
    const auto outputs = found->second.runner.run(tensors_of(row.at(2)));
    ASSERT_TRUE(outputs.ok()) << row.at(0) << ": " << outputs.error().what;
    const bool same =
        outputs_match(found->second.model, *outputs, tensors_of(row.at(3)), GetParam().exact);
    EXPECT_TRUE(same) << row.at(0) << " run " << row.at(1);
    matching += same ? 1 : 0;
  }
  std::printf("%-28s %3zu %-7s cases, %3d of %3d vectors match\n", GetParam().name, cases.size(),
              GetParam().type, matching, vectors);
  EXPECT_GE(cases.size(), 15U);
  EXPECT_GE(vectors, 30);
}

/// The operators that have cases of that type and a kernel.
constexpr Tested kTested[] = {
    {"ADD", "int8"},
    {"ADD", "float32"},
    {"AVERAGE_POOL_2D", "int8"},
    {"AVERAGE_POOL_2D", "float32"},
    {"CONCATENATION", "int8", true},
    {"CONCATENATION", "float32", true},
    {"CONV_2D", "int8"},
    {"CONV_2D", "float32"},
    {"DEPTHWISE_CONV_2D", "int8"},
    {"DEPTHWISE_CONV_2D", "float32"},
    {"DEQUANTIZE", "int8", true},
    {"EXPAND_DIMS", "int8", true},
    {"EXPAND_DIMS", "float32", true},
    {"FULLY_CONNECTED", "int8"},
    {"FULLY_CONNECTED", "float32"},
    {"HARD_SWISH", "int8"},
    {"HARD_SWISH", "float32"},
    {"LEAKY_RELU", "int8"},
    {"LEAKY_RELU", "float32"},
    {"LOGISTIC", "int8"},
    {"LOGISTIC", "float32"},
    {"MAX_POOL_2D", "int8"},
    {"MAX_POOL_2D", "float32"},
    {"MEAN", "int8"},
    {"MEAN", "float32"},
    {"MUL", "int8"},
    {"MUL", "float32"},
    {"PAD", "int8", true},
    {"PAD", "float32", true},
    {"PADV2", "int8", true},
    {"PADV2", "float32", true},
    {"QUANTIZE", "int8"},
    {"RELU", "int8"},
    {"RELU", "float32"},
    {"RELU6", "int8"},
    {"RELU6", "float32"},
    {"RESHAPE", "int8", true},
    {"RESHAPE", "float32", true},
    {"RESIZE_BILINEAR", "int8"},
    {"RESIZE_BILINEAR", "float32"},
    {"RESIZE_NEAREST_NEIGHBOR", "int8", true},
    {"RESIZE_NEAREST_NEIGHBOR", "float32", true},
    {"SOFTMAX", "int8"},
    {"SOFTMAX", "float32"},
    {"SPLIT", "int8", true},
    {"SPLIT", "float32", true},
    {"SQUEEZE", "int8", true},
    {"SQUEEZE", "float32", true},
    {"STRIDED_SLICE", "int8", true},
    {"STRIDED_SLICE", "float32", true},
    {"SUB", "int8"},
    {"SUB", "float32"},
    {"SVDF", "int8"},
    {"SVDF", "float32"},
    {"TANH", "int8"},
    {"TANH", "float32"},
    {"TRANSPOSE", "int8", true},
    {"TRANSPOSE", "float32", true},
    {"UNIDIRECTIONAL_SEQUENCE_LSTM", "int8"},
    {"UNIDIRECTIONAL_SEQUENCE_LSTM", "float32"},
    {"VARIABLES", "int8"},
    {"VARIABLES", "float32"},
};

INSTANTIATE_TEST_SUITE_P(Operators, OpGolden, testing::ValuesIn(kTested), [](const auto& tested) {
  return std::string(tested.param.name) + "_" + tested.param.type;
});

/// What TFLM refuses runs here, or is refused with a reason that names its place.
TEST(OpGoldenRefused, EachRunsOrSaysWhyNot) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  int refused = 0;
  int accepted = 0;
  for (const auto& row : read_csv(hil::test::op_golden() / "REFUSED/cases.csv")) {
    const auto model = load(hil::test::op_golden() / "REFUSED" / row.at(1));
    if (model.ok()) {
      ++accepted;
      std::printf("accepted: %s\n", row.at(3).c_str());
      auto runner = ReferenceRunner::make(*model);
      ASSERT_TRUE(runner.ok()) << runner.error().what;
      std::vector<Bytes> inputs;
      for (const TensorSpec& spec : model->inputs)
        inputs.emplace_back(spec.size_bytes());
      EXPECT_TRUE(runner->run(inputs).ok()) << row.at(3);
      continue;
    }
    ++refused;
    std::printf("%s\n   <- %s\n", model.error().what.c_str(), row.at(3).c_str());
    EXPECT_TRUE(model.error().blame == Blame::kModel || model.error().blame == Blame::kUser)
        << model.error().what;
    EXPECT_TRUE(model.error().what.find("operator 0 (") != std::string::npos ||
                model.error().what.find("tensor 1 (") != std::string::npos)
        << model.error().what;
  }
  EXPECT_EQ(refused + accepted, 16);
  EXPECT_GE(refused, 10);
}

/// What has no kernel yet must be named, not crashed on.
TEST(OpGoldenUnsupported, EveryOtherModelIsRefusedByName) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  int models = 0;
  for (const auto& folder : fs::directory_iterator(hil::test::op_golden())) {
    if (!folder.is_directory() || folder.path().filename() == "REFUSED") continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".tflite") continue;
      const auto model = load(entry.path());
      if (model.ok()) continue;
      ++models;
      EXPECT_EQ(model.error().blame, Blame::kModel) << model.error().what;
      EXPECT_NE(model.error().what.find("not supported"), std::string::npos) << model.error().what;
    }
  }
  std::printf("%d models of unsupported operators or types refused by name\n", models);
}

}  // namespace
}  // namespace hil::model
