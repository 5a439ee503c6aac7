// SPDX-License-Identifier: Apache-2.0
// Tests of traces out of records: loss by time stamps, edges, and what ends a recording.
#include "host/energy/lpm01a/trace_builder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace hil::energy::lpm01a {
namespace {

StreamRecord stamp(std::uint32_t milliseconds, unsigned buffer = 0) {
  StreamRecord record;
  record.kind = RecordKind::kTimeStamp;
  record.milliseconds = milliseconds;
  record.buffer_percent = buffer;
  return record;
}

StreamRecord sample(double value) {
  StreamRecord record;
  record.kind = RecordKind::kSample;
  record.value = value;
  return record;
}

StreamRecord edge(std::uint32_t number, bool falling = false) {
  StreamRecord record;
  record.kind = RecordKind::kEdge;
  record.number = number;
  record.falling = falling;
  return record;
}

StreamRecord of_kind(RecordKind kind, const std::string& text = "") {
  StreamRecord record;
  record.kind = kind;
  record.text = text;
  return record;
}

/// An acquisition in energy mode at 1 kHz and 3 V, unless said otherwise.
class Lpm01aTraceBuilder : public testing::Test {
 protected:
  void begin(Acquisition acquisition) {
    builder_.emplace(acquisition);
    builder_->begin(trace_);
  }
  void begin(EdgeSource edges = EdgeSource::kBoth) { begin({true, 1000, "1k", 3, false, edges}); }
  Status add(const StreamRecord& record) { return builder_->add(record, trace_); }
  void samples(int count, double value = 30e-6) {
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(add(sample(value)).ok());
  }
  std::vector<std::string> texts_of(const std::string& kind) {
    std::vector<std::string> texts;
    for (const MeterEvent& event : trace_.events)
      if (event.kind == kind) texts.push_back(event.text);
    return texts;
  }

  Trace trace_;
  std::optional<TraceBuilder> builder_;
};

TEST_F(Lpm01aTraceBuilder, TurnsJoulesIntoMeanWatts) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(2);
  EXPECT_EQ(trace_.rails[0].quantity, Quantity::kPower);
  EXPECT_FLOAT_EQ(trace_.rails[0].values[1], 0.03F);
  EXPECT_EQ(trace_.size(), 2u);
  EXPECT_EQ(trace_.rate_hz, 1000);
}

TEST_F(Lpm01aTraceBuilder, KeepsFullBlocks) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  for (std::uint32_t block = 1; block <= 3; ++block) {
    samples(1000);
    ASSERT_TRUE(add(stamp(block * 1000)).ok());
  }
  EXPECT_EQ(trace_.size(), 3000u);
  EXPECT_TRUE(trace_.events.empty());
}

TEST_F(Lpm01aTraceBuilder, MakesABlockThatLostSamplesAGap) {
  for (const int lost : {1, 5, 63, 64, 128, 999, 1000}) {
    begin();
    ASSERT_TRUE(add(stamp(0)).ok());
    samples(1000);
    ASSERT_TRUE(add(stamp(1000)).ok());
    samples(1000 - lost);
    ASSERT_TRUE(add(stamp(2000)).ok());
    samples(10);
    ASSERT_EQ(trace_.size(), 2010u) << lost;  // the time axis is as it was
    EXPECT_EQ(trace_.flags[999], 0);
    for (std::size_t k = 1000; k < 2000; ++k) {
      ASSERT_EQ(trace_.flags[k], flag::kGap) << lost;
      ASSERT_EQ(trace_.rails[0].values[k], 0) << lost;
    }
    EXPECT_EQ(trace_.flags[2000], 0);
    ASSERT_EQ(texts_of("loss").size(), 1u);
    EXPECT_EQ(texts_of("loss")[0].find(std::to_string(lost) + " of 1000"), 0u);
    EXPECT_EQ(trace_.logic.size(), trace_.size());
  }
}

TEST_F(Lpm01aTraceBuilder, FindsALossThatTookATimeStampWithIt) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(1500);
  ASSERT_TRUE(add(stamp(3000)).ok());
  EXPECT_EQ(trace_.size(), 3000u);
  EXPECT_EQ(texts_of("loss").size(), 1u);
}

