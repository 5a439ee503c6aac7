// SPDX-License-Identifier: Apache-2.0
// Edges of logic inputs: glitches, gaps, ends of the trace.
#include "host/energy/window/edges.hpp"

#include <gtest/gtest.h>

#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using testing::Random;
using testing::SyntheticTrace;

constexpr double kSample = 1e-5;

/// A pulse from just before sample @p first to just before sample @p behind.
void add_pulse(SyntheticTrace& trace, double first, double behind) {
  trace.pulse(0, (first - 0.5) * kSample, (behind - 0.5) * kSample);
}

TEST(Edges, APulse) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 300);
  const Result<EdgeList> list = find_edges(trace.make(), {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  EXPECT_FALSE(list->starts_high);
  ASSERT_EQ(list->edges.size(), 2u);
  EXPECT_EQ(list->edges[0].index, 100u);
  EXPECT_TRUE(list->edges[0].rising);
  EXPECT_EQ(list->edges[0].position(), 99.5);
  EXPECT_EQ(list->edges[1].index, 300u);
  EXPECT_FALSE(list->edges[1].rising);
  EXPECT_EQ(list->glitch_count, 0u);
}

TEST(Edges, InvertedInputGivesTheSamePin) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 300);
  trace.inverted(0);
  const Result<EdgeList> list = find_edges(trace.make(), {0, true}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  EXPECT_FALSE(list->starts_high);
  ASSERT_EQ(list->edges.size(), 2u);
  EXPECT_TRUE(list->edges[0].rising);
}

TEST(Edges, GlitchesAreNamedNotDropped) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 103);  // up, for 3 samples
  add_pulse(trace, 200, 300);
  add_pulse(trace, 302, 400);  // down, for 2 samples
  const Result<EdgeList> list = find_edges(trace.make(), {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->edges.size(), 2u);
  EXPECT_EQ(list->edges[0].index, 200u);
  EXPECT_EQ(list->edges[1].index, 400u);
  ASSERT_EQ(list->glitch_count, 2u);
  EXPECT_EQ(list->glitches[0].index, 100u);
  EXPECT_EQ(list->glitches[0].samples, 3u);
  EXPECT_TRUE(list->glitches[0].high);
  EXPECT_EQ(list->glitches[1].index, 300u);
  EXPECT_FALSE(list->glitches[1].high);
}

TEST(Edges, WhatMayHaveBeenLongEnoughIsNoGlitch) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 104);  // 4 samples: up to 50 us
  const Result<EdgeList> list = find_edges(trace.make(), {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->edges.size(), 2u);
  EXPECT_EQ(list->glitch_count, 0u);
}

TEST(Edges, WithoutHoldTimeEveryChangeIsAnEdge) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 101);
  const Result<EdgeList> list = find_edges(trace.make(), {0}, 0);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->edges.size(), 2u);
}

TEST(Edges, BesideAGapAreNotTrusted) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 300);
  trace.gap(90, 20);   // the rise is in it
  trace.gap(297, 3);   // the fall is right behind it
  trace.gap(500, 10);  // nothing happens
  const Result<EdgeList> list = find_edges(trace.make(), {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->edges.size(), 2u);
  EXPECT_EQ(list->edges[0].index, 110u);
  EXPECT_EQ(list->edges[0].lost_before, 20u);
  EXPECT_FALSE(list->edges[0].trusted());
  EXPECT_EQ(list->edges[0].position(), 99.5);  // the middle of samples 89 to 110
  EXPECT_EQ(list->edges[1].index, 300u);
  EXPECT_FALSE(list->edges[1].trusted());
}

TEST(Edges, AGapInAShortPulseDoesNotMakeItAGlitch) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 100, 130);
  trace.gap(102, 28);
  const Result<EdgeList> list = find_edges(trace.make(), {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->edges.size(), 2u);
  EXPECT_TRUE(list->edges[0].trusted());
  EXPECT_FALSE(list->edges[1].trusted());
  EXPECT_EQ(list->glitch_count, 0u);
}

TEST(Edges, EndsOfTheTraceAreNoEdges) {
  SyntheticTrace trace(1e-2);
  add_pulse(trace, 0, 2);
  add_pulse(trace, 998, 2000);
  const Result<EdgeList> list = find_edges(trace.make(), {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->starts_high);
  ASSERT_EQ(list->edges.size(), 2u);
  EXPECT_FALSE(list->edges[0].rising);
  EXPECT_TRUE(list->edges[1].rising);
}

TEST(Edges, AFloatingInputIsAllGlitchesAndTheListIsBounded) {
  const Trace trace = SyntheticTrace(1).floating(0, 7).make();
  const Result<EdgeList> list = find_edges(trace, {0}, kRegionHold_s);
  ASSERT_TRUE(list.ok());
  EXPECT_GT(list->glitch_count, 20'000u);
  EXPECT_EQ(list->glitches.size(), kMostGlitches);
}

TEST(Edges, AllLostOrEmpty) {
  const Result<EdgeList> lost = find_edges(SyntheticTrace(1e-3).gap(0, 100).make(), {0}, 0);
  ASSERT_TRUE(lost.ok());
  EXPECT_TRUE(lost->edges.empty());
  const Result<EdgeList> empty = find_edges(SyntheticTrace(0).make(), {0}, 0);
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty->edges.empty());
}

TEST(Edges, NoSuchInput) {
  Trace trace = SyntheticTrace(1e-3).make();
  trace.logic_bits = 2;
  const Result<EdgeList> list = find_edges(trace, {2}, 0);
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.error().blame, Blame::kLab);
  EXPECT_EQ(list.error().what, "the meter has no logic input D2 (2 in this trace)");
  trace.logic_bits = 0;
  trace.logic.clear();
  EXPECT_FALSE(find_edges(trace, {0}, 0).ok());
}

TEST(Edges, AlternateWhateverTheLevelsAre) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    SyntheticTrace made(0.01);
    const std::uint64_t first = random.below(1000);
    made.floating(0, seed).gap(first, random.below(200));
    const Trace trace = made.make();
    const Result<EdgeList> list = find_edges(trace, {0}, 1e-5 * (random.below(8)));
    ASSERT_TRUE(list.ok());
    bool high = list->starts_high;
    std::uint64_t last = 0;
    for (const Edge& edge : list->edges) {
      EXPECT_EQ(edge.rising, !high);
      EXPECT_GT(edge.index, last);
      EXPECT_EQ((trace.logic[edge.index] & 1) != 0, edge.rising);
      EXPECT_LE(edge.lost_before, edge.index);
      high = edge.rising;
      last = edge.index;
    }
  }
}

}  // namespace
}  // namespace hil::energy
