// SPDX-License-Identifier: Apache-2.0
// Energy runs: what the pins do and when, what is computed in windows, what ends a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/sync_code.hpp"
#include "target/agent/memory.hpp"
#include "tests/target/agent/energy_run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kInference = v1::ENERGY_REGION_INFERENCE;
constexpr std::uint32_t kRun = port::pin::kInRun;
constexpr std::uint32_t kIn = port::pin::kInRun | port::pin::kInRegion;
constexpr std::uint32_t kToggle = port::pin::kPerInference;
/// 50 us busy before and behind a window in which the core works, in ticks of the fake port.
constexpr std::uint64_t kRunIn = 50;

class Energy : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.open(1));
    ASSERT_NO_FATAL_FAILURE(load_fake(host));
    host.run(20);
  }
  /// Digest of the outputs for sample @p number and that state of the engine.
  static std::uint32_t digest(std::uint32_t number, std::uint8_t state = 0) {
    return crc_of(expected_outputs(energy_sample(number), state));
  }
  void refused(const v1::EnergyRunRequest& request, StatusCode status, const char* text) {
    const EnergyResults results = carry_out(host, request);
    ASSERT_TRUE(results.error);
    EXPECT_EQ(results.error->status(), static_cast<std::uint32_t>(status));
    EXPECT_THAT(results.error->text(), HasSubstr(text));
    EXPECT_TRUE(fake_port().pin_changes.empty());
  }
  Host host;
};

TEST_F(Energy, PinsRiseInWindowsAndToggleAtEachInference) {
  fake_engine().keeps_inputs = true;
  stash(host, 1);
  const EnergyResults results = carry_out(host, run_of_windows(2, 1, {step_of(kInference, 3)}));
  ASSERT_EQ(results.windows.size(), 2u);
  ASSERT_TRUE(results.end);
  // Three operators of 10 ticks each; rests of 100 before, between and behind.
  const std::uint64_t start = results.end->begin_ticks();
  const std::uint64_t a = start + 100 + kRunIn;
  const std::uint64_t b = a + 90 + kRunIn + 100 + kRunIn;
  const std::uint64_t end = b + 90 + kRunIn + 100;
  EXPECT_THAT(
      fake_port().pin_changes,
      ElementsAre(PinChange{start, kRun}, PinChange{a, kIn | kToggle}, PinChange{a + 30, kIn},
                  PinChange{a + 60, kIn | kToggle}, PinChange{a + 90, kRun | kToggle},
                  PinChange{b, kIn}, PinChange{b + 30, kIn | kToggle}, PinChange{b + 60, kIn},
                  PinChange{b + 90, kRun}, PinChange{end, 0}));
  EXPECT_EQ(results.windows[0].begin_ticks(), a);
  EXPECT_EQ(results.windows[0].end_ticks(), a + 90);
  EXPECT_EQ(results.windows[1].begin_ticks(), b);
  EXPECT_EQ(results.windows[1].end_ticks(), b + 90);
  EXPECT_EQ(results.end->end_ticks(), end);
  for (const auto& window : results.windows) {
    EXPECT_EQ(window.repetitions(), 3u);
    EXPECT_EQ(window.crc32(), digest(0));
    EXPECT_EQ(window.overlap_bytes(), 0u);
    EXPECT_EQ(window.rested(), v1::ENERGY_REST_WAIT);
    EXPECT_FALSE(window.has_before());
  }
  EXPECT_EQ(results.end->late_windows(), 0u);
  EXPECT_EQ(results.end->first_mark_ticks(), 0u);
}

