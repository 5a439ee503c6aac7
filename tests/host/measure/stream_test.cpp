// SPDX-License-Identifier: Apache-2.0
// Runs that are no runs, and an agent that is alive but never done.
#include "host/measure/stream.hpp"

#include <gtest/gtest.h>

#include "tests/host/measure/digits.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::measure {
namespace {

class StreamTest : public testing::Test {
 protected:
  void SetUp() override {
    auto session = session::Session::open(agent_, session::quick(), session::soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    session_ = std::move(*session);
  }
  session::ServingAgent agent_;
  std::unique_ptr<session::Session> session_;
  const test::Digits digits_ = test::load_digits();
};

TEST_F(StreamTest, ARunOfNoSamplesIsABug) {
  const auto none = run_history(*session_, digits_.model, {}, 0, Watch{});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kBug);
  EXPECT_EQ(none.error().what, "a run of no samples");
  const std::vector<Inputs> history(3);  // the third sample is number 2 at least
  EXPECT_EQ(run_history(*session_, digits_.model, history, 1, Watch{}).error().what,
            "a run of no samples");
}

// Takes 20 s: the least budget, and the time that is allowed for the line.
TEST_F(StreamTest, AnAgentThatIsNeverDoneIsGivenUp) {
  agent_.deaf_to_inputs = true;
  const auto result =
      run_once(*session_, digits_.model, {std::vector<std::uint8_t>(64)}, 0, Watch{});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kDevice);
  EXPECT_EQ(result.error().what, "no result within 10000 ms");
  EXPECT_EQ(result.error().hint,
            "reset the board; if it happens again, flash the agent again and report it");
}

}  // namespace
}  // namespace hil::measure
