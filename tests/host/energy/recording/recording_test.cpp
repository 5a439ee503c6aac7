// SPDX-License-Identifier: Apache-2.0
// The thread that pulls a meter: everything arrives, edges are counted, errors are kept.
#include "host/energy/recording.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace hil::energy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Gives samples in blocks of ten: value k, D0 high in every other block; fails where it is told.
class FakeMeter final : public PowerMeter {
 public:
  [[nodiscard]] const MeterInfo& info() const override { return info_; }
  [[nodiscard]] MeterAbilities abilities() const override { return {false, false, false, 8}; }
  Status set_target_power(bool, Deadline) override { return {}; }

  Status start(Trace& trace, Deadline) override {
    if (fail_start) return Error{Blame::kLab, "no meter", ""};
    trace = Trace();
    trace.rate_hz = 1000;
    trace.logic_bits = 8;
    trace.rails.push_back({"main", Quantity::kCurrent, {}, {}, false});
    ++starts;
    return {};
  }
  Status read(Trace& trace, Deadline deadline) override {
    if (blocks >= most_blocks) {
      std::this_thread::sleep_for(
          std::min<Deadline::Clock::duration>(deadline.remaining(), milliseconds(1)));
      return {};
    }
    if (blocks == fail_at) return Error{Blame::kLink, "the meter is gone", "plug it in"};
    add(trace, blocks % 2 == 1 ? 1 : 0);
    ++blocks;
    return {};
  }
  Status stop(Trace& trace, Deadline) override {
    add(trace, 0);
    ++stops;
    return {};
  }

  bool fail_start = false;
  int most_blocks = 1000;
  int fail_at = -1;
  std::atomic<int> blocks{0}, starts{0}, stops{0};

 private:
  static void add(Trace& trace, std::uint8_t level) {
    for (int i = 0; i < 10; ++i) {
      trace.rails[0].values.push_back(static_cast<float>(trace.size()));
      trace.logic.push_back(level);
      trace.flags.push_back(i == 3 ? flag::kGap : std::uint8_t{0});
    }
  }
  MeterInfo info_;
};

Deadline soon() {
  return Deadline::after(seconds(30));
}

TEST(Recording, HasEverySampleAndWhatTheMeterStillHad) {
  FakeMeter meter;
  meter.most_blocks = 20;
  auto recording = Recording::start(meter, soon());
  ASSERT_TRUE(recording.ok()) << recording.error().what;
  EXPECT_EQ((*recording)->rate_hz(), 1000);
  const auto all = [](const RecordingState& state) { return state.samples >= 200; };
  const auto waited = (*recording)->wait(all, soon());
  ASSERT_TRUE(waited.ok());
  EXPECT_TRUE(*waited);
  const RecordingState state = (*recording)->state();
  EXPECT_EQ(state.edges[0], 19U);  // each block but the first changes the level
  EXPECT_EQ(state.edges[1], 0U);
  EXPECT_EQ(state.last_edge[0], 190U);
  EXPECT_EQ(state.lost, 20U);
  EXPECT_EQ(state.levels, 1);
  const auto trace = (*recording)->finish(soon());
  ASSERT_TRUE(trace.ok()) << trace.error().what;
  EXPECT_EQ(trace->size(), 210U);
  for (std::size_t k = 0; k < trace->size(); ++k)
    EXPECT_EQ(trace->rails[0].values[k], static_cast<float>(k));
  EXPECT_EQ((*recording)->state().samples, 210U);
  EXPECT_FALSE((*recording)->arrivals().empty());
  EXPECT_EQ(meter.stops, 1);
}

TEST(Recording, WaitEndsAtItsDeadline) {
  FakeMeter meter;
  meter.most_blocks = 1;
  const auto recording = Recording::start(meter, soon());
  ASSERT_TRUE(recording.ok());
  const auto never = [](const RecordingState&) { return false; };
  const auto waited = (*recording)->wait(never, Deadline::after(milliseconds(30)));
  ASSERT_TRUE(waited.ok());
  EXPECT_FALSE(*waited);
}

TEST(Recording, AnErrorOfTheMeterEndsWaitingAndFinish) {
  FakeMeter meter;
  meter.fail_at = 5;
  const auto recording = Recording::start(meter, soon());
  ASSERT_TRUE(recording.ok());
  const auto never = [](const RecordingState&) { return false; };
  const auto waited = (*recording)->wait(never, soon());
  ASSERT_FALSE(waited.ok());
  EXPECT_EQ(waited.error().what, "the meter is gone");
  const auto trace = (*recording)->finish(soon());
  ASSERT_FALSE(trace.ok());
  EXPECT_EQ(trace.error().blame, Blame::kLink);
  EXPECT_EQ(meter.stops, 1);
}

TEST(Recording, WhatCameBeforeAnErrorSatisfiesAWait) {
  FakeMeter meter;
  meter.fail_at = 5;
  const auto recording = Recording::start(meter, soon());
  ASSERT_TRUE(recording.ok());
  const auto some = [](const RecordingState& state) { return state.samples >= 50; };
  const auto waited = (*recording)->wait(some, soon());
  ASSERT_TRUE(waited.ok()) << waited.error().what;
  EXPECT_TRUE(*waited);
}

TEST(Recording, DestructionStopsTheMeter) {
  FakeMeter meter;
  {
    const auto recording = Recording::start(meter, soon());
    ASSERT_TRUE(recording.ok());
  }
  EXPECT_EQ(meter.stops, 1);
}

TEST(Recording, AMeterThatDoesNotStartGivesItsError) {
  FakeMeter meter;
  meter.fail_start = true;
  const auto recording = Recording::start(meter, soon());
  ASSERT_FALSE(recording.ok());
  EXPECT_EQ(recording.error().what, "no meter");
  EXPECT_EQ(meter.stops, 0);
}

}  // namespace
}  // namespace hil::energy