TEST_F(Energy, IsBusyBesideWindowsAndHearsNothingMeanwhile) {
  fake_port().most_rest = 7;
  stash(host, 1);
  const EnergyResults results = carry_out(
      host, run_of_windows(2, 1, {step_of(kInference), step_of(v1::ENERGY_REGION_OUTPUT)}));
  ASSERT_EQ(results.windows.size(), 2u);
  std::uint64_t busy = 0;
  for (const Rest& rest : fake_port().rests) {
    if (rest.mode != port::Idle::kBusy) continue;
    EXPECT_TRUE(rest.paused);
    const bool beside = std::any_of(
        results.windows.begin(), results.windows.end(), [&rest](const v1::EnergyWindow& window) {
          return rest.until == window.begin_ticks() || rest.until == window.end_ticks() + kRunIn;
        });
    EXPECT_TRUE(beside) << rest.from;
    busy += std::min<std::uint64_t>(rest.until - rest.from, 7);
  }
  EXPECT_EQ(busy, 4 * kRunIn);
}

TEST_F(Energy, NothingIsBusyBesideRestsInPeriodsOrBesideACounter) {
  fake_port().i2c = [](std::uint8_t, const std::vector<std::uint8_t>&, std::size_t bytes) {
    return std::optional(std::vector<std::uint8_t>(bytes));
  };
  stash(host, 1);
  auto of_rests = run_of_windows(2, 1, {rest_of(30, v1::ENERGY_REST_WAIT)});
  auto periodic = run_of_windows(2, 1, {step_of(kInference)});
  periodic.set_period_ticks(1000);
  auto counted = run_of_windows(2, 1, {step_of(kInference)});
  counted.set_counter(v1::ENERGY_COUNTER_INA228);
  counted.set_counter_address(0x45);
  for (const auto& request : {of_rests, periodic, counted}) {
    const EnergyResults results = carry_out(host, request);
    EXPECT_TRUE(results.end);
    for (const Rest& rest : fake_port().rests)
      EXPECT_NE(rest.mode, port::Idle::kBusy);
  }
}

TEST_F(Energy, NotAByteLeavesInTheRun) {
  stash(host, 1);
  std::size_t before = 0;
  fake_port().while_resting = [&] {
    if (before == 0) before = fake_port().from_agent.size() + 1;
    EXPECT_EQ(fake_port().from_agent.size() + 1, before) << "something was sent";
  };
  fake_engine().before_operator = [&](std::uint32_t) {
    EXPECT_TRUE(fake_port().paused) << "and read() complains while it is";
    EXPECT_EQ(fake_port().from_agent.size() + 1, before) << "something was sent";
  };
  const EnergyResults results = carry_out(host, run_of_windows(3, 1, {step_of(kInference)}));
  EXPECT_TRUE(results.end);
  EXPECT_NE(before, 0u);
  EXPECT_FALSE(fake_port().paused);
}

TEST_F(Energy, WindowsTakeTheStashedSamplesInTurn) {
  stash(host, 2);
  auto request = run_of_windows(3, 2, {step_of(kInference)});
  request.set_reset_state(true);
  const EnergyResults results = carry_out(host, request);
  ASSERT_EQ(results.windows.size(), 3u);
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_EQ(results.windows[i].crc32(), digest(i % 2)) << i;
}

TEST_F(Energy, StateGoesOnUnlessItIsReset) {
  stash(host, 1);
  const EnergyResults results = carry_out(host, run_of_windows(3, 1, {step_of(kInference)}));
  ASSERT_EQ(results.windows.size(), 3u);
  for (std::uint8_t i = 0; i < 3; ++i)
    EXPECT_EQ(results.windows[i].crc32(), digest(0, i));
}

TEST_F(Energy, InferencesOfOneWindowGetTheInputsOnlyOnce) {
  stash(host, 1);
  carry_out(host, run_of_windows(1, 1, {step_of(kInference, 2)}));
  EXPECT_THAT(fake_engine().seen_inputs,
              ElementsAre(energy_sample(0), std::string(energy_sample(0).size(), '\xEE')))
      << "this engine's inferences overwrite them";
}

TEST_F(Energy, LoadAndInferenceWritesThemAnew) {
  stash(host, 1);
  const EnergyResults results =
      carry_out(host, run_of_windows(1, 1, {step_of(v1::ENERGY_REGION_LOAD_AND_INFERENCE, 3)}));
  EXPECT_THAT(fake_engine().seen_inputs,
              ElementsAre(energy_sample(0), energy_sample(0), energy_sample(0)));
  ASSERT_EQ(results.windows.size(), 1u);
  EXPECT_EQ(results.windows[0].crc32(), digest(0, 2)) << "of the last one";
}

