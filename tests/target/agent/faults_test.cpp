// SPDX-License-Identifier: Apache-2.0
// Whole runs over a line that drops, doubles, swaps and flips frames both ways: results are exact.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <utility>

#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

constexpr std::uint32_t kSamples = 40;

/// One direction of a bad line; @p percent of the frames suffer each kind of fault.
Host::Fault bad_line(std::uint32_t seed, unsigned percent) {
  struct Line {
    std::mt19937 random;
    std::string late;
  };
  auto line = std::make_shared<Line>(Line{std::mt19937(seed), {}});
  return [line, percent](const std::string& frame) -> std::vector<std::string> {
    std::vector<std::string> arriving;
    const auto chance = line->random() % 100;
    if (chance < percent) return {};  // dropped
    if (chance < 2 * percent) {
      arriving = {frame, frame};
    } else if (chance < 3 * percent && line->late.empty()) {
      line->late = frame;  // comes behind the next one
      return {};
    } else if (chance < 4 * percent) {
      std::string flipped = frame;
      flipped[line->random() % flipped.size()] ^= static_cast<char>(1 << (line->random() % 8));
      arriving = {flipped};
    } else {
      arriving = {frame};
    }
    if (!line->late.empty()) arriving.push_back(std::exchange(line->late, {}));
    return arriving;
  };
}

class Faults : public testing::TestWithParam<unsigned> {};

TEST_P(Faults, results_are_exact) {
  std::uint64_t sent_again = 0;
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    Host host;
    host.on_the_way_out = bad_line(seed, GetParam());
    host.on_the_way_in = bad_line(seed + 1000, GetParam());
    ASSERT_TRUE(host.open(seed)) << "seed " << seed;
    ASSERT_NO_FATAL_FAILURE(load_fake(host, 490, 300)) << "seed " << seed;
    const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(kSamples));
    ASSERT_EQ(begun.head.kind, Kind::kReply);
    for (std::uint32_t i = 0; i < kSamples; ++i)
      send_sample(host, begun.head.call, sample_bytes(i));
    for (std::uint32_t i = 0; i < kSamples; ++i) {
      const Result result = take_result(host, begun.head.call);
      ASSERT_EQ(result.bytes, expected_outputs(sample_bytes(i), static_cast<std::uint8_t>(i)))
          << "seed " << seed << " sample " << i;
      ASSERT_EQ(result.last.sample(), i);
    }
    sent_again += host.endpoint().counters().data_sent_again;
  }
  EXPECT_EQ(sent_again > 0, GetParam() > 0);
}
INSTANTIATE_TEST_SUITE_P(Percent, Faults, testing::Values(0u, 1u, 5u, 15u));

TEST(Faults, noise_never_upsets_the_agent) {
  std::mt19937 random(4);
  Host host;
  ASSERT_TRUE(host.open(3));
  for (int round = 0; round < 2000; ++round) {
    std::string noise(random() % 60, '\0');
    for (char& c : noise)
      c = static_cast<char>(random() % 4 == 0 ? 0 : random());
    host.send_raw(noise);
    host.step();
  }
  host.send_raw(std::string(1, '\0'));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
}

}  // namespace
}  // namespace hil::test
