// SPDX-License-Identifier: Apache-2.0
// Energy runs: what is asked, silence on the line meanwhile, and results that make no sense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "host/session/energy_client.hpp"
#include "protocol/frame/crc32.hpp"
#include "tests/host/session/energy_agent.hpp"
#include "tests/host/session/open_session.hpp"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;
using Sample = std::vector<Bytes>;

class EnergyClient : public testing::Test {
 protected:
  void open() {
    auto session = Session::open(agent_, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    session_ = std::move(session).value();
  }
  Result<EnergyRun> begin(const EnergyRunOptions& options = two_windows()) {
    return EnergyRun::begin(*session_, options, EnergyStash{2, 0xABCD, 0, 0}, soon());
  }
  static EnergyRunOptions two_windows() {
    EnergyRunOptions options;
    options.windows = 2;
    options.budget_ms = 200;
    return options;
  }
  /// The result of a run whose messages the agent changes.
  Result<std::optional<EnergyResult>> result_of(const EnergyRunOptions& options = two_windows()) {
    open();
    auto run = begin(options);
    if (!run.ok()) return run.error();
    agent_.finish();
    return run->wait(soon());
  }
  void fails(const char* text) {
    const auto result = result_of();
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().blame, Blame::kDevice);
    EXPECT_THAT(result.error().what, HasSubstr(text));
  }
  EnergyAgent agent_;
  std::unique_ptr<Session> session_;
};

TEST_F(EnergyClient, AsksForWhatWasWanted) {
  open();
  EnergyRunOptions options;
  options.steps = {{EnergyRegion::kRest, 1, 500, EnergyRest::kStop, 0, 1},
                   {EnergyRegion::kLoadAndInference, 7, 0, EnergyRest::kWait, 3, 4}};
  options.windows = 2;
  options.rest = EnergyRest::kBusy;
  options.rest_ticks = 10;
  options.period_ticks = 1000;
  options.reset_state = true;
  options.mark_ticks = 20;
  options.ina228_address = 0x45;
  options.budget_ms = 777;
  ASSERT_TRUE(begin(options).ok());
  EXPECT_EQ(agent_.asked.ShortDebugString(),
            "steps { region: ENERGY_REGION_REST repetitions: 1 rest_ticks: 500 rest: "
            "ENERGY_REST_STOP repeat_times: 1 } steps { region: ENERGY_REGION_LOAD_AND_INFERENCE "
            "repetitions: 7 rest: ENERGY_REST_WAIT repeat_operator: 3 repeat_times: 4 } windows: 2 "
            "rest_ticks: 10 period_ticks: 1000 samples: 2 stash_crc32: 43981 budget_ms: 777 "
            "reset_state: true mark_ticks: 20 counter: ENERGY_COUNTER_INA228 counter_address: 69");
}

TEST_F(EnergyClient, GivesWhatHasCome) {
  auto options = two_windows();
  options.mark_ticks = 5;
  const auto result = result_of(options);
  ASSERT_TRUE(result.ok()) << result.error().what;
  ASSERT_TRUE(result->has_value());
  const EnergyResult& energy = **result;
  ASSERT_EQ(energy.windows.size(), 2u);
  EXPECT_EQ(energy.windows[1].begin_ticks, 1200u);
  EXPECT_EQ(energy.windows[1].end_ticks, 1300u);
  EXPECT_EQ(energy.windows[1].sample, 1u);
  EXPECT_EQ(energy.windows[1].crc32, 101u);
  EXPECT_EQ(energy.windows[1].rested, EnergyRest::kWait);
  EXPECT_FALSE(energy.windows[1].before.has_value());
  EXPECT_EQ(energy.rested, EnergyRest::kWait);
  EXPECT_EQ(energy.begin_ticks, 900u);
  EXPECT_EQ(energy.end_ticks, 2000u);
  ASSERT_TRUE(energy.marks);
  EXPECT_EQ(energy.marks->first, 910u);
  EXPECT_EQ(energy.marks->second, 1990u);
}

TEST_F(EnergyClient, CounterThatDidNotAnswerHasNoReading) {
  auto options = two_windows();
  options.ina228_address = 0x40;
  agent_.change_window = [](v1::EnergyWindow& window) {
    window.mutable_before()->set_energy(5);
    window.mutable_behind()->set_failed(true);
  };
  const auto result = result_of(options);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ((*result)->windows[0].before->energy, 5u);
  EXPECT_FALSE((*result)->windows[0].behind.has_value());
}

