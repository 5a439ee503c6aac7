// SPDX-License-Identifier: Apache-2.0
// Hidden losses in a finished trace: the time axis is right again, and nobody trusts the place.
#include "host/energy/ppk2/hidden_loss.hpp"

#include <gtest/gtest.h>

#include "host/energy/inserted_samples.hpp"

namespace hil::energy::ppk2 {
namespace {

Trace trace_of(std::size_t size) {
  Trace trace;
  trace.rails.resize(1);
  for (std::size_t i = 0; i < size; ++i) {
    trace.rails[0].values.push_back(static_cast<float>(i));
    trace.logic.push_back(static_cast<std::uint8_t>(i >= 50 ? 1 : 0));
    trace.flags.push_back(0);
  }
  return trace;
}

TEST(Ppk2HiddenLossTest, BecomesGapsInTheMiddleAndDoubtAround) {
  Trace trace = trace_of(1000);
  trace.events = {{100, "loss", "a"}, {900, "invalid", "b"}};
  insert_hidden_losses({{400, 500, 64}}, trace);
  ASSERT_EQ(trace.size(), 1064u);
  EXPECT_EQ(trace.rails[0].values.size(), 1064u);
  EXPECT_EQ(trace.logic.size(), 1064u);
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const int expected = i >= 450 && i < 514   ? flag::kGap
                         : i >= 400 && i < 564 ? flag::kInvalid
                                               : 0;
    ASSERT_EQ(trace.flags[i], expected) << i;
    ASSERT_EQ(trace.logic[i], i >= 50 ? 1 : 0) << i;
    if (expected != 0) continue;
    ASSERT_EQ(trace.rails[0].values[i], static_cast<float>(i < 450 ? i : i - 64)) << i;
  }
  ASSERT_EQ(trace.events.size(), 4u);
  EXPECT_EQ(trace.events[0].index, 100u);
  EXPECT_EQ(trace.events[1].index, 450u);
  EXPECT_EQ(trace.events[1].kind, "loss");
  EXPECT_EQ(trace.events[1].text, "64 samples lost between samples 400 and 564, as the clock says");
  EXPECT_EQ(trace.events[2].index, 450u);
  EXPECT_EQ(trace.events[2].kind, kInsertedEvent);
  EXPECT_EQ(trace.events[2].text, "64 samples put in for them after the recording");
  EXPECT_EQ(trace.events[3].index, 964u);
}

TEST(Ppk2HiddenLossTest, WhatWasCountedWhileItRanIsFoundAgain) {
  Trace trace = trace_of(1000);
  insert_hidden_losses({{100, 200, 64}, {600, 700, 128}}, trace);
  for (const std::uint64_t counted : {0u, 149u, 150u})
    EXPECT_EQ(index_now(trace, counted), counted);
  for (const std::uint64_t counted : {151u, 300u, 650u})
    EXPECT_EQ(index_now(trace, counted), counted + 64);
  for (const std::uint64_t counted : {651u, 999u, 1000u})
    EXPECT_EQ(index_now(trace, counted), counted + 192);
  EXPECT_EQ(trace.rails[0].values[index_now(trace, 300)], 300.0F);
  EXPECT_EQ(trace.rails[0].values[index_now(trace, 999)], 999.0F);
  EXPECT_EQ(index_now(trace, UINT64_MAX), UINT64_MAX);
}

TEST(Ppk2HiddenLossTest, EventsThatMakeNoSenseShiftNothing) {
  Trace trace = trace_of(1000);
  trace.events = {{10, kInsertedEvent, "many"},
                  {10, kInsertedEvent, "-3 samples"},
                  {10, kInsertedEvent, "18446744073709551615 samples"},
                  {10, kInsertedEvent, "99999999999999999999999 samples"},
                  {20, kInsertedEvent, "981 samples"},
                  {UINT64_MAX, kInsertedEvent, "1 sample"}};
  EXPECT_EQ(index_now(trace, 500), 500u);
}

TEST(Ppk2HiddenLossTest, SeveralDoNotShiftEachOther) {
  Trace trace = trace_of(1000);
  insert_hidden_losses({{100, 200, 64}, {600, 700, 128}}, trace);
  ASSERT_EQ(trace.size(), 1192u);
  EXPECT_EQ(trace.flags[150], flag::kGap);
  EXPECT_EQ(trace.flags[149], flag::kInvalid);
  EXPECT_EQ(trace.flags[650 + 64], flag::kGap);
  EXPECT_EQ(trace.flags[650 + 64 + 128], flag::kInvalid);
  EXPECT_EQ(trace.rails[0].values[1191], 999.0F);
  ASSERT_EQ(trace.events.size(), 4u);
  EXPECT_LT(trace.events[1].index, trace.events[2].index);
}

TEST(Ppk2HiddenLossTest, IndicesBeyondTheTraceAndHugeLossesBreakNothing) {
  Trace trace = trace_of(100);
  insert_hidden_losses({{90, 5000, 64}}, trace);
  EXPECT_EQ(trace.size(), 164u);
  insert_hidden_losses({{10, 20, 1'000'000'000'000}}, trace);
  EXPECT_EQ(trace.size(), 164u);
  EXPECT_EQ(trace.flags[15], flag::kInvalid);
}

}  // namespace
}  // namespace hil::energy::ppk2