TEST_F(Energy, LoadAloneComputesNothing) {
  stash(host, 1);
  const EnergyResults results =
      carry_out(host, run_of_windows(1, 1, {step_of(v1::ENERGY_REGION_LOAD, 4)}));
  ASSERT_EQ(results.windows.size(), 1u);
  EXPECT_EQ(results.windows[0].crc32(), 0u);
  EXPECT_EQ(results.windows[0].repetitions(), 4u);
  EXPECT_TRUE(fake_engine().seen_inputs.empty());
  const auto& input = fake_engine().inputs[0];
  EXPECT_EQ(std::string(input.begin(), input.end()), energy_sample(0).substr(0, input.size()));
}

TEST_F(Energy, OutputStepInfersBeforeItsWindow) {
  stash(host, 1);
  fake_engine().before_operator = [](std::uint32_t) {
    EXPECT_EQ(fake_port().pins & port::pin::kInRegion, 0u);
  };
  const EnergyResults results =
      carry_out(host, run_of_windows(1, 1, {step_of(v1::ENERGY_REGION_OUTPUT, 5)}));
  ASSERT_EQ(results.windows.size(), 1u);
  EXPECT_EQ(results.windows[0].crc32(), digest(0));
  EXPECT_EQ(fake_engine().seen_inputs.size(), 1u);
}

TEST_F(Energy, StepsTakeTurnsAndRestsHaveTheirOwnLengths) {
  stash(host, 1);
  const EnergyResults results =
      carry_out(host, run_of_windows(5, 1,
                                     {rest_of(30, v1::ENERGY_REST_BUSY), step_of(kInference),
                                      rest_of(50, v1::ENERGY_REST_STOP)}));
  ASSERT_EQ(results.windows.size(), 5u);
  const std::uint64_t lengths[] = {30, 30, 50, 30, 30};
  for (std::size_t i = 0; i < 5; ++i) {
    const auto& window = results.windows[i];
    EXPECT_EQ(window.end_ticks() - window.begin_ticks(), lengths[i]) << i;
  }
  EXPECT_EQ(results.windows[0].rested(), v1::ENERGY_REST_BUSY);
  EXPECT_EQ(results.windows[2].rested(), v1::ENERGY_REST_WAIT) << "asked for stop: has none";
  std::uint32_t toggles = 0;
  std::uint32_t before = 0;
  for (const PinChange& change : fake_port().pin_changes) {
    toggles += ((change.pins ^ before) & kToggle) != 0;
    before = change.pins;
  }
  EXPECT_EQ(toggles, 2u) << "one inference each in windows 1 and 4, low at the end";
}

TEST_F(Energy, RestsNeedNoModel) {
  Host other;
  ASSERT_TRUE(other.open(2));
  const EnergyResults results = carry_out(
      other,
      run_of_windows(4, 0, {rest_of(3, v1::ENERGY_REST_WAIT), rest_of(5, v1::ENERGY_REST_WAIT)}));
  ASSERT_EQ(results.windows.size(), 4u);
  EXPECT_EQ(results.windows[3].end_ticks() - results.windows[3].begin_ticks(), 5u);
}

TEST_F(Energy, SaysHowItReallyRested) {
  fake_port().deepest = port::Idle::kBusy;
  stash(host, 1);
  const EnergyResults results = carry_out(host, run_of_windows(1, 1, {step_of(kInference)}));
  ASSERT_TRUE(results.end);
  EXPECT_EQ(results.end->rested(), v1::ENERGY_REST_BUSY);
  EXPECT_EQ(results.windows.at(0).rested(), v1::ENERGY_REST_BUSY);
}