TEST_F(Lpm01aTraceBuilder, TakesADamagedTimeStampForNone) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(2000);
  ASSERT_TRUE(add(stamp(2000)).ok());
  EXPECT_EQ(trace_.size(), 2000u);
  EXPECT_TRUE(trace_.events.empty());
}

TEST_F(Lpm01aTraceBuilder, RefusesMoreSamplesThanWereDue) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(1001);
  const Status status = add(stamp(1000));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLink);
  EXPECT_NE(status.error().what.find("1001 samples"), std::string::npos);
}

TEST_F(Lpm01aTraceBuilder, RefusesSamplesWithoutTimeStamps) {
  begin();
  Status status;
  int count = 0;
  for (; status.ok() && count < 5000; ++count)
    status = add(sample(0));
  EXPECT_EQ(count, 1001);
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  status = {};
  for (count = 0; status.ok() && count < 5000; ++count)
    status = add(sample(0));
  EXPECT_EQ(count, 2001);
  EXPECT_EQ(status.error().blame, Blame::kLink);
}

TEST_F(Lpm01aTraceBuilder, RefusesTimesThatMakeNoSense) {
  begin({false, 100e3, "100k", 3, false, EdgeSource::kNone});
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(1000, 1e-3);
  EXPECT_FALSE(add(stamp(5'000'000)).ok());
  begin({false, 100e3, "100k", 3, false, EdgeSource::kNone});
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(1000, 1e-3);
  ASSERT_TRUE(add(stamp(10)).ok());
  samples(1000, 1e-3);
  EXPECT_FALSE(add(stamp(5)).ok());
}

TEST_F(Lpm01aTraceBuilder, CountsOnAfterTheClocksLastDigit) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  for (std::uint32_t block = 1; block < 1000; ++block) {
    samples(1000);
    ASSERT_TRUE(add(stamp(block * 1000)).ok());
  }
  samples(1000);
  ASSERT_TRUE(add(stamp(0)).ok());  // a firmware that only wraps
  samples(1000);
  StreamRecord marked = stamp(999'000);  // one that marks it, whatever the digits say
  marked.past_end = true;
  ASSERT_TRUE(add(marked).ok());
  EXPECT_EQ(trace_.size(), 1'001'000u);
  EXPECT_TRUE(texts_of("loss").empty());
}

TEST_F(Lpm01aTraceBuilder, DropsLeftOversOfAnEarlierRun) {
  begin();
  samples(7);
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(1000);
  ASSERT_TRUE(add(stamp(1000)).ok());
  EXPECT_EQ(trace_.size(), 1000u);
  EXPECT_EQ(builder_->strays(), 7u);
  EXPECT_EQ(texts_of("stray").size(), 1u);
}

TEST_F(Lpm01aTraceBuilder, KeepsWhatCameBeforeAFirstStampThatIsNotZero) {
  begin();
  samples(1000);
  ASSERT_TRUE(add(stamp(1000)).ok());
  EXPECT_EQ(trace_.size(), 1000u);
  begin();
  samples(990);
  ASSERT_TRUE(add(stamp(1000)).ok());
  EXPECT_EQ(trace_.size(), 1000u);
  EXPECT_EQ(texts_of("loss").size(), 1u);
}

TEST_F(Lpm01aTraceBuilder, MapsEdgesOntoLevels) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(2);
  ASSERT_TRUE(add(edge(1)).ok());  // within sample 2
  samples(3);
  ASSERT_TRUE(add(edge(2, true)).ok());  // within sample 5
  samples(3);
  EXPECT_EQ(trace_.logic, (std::vector<std::uint8_t>{0, 0, 0, 1, 1, 1, 0, 0}));
  ASSERT_EQ(trace_.events.size(), 2u);
  EXPECT_EQ(trace_.events[0].index, 2u);
  EXPECT_EQ(trace_.events[0].text, "rise");
  EXPECT_EQ(trace_.events[1].index, 5u);
  EXPECT_EQ(trace_.events[1].text, "fall");
}

