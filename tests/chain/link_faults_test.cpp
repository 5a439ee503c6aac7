// SPDX-License-Identifier: Apache-2.0
// The chain over a bad cable: results stay exact, and the record says how bad it was.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "host/boards/catalogue.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/measure/evaluate.hpp"
#include "host/results/classification.hpp"
#include "tests/host/measure/cycled.hpp"
#include "tests/shared_data.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;

/// Frames dropped, doubled and swapped, each with probability @p share, both ways; and as many of
/// full ones (1,024 bytes) damaged.
FaultPlan of_each(double share, std::uint64_t seed) {
  FaultPlan plan;
  plan.drop = plan.duplicate = plan.swap = share;
  plan.flip = share / 8192;
  plan.seed = seed;
  return plan;
}

measure::Evaluation evaluate_with(const FaultPlan& faults, const fs::path& model_path,
                                  const fs::path& folder) {
  const auto model = model::load(model_path);
  EXPECT_TRUE(model) << model.error().what;
  auto dataset = data::load_mlperf_folder(folder);
  EXPECT_TRUE(dataset) << dataset.error().what;
  const auto count = static_cast<std::uint32_t>(dataset->samples.size());
  const auto source = measure::SampleSource::make(*std::move(dataset), *model, {});
  const auto board = boards::Catalogue::load()->find("linux");
  lab::ReadyOptions options;
  options.faults = faults;
  const auto ready = lab::make_ready(*board, options, Deadline::after(std::chrono::seconds(20)));
  EXPECT_TRUE(ready) << ready.error().what;
  measure::EvaluateOptions how;
  how.count = count;
  how.link_limit.reset();
  return measure::evaluate(**ready, *model, *source, how, {});
}

void expect_exact(const measure::Evaluation& evaluation, std::uint64_t samples) {
  const results::Record& record = evaluation.record;
  ASSERT_FALSE(record.verdict.error) << record.verdict.error->what;
  EXPECT_EQ(record.verdict.outputs_checked, samples);
  EXPECT_EQ(record.verdict.outputs_differing, 0u);
  EXPECT_GT(record.link.retransmitted_frames, 0u);
  fmt::print("{} samples exact; {} frames sent, {} again, {} CRC errors, {} duplicates, {} polls\n",
             samples, record.link.frames_sent, record.link.retransmitted_frames,
             record.link.crc_errors, record.link.device_duplicate_frames, record.link.polls);
}

/// Whatever was lost on its way was asked for.
void expect_whole_log(const results::Record& record, std::uint64_t samples) {
  std::vector<std::string> texts;
  for (const results::Event& event : record.events) {
    EXPECT_NE(event.kind, "agent-log-lost") << event.text;
    if (event.kind == "agent-log") texts.push_back(event.text);
  }
  EXPECT_THAT(texts, testing::ElementsAre("session opened", testing::StartsWith("model loaded: "),
                                          fmt::format("run of {} begins", samples),
                                          fmt::format("run ended after sample {}", samples - 1)));
}

TEST(LinkFaults, EveryLogLineIsInTheRecordOnce) {
  for (const std::uint64_t seed : {11u, 12u, 13u}) {
    const auto evaluation = evaluate_with(of_each(0.1, seed), "fixtures/digits/digits_int8.tflite",
                                          "fixtures/digits/test");
    expect_exact(evaluation, 360);
    expect_whole_log(evaluation.record, 360);
  }
}

TEST(LinkFaults, DigitsSurviveFivePercentOfEach) {
  expect_exact(
      evaluate_with(of_each(0.05, 3), "fixtures/digits/digits_int8.tflite", "fixtures/digits/test"),
      360);
}

TEST(LinkFaults, TenThousandSamplesOverABadCableNoneWrongOrMissing) {
  FaultPlan faults;
  faults.drop = 0.01;
  faults.flip = 1e-5;
  auto [model, source] =
      measure::test::cycled("fixtures/digits/digits_int8.tflite", "fixtures/digits/test", 10'000);
  lab::ReadyOptions options;
  options.faults = faults;
  const auto ready = lab::make_ready(*boards::Catalogue::load()->find("linux"), options,
                                     Deadline::after(std::chrono::seconds(20)));
  ASSERT_TRUE(ready) << ready.error().what;
  measure::EvaluateOptions how;
  how.count = 10'000;
  how.link_limit.reset();
  const auto evaluation = measure::evaluate(**ready, model, source, how, {});
  expect_exact(evaluation, 10'000);
  const results::LinkInfo& link = evaluation.record.link;
  EXPECT_EQ(link.payload_bytes_sent, 640'000u);
  ASSERT_TRUE(link.injected);
  EXPECT_GT(link.injected->flipped_bits, 0u) << "about 60 are expected";
  EXPECT_GT(link.frames_lost_to_board + link.frames_lost_from_board, 0u);
}

TEST(LinkFaults, KeywordSpottingSurvivesOnePercentOfEach) {
  const fs::path folder = mlperf_tiny();
  HIL_NEEDS_FOLDER(folder);
  const auto evaluation = evaluate_with(of_each(0.01, 7), folder / "models/kws_ref_model.tflite",
                                        folder / "datasets/kws01");
  expect_exact(evaluation, 1000);
  EXPECT_EQ(results::total_counts(*evaluation.record.classification).correct, 901u);
}

}  // namespace
}  // namespace hil::test