TEST_F(Energy, RestsGoOnAfterAnEarlyReturn) {
  fake_port().most_rest = 7;
  stash(host, 1);
  const EnergyResults results = carry_out(
      host, run_of_windows(2, 1, {step_of(kInference), rest_of(50, v1::ENERGY_REST_WAIT)}));
  ASSERT_EQ(results.windows.size(), 2u);
  EXPECT_EQ(results.windows[0].begin_ticks() - results.end->begin_ticks(), 100 + kRunIn);
  EXPECT_EQ(results.windows[1].end_ticks() - results.windows[1].begin_ticks(), 50u);
}

TEST_F(Energy, WindowsBeginOnePeriodApart) {
  fake_engine().keeps_inputs = true;
  stash(host, 1);
  auto request = run_of_windows(4, 1, {step_of(kInference)});
  request.set_period_ticks(1000);
  const EnergyResults results = carry_out(host, request);
  ASSERT_EQ(results.windows.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(results.windows[i].begin_ticks(), results.windows[0].begin_ticks() + 1000 * i);
    EXPECT_EQ(results.windows[i].end_ticks(), results.windows[i].begin_ticks() + 30);
  }
  EXPECT_EQ(results.end->late_windows(), 0u);
}

TEST_F(Energy, LateWindowsAreCountedAndPeriodsKept) {
  stash(host, 1);
  auto request = run_of_windows(4, 1, {step_of(kInference)});
  request.set_period_ticks(20);  // an inference takes 30
  const EnergyResults results = carry_out(host, request);
  ASSERT_EQ(results.windows.size(), 4u);
  EXPECT_EQ(results.end->late_windows(), 3u);
  EXPECT_EQ(results.windows[3].begin_ticks(), results.windows[0].begin_ticks() + 90);
}

TEST_F(Energy, PatternStandsBeforeAndBehindTheWindows) {
  stash(host, 1);
  auto request = run_of_windows(1, 1, {step_of(kInference)});
  request.set_mark_ticks(40);
  const EnergyResults results = carry_out(host, request);
  ASSERT_TRUE(results.end);
  const std::uint64_t begin = results.end->begin_ticks();
  EXPECT_EQ(results.end->first_mark_ticks(), begin + 100);
  const std::uint64_t pattern = 40 * kSyncSteps;
  EXPECT_EQ(results.windows.at(0).begin_ticks(), begin + 100 + pattern + 100 + kRunIn);
  const std::uint64_t window = 30 + 2 * kRunIn;
  EXPECT_EQ(results.end->last_mark_ticks(), begin + 300 + pattern + window);
  EXPECT_EQ(results.end->end_ticks(), begin + 400 + 2 * pattern + window);
  std::vector<port::Idle> modes;
  for (const Rest& rest : fake_port().rests) {
    if (rest.until - rest.from == 40) modes.push_back(rest.mode);
  }
  ASSERT_EQ(modes.size(), 2 * kSyncSteps);
  for (std::size_t i = 0; i < modes.size(); ++i)
    EXPECT_EQ(modes[i] == port::Idle::kBusy, kSyncCode[i % kSyncSteps]) << i;
}

TEST_F(Energy, OneOperatorIsRepeated) {
  stash(host, 1);
  auto step = step_of(kInference);
  step.set_repeat_operator(1);
  step.set_repeat_times(5);
  const EnergyResults results = carry_out(host, run_of_windows(1, 1, {step}));
  ASSERT_EQ(results.windows.size(), 1u);
  EXPECT_EQ(results.windows[0].end_ticks() - results.windows[0].begin_ticks(), 70u);
}

TEST_F(Energy, ByteInAWindowIsReported) {
  stash(host, 1);
  std::uint32_t inference = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0 && ++inference == 2) host.send_raw(std::string(9, '\0'));
  };
  const EnergyResults results = carry_out(host, run_of_windows(3, 1, {step_of(kInference)}));
  ASSERT_EQ(results.windows.size(), 3u);
  EXPECT_EQ(results.windows[0].overlap_bytes(), 0u);
  EXPECT_EQ(results.windows[1].overlap_bytes(), 9u);
  EXPECT_EQ(results.windows[2].overlap_bytes(), 0u) << "they were taken between the windows";
}

