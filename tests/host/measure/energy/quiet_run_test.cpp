// SPDX-License-Identifier: Apache-2.0
// One energy run of an agent: what ends it early, and that the agent is told.
#include "host/measure/energy/quiet_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/host/session/energy_agent.hpp"
#include "tests/host/session/open_session.hpp"

namespace hil::measure {
namespace {

using session::quick;
using session::soon;
using testing::HasSubstr;

class QuietEnergyRun : public testing::Test {
 protected:
  void SetUp() override {
    auto session = session::Session::open(agent_, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    session_ = std::move(session).value();
  }
  Result<std::optional<session::EnergyResult>> perform(const std::function<Status()>& lives,
                                                       const Watch& watch = {}) {
    session::EnergyRunOptions options;
    options.windows = 2;
    options.budget_ms = 3'000;
    return perform_while(*session_, options, {}, lives, watch);
  }
  /// The session serves on: the agent is at nothing any more.
  void expect_usable() {
    EXPECT_EQ(agent_.cancelled_call, agent_.call);
    EXPECT_TRUE(session_->sync_time(soon()).ok());
  }

  session::EnergyAgent agent_;
  std::unique_ptr<session::Session> session_;
};

TEST_F(QuietEnergyRun, GivesWhatTheAgentDid) {
  const auto result = perform([this] {
    agent_.finish();
    return Status();
  });
  ASSERT_TRUE(result.ok()) << result.error().what;
  ASSERT_TRUE(result->has_value());
  EXPECT_EQ((*result)->windows.size(), 2u);
  EXPECT_EQ(agent_.cancelled_call, 0u);
}

TEST_F(QuietEnergyRun, AMeterThatIsGoneEndsTheAgentsRunToo) {
  int asked = 0;
  const auto result = perform([&]() -> Status {
    if (++asked < 2) return {};
    return Error{Blame::kLink, "the meter is gone", "plug it in"};
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, "the meter is gone");
  expect_usable();
}

TEST_F(QuietEnergyRun, TheMetersErrorSaysMoreThanThatOfTheCancelBehindIt) {
  const auto result = perform([this]() -> Status {
    agent_.hang_up = true;
    return Error{Blame::kLink, "the meter is gone", "plug it in"};
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, "the meter is gone");
}

TEST_F(QuietEnergyRun, CtrlCEndsTheAgentsRun) {
  const StopRequest stop;
  Watch watch;
  watch.stop = &stop;
  const auto interrupt = [] {
    std::raise(SIGINT);
    return Status();
  };
  const auto result = perform(interrupt, watch);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_FALSE(result->has_value());
  expect_usable();
}

TEST_F(QuietEnergyRun, AByteInAWindowSpoilsIt) {
  agent_.change_window = [](auto& window) {
    if (window.window() == 1) window.set_overlap_bytes(3);
  };
  const auto result = perform([this] {
    agent_.finish();
    return Status();
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kLink);
  EXPECT_THAT(result.error().what, HasSubstr("3 bytes came on the line in window 2 of 2"));
}

}  // namespace
}  // namespace hil::measure
