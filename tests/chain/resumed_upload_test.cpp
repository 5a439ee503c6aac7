// SPDX-License-Identifier: Apache-2.0
// Uploads of a large model whose line is cut in the middle: they go on where they were.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "host/boards/catalogue.hpp"
#include "host/measure/upload.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::test {
namespace {

using measure::Phase;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

/// One FULLY_CONNECTED of 2,048 by 1,024 weights: 2 MiB.
model::CompiledModel large_model() {
  using model::TensorType;
  constexpr std::int32_t kIn = 2048, kOut = 1024;
  model::FileText file;
  file.tensors = {
      {.shape = {1, kIn}, .name = "input"},
      {.shape = {kOut, kIn}, .data = model::test::some_bytes(std::size_t{kIn} * kOut)},
      {.shape = {1, kOut}, .name = "output"},
  };
  file.operators = {{9, {0, 1, -1}, {2}, 8, model::fully_connected_options()}};
  file.inputs = {0};
  file.outputs = {2};
  auto compiled = model::compile(model::write_tflite(file), "large");
  EXPECT_TRUE(compiled.ok()) << compiled.error().what;
  return std::move(*compiled);
}

std::unique_ptr<lab::ReadyBoard> ready(const FaultPlan& faults) {
  lab::ReadyOptions options;
  options.agent_folder = HIL_AGENT_RESETS;
  options.reconnect = milliseconds(20'000);
  options.faults = faults;
  const auto catalogue = boards::Catalogue::load("boards");
  auto board = lab::make_ready(*catalogue->find("linux"), options,
                               Deadline::after(std::chrono::seconds(20)));
  EXPECT_TRUE(board.ok()) << board.error().what;
  return std::move(*board);
}

/// Uploads; calls @p disturb once, when half of it has been handed to the link.
Result<measure::PlacedModel> upload(lab::ReadyBoard& board, const model::CompiledModel& model,
                                    const std::function<void()>& disturb) {
  bool disturbed = false;
  measure::Watch watch;
  watch.progress = [&](Phase phase, std::uint64_t done, std::uint64_t total) {
    if (phase != Phase::kUpload || done < total / 2 || disturbed) return;
    disturbed = true;
    disturb();
  };
  return measure::upload(board, model, watch);
}

std::string only_event(const lab::ReadyBoard& board, const std::string& kind) {
  EXPECT_THAT(board.link_events(), SizeIs(1));
  for (const lab::LinkEvent& event : board.link_events()) {
    if (event.kind == kind) return event.text;
  }
  return "no such event";
}

// The upload waits for the cut, so that it is in the middle. A host gives up a line that was silent
// for two seconds.
TEST(ResumedUpload, ACutInTheMiddle) {
  const model::CompiledModel model = large_model();
  FaultPlan faults;
  faults.cuts = {{milliseconds(2'000), milliseconds(2'500)}};
  const auto board = ready(faults);
  const auto placed = upload(*board, model, [&] {
    while (board->faults()->cuts_begun() == 0)
      std::this_thread::sleep_for(milliseconds(5));
  });
  ASSERT_TRUE(placed.ok()) << placed.error().what;
  EXPECT_GT(placed->loaded.arena_bytes, 0u);
  EXPECT_FALSE(placed->held);
  EXPECT_EQ(board->reconnects(), 1u);
  EXPECT_GT(board->faults()->outgoing().bytes_cut, 0u);
  EXPECT_THAT(only_event(*board, "reconnect"),
              MatchesRegex(".*; the model went on at byte [1-9][0-9]* of " +
                           std::to_string(model.plan.size())));
  const std::uint64_t sent = board->link_statistics().bytes_sent;
  EXPECT_GT(sent, model.plan.size());
  EXPECT_LT(sent, model.plan.size() + model.plan.size() / 4);
  const auto again = measure::upload(*board, model, {});
  ASSERT_TRUE(again.ok()) << again.error().what;
  EXPECT_TRUE(again->held);
}

TEST(ResumedUpload, AResetInTheMiddleStartsItAnew) {
  const model::CompiledModel model = large_model();
  ::setenv("HILBENCH_TEST_RESET_CAUSE", std::to_string(int(frame::ResetCause::kPin)).c_str(), 1);
  const auto board = ready({});
  const auto placed = upload(*board, model, [&] { ::kill(board->agent_pid(), SIGUSR1); });
  ::unsetenv("HILBENCH_TEST_RESET_CAUSE");
  ASSERT_TRUE(placed.ok()) << placed.error().what;
  EXPECT_GT(placed->loaded.arena_bytes, 0u);
  EXPECT_THAT(only_event(*board, "reset"), HasSubstr("; the model was sent again"));
  EXPECT_GT(board->link_statistics().bytes_sent, model.plan.size() + model.plan.size() / 4);
}

}  // namespace
}  // namespace hil::test