TEST_F(Energy, RestInAWindowIsNotEndedByAByte) {
  fake_port().most_rest = 10;
  fake_port().while_resting = [&] {
    if (fake_port().paused && fake_port().to_agent.empty()) host.send_raw(std::string(1, '\0'));
  };
  const EnergyResults results =
      carry_out(host, run_of_windows(1, 0, {rest_of(50, v1::ENERGY_REST_WAIT)}));
  ASSERT_EQ(results.windows.size(), 1u);
  EXPECT_EQ(results.windows[0].end_ticks() - results.windows[0].begin_ticks(), 50u);
  EXPECT_EQ(results.windows[0].overlap_bytes(), 1u);
}

TEST_F(Energy, BudgetEndsAnInference) {
  stash(host, 1);
  auto request = run_of_windows(2, 1, {step_of(kInference)});
  request.set_budget_ms(1);
  request.set_rest_ticks(0);
  fake_engine().ticks_per_operator = 600;
  const EnergyResults results = carry_out(host, request);
  ASSERT_TRUE(results.error);
  EXPECT_EQ(results.error->status(), static_cast<std::uint32_t>(StatusCode::kBudget));
  EXPECT_THAT(results.error->text(), HasSubstr("energy run of 2 windows: budget exceeded"));
  EXPECT_TRUE(results.windows.empty());
  EXPECT_EQ(fake_port().pins, 0u);
  EXPECT_FALSE(fake_port().paused);
  EXPECT_EQ(agent::memory::state().run.phase, agent::RunState::Phase::kIdle);
}

TEST_F(Energy, BudgetEndsTheRests) {
  auto request = run_of_windows(3, 0, {rest_of(900, v1::ENERGY_REST_WAIT)});
  request.set_budget_ms(1);
  const EnergyResults results = carry_out(host, request);
  ASSERT_TRUE(results.error);
  EXPECT_EQ(results.error->status(), static_cast<std::uint32_t>(StatusCode::kBudget));
  EXPECT_EQ(fake_port().pin_changes.back().pins, 0u);
  EXPECT_LE(fake_port().pin_changes.back().ticks - fake_port().pin_changes.front().ticks, 1001u);
}

TEST_F(Energy, FailingEngineEndsTheRun) {
  stash(host, 1);
  fake_engine().result = StatusCode::kInternal;
  const EnergyResults results = carry_out(host, run_of_windows(2, 1, {step_of(kInference)}));
  ASSERT_TRUE(results.error);
  EXPECT_EQ(results.error->status(), static_cast<std::uint32_t>(StatusCode::kInternal));
}

TEST_F(Energy, CancelBetweenWindowsEndsTheRun) {
  stash(host, 1);
  std::uint8_t call = 0;
  bool asked = false;
  std::uint32_t inferences = 0;
  fake_engine().before_operator = [&](std::uint32_t index) { inferences += index == 0; };
  fake_port().while_resting = [&] {
    if (inferences != 2 || asked) return;
    asked = true;
    v1::CancelRequest request;
    request.set_call(call);
    host.request(Service::kCancel, method::kCancel, request);
    host.pump();
  };
  host.run(20);
  call = host.request(Service::kEnergy, method::kEnergyRun,
                      run_of_windows(9, 1, {step_of(kInference)}));
  std::optional<Incoming> answer;
  while ((answer = host.next()) && answer->head.service != Service::kCancel)
    EXPECT_NE(answer->head.method, method::kEnergyWindow) << "results of a cancelled run";
  ASSERT_TRUE(answer);
  EXPECT_TRUE(parse<v1::CancelReply>(*answer).stopped());
  EXPECT_EQ(inferences, 2u);
  EXPECT_EQ(fake_port().pins, 0u);
}

