// SPDX-License-Identifier: Apache-2.0
// Runs whose line is cut or whose board resets in the middle: the same results, and the record says
// what happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/base/signals.hpp"
#include "host/boards/catalogue.hpp"
#include "host/measure/evaluate.hpp"
#include "tests/host/measure/cycled.hpp"

namespace hil::test {
namespace {

using frame::ResetCause;
using measure::Evaluation;
using measure::Phase;
using measure::StateRule;
using results::VerdictStatus;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t kSamples = 1000;
constexpr std::uint32_t kMiddle = 500;

/// What the agent shall do (planted_resets.cpp).
void plant(const char* name, long value) {
  ::setenv((std::string("HILBENCH_TEST_") + name).c_str(), std::to_string(value).c_str(), 1);
}

void plant_nothing() {
  for (const char* name : {"SIGNAL_AT", "SIGNAL", "AGAIN", "DELAY_US", "RESET_CAUSE", "OTHER_ID"})
    ::unsetenv((std::string("HILBENCH_TEST_") + name).c_str());
}

void plant_signal(int signal, std::uint32_t inference) {
  plant("SIGNAL", signal);
  plant("SIGNAL_AT", inference);
}

void plant_reset(ResetCause cause, std::uint32_t inference) {
  plant_signal(SIGUSR1, inference);
  plant("RESET_CAUSE", static_cast<int>(cause));
}

lab::ReadyOptions patient() {
  lab::ReadyOptions options;
  options.agent_folder = HIL_AGENT_RESETS;
  options.reconnect = milliseconds(20'000);
  return options;
}

std::unique_ptr<lab::ReadyBoard> ready(const lab::ReadyOptions& options = patient()) {
  const auto catalogue = boards::Catalogue::load("boards");
  auto board = lab::make_ready(*catalogue->find("linux"), options,
                               Deadline::after(std::chrono::seconds(20)));
  EXPECT_TRUE(board.ok()) << board.error().what;
  return std::move(*board);
}

using measure::test::Cycled;

Cycled digits(std::size_t count) {
  return measure::test::cycled("fixtures/digits/digits_int8.tflite", "fixtures/digits/test", count);
}

Evaluation evaluate(lab::ReadyBoard& board, const Cycled& work, const measure::Watch& watch = {},
                    StateRule rule = StateRule::kReset) {
  measure::EvaluateOptions options;
  options.count = static_cast<std::uint32_t>(work.source.inference_count());
  options.scoring = measure::Scoring::kNone;
  options.state = rule;
  return measure::evaluate(board, work.model, work.source, options, watch);
}

Evaluation undisturbed(const Cycled& work, StateRule rule = StateRule::kReset) {
  plant_nothing();
  return evaluate(*ready(), work, {}, rule);
}

std::vector<std::string> kinds_of(const Evaluation& evaluation) {
  std::vector<std::string> kinds;
  for (const results::Event& event : evaluation.record.events) {
    if (!event.kind.starts_with("agent-log")) kinds.push_back(event.kind);
  }
  return kinds;
}

std::string text_of(const Evaluation& evaluation, const std::string& kind) {
  for (const results::Event& event : evaluation.record.events) {
    if (event.kind == kind) return event.text;
  }
  return "no such event";
}

/// Numbers and outputs, without times.
using Answers = std::vector<std::pair<std::uint32_t, std::vector<std::vector<std::uint8_t>>>>;
Answers answers_of(const Evaluation& evaluation) {
  Answers all;
  for (const session::SampleResult& sample : evaluation.samples)
    all.emplace_back(sample.sample, sample.outputs);
  return all;
}

void expect_whole(const Evaluation& evaluation, std::uint64_t samples) {
  const results::Verdict& verdict = evaluation.record.verdict;
  EXPECT_FALSE(verdict.error) << verdict.error->what;
  EXPECT_EQ(verdict.status, VerdictStatus::kPass);
  EXPECT_EQ(verdict.samples_done, samples);
  EXPECT_EQ(verdict.outputs_checked, samples);
  EXPECT_EQ(verdict.outputs_differing, 0u);
}

Error error_of(const Evaluation& evaluation) {
  const results::Verdict& verdict = evaluation.record.verdict;
  EXPECT_EQ(verdict.status, VerdictStatus::kError);
  EXPECT_LT(verdict.samples_done, kSamples);
  return verdict.error.value_or(Error{Blame::kBug, "no error", ""});
}

class Resume : public testing::Test {
 protected:
  void SetUp() override { plant_nothing(); }
  void TearDown() override { plant_nothing(); }
};

TEST_F(Resume, AnUndisturbedRunHasNoEvents) {
  const auto board = ready();
  const Evaluation whole = evaluate(*board, digits(kSamples));
  expect_whole(whole, kSamples);
  EXPECT_THAT(kinds_of(whole), ElementsAre());
  EXPECT_EQ(board->reconnects(), 0u);
}

// A host gives up a line that was silent for two seconds. Takes 7 s: the run must last longer than
// until the cut, whatever else the machine does.
TEST_F(Resume, ACutInTheMiddle) {
  const Cycled work = digits(kSamples);
  const Answers expected = answers_of(undisturbed(work));
  plant("DELAY_US", 3'000);
  lab::ReadyOptions options = patient();
  options.faults.cuts = {{milliseconds(2'000), milliseconds(2'500)}};
  const auto board = ready(options);
  const Evaluation found = evaluate(*board, work);
  expect_whole(found, kSamples);
  EXPECT_EQ(answers_of(found), expected);
  EXPECT_THAT(kinds_of(found), ElementsAre("reconnect"));
  EXPECT_THAT(text_of(found, "reconnect"), HasSubstr("no answer from linux for 2."));
  EXPECT_THAT(text_of(found, "reconnect"), HasSubstr("were sent again"));
  EXPECT_EQ(board->reconnects(), 1u);
  EXPECT_GT(board->faults()->outgoing().bytes_cut, 0u);
  EXPECT_GT(board->link_statistics().frames_received,
            board->session().channel().statistics().frames_received);
}

/// True once process @p pid has been stopped by a signal.
bool is_stopped(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  return std::getline(stat, line) && line.find(") T ") != std::string::npos;
}

/// Lets process @p pid go on, a while after it has stopped itself.
std::thread waker_of(pid_t pid, milliseconds after) {
  return std::thread([pid, after] {
    while (!is_stopped(pid))
      std::this_thread::sleep_for(milliseconds(5));
    std::this_thread::sleep_for(after);
    ::kill(pid, SIGCONT);
  });
}

// A silence that the session outlasts is told all the same.
TEST_F(Resume, AShortSilenceIsAnEventToo) {
  plant_signal(SIGSTOP, kMiddle);
  const auto board = ready();
  std::thread waker = waker_of(board->agent_pid(), milliseconds(1'600));
  const Evaluation found = evaluate(*board, digits(kSamples));
  waker.join();
  expect_whole(found, kSamples);
  EXPECT_THAT(kinds_of(found), ElementsAre("silence"));
  EXPECT_THAT(text_of(found, "silence"), HasSubstr("nothing came from linux for 1."));
  EXPECT_EQ(board->reconnects(), 0u);
}

TEST_F(Resume, AHangThatEndsIsGotOver) {
  const Cycled work = digits(kSamples);
  const Answers expected = answers_of(undisturbed(work));
  plant_signal(SIGSTOP, kMiddle);
  lab::ReadyOptions options = patient();
  options.clock.silence_limit = milliseconds(500);
  const auto board = ready(options);
  std::thread waker = waker_of(board->agent_pid(), milliseconds(3'000));
  const Evaluation found = evaluate(*board, work);
  waker.join();
  expect_whole(found, kSamples);
  EXPECT_EQ(answers_of(found), expected);
  EXPECT_THAT(kinds_of(found), ElementsAre("reconnect"));
}

std::string name_of_cause(const testing::TestParamInfo<ResetCause>& tested) {
  std::string name = frame::text_of(tested.param);
  std::erase_if(name, [](char c) { return c == '-' || c == ' '; });
  return name;
}

class ResetFromOutside : public Resume, public testing::WithParamInterface<ResetCause> {};

TEST_P(ResetFromOutside, IsGotOver) {
  const Cycled work = digits(kSamples);
  const Answers expected = answers_of(undisturbed(work));
  plant_reset(GetParam(), kMiddle);
  const auto board = ready();
  const Evaluation found = evaluate(*board, work);
  expect_whole(found, kSamples);
  EXPECT_EQ(answers_of(found), expected);
  EXPECT_THAT(kinds_of(found), ElementsAre("reset"));
  const std::string text = text_of(found, "reset");
  EXPECT_THAT(text, HasSubstr(std::string("cause ") + frame::text_of(GetParam()) + ", boot 2"));
  EXPECT_THAT(text, HasSubstr("the model was loaded again"));
  EXPECT_THAT(text, HasSubstr("were sent again"));
  EXPECT_EQ(board->reconnects(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Causes, ResetFromOutside,
                         testing::Values(ResetCause::kUnknown, ResetCause::kPowerOn,
                                         ResetCause::kPin, ResetCause::kBrownOut),
                         name_of_cause);

class ResetFromInside : public Resume, public testing::WithParamInterface<ResetCause> {};

TEST_P(ResetFromInside, IsNotHidden) {
  plant_reset(GetParam(), kMiddle);
  const Evaluation found = evaluate(*ready(), digits(kSamples));
  const Error error = error_of(found);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr(std::string("the agent on linux reset (cause ") +
                                    frame::text_of(GetParam())));
  EXPECT_THAT(kinds_of(found), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Causes, ResetFromInside,
                         testing::Values(ResetCause::kSoftware, ResetCause::kWatchdog,
                                         ResetCause::kFault),
                         name_of_cause);

// The reset is not heard, for the line is cut meanwhile. The next session tells of it.
TEST_F(Resume, AFaultBehindASilenceIsNotHidden) {
  plant("RESET_CAUSE", static_cast<int>(ResetCause::kFault));
  plant("DELAY_US", 3'000);
  lab::ReadyOptions options = patient();
  options.faults.cuts = {{milliseconds(2'000), milliseconds(3'500)}};
  const auto board = ready(options);
  std::atomic<bool> over = false;
  std::thread resetter([&] {
    while (board->faults()->cuts_begun() == 0 && !over)
      std::this_thread::sleep_for(milliseconds(10));
    ::kill(board->agent_pid(), SIGUSR1);
  });
  const Evaluation found = evaluate(*board, digits(kSamples));
  over = true;
  resetter.join();
  const Error error = error_of(found);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("the agent on linux had reset (cause fault, boot 2)"));
}

TEST_F(Resume, SeveralInterruptionsOfOneRun) {
  plant_reset(ResetCause::kPin, 400);
  plant("AGAIN", 1);
  const Evaluation found = evaluate(*ready(), digits(kSamples));
  expect_whole(found, kSamples);
  EXPECT_GE(kinds_of(found).size(), 2u);
  EXPECT_THAT(kinds_of(found), testing::Each("reset"));
}

TEST_F(Resume, TooManyInterruptionsAreAnErrorWithTheirHistory) {
  plant_reset(ResetCause::kPin, 300);
  plant("AGAIN", 1);
  const Evaluation found = evaluate(*ready(), digits(4000));
  const results::Verdict& verdict = found.record.verdict;
  ASSERT_TRUE(verdict.error);
  EXPECT_EQ(verdict.error->blame, Blame::kDevice);
  EXPECT_THAT(verdict.error->what, HasSubstr("(that is too often after 8 interruptions: "));
  EXPECT_THAT(kinds_of(found), testing::SizeIs(8));
}

// A sample that browns the board out each time is no bad cable.
TEST_F(Resume, TheSamePlaceTwiceIsAnError) {
  plant_reset(ResetCause::kBrownOut, 1);
  plant("AGAIN", 1);
  const Evaluation found = evaluate(*ready(), digits(kSamples));
  const Error error = error_of(found);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("(it got no further after 1 interruption: "));
  EXPECT_THAT(error.what, HasSubstr("(cause brown-out, boot 3)"));
  EXPECT_EQ(found.record.verdict.samples_done, 0u);
}

TEST_F(Resume, AnotherBoardInItsPlaceIsAnError) {
  plant_reset(ResetCause::kPowerOn, kMiddle);
  plant("OTHER_ID", 1);
  const Error error = error_of(evaluate(*ready(), digits(kSamples)));
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("another board has come back on pty "));
  EXPECT_THAT(error.what, HasSubstr("its unique id is bad1, it was "));
}

TEST_F(Resume, ABoardThatNeverComesBack) {
  plant_signal(SIGSTOP, kMiddle);
  lab::ReadyOptions impatient = patient();
  impatient.reconnect = milliseconds(700);
  impatient.clock.silence_limit = milliseconds(400);
  const Error error = error_of(evaluate(*ready(impatient), digits(kSamples)));
  EXPECT_EQ(error.blame, Blame::kLink);
  EXPECT_THAT(error.what, HasSubstr("no answer from linux for 0."));
  EXPECT_THAT(error.what, HasSubstr("; it did not come back within "));
}

TEST_F(Resume, NobodyAskedForIt) {
  plant_reset(ResetCause::kPin, kMiddle);
  lab::ReadyOptions never = patient();
  never.reconnect = milliseconds(0);
  const Error error = error_of(evaluate(*ready(never), digits(kSamples)));
  EXPECT_THAT(error.what, HasSubstr("the agent on linux reset (cause reset pin, boot 2)"));
  EXPECT_EQ(error.what.find("come back"), std::string::npos) << error.what;
}

TEST_F(Resume, CtrlCEndsTheWait) {
  plant_signal(SIGSTOP, kMiddle);
  const StopRequest stop;
  std::vector<std::string> told;
  lab::ReadyOptions options = patient();
  options.stop = &stop;
  options.clock.silence_limit = milliseconds(300);
  options.progress = [&](std::string_view step) {
    told.emplace_back(step);
    if (step == "waiting for the board to come back") ::raise(SIGINT);
  };
  measure::Watch watch;
  watch.stop = &stop;
  const Evaluation found = evaluate(*ready(options), digits(kSamples), watch);
  EXPECT_EQ(found.record.verdict.status, VerdictStatus::kInterrupted);
  EXPECT_LT(found.record.verdict.samples_done, kSamples);
  EXPECT_THAT(told, ElementsAre("waiting for the board to come back", ""));
}

TEST_F(Resume, AKilledAgentIsNotWaitedFor) {
  plant_signal(SIGKILL, kMiddle);
  const Error error = error_of(evaluate(*ready(), digits(kSamples)));
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("ended by signal 9 (SIGKILL)"));
}

class ResumeState : public Resume, public testing::WithParamInterface<StateRule> {};

// State goes on from the last fresh start: with kKeep that is the first sample of all.
TEST_P(ResumeState, GoesOnWhereItsStateBegan) {
  const Cycled work =
      measure::test::cycled("fixtures/rotor/rotor_svdf.tflite", "fixtures/rotor/test", 60);
  const auto count = static_cast<std::uint32_t>(work.source.inference_count());
  ASSERT_GT(count, 1000u);
  const Answers expected = answers_of(undisturbed(work, GetParam()));
  plant_reset(ResetCause::kPowerOn, count / 2 + 7);
  const Evaluation found = evaluate(*ready(), work, {}, GetParam());
  expect_whole(found, count);
  EXPECT_EQ(answers_of(found), expected);
  EXPECT_THAT(kinds_of(found), ElementsAre("reset"));
  const bool from_start = text_of(found, "reset").find("samples 0 to ") != std::string::npos;
  EXPECT_EQ(from_start, GetParam() == StateRule::kKeep) << text_of(found, "reset");
}

INSTANTIATE_TEST_SUITE_P(Rules, ResumeState, testing::Values(StateRule::kReset, StateRule::kKeep),
                         [](const auto& tested) {
                           return tested.param == StateRule::kKeep ? "Keep" : "Reset";
                         });

// The board resets while the model is being sent to it.
TEST_F(Resume, AnUploadThatBreaksIsDoneAgain) {
  plant("RESET_CAUSE", static_cast<int>(ResetCause::kPin));
  const auto board = ready();
  bool once = false;
  measure::Watch watch;
  watch.progress = [&](Phase phase, std::uint64_t, std::uint64_t) {
    const bool sending = phase == Phase::kUpload;
    if (sending && !std::exchange(once, true)) ::kill(board->agent_pid(), SIGUSR1);
  };
  const Evaluation found = evaluate(*board, digits(kSamples), watch);
  ASSERT_TRUE(once);
  expect_whole(found, kSamples);
  EXPECT_THAT(kinds_of(found), ElementsAre("reset"));
  EXPECT_THAT(text_of(found, "reset"), HasSubstr("the model was sent again"));
}

}  // namespace
}  // namespace hil::test
