// SPDX-License-Identifier: Apache-2.0
// The PPK2's byte stream: torn anywhere, with losses, shifted, damaged, nonsense.
#include "host/energy/ppk2/sample_reader.hpp"

#include <gtest/gtest.h>

#include <random>

#include "host/emulate/meter/ppk2_front_end.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/trace.hpp"
#include "tests/host/energy/ppk2/words.hpp"

namespace hil::energy::ppk2 {
namespace {

using Kind = ReaderEvent::Kind;

struct Read {
  std::vector<ReadSample> samples;
  std::vector<ReaderEvent> events;
  std::uint64_t invalid = 0;
};

Read read_in_pieces(const std::vector<std::uint8_t>& bytes, std::size_t first, std::size_t rest) {
  SampleReader reader;
  Read read;
  std::span<const std::uint8_t> left(bytes);
  std::size_t piece = std::min(first, left.size());
  while (!left.empty()) {
    reader.take(left.first(piece), read.samples);
    left = left.subspan(piece);
    piece = std::min(rest, left.size());
  }
  reader.finish(read.samples);
  read.events = reader.take_events();
  read.invalid = reader.invalid();
  EXPECT_EQ(reader.count(), read.samples.size());
  return read;
}

Read read_all(const std::vector<std::uint8_t>& bytes) {
  return read_in_pieces(bytes, bytes.size(), bytes.size());
}

void expect_same(const Read& a, const Read& b) {
  ASSERT_EQ(a.samples.size(), b.samples.size());
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    ASSERT_EQ(a.samples[i].sample.code, b.samples[i].sample.code) << i;
    ASSERT_EQ(a.samples[i].sample.logic, b.samples[i].sample.logic) << i;
    ASSERT_EQ(a.samples[i].flags, b.samples[i].flags) << i;
  }
  ASSERT_EQ(a.events.size(), b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    EXPECT_EQ(a.events[i].kind, b.events[i].kind);
    EXPECT_EQ(a.events[i].index, b.events[i].index);
    EXPECT_EQ(a.events[i].amount, b.events[i].amount);
  }
}

/// Every good sample is at its own place: that is what "the time axis is right" means.
void expect_in_place(const Read& read, std::uint64_t first = 0) {
  for (std::size_t i = 0; i < read.samples.size(); ++i) {
    if ((read.samples[i].flags & (flag::kGap | flag::kInvalid)) != 0) continue;
    ASSERT_EQ(read.samples[i].sample.code, code_of(first + i)) << i;
  }
}

std::size_t count_of(const Read& read, std::uint8_t flags) {
  std::size_t count = 0;
  for (const auto& sample : read.samples)
    count += (sample.flags & flags) != 0 ? 1 : 0;
  return count;
}

/// A stream of @p total words in which @p lost words from @p at on are missing.
std::vector<std::uint8_t> with_loss(std::uint64_t at, std::uint64_t lost, std::uint64_t total) {
  auto bytes = stream_of(0, at);
  const auto rest = stream_of(at + lost, total);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

TEST(Ppk2SampleTest, HasItsFieldsAndNoSign) {
  const Sample sample = sample_of(0xFFFFFFFFu);
  EXPECT_EQ(sample.code, 16383);
  EXPECT_EQ(sample.range, 7);
  EXPECT_EQ(sample.counter, 63);
  EXPECT_EQ(sample.logic, 255) << "D7 makes nothing negative";
  const Sample one = sample_of(word_of(5, 0x1234, 3, 0x81));
  EXPECT_EQ(one.code, 0x1234);
  EXPECT_EQ(one.range, 3);
  EXPECT_EQ(one.counter, 5);
  EXPECT_EQ(one.logic, 0x81);
}

TEST(Ppk2SampleReaderTest, GivesEverySampleTornAnywhere) {
  const auto bytes = stream_of(0, 200);
  const Read whole = read_all(bytes);
  ASSERT_EQ(whole.samples.size(), 200u);
  EXPECT_TRUE(whole.events.empty());
  expect_in_place(whole);
  for (std::size_t at = 1; at < bytes.size(); ++at)
    expect_same(read_in_pieces(bytes, at, bytes.size()), whole);
  for (std::size_t piece = 1; piece <= 7; ++piece)
    expect_same(read_in_pieces(bytes, piece, piece), whole);
}

TEST(Ppk2SampleReaderTest, AnyLossTheCounterShowsIsAGapOfItsLength) {
  for (std::uint64_t lost = 1; lost < 64; ++lost) {
    const auto bytes = with_loss(100, lost, 300);
    const Read read = read_all(bytes);
    ASSERT_EQ(read.samples.size(), 300u) << lost;
    expect_in_place(read);
    EXPECT_EQ(count_of(read, flag::kGap), lost);
    EXPECT_EQ(count_of(read, flag::kInvalid), 0u) << "the five doubtful ones are good";
    ASSERT_EQ(read.events.size(), 1u) << lost;
    EXPECT_EQ(read.events[0].kind, Kind::kLoss);
    EXPECT_EQ(read.events[0].amount, lost);
    EXPECT_EQ(read.events[0].index, 100 + lost);
    for (std::size_t piece : {1u, 3u, 6u})
      expect_same(read_in_pieces(bytes, piece, piece), read);
  }
}

TEST(Ppk2SampleReaderTest, ALossTornAtEveryByteIsTheSame) {
  const auto bytes = with_loss(60, 5, 120);
  const Read whole = read_all(bytes);
  for (std::size_t at = 1; at < bytes.size(); ++at)
    expect_same(read_in_pieces(bytes, at, bytes.size()), whole);
}

TEST(Ppk2SampleReaderTest, SixtyFourAreInvisibleAndSeventyAreSix) {
  for (const std::uint64_t lost : {64u, 128u}) {
    const Read read = read_all(with_loss(100, lost, 400));
    EXPECT_TRUE(read.events.empty());
    EXPECT_EQ(read.samples.size(), 400 - lost);
  }
  const Read seventy = read_all(with_loss(100, 70, 400));
  ASSERT_EQ(seventy.events.size(), 1u);
  EXPECT_EQ(seventy.events[0].amount, 6u);
  EXPECT_EQ(seventy.samples.size(), 336u);
}

TEST(Ppk2SampleReaderTest, TwoLossesCloseTogetherKeepTheTime) {
  auto bytes = stream_of(0, 100);
  for (const auto& [begin, end] : {std::pair{103, 105}, std::pair{110, 200}}) {
    const auto more = stream_of(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end));
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  const Read read = read_all(bytes);
  ASSERT_EQ(read.samples.size(), 200u);
  expect_in_place(read);
  EXPECT_EQ(count_of(read, flag::kGap), 8u);
  EXPECT_EQ(count_of(read, flag::kInvalid), 2u) << "too short a run to be believed";
}

TEST(Ppk2SampleReaderTest, FewerThanFiveWrongCountersAreInvalidNotLost) {
  for (std::size_t wrong = 1; wrong < 5; ++wrong) {
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t i = 0; i < 100; ++i)
      append(bytes, word_of(i >= 40 && i < 40 + wrong ? i + 20 : i, code_of(i)));
    const Read read = read_all(bytes);
    ASSERT_EQ(read.samples.size(), 100u);
    EXPECT_EQ(count_of(read, flag::kInvalid), wrong);
    EXPECT_EQ(count_of(read, flag::kGap), 0u);
    EXPECT_EQ(read.invalid, wrong);
    ASSERT_EQ(read.events.size(), 1u);
    EXPECT_EQ(read.events[0].kind, Kind::kInvalid);
    EXPECT_EQ(read.events[0].index, 40u);
    EXPECT_EQ(read.events[0].amount, wrong);
    expect_in_place(read);
  }
}

TEST(Ppk2SampleReaderTest, AStreamThatBeginsInTheMiddleOfAWordIsFound) {
  for (std::size_t skip = 1; skip < 4; ++skip) {
    auto bytes = stream_of(37, 200);
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(skip));
    const Read read = read_all(bytes);
    ASSERT_EQ(read.events.size(), 1u) << skip;
    EXPECT_EQ(read.events[0].kind, Kind::kResync);
    EXPECT_EQ(read.events[0].amount, 4 - skip);
    ASSERT_EQ(read.samples.size(), 162u);
    expect_in_place(read, 38);
    for (std::size_t piece : {1u, 2u, 5u})
      expect_same(read_in_pieces(bytes, piece, piece), read);
  }
}