TEST_F(Energy, CloseBetweenWindowsEndsTheRun) {
  stash(host, 1);
  std::uint32_t inferences = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0 && ++inferences == 2) host.send_close();
  };
  host.run(20);
  host.request(Service::kEnergy, method::kEnergyRun, run_of_windows(9, 1, {step_of(kInference)}));
  host.run(60);
  EXPECT_EQ(inferences, 2u);
  EXPECT_EQ(agent::memory::state().run.phase, agent::RunState::Phase::kIdle);
  EXPECT_EQ(fake_port().pins, 0u);
}

TEST_F(Energy, OtherRunsAreRefusedMeanwhileAndWorkAfter) {
  stash(host, 1);
  const EnergyResults results = carry_out(host, run_of_windows(1, 1, {step_of(kInference)}));
  EXPECT_TRUE(results.end);
  fake_engine().state = 0;
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  ASSERT_EQ(begun.head.kind, Kind::kReply) << error_of(begun).text();
  EXPECT_EQ(error_of(host.call(Service::kEnergy, method::kEnergyRun,
                               run_of_windows(1, 1, {step_of(kInference)})))
                .text(),
            "a run is going on");
  send_sample(host, begun.head.call, sample_bytes(0));
  EXPECT_EQ(take_result(host, begun.head.call).bytes, expected_outputs(sample_bytes(0)));
  EXPECT_TRUE(carry_out(host, run_of_windows(1, 1, {step_of(kInference)})).end)
      << "the stash is there still";
}

TEST_F(Energy, CounterIsReadAroundEachWindow) {
  stash(host, 1);
  fake_port().i2c = [](std::uint8_t address, const std::vector<std::uint8_t>& out,
                       std::size_t bytes) -> std::optional<std::vector<std::uint8_t>> {
    EXPECT_EQ(address, 0x45);
    EXPECT_EQ(bytes, 5u);
    fake_port().ticks += 4;  // two of them take 8
    const auto low = static_cast<std::uint8_t>(fake_port().ticks);
    if (out == std::vector<std::uint8_t>{0x09}) return {{0xFE, 1, 2, 3, low}};
    EXPECT_EQ(out, std::vector<std::uint8_t>{0x0A});
    return {{0xFF, 4, 5, 6, low}};
  };
  auto request = run_of_windows(2, 1, {step_of(kInference)});
  request.set_counter(v1::ENERGY_COUNTER_INA228);
  request.set_counter_address(0x45);
  const EnergyResults results = carry_out(host, request);
  ASSERT_EQ(results.windows.size(), 2u);
  for (const auto& window : results.windows) {
    EXPECT_FALSE(window.before().failed());
    EXPECT_EQ(window.before().energy() >> 8, 0xFE010203u);
    EXPECT_EQ(window.before().charge() >> 8, 0xFF040506u);
    EXPECT_EQ(window.before().took_ticks(), 8u);
    EXPECT_EQ(window.before().ticks() + 4, window.begin_ticks());
    EXPECT_EQ(window.behind().ticks() - 4, window.end_ticks());
    EXPECT_EQ(window.end_ticks() - window.begin_ticks(), 30u) << "no reading within";
  }
}

TEST_F(Energy, CounterThatDoesNotAnswerIsSaid) {
  auto request = run_of_windows(1, 0, {rest_of(10, v1::ENERGY_REST_WAIT)});
  request.set_counter(v1::ENERGY_COUNTER_INA228);
  request.set_counter_address(0x40);
  const EnergyResults results = carry_out(host, request);
  ASSERT_EQ(results.windows.size(), 1u);
  EXPECT_TRUE(results.windows[0].before().failed());
  EXPECT_TRUE(results.windows[0].behind().failed());
}