TEST_F(EnergyClient, SaysNothingWhileTheRunGoesOn) {
  open();
  auto run = begin();
  ASSERT_TRUE(run.ok()) << run.error().what;
  ASSERT_TRUE(run->wait(soon(40)).ok());  // the acknowledgement of the answer leaves
  const auto sent = session_->channel().statistics().bytes_sent;
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(run->wait(soon(40)).ok());
  EXPECT_EQ(session_->channel().statistics().bytes_sent, sent) << "polls would be 5 ms apart";
  agent_.finish();
  const auto result = run->wait(soon());
  ASSERT_TRUE(result.ok() && result->has_value());
}

TEST_F(EnergyClient, SaysNothingToAnAnswerThatComesTwice) {
  open();
  auto run = begin();
  ASSERT_TRUE(run.ok()) << run.error().what;
  ASSERT_TRUE(run->wait(soon(40)).ok());
  const auto sent = session_->channel().statistics().bytes_sent;
  agent_.send_duplicate();  // as after a poll that crossed it
  ASSERT_TRUE(run->wait(soon(40)).ok());
  EXPECT_EQ(session_->channel().statistics().device_duplicate_frames, 1u);
  EXPECT_EQ(session_->channel().statistics().bytes_sent, sent) << "the agent's window is open";
  agent_.finish();
  const auto result = run->wait(soon());
  ASSERT_TRUE(result.ok() && result->has_value());
  const auto after = session_->channel().statistics().bytes_sent;
  agent_.send_duplicate();
  ASSERT_TRUE(session_->channel().pump(soon(40)).ok());
  EXPECT_GT(session_->channel().statistics().bytes_sent, after) << "no run, no silence";
}

TEST_F(EnergyClient, AgentThatStaysSilentIsAsked) {
  open();
  auto options = two_windows();
  options.budget_ms = 50;
  auto run = begin(options);
  ASSERT_TRUE(run.ok());
  agent_.mute = true;
  const auto result = run->wait(soon(20'000));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kLink);
  EXPECT_GT(session_->channel().statistics().polls, 0u);
}

TEST_F(EnergyClient, NamesTheErrorOfTheAgent) {
  agent_.fail = true;
  fails("energy run of 2 windows: budget exceeded");
}

TEST_F(EnergyClient, RefusesWindowsOutOfOrder) {
  agent_.change_window = [](v1::EnergyWindow& window) { window.set_window(1); };
  fails("sent window 1 where window 0 of 2 was due");
}

TEST_F(EnergyClient, RefusesWindowsThatEndBeforeTheyBegin) {
  agent_.change_window = [](v1::EnergyWindow& window) { window.set_end_ticks(3); };
  fails("window 0 is from tick 1000 to 3");
}

TEST_F(EnergyClient, RefusesWindowsThatOverlap) {
  agent_.change_window = [](v1::EnergyWindow& window) { window.set_begin_ticks(1000); };
  fails("window 1 is from tick 1000");
}

TEST_F(EnergyClient, RefusesOtherRepetitions) {
  agent_.change_window = [](v1::EnergyWindow& window) { window.set_repetitions(9); };
  fails("9 repetitions");
}

TEST_F(EnergyClient, RefusesRestsWithoutAName) {
  agent_.change_window = [](v1::EnergyWindow& window) {
    window.set_rested(static_cast<v1::EnergyRest>(7));
  };
  fails("has no name (7)");
}

TEST_F(EnergyClient, RefusesAnEndBeforeTheLastWindow) {
  agent_.windows_sent = 1;
  fails("ended an energy run after 1 of 2 windows");
}

TEST_F(EnergyClient, RefusesMoreWindowsThanAskedFor) {
  agent_.windows_sent = 3;
  fails("sent window 2 where window 2 of 2 was due");
}

TEST_F(EnergyClient, RefusesOptionsThatMakeNoRun) {
  open();
  auto options = two_windows();
  options.steps.clear();
  EXPECT_EQ(begin(options).error().blame, Blame::kBug);
  options = two_windows();
  options.windows = 0;
  EXPECT_EQ(begin(options).error().blame, Blame::kBug);
}

TEST_F(EnergyClient, NeedsTheService) {
  agent_.hello.set_services(agent_.hello.services() &
                            ~(1u << static_cast<unsigned>(Service::kEnergy)));
  open();
  const auto run = begin();
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().what, "the agent on linux cannot make energy runs");
  EXPECT_EQ(run.error().blame, Blame::kDevice);
}

TEST_F(EnergyClient, CancelTellsTheAgentWhichCall) {
  open();
  auto run = begin();
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(run->cancel(soon()).ok());
  EXPECT_EQ(agent_.cancelled_call, agent_.call);
}

TEST_F(EnergyClient, StashesSamplesOneBehindTheOther) {
  open();
  const std::vector<Sample> samples{{Bytes(700, 1), Bytes(5, 2)}, {Bytes(700, 3), Bytes(5, 4)}};
  const auto stash = stash_inputs(*session_, samples, true, soon());
  ASSERT_TRUE(stash.ok()) << stash.error().what;
  Bytes all;
  for (const Sample& sample : samples)
    for (const Bytes& input : sample)
      all.insert(all.end(), input.begin(), input.end());
  EXPECT_EQ(agent_.stash, all);
  EXPECT_TRUE(agent_.stash_asked.mark());
  EXPECT_EQ(agent_.stash_asked.samples(), 2u);
  EXPECT_EQ(stash->samples, 2u);
  EXPECT_EQ(stash->crc32, frame::crc32(all));
  EXPECT_EQ(stash->begin_ticks, 7u);
}

TEST_F(EnergyClient, StashEndsWithCtrlCAndIsSentAnew) {
  open();
  const std::vector<std::vector<std::vector<std::uint8_t>>> samples(2, {{1, 2, 3}});
  {
    const StopRequest stop;
    std::raise(SIGINT);
    const auto stopped = stash_inputs(*session_, samples, false, soon(), &stop);
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().blame, Blame::kUser);
  }
  const StopRequest nobody;
  const auto stashed = stash_inputs(*session_, samples, false, soon(), &nobody);
  ASSERT_TRUE(stashed.ok()) << stashed.error().what;
  EXPECT_EQ(agent_.stash.size(), 6u) << "none of the broken-off one";
}