TEST(Ppk2SampleReaderTest, SingleLostBytesCostOneWordAndNoTime) {
  for (std::size_t at = 400; at < 404; ++at) {
    for (std::size_t lost = 1; lost < 4; ++lost) {
      auto bytes = stream_of(0, 300);
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  bytes.begin() + static_cast<std::ptrdiff_t>(at + lost));
      const Read read = read_all(bytes);
      ASSERT_EQ(read.samples.size(), 300u) << at << " " << lost;
      std::size_t wrong = 0, resyncs = 0;
      for (std::size_t i = 0; i < 300; ++i)
        wrong += read.samples[i].sample.code != code_of(i) ? 1u : 0u;
      for (const ReaderEvent& event : read.events)
        resyncs += event.kind == Kind::kResync ? 1u : 0u;
      EXPECT_EQ(resyncs, 1u) << at << " " << lost;
      EXPECT_LE(wrong, 4u) << "the torn word and, by chance, a neighbour";
      EXPECT_GE(count_of(read, flag::kGap | flag::kInvalid) + 1, wrong)
          << "a torn word may have the right counter";
    }
  }
}

TEST(Ppk2SampleReaderTest, RangesNoUnitHasAreInvalid) {
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t i = 0; i < 60; ++i)
    append(bytes, word_of(i, code_of(i),
                          i >= 20 && i < 23 ? 5 + static_cast<std::uint32_t>(i - 20) : 1, 2));
  const Read read = read_all(bytes);
  EXPECT_EQ(count_of(read, flag::kInvalid), 3u);
  EXPECT_EQ(count_of(read, flag::kRangeSwitch), 0u) << "range 1 before and behind";
  ASSERT_EQ(read.events.size(), 1u);
  EXPECT_EQ(read.events[0].amount, 3u);
  for (const auto& sample : read.samples)
    EXPECT_EQ(sample.sample.logic, 2) << "and make no edge";
}

