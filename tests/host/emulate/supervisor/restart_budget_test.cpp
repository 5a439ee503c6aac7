// SPDX-License-Identifier: Apache-2.0
// When a board that ends again and again is held, and when given up.
#include "host/emulate/supervisor/restart_budget.hpp"

#include <gtest/gtest.h>

namespace hil::emulate {
namespace {

using std::chrono::seconds;

TEST(RestartBudget, RunsThenHoldsThenGivesUp) {
  RestartBudget budget;
  const auto start = RestartBudget::Clock::now();
  for (std::size_t i = 1; i <= RestartBudget::kMostRestarts; ++i) {
    EXPECT_EQ(budget.next(start + seconds(i)),
              i <= RestartBudget::kMostRuns ? Restart::kRun : Restart::kHold);
  }
  EXPECT_EQ(budget.next(start + seconds(20)), Restart::kGiveUp);
}

TEST(RestartBudget, ForgetsAfterAMinute) {
  RestartBudget budget;
  const auto start = RestartBudget::Clock::now();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(budget.next(start + seconds(20 * i)), Restart::kRun) << i;
  EXPECT_EQ(budget.next(start + seconds(20 * 99 + 1)), Restart::kHold);
}

}  // namespace
}  // namespace hil::emulate