TEST_F(EnergyClient, StashThatCameOtherwiseIsRefused) {
  agent_.change_stashed = [](v1::EnergyWindow& window) { window.set_crc32(1); };
  open();
  const auto stash = stash_inputs(*session_, std::vector<Sample>{{Bytes(9)}}, false, soon());
  ASSERT_FALSE(stash.ok());
  EXPECT_THAT(stash.error().what, HasSubstr("the agent has 00000001"));
}

TEST_F(EnergyClient, SamplesOfDifferentSizesAreRefused) {
  open();
  EXPECT_FALSE(
      stash_inputs(*session_, std::vector<Sample>{{Bytes(9)}, {Bytes(8)}}, false, soon()).ok());
  EXPECT_FALSE(stash_inputs(*session_, std::vector<Sample>{}, false, soon()).ok());
}

TEST_F(EnergyClient, ReadsFacts) {
  agent_.facts.set_window_capacity(64);
  agent_.facts.set_step_capacity(8);
  agent_.facts.set_stash_bytes(100);
  agent_.hello.set_arena_capacity_bytes(1000);
  open();
  const auto facts = read_energy_facts(*session_, soon());
  ASSERT_TRUE(facts.ok()) << facts.error().what;
  EXPECT_EQ(facts->window_capacity, 64u);
  EXPECT_EQ(facts->stash_bytes, 100u);
  agent_.facts.set_stash_bytes(1001);
  EXPECT_FALSE(read_energy_facts(*session_, soon()).ok()) << "more than there is memory";
}

TEST_F(EnergyClient, I2cTransfers) {
  open();
  const Bytes out{0x3E};
  const auto silent = i2c_transfer(*session_, 0x40, out, 2, soon());
  ASSERT_FALSE(silent.ok());
  EXPECT_EQ(silent.error().blame, Blame::kLab);
  EXPECT_EQ(silent.error().what, "nothing answers at address 0x40 of linux's I2C bus");
  agent_.i2c_reply.set_fault(hilbench::v1::ENERGY_I2C_FAULT_NO_BUS);
  const auto none = i2c_transfer(*session_, 0x40, out, 2, soon());
  EXPECT_EQ(none.error().what, "the agent of linux has no I2C bus");
  EXPECT_THAT(none.error().hint, testing::HasSubstr("HILBENCH_I2C_BUS"));
  agent_.i2c_reply.set_fault(hilbench::v1::ENERGY_I2C_FAULT_HELD);
  EXPECT_EQ(i2c_transfer(*session_, 0x40, out, 2, soon()).error().what,
            "something keeps a wire of linux's I2C bus low");
  agent_.i2c_reply.set_answered(true);
  agent_.i2c_reply.set_in("\x54\x49");
  const auto answered = i2c_transfer(*session_, 0x40, out, 2, soon());
  ASSERT_TRUE(answered.ok()) << answered.error().what;
  EXPECT_EQ(*answered, (Bytes{0x54, 0x49}));
  EXPECT_FALSE(i2c_transfer(*session_, 0x40, out, 3, soon()).ok()) << "too few bytes came";
  EXPECT_EQ(i2c_transfer(*session_, 0x40, Bytes(17), 1, soon()).error().blame, Blame::kBug);
}

}  // namespace
}  // namespace hil::session
