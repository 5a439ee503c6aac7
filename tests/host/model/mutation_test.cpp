// SPDX-License-Identifier: Apache-2.0
// Seeded mutations of real models: every outcome is a working plan or an error that is not ours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "host/base/file.hpp"
#include "host/model/model.hpp"
#include "tests/shared_data.hpp"

namespace hil::model {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostMacs = 20'000'000;  // of a mutated model that is still run

struct Outcome {
  int accepted = 0, refused = 0;
};

/// Changes one to eight bytes: a bit, a small number, or an extreme one.
void mutate(std::vector<std::uint8_t>& bytes, std::mt19937& random) {
  constexpr std::uint8_t kExtremes[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
  const std::size_t count = 1 + random() % 8;
  for (std::size_t i = 0; i < count; ++i) {
    // Half of them where tables are dense: at either end of the file.
    const std::size_t window =
        random() % 2 == 0 ? bytes.size() : std::min<std::size_t>(6000, bytes.size());
    const std::size_t from_end = random() % window;
    const std::size_t at = random() % 2 == 0 ? from_end : bytes.size() - 1 - from_end;
    switch (random() % 3) {
      case 0:
        bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << (random() % 8)));
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(random() % 16);
        break;
      default:
        bytes[at] = kExtremes[random() % 5];
        break;
    }
  }
  if (random() % 16 == 0) bytes.resize(random() % bytes.size());
}

/// Compiles, and runs what compiles.
void try_model(std::span<const std::uint8_t> bytes, Outcome& outcome) {
  const auto model = compile(bytes, "mutated.tflite");
  if (!model.ok()) {
    ++outcome.refused;
    EXPECT_TRUE(model.error().blame == Blame::kUser || model.error().blame == Blame::kModel)
        << model.error().what;
    EXPECT_FALSE(model.error().what.empty());
    return;
  }
  ++outcome.accepted;
  if (model->macs > kMostMacs || model->arena_bytes > (1u << 24)) return;
  auto runner = ReferenceRunner::make(*model);
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const TensorSpec& spec : model->inputs)
    inputs.emplace_back(spec.size_bytes(), 0x55);
  EXPECT_TRUE(runner->run(inputs).ok());
}

TEST(Mutation, KwsNeverCrashesAndNeverBlamesUs) {
  HIL_NEEDS_FOLDER(hil::test::mlperf_tiny());
  const auto whole = read_file(hil::test::mlperf_tiny() / "models/kws_ref_model.tflite", 1u << 20);
  ASSERT_TRUE(whole.ok());
  std::mt19937 random(42);
  Outcome outcome;
  for (int i = 0; i < 2000; ++i) {
    auto bytes = *whole;
    mutate(bytes, random);
    try_model(bytes, outcome);
  }
  std::printf("KWS: %d mutations still a model, %d refused\n", outcome.accepted, outcome.refused);
  EXPECT_GT(outcome.refused, 500);
  EXPECT_GT(outcome.accepted, 20);
}

TEST(Mutation, SingleOperatorModelsNeverCrashAndNeverBlameUs) {
  HIL_NEEDS_FOLDER(hil::test::op_golden());
  std::mt19937 random(43);
  Outcome outcome;
  std::vector<fs::path> paths;
  for (const char* op : {"ADD", "AVERAGE_POOL_2D", "CONV_2D", "DEPTHWISE_CONV_2D",
                         "FULLY_CONNECTED", "RESHAPE", "SOFTMAX", "REFUSED"}) {
    for (const auto& entry : fs::directory_iterator(hil::test::op_golden() / op)) {
      if (entry.path().extension() == ".tflite") paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    const auto whole = read_file(path, 1u << 20);
    ASSERT_TRUE(whole.ok());
    for (int i = 0; i < 40; ++i) {
      auto bytes = *whole;
      mutate(bytes, random);
      try_model(bytes, outcome);
    }
  }
  std::printf("single operators: %d mutations still a model, %d refused\n", outcome.accepted,
              outcome.refused);
  EXPECT_GT(outcome.refused, 10000);
  EXPECT_GT(outcome.accepted, 100);
}

}  // namespace
}  // namespace hil::model
