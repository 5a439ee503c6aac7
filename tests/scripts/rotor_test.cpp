// SPDX-License-Identifier: Apache-2.0
// The engine gives, for every frame of every rotor recording, the outputs of the fixture's script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/model/model.hpp"
#include "tests/scripts/fixture_files.hpp"

namespace hil::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

const std::filesystem::path kFolder = "fixtures/rotor";
constexpr std::size_t kRecordings = 60, kFrames = 20, kFrameBytes = 16;

struct StatefulModel {
  const char* model;
  const char* outputs;
};

class Rotor : public testing::TestWithParam<StatefulModel> {
 protected:
  void SetUp() override {
    auto compiled = model::load(kFolder / GetParam().model);
    ASSERT_TRUE(compiled.ok()) << compiled.error().what;
    model_ = std::move(compiled).value();
    for (const ExpectedRow& row : read_expected(kFolder / GetParam().outputs)) {
      expected_[row.name].push_back(int8_bytes(row.outputs));
    }
    ASSERT_EQ(expected_.size(), kRecordings);
  }

  model::ReferenceRunner make_runner() const {
    auto runner = model::ReferenceRunner::make(model_);
    EXPECT_TRUE(runner.ok()) << runner.error().what;
    return std::move(runner).value();
  }

  /// Outputs of a recording, frame after frame.
  static std::vector<Bytes> run(model::ReferenceRunner& runner, const std::string& name) {
    const Bytes recording = read_bytes(kFolder / "test" / name);
    EXPECT_EQ(recording.size(), kFrames * kFrameBytes) << name;
    std::vector<Bytes> rows;
    for (auto frame = recording.begin(); frame != recording.end(); frame += kFrameBytes) {
      const auto outputs = runner.run(std::vector<Bytes>{Bytes(frame, frame + kFrameBytes)});
      if (!outputs.ok()) {
        ADD_FAILURE() << name << ": " << outputs.error().what;
        break;
      }
      rows.push_back(outputs->at(0));
    }
    return rows;
  }

  model::CompiledModel model_;
  std::map<std::string, std::vector<Bytes>> expected_;  ///< by recording, one entry per frame
};

TEST_P(Rotor, EveryFrameOfEveryRecordingIsExact) {
  auto runner = make_runner();
  for (const auto& [name, frames] : expected_) {
    runner.reset_state();
    EXPECT_EQ(run(runner, name), frames) << name;
  }
}

TEST_P(Rotor, FirstInferenceNeedsNoReset) {
  auto runner = make_runner();
  EXPECT_EQ(run(runner, expected_.begin()->first), expected_.begin()->second);
}

TEST_P(Rotor, WithoutResetTheRecordingBeforeIsRemembered) {
  auto runner = make_runner();
  std::size_t differing = 0;
  for (const auto& [name, frames] : expected_) {
    if (run(runner, name) != frames) ++differing;
  }
  EXPECT_GT(differing, kRecordings / 2);
}

TEST_P(Rotor, TakesAFrameAndKeepsState) {
  ASSERT_EQ(model_.inputs.size(), 1U);
  ASSERT_EQ(model_.outputs.size(), 1U);
  EXPECT_THAT(model_.inputs[0].shape, testing::ElementsAre(1, 16));
  EXPECT_THAT(model_.outputs[0].shape, testing::ElementsAre(1, 4));
  EXPECT_GE(model_.state_bytes, 66U);
}

INSTANTIATE_TEST_SUITE_P(Models, Rotor,
                         testing::Values(StatefulModel{"rotor_svdf.tflite", "expected_svdf.csv"},
                                         StatefulModel{"rotor_buffer.tflite",
                                                       "expected_buffer.csv"}),
                         [](const auto& item) {
                           const std::string name = item.param.model;
                           return name.substr(6, name.find('.') - 6);
                         });

}  // namespace
}  // namespace hil::test
