// SPDX-License-Identifier: Apache-2.0
// Single-operator models against the bytes of the reference kernels, through compile() and the
// reference runner.
#include <gtest/gtest.h>

#include <cstdio>
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

class OpGolden : public testing::TestWithParam<std::string> {};

TEST_P(OpGolden, EveryInt8CaseMatchesByteForByte) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  const fs::path folder = hil::test::op_golden() / GetParam();
  std::map<std::string, ReferenceRunner> runners;
  for (const auto& row : read_csv(folder / "cases.csv")) {
    if (row.at(1) != "int8") continue;
    const auto model = load(folder / row.at(2));
    ASSERT_TRUE(model.ok()) << model.error().what << "\n" << row.at(4);
    auto runner = ReferenceRunner::make(*model);
    ASSERT_TRUE(runner.ok()) << runner.error().what;
    runners.emplace(row.at(0), std::move(runner).value());
  }
  int vectors = 0;
  int equal = 0;
  for (const auto& row : read_csv(folder / "vectors.csv")) {
    const auto runner = runners.find(row.at(0));
    if (runner == runners.end()) continue;
    ++vectors;
    const auto outputs = runner->second.run(tensors_of(row.at(2)));
    ASSERT_TRUE(outputs.ok()) << row.at(0) << ": " << outputs.error().what;
    const bool same = *outputs == tensors_of(row.at(3));
    EXPECT_TRUE(same) << row.at(0) << " run " << row.at(1);
    equal += same ? 1 : 0;
  }
  std::printf("%-18s %3zu int8 cases, %3d of %3d vectors equal\n", GetParam().c_str(),
              runners.size(), equal, vectors);
  EXPECT_GE(runners.size(), 60U);
  EXPECT_GE(vectors, 200);
}

INSTANTIATE_TEST_SUITE_P(Operators, OpGolden,
                         testing::Values("ADD", "AVERAGE_POOL_2D", "CONV_2D", "DEPTHWISE_CONV_2D",
                                         "FULLY_CONNECTED", "RESHAPE", "SOFTMAX"),
                         [](const auto& tested) { return tested.param; });

TEST(OpGoldenRefused, NoneCrashesAndEachSaysWhy) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  int refused = 0;
  for (const auto& row : read_csv(hil::test::op_golden() / "REFUSED/cases.csv")) {
    const auto model = load(hil::test::op_golden() / "REFUSED" / row.at(1));
    if (model.ok()) {
      std::printf("accepted: %s\n", row.at(3).c_str());
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
  EXPECT_EQ(refused, 16);
}

/// Operators of later issues must be named, not crashed on.
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
  EXPECT_GE(models, 2000);
}

}  // namespace
}  // namespace hil::model