TEST_F(Energy, RefusesWhatItCannotDo) {
  stash(host, 1);
  const auto good = run_of_windows(1, 1, {step_of(kInference)});
  const auto with = [&](auto change) {
    auto request = good;
    change(request);
    return request;
  };
  const auto bad = StatusCode::kBadArgument;
  refused(with([](auto& r) { r.set_windows(0); }), bad, "no windows or steps");
  refused(with([](auto& r) { r.clear_steps(); }), bad, "no windows or steps");
  refused(with([](auto& r) { r.set_budget_ms(0); }), bad, "budget of 0 ms");
  refused(with([](auto& r) { r.set_rest_ticks(1'000'001); }), bad, "longer than the budget");
  refused(with([](auto& r) { r.set_period_ticks(~std::uint64_t{0}); }), bad, "longer than");
  refused(with([](auto& r) { r.set_mark_ticks(1'000'001); }), bad, "longer than the budget");
  refused(with([](auto& r) { r.mutable_steps(0)->set_repetitions(0); }), bad, "0 repetitions");
  refused(with([](auto& r) {
            r.mutable_steps(0)->set_repeat_operator(3);
            r.mutable_steps(0)->set_repeat_times(2);
          }),
          bad, "operator that there is not");
  refused(with([](auto& r) {
            *r.mutable_steps(0) = rest_of(1, v1::ENERGY_REST_WAIT);
            r.mutable_steps(0)->set_repetitions(2);
          }),
          bad, "a rest that is repeated");
  refused(with([](auto& r) { r.set_rest(static_cast<v1::EnergyRest>(3)); }), bad, "no such rest");
  refused(with([](auto& r) { r.mutable_steps(0)->set_region(static_cast<v1::EnergyRegion>(5)); }),
          bad, "no such region");
  refused(with([](auto& r) { r.set_counter_address(128); }), bad, "no such counter");
  refused(with([](auto& r) { r.set_windows(1'000'000); }), StatusCode::kTooLarge,
          "more windows than there is room for");
  refused(with([](auto& r) { r.set_samples(2); }), StatusCode::kBadState, "the stash does not");
  refused(with([](auto& r) { r.set_stash_crc32(1); }), StatusCode::kBadDigest, "the stash is not");
  EXPECT_TRUE(carry_out(host, good).end);
}

TEST_F(Energy, StepsThatComputeNeedAModel) {
  Host other;
  ASSERT_TRUE(other.open(2));
  const EnergyResults results = carry_out(other, run_of_windows(1, 1, {step_of(kInference)}));
  ASSERT_TRUE(results.error);
  EXPECT_EQ(results.error->status(), static_cast<std::uint32_t>(StatusCode::kNoModel));
}

TEST_F(Energy, SaysItsFacts) {
  const auto facts = parse<v1::EnergyFactsReply>(
      host.call(Service::kEnergy, method::kEnergyFacts, v1::EnergyFactsRequest{}));
  EXPECT_EQ(facts.window_capacity(), agent::memory::energy().records.size());
  EXPECT_EQ(facts.step_capacity(), 8u);
  EXPECT_EQ(facts.stash_bytes(), agent::memory::state().model.arena.size() - 128)
      << "the fake model uses 123";
}

TEST_F(Energy, PassesI2cOn) {
  v1::EnergyI2cRequest request;
  request.set_address(0x40);
  request.set_out(std::string("\x3e\x01", 2));
  request.set_in_bytes(2);
  const auto ask = [&] {
    return parse<v1::EnergyI2cReply>(host.call(Service::kEnergy, method::kEnergyI2c, request));
  };
  EXPECT_FALSE(ask().answered()) << "there is no bus";
  fake_port().i2c = [](std::uint8_t address, const std::vector<std::uint8_t>& out,
                       std::size_t) -> std::optional<std::vector<std::uint8_t>> {
    if (address != 0x40) return std::nullopt;
    EXPECT_EQ(out, (std::vector<std::uint8_t>{0x3E, 0x01}));
    return {{0x54, 0x49}};
  };
  EXPECT_TRUE(ask().answered());
  EXPECT_EQ(ask().in(), "\x54\x49");
  request.set_address(0x41);
  EXPECT_FALSE(ask().answered());
  request.set_in_bytes(17);
  EXPECT_EQ(error_of(host.call(Service::kEnergy, method::kEnergyI2c, request)).status(),
            static_cast<std::uint32_t>(StatusCode::kBadArgument));
}

}  // namespace
}  // namespace hil::test
