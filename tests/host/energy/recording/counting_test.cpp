// SPDX-License-Identifier: Apache-2.0
// A counter read by a thread: on its grid, through failures, and to its end.
#include "host/energy/counting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace hil::energy {
namespace {

using testing::HasSubstr;

/// Counts how often it was asked, as joules; says what it is told to.
class FakeCounter : public EnergyCounter {
 public:
  FakeCounter() { info_.kind = "powercap"; }

  [[nodiscard]] const MeterInfo& info() const override { return info_; }
  [[nodiscard]] const Accuracy& accuracy() const override { return accuracy_; }
  Result<CounterReading> read(Deadline /*deadline*/) override {
    const int now = ++asked;
    if (now > 1 && failing > 0) {
      --failing;
      return Error{blame, "cannot read energy_uj: Input/output error", "see 'dmesg'"};
    }
    CounterReading reading;
    reading.joules = now;
    reading.at = Deadline::Clock::now();
    return reading;
  }

  std::atomic<int> asked{0};
  std::atomic<int> failing{0};
  Blame blame = Blame::kLab;

 private:
  MeterInfo info_;
  Accuracy accuracy_;
};

/// Blocks until @p holds, at most half a minute.
template <class Holds>
bool wait_until(Holds holds) {
  for (const Deadline limit = Deadline::after(std::chrono::seconds(30)); !limit.expired();) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

TEST(Counting, ReadsUntilItIsEnded) {
  FakeCounter counter;
  const auto counting = Counting::start(counter, 100, Deadline::never());
  ASSERT_TRUE(counting.ok()) << counting.error().what;
  EXPECT_EQ((*counting)->rate_hz(), 100);
  ASSERT_TRUE(wait_until([&counter] { return counter.asked >= 5; }));
  EXPECT_TRUE((*counting)->check().ok());
  const auto readings = (*counting)->finish();
  ASSERT_TRUE(readings.ok()) << readings.error().what;
  ASSERT_GE(readings->size(), 5U);
  for (std::size_t k = 0; k < readings->size(); ++k)
    EXPECT_EQ((*readings)[k].joules, static_cast<double>(k + 1)) << "none is left out";
  // One a slot of 10 ms, as late as it may come.
  for (std::size_t k = 1; k < readings->size(); ++k) {
    const auto slot = [&](std::size_t i) {
      return ((*readings)[i].at - readings->front().at) / std::chrono::milliseconds(10);
    };
    EXPECT_GT(slot(k), slot(k - 1));
  }
  const int asked = counter.asked;
  EXPECT_EQ(static_cast<int>(readings->size()), asked);
}

TEST(Counting, ReadingsThatFailAreTriedAgain) {
  FakeCounter counter;
  counter.failing = 9;
  const auto counting = Counting::start(counter, 100, Deadline::never());
  ASSERT_TRUE(wait_until([&counter] { return counter.asked >= 12; }));
  const auto readings = (*counting)->finish();
  ASSERT_TRUE(readings.ok()) << readings.error().what;
  EXPECT_EQ((*readings)[1].joules, 11) << "what was counted meanwhile is not lost";
}

TEST(Counting, TenFailuresEndIt) {
  FakeCounter counter;
  counter.failing = 1000;
  const auto counting = Counting::start(counter, 100, Deadline::never());
  ASSERT_TRUE(wait_until([&counting] { return !(*counting)->check().ok(); }));
  const auto readings = (*counting)->finish();
  ASSERT_FALSE(readings.ok());
  EXPECT_EQ(readings.error().blame, Blame::kLink);
  EXPECT_EQ(readings.error().what,
            "powercap has not answered 10 times in a row: cannot read energy_uj: Input/output "
            "error");
  EXPECT_EQ(readings.error().hint, "see 'dmesg'");
}

TEST(Counting, OneThatIsGoneEndsItAtOnce) {
  FakeCounter counter;
  counter.blame = Blame::kLink;
  counter.failing = 1;
  const auto counting = Counting::start(counter, 100, Deadline::never());
  ASSERT_TRUE(wait_until([&counting] { return !(*counting)->check().ok(); }));
  EXPECT_EQ(counter.asked, 2);
  EXPECT_THAT((*counting)->check().error().what, HasSubstr("Input/output error"));
}

TEST(Counting, RatesThatCannotBe) {
  FakeCounter counter;
  for (const double rate : {-1.0, 0.001, 101.0, 1e300}) {
    const auto refused = Counting::start(counter, rate, Deadline::never());
    ASSERT_FALSE(refused.ok()) << rate;
    EXPECT_EQ(refused.error().blame, Blame::kUser);
    EXPECT_EQ(refused.error().hint, "0.01 to 100 is possible");
  }
  EXPECT_EQ(counter.asked, 0);
  EXPECT_EQ((*Counting::start(counter, 0, Deadline::never()))->rate_hz(), kDefaultCounts);
}

}  // namespace
}  // namespace hil::energy
