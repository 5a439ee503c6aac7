// SPDX-License-Identifier: Apache-2.0
// Current over device time: truth of windows, sleep between instructions, runs that are given up.
#include "host/emulate/power/track.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/host/emulate/power/records.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint8_t kRest = kPinRun;
constexpr std::uint8_t kWindow = kPinRun | kPinRegion;

/// Feeds records, and keeps what comes of them.
struct Feed {
  TrackBuilder builder{round_model()};
  std::vector<Track> tracks;

  void operator()(const PluginRecord& record) {
    if (auto track = builder.take(record)) tracks.push_back(std::move(*track));
  }
};

double charge_of(const Track& track) {
  double coulombs = 0, begin = 0;
  for (const TrackPiece& piece : track.pieces) {
    coulombs += piece.amps * (piece.end_s - begin);
    begin = piece.end_s;
  }
  return coulombs;
}

TEST(PowerModel, EveryKindHasItsFigure) {
  boards::PowerFigures figures = round_figures();
  figures.load_store_pj = 1;
  figures.multiply_pj = 10;
  figures.float_pj = 100;
  figures.branch_pj = 1'000;
  figures.vector_pj = 10'000;
  const PowerModel model(figures, 0);
  // 6 kinds, once each: 600 pJ and 6 ns of 10 mW, 60 pJ.
  EXPECT_DOUBLE_EQ(model.joules({1, 1, 1, 1, 1, 1}), (660 + 11'111) * 1e-12);
  EXPECT_DOUBLE_EQ(model.joules({0, 0, 0, 0, 0, 1}), (110 + 10'000) * 1e-12);
  EXPECT_DOUBLE_EQ(model.seconds({1, 1, 1, 1, 1, 1}), 6e-9);
  EXPECT_DOUBLE_EQ(model.coulombs({2, 0, 0, 0, 0, 0}), 110e-12);
  EXPECT_DOUBLE_EQ(model.amps_asleep(), kIdleAmps);
  EXPECT_EQ(model.instructions_in(1e-6), 1'000u);
  EXPECT_EQ(model.instructions_in(0), 1u);
}

TEST(Track, AWindowTakesWhatItsInstructionsCost) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  board.execute(1'000'000);
  feed(board.mark(kWindow));
  board.execute(2'000'000);
  feed(board.sample());
  board.execute(500'000, InstructionKind::kMultiply);
  feed(board.mark(kRest));
  board.execute(1'000'000);
  feed(board.mark(0));
  ASSERT_EQ(feed.tracks.size(), 1u);
  const Track& track = feed.tracks[0];
  ASSERT_EQ(track.windows.size(), 1u);
  const TrueWindow& window = track.windows[0];
  EXPECT_EQ(total(window.executed), 2'500'000u);
  EXPECT_DOUBLE_EQ(window.seconds, 0.02);
  // 2.5e6 x 100 pJ, 0.5e6 x 50 pJ, and 10 mW for 20 ms; at 2 V.
  EXPECT_DOUBLE_EQ(window.coulombs, (250e-6 + 25e-6 + 200e-6) / 2);
  EXPECT_NEAR(window.begin_s, 0.008, 1e-12);
  EXPECT_NEAR(window.end_s, 0.028, 1e-12);
  EXPECT_EQ(window.end_ticks - window.begin_ticks, 2'500'000u);
  EXPECT_NEAR(track.seconds(), 0.036, 1e-12);
  EXPECT_EQ(track.end_ticks - track.begin_ticks, 4'500'000u);
  EXPECT_NEAR(charge_of(track), track.coulombs, 1e-15);
  EXPECT_DOUBLE_EQ(track.clock_error, 0);
}

TEST(Track, SleepFillsWhatInstructionsLeave) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  board.execute(125);
  feed(board.sleep(12'500'000));  // 100 ms
  board.execute(250);
  feed(board.mark(kWindow));
  board.execute(125'000);
  feed(board.sleep(125'000));  // 1 ms
  board.execute(125'000);
  feed(board.mark(kRest));
  feed(board.mark(0));
  ASSERT_EQ(feed.tracks.size(), 1u);
  const Track& track = feed.tracks[0];
  ASSERT_EQ(track.windows.size(), 1u);
  const TrueWindow& window = track.windows[0];
  EXPECT_NEAR(window.begin_s, 0.100'003, 1e-12);
  EXPECT_NEAR(window.asleep_s, 0.001, 1e-12);
  EXPECT_NEAR(window.seconds, 0.003, 1e-12);
  EXPECT_NEAR(window.coulombs, 0.002 * kBusyAmps + 0.001 * kIdleAmps, 1e-15);
  // The first rest: 1 us busy, 100 ms asleep, 2 us busy; then the window's three.
  ASSERT_EQ(track.pieces.size(), 6u);
  EXPECT_NEAR(track.pieces[0].end_s, 1e-6, 1e-15);
  EXPECT_NEAR(track.pieces[0].amps, kBusyAmps, 1e-12);
  EXPECT_NEAR(track.pieces[1].end_s, 0.100'001, 1e-12);
  EXPECT_NEAR(track.pieces[1].amps, kIdleAmps, 1e-12);
  EXPECT_EQ(track.pieces[2].pins, 0);
  EXPECT_EQ(track.pieces[3].pins, kPinRegion);
  EXPECT_NEAR(charge_of(track), track.coulombs, 1e-15);
}

TEST(Track, SeveralSleepsShareTheTimeAsTheMachineDid) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  feed(board.sleep(1'000'000));
  board.execute(1'000);
  feed(board.sleep(3'000'000));
  board.execute(1'000);
  feed(board.mark(0));
  ASSERT_EQ(feed.tracks.size(), 1u);
  const Track& track = feed.tracks[0];
  ASSERT_EQ(track.pieces.size(), 4u);
  EXPECT_NEAR(track.pieces[0].end_s, 0.008, 1e-5);
  EXPECT_NEAR(track.seconds(), 4'002'000 * 8e-9, 1e-12);
}

TEST(Track, PiecesHaveNoHolesAndTimeOnlyGrows) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    board.execute(100 + i * 7 % 50,
                  i % 3 == 0 ? InstructionKind::kMultiply : InstructionKind::kOther);
    if (i % 10 == 0) feed(board.sleep(1'000 * (i % 4)));
    feed(i % 5 == 0 ? board.mark(i % 2 == 0 ? kWindow : kRest) : board.sample());
  }
  feed(board.mark(kRest));
  feed(board.mark(0));
  ASSERT_EQ(feed.tracks.size(), 1u);
  const Track& track = feed.tracks[0];
  double before = 0;
  for (const TrackPiece& piece : track.pieces) {
    EXPECT_GT(piece.end_s, before);
    EXPECT_GE(piece.amps, kIdleAmps * 0.999);
    before = piece.end_s;
  }
  const auto ticks = static_cast<double>(track.end_ticks - track.begin_ticks);
  EXPECT_NEAR(track.seconds(), ticks * 8e-9, 1e-9);
  EXPECT_NEAR(charge_of(track), track.coulombs, 1e-12);
  EXPECT_EQ(track.windows.size(), 100u);
}

TEST(Track, EqualCurrentsBecomeOnePiece) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  for (int i = 0; i < 1'000; ++i) {
    board.execute(10'000);
    feed(board.sample());
  }
  feed(board.mark(0));
  ASSERT_EQ(feed.tracks.size(), 1u);
  EXPECT_EQ(feed.tracks[0].pieces.size(), 1u);
  EXPECT_NEAR(feed.tracks[0].seconds(), 0.08, 1e-12);
}

TEST(Track, TogglesAreCountedWithinAWindow) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  feed(board.mark(kWindow | kPinCount));
  for (int i = 0; i < 9; ++i) {
    board.execute(1'000);
    feed(board.mark(i % 2 == 0 ? kWindow : kWindow | kPinCount));
  }
  feed(board.mark(kRest));
  feed(board.mark(0));
  ASSERT_EQ(feed.tracks.size(), 1u);
  ASSERT_EQ(feed.tracks[0].windows.size(), 1u);
  EXPECT_EQ(feed.tracks[0].windows[0].toggles, 10u);
}

TEST(Track, MarkersOutsideOfARunAreNotKept) {
  Feed feed;
  TellingBoard board;
  for (int i = 0; i < 3; ++i) {
    feed(board.mark(kPinRegion));
    board.execute(1'000);
    feed(board.mark(0));
  }
  EXPECT_TRUE(feed.tracks.empty());
  EXPECT_EQ(feed.builder.take_complaint(), "");
}

TEST(Track, AWindowIsTheSameWheneverItIs) {
  const auto run = [](std::uint64_t rest) {
    Feed feed;
    TellingBoard board;
    feed(board.mark(kRest));
    feed(board.sleep(rest));
    board.execute(37);
    feed(board.mark(kWindow));
    board.execute(1'234'567);
    feed(board.mark(kRest));
    feed(board.mark(0));
    return feed.tracks.at(0).windows.at(0);
  };
  const TrueWindow first = run(1'000'003), second = run(98'765'432'109);
  EXPECT_EQ(first.coulombs, second.coulombs);
  EXPECT_EQ(first.seconds, second.seconds);
  EXPECT_NE(first.begin_s, second.begin_s);
}

TEST(Track, AClockThatDisagreesWithTheInstructionsIsTold) {
  boards::PowerFigures figures = round_figures();
  figures.tick_hz = 100'000'000;
  TrackBuilder builder(PowerModel(figures, kRoundShift));
  TellingBoard board;
  builder.take(board.mark(kRest));
  board.execute(10'000'000);
  const auto track = builder.take(board.mark(0));
  ASSERT_TRUE(track);
  EXPECT_NEAR(track->clock_error, 0.25, 1e-3);
  EXPECT_NEAR(track->seconds(), 0.08, 1e-9);
}

TEST(Track, LostMarkersGiveTheRunUp) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  feed(board.mark(kWindow));
  board.lose(1);
  feed(board.sample());
  EXPECT_NE(feed.builder.take_complaint().find("too busy"), std::string::npos);
  feed(board.mark(kRest));
  feed(board.mark(0));
  EXPECT_TRUE(feed.tracks.empty());
  feed(board.mark(kRest));
  board.execute(100);
  feed(board.mark(0));
  EXPECT_EQ(feed.tracks.size(), 1u);
}

TEST(Track, AClockThatGoesBackGivesTheRunUp) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  board.execute(100);
  feed(board.mark(kWindow));
  board.turn_clock_back(50);
  feed(board.mark(kRest));
  EXPECT_NE(feed.builder.take_complaint().find("backwards"), std::string::npos);
  feed(board.mark(0));
  EXPECT_TRUE(feed.tracks.empty());
}

TEST(Track, AClockThatLeapsGivesTheRunUp) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  feed(board.sleep(std::numeric_limits<std::uint64_t>::max() / 2));
  feed(board.mark(0));
  EXPECT_NE(feed.builder.take_complaint().find("too long"), std::string::npos);
  EXPECT_TRUE(feed.tracks.empty());
  TellingBoard next;
  feed(next.mark(kRest));
  next.execute(100);
  feed(next.mark(0));
  EXPECT_EQ(feed.tracks.size(), 1u);
}

TEST(Track, TheEndOfTheEmulatorIsTheEndOfTheRun) {
  Feed feed;
  TellingBoard board;
  feed(board.mark(kRest));
  PluginRecord end = board.sample();
  end.kind = PluginRecord::Kind::kEnd;
  feed(end);
  EXPECT_NE(feed.builder.take_complaint(), "");
  feed(board.mark(0));
  EXPECT_TRUE(feed.tracks.empty());
}

}  // namespace
}  // namespace hil::emulate