TEST_F(Lpm01aTraceBuilder, AlternatesWhereTheWordIsAlwaysTheSame) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  for (std::uint32_t n = 1; n <= 4; ++n) {
    ASSERT_TRUE(add(edge(n)).ok());
    samples(1);
  }
  EXPECT_EQ(texts_of("edge"), (std::vector<std::string>{"rise", "fall", "rise", "fall"}));
}

TEST_F(Lpm01aTraceBuilder, TakesEveryEdgeForAFallIfThatIsAllTheFirmwareTells) {
  begin(EdgeSource::kFalling);
  ASSERT_TRUE(add(stamp(0)).ok());
  ASSERT_TRUE(add(edge(1)).ok());
  samples(1);
  ASSERT_TRUE(add(edge(2)).ok());
  samples(2);
  EXPECT_EQ(texts_of("edge"), (std::vector<std::string>{"fall", "fall"}));
  EXPECT_EQ(trace_.logic, (std::vector<std::uint8_t>{0, 0, 0}));
}

TEST_F(Lpm01aTraceBuilder, NoticesMissingEdges) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  ASSERT_TRUE(add(edge(4)).ok());  // an earlier acquisition may have counted
  ASSERT_TRUE(add(edge(5, true)).ok());
  EXPECT_TRUE(texts_of("loss").empty());
  ASSERT_TRUE(add(edge(7, true)).ok());
  EXPECT_EQ(texts_of("loss").size(), 1u);
}

TEST_F(Lpm01aTraceBuilder, FlagsWhatIsBeyondTheRange) {
  begin({false, 100e3, "100k", 3, false, EdgeSource::kNone});
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(1, 0.049);
  samples(1, 0.051);
  samples(1, 3338);
  EXPECT_EQ(trace_.flags, (std::vector<std::uint8_t>{0, flag::kSaturated, flag::kInvalid}));
  EXPECT_EQ(trace_.rails[0].values[2], 0);
  EXPECT_EQ(trace_.rails[0].quantity, Quantity::kCurrent);
  EXPECT_TRUE(trace_.logic.empty());
  EXPECT_EQ(trace_.logic_bits, 0u);
}

TEST_F(Lpm01aTraceBuilder, NamesOvercurrentAndMarksItsPlace) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  samples(3);
  const Status status = add(of_kind(RecordKind::kOvercurrent));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLab);
  EXPECT_EQ(trace_.flags.back(), flag::kOvercurrent);
  EXPECT_EQ(texts_of("overcurrent").size(), 1u);
}

TEST_F(Lpm01aTraceBuilder, RefusesAnotherVoltageThanWasSet) {
  begin();
  StreamRecord voltage = of_kind(RecordKind::kVoltage);
  voltage.value = 3.02;
  EXPECT_TRUE(add(voltage).ok());
  voltage.value = 2.5;
  const Status status = add(voltage);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().what.find("2.500 V"), std::string::npos);
}

TEST_F(Lpm01aTraceBuilder, TellsOfAFullBufferOncePerTime) {
  begin();
  ASSERT_TRUE(add(stamp(0)).ok());
  std::uint32_t at = 0;
  for (const unsigned percent : {49u, 50u, 90u, 30u, 24u, 60u}) {
    samples(1000);
    ASSERT_TRUE(add(stamp(at += 1000, percent)).ok());
  }
  EXPECT_EQ(texts_of("buffer").size(), 2u);
}

TEST_F(Lpm01aTraceBuilder, BoundsWhatAHostileMeterRemarks) {
  begin();
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(add(of_kind(RecordKind::kStray, "x")).ok());
    ASSERT_TRUE(add(of_kind(RecordKind::kText, "x")).ok());
    ASSERT_TRUE(add(of_kind(RecordKind::kError, "x")).ok());
  }
  EXPECT_LE(trace_.events.size(), 200u);
  EXPECT_EQ(builder_->strays(), 10'000u);
  Status status;
  for (std::uint32_t n = 1; status.ok() && n < 2'000'000; ++n)
    status = add(edge(n));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLab);
}

}  // namespace
}  // namespace hil::energy::lpm01a
