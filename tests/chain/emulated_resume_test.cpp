// SPDX-License-Identifier: Apache-2.0
// Firmware on an emulated board that loses its power or its cable in the middle of a run.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "host/measure/evaluate.hpp"
#include "tests/chain/emulated_boards.hpp"
#include "tests/host/measure/cycled.hpp"

namespace hil::test {
namespace {

using measure::Evaluation;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kBoard = "netduino_plus_2";
constexpr std::uint32_t kSamples = 300;
constexpr std::uint32_t kMiddle = 100;

class EmulatedResume : public EmulatedBoards {
 protected:
  void SetUp() override {
    EmulatedBoards::SetUp();
    need(kBoard);
  }

  static std::unique_ptr<lab::ReadyBoard> ready(lab::Weights weights) {
    lab::ReadyOptions options;
    options.emulate = true;
    options.weights = weights;
    options.reconnect = std::chrono::milliseconds(20'000);
    const auto catalogue = boards::Catalogue::load("boards");
    auto board = lab::make_ready(*catalogue->find(kBoard), options,
                                 Deadline::after(std::chrono::seconds(60)));
    EXPECT_TRUE(board.ok()) << board.error().what;
    return board.ok() ? std::move(*board) : nullptr;
  }

  /// @p disturb is called once, in the middle.
  static Evaluation evaluate(lab::ReadyBoard& board,
                             Status (lab::Attachment::*disturb)() = nullptr) {
    static const auto work = measure::test::cycled("fixtures/digits/digits_int8.tflite",
                                                   "fixtures/digits/test", kSamples);
    measure::EvaluateOptions options;
    options.count = kSamples;
    options.scoring = measure::Scoring::kNone;
    measure::Watch watch;
    watch.progress = [&](measure::Phase phase, std::uint64_t done, std::uint64_t) {
      if (disturb == nullptr || phase != measure::Phase::kRun || done != kMiddle) return;
      const Status disturbed = (board.attachment().*disturb)();
      EXPECT_TRUE(disturbed.ok()) << disturbed.error().what;
    };
    return measure::evaluate(board, work.model, work.source, options, watch);
  }

  static void expect_same(const Evaluation& found, const Evaluation& undisturbed) {
    const results::Verdict& verdict = found.record.verdict;
    EXPECT_FALSE(verdict.error) << verdict.error->what;
    EXPECT_EQ(verdict.outputs_checked, kSamples);
    EXPECT_EQ(verdict.outputs_differing, 0u);
    ASSERT_EQ(found.samples.size(), undisturbed.samples.size());
    for (std::size_t i = 0; i < found.samples.size(); ++i)
      EXPECT_EQ(found.samples[i].outputs, undisturbed.samples[i].outputs) << "sample " << i;
  }

  static std::vector<std::string> events_of(const Evaluation& evaluation) {
    std::vector<std::string> events;
    for (const results::Event& event : evaluation.record.events)
      events.push_back(event.kind + ": " + event.text);
    return events;
  }
};

TEST_F(EmulatedResume, PowerCutAndAnotherTty) {
  if (IsSkipped()) return;
  const auto board = ready(lab::Weights::kRam);
  ASSERT_TRUE(board);
  const std::string first_line = board->attachment().link().name();
  const Evaluation undisturbed = evaluate(*board);
  ASSERT_EQ(undisturbed.samples.size(), kSamples);

  const Evaluation moved = evaluate(*board, &lab::Attachment::pull_cable);
  expect_same(moved, undisturbed);
  EXPECT_NE(board->attachment().link().name(), first_line);
  EXPECT_EQ(board->reconnects(), 1u);
  EXPECT_THAT(events_of(moved),
              Contains(HasSubstr("back as " + board->attachment().link().name())));

  const Evaluation cut = evaluate(*board, &lab::Attachment::power_cycle);
  expect_same(cut, undisturbed);
  EXPECT_THAT(events_of(cut), Contains(HasSubstr("reset: the agent on netduino_plus_2 had reset")));
  EXPECT_THAT(events_of(cut), Contains(HasSubstr("the model was loaded again")));
}

TEST_F(EmulatedResume, AModelInTheFlashSlotIsStillThere) {
  if (IsSkipped()) return;
  const auto board = ready(lab::Weights::kFlash);
  ASSERT_TRUE(board);
  const Evaluation undisturbed = evaluate(*board);
  ASSERT_EQ(undisturbed.samples.size(), kSamples);
  const Evaluation cut = evaluate(*board, &lab::Attachment::power_cycle);
  expect_same(cut, undisturbed);
  EXPECT_THAT(events_of(cut), Contains(HasSubstr("reset: the agent on netduino_plus_2 had reset")));
}

}  // namespace
}  // namespace hil::test