TEST(Ppk2SampleReaderTest, FlagsRangeSwitchesAndTheEndsOfTheCodes) {
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t i = 0; i < 60; ++i)
    append(bytes, word_of(i, i == 30 ? 16383 : i == 31 ? 0 : 100, i < 20 ? 2 : 3));
  const Read read = read_all(bytes);
  for (std::size_t i = 0; i < 60; ++i) {
    const int expected = i == 20 ? flag::kRangeSwitch : i == 30 || i == 31 ? flag::kSaturated : 0;
    EXPECT_EQ(read.samples[i].flags, expected) << i;
  }
}

TEST(Ppk2SampleReaderTest, GapsKeepTheLevelOfTheInputs) {
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t i = 0; i < 100; ++i) {
    if (i < 40 || i >= 47) append(bytes, word_of(i, 100, 2, 3));
  }
  const Read read = read_all(bytes);
  ASSERT_EQ(read.samples.size(), 100u);
  for (const auto& sample : read.samples)
    EXPECT_EQ(sample.sample.logic, 3);
}

TEST(Ppk2SampleReaderTest, AShortStreamIsGivenAtItsEnd) {
  for (std::uint64_t words = 0; words < 8; ++words) {
    auto bytes = stream_of(11, 11 + words);
    bytes.push_back(0x55);
    const Read read = read_all(bytes);
    EXPECT_EQ(read.samples.size(), words);
    EXPECT_EQ(read.invalid, 0u);
    expect_in_place(read, 11);
  }
}

TEST(Ppk2SampleReaderTest, NonsenseIsInvalidAndBounded) {
  std::minstd_rand random(7);
  std::vector<std::uint8_t> bytes(400'000);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random() >> 8);
  const Read read = read_all(bytes);
  EXPECT_GT(read.invalid, read.samples.size() / 2);
  EXPECT_LT(read.samples.size(), 200'000u);
  EXPECT_LE(read.events.size(), 10'000u);
}

TEST(Ppk2SampleReaderTest, ARectangleHasItsLengthAtEveryPhase) {
  for (int phase = 0; phase < 10; ++phase) {
    emulate::Scenario scenario;
    scenario.constant(1e-3, 1e-3 + phase * 1e-6)
        .open_window()
        .constant(10e-3, 1.23e-3)
        .close_window()
        .constant(1e-3, 1e-3);
    emulate::Ppk2FrontEnd front_end(emulate::real_ppk2_factors());
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t i = 0; i < 330; ++i) {
      const auto now = scenario.advance(1e-5);
      const auto code = front_end.sample(now.amps);
      append(bytes, word_of(i, code, front_end.range(), now.pins));
    }
    const Read read = read_all(bytes);
    int high = 0;
    for (const auto& sample : read.samples)
      high += sample.sample.logic & 1;
    EXPECT_EQ(high, 123) << phase;
  }
}

TEST(Ppk2SampleReaderTest, InsideAndOutsideTheWindowsAreTheTotalExactly) {
  emulate::Scenario scenario;
  scenario.windows({.windows = 40,
                    .inferences = 2,
                    .active_a = 0.014,
                    .active_s = 0.7031e-3,
                    .wait_a = 0.1e-3,
                    .wait_s = 0.11e-3,
                    .rest_a = 20e-6,
                    .rest_s = 0.9e-3});
  emulate::Ppk2FrontEnd front_end(emulate::real_ppk2_factors());
  std::vector<std::uint8_t> bytes;
  std::array<std::uint64_t, 5> made{}, inside{}, outside{};
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const auto now = scenario.advance(1e-5);
    const auto code = front_end.sample(now.amps);
    made.at(front_end.range()) += code;
    append(bytes, word_of(i, code, front_end.range(), now.pins));
  }
  for (const auto& [sample, flags] : read_in_pieces(bytes, 3, 1001).samples)
    ((sample.logic & 1) != 0 ? inside : outside).at(sample.range) += sample.code;
  for (std::size_t range = 0; range < 5; ++range)
    EXPECT_EQ(inside.at(range) + outside.at(range), made.at(range)) << range;
  EXPECT_GT(inside[3], 0u);
  EXPECT_GT(outside[0], 0u);
}

}  // namespace
}  // namespace hil::energy::ppk2
