// SPDX-License-Identifier: Apache-2.0
// StreamAccount: every sample at its place, against a reference that watches each one; and lies.
#include "host/session/stream_account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "protocol/messages/stream.pb.h"

namespace hil::session {
namespace {

using testing::HasSubstr;

std::vector<std::uint8_t> body_of(std::uint64_t first, std::uint64_t dropped, std::size_t bytes) {
  hilbench::v1::StreamData data;
  data.set_first_index(first);
  data.set_dropped(dropped);
  data.set_data(std::string(bytes, 's'));
  const std::string text = data.SerializeAsString();
  return {text.begin(), text.end()};
}

rpc::StreamBlock block_of(std::uint64_t first, std::uint64_t samples, std::uint64_t dropped = 0,
                          std::uint64_t overrun_samples = 0) {
  rpc::StreamBlock block;
  block.first_index = first;
  block.dropped = dropped;
  block.samples.resize(samples * 2);
  block.overrun_bytes = overrun_samples * 2;
  return block;
}

/// 2-byte samples, up to 10 in a datagram.
StreamAccount account() {
  return {2, 10};
}

void expect_losses(const StreamLosses& losses, std::uint64_t line, std::uint64_t device,
                   std::uint64_t host) {
  EXPECT_EQ(losses.on_line, line);
  EXPECT_EQ(losses.on_device, device);
  EXPECT_EQ(losses.on_host, host);
}

TEST(StreamAccount, NothingLost) {
  auto sum = account();
  ASSERT_TRUE(sum.add(block_of(0, 10)).ok());
  ASSERT_TRUE(sum.add(block_of(10, 3)).ok());
  EXPECT_FALSE(sum.closed());
  ASSERT_TRUE(sum.close({13, 0, 2}, rpc::StreamQueue()).ok());
  EXPECT_TRUE(sum.closed());
  EXPECT_EQ(sum.produced(), 13u);
  EXPECT_EQ(sum.received(), 13u);
  EXPECT_EQ(sum.losses().total(), 0u);
  EXPECT_EQ(sum.gaps(), 0u);
}

TEST(StreamAccount, EachGapHasItsPlaces) {
  auto sum = account();
  expect_losses(*sum.add(block_of(20, 10)), 20, 0, 0);  // the first two never came
  expect_losses(*sum.add(block_of(75, 10, 5, 10)), 30, 5, 10);
  expect_losses(*sum.add(block_of(85, 10, 5)), 0, 0, 0);
  expect_losses(*sum.close({120, 12, 11}, rpc::StreamQueue()), 18, 7, 0);
  expect_losses(sum.losses(), 68, 12, 10);
  EXPECT_EQ(sum.received() + sum.losses().total(), 120u);
  EXPECT_EQ(sum.gaps(), 3u);
  EXPECT_EQ(sum.longest_gap(), 45u);
}

TEST(StreamAccount, IndicesCross32Bits) {
  auto sum = account();
  const std::uint64_t edge = 1ull << 32;
  expect_losses(*sum.add(block_of(edge - 5, 10, edge - 5)), 0, edge - 5, 0);
  expect_losses(*sum.add(block_of(edge + 15, 10, edge - 5)), 10, 0, 0);
  EXPECT_EQ(sum.produced(), edge + 25);
}

TEST(StreamAccount, AStreamOfNothingAddsUp) {
  auto sum = account();
  ASSERT_TRUE(sum.close({0, 0, 0}, rpc::StreamQueue()).ok());
  auto all_dropped = account();
  ASSERT_TRUE(all_dropped.close({500, 500, 0}, rpc::StreamQueue()).ok());
  expect_losses(all_dropped.losses(), 0, 500, 0);
}

TEST(StreamAccount, LiesDoNotAddUp) {
  const auto begun = [] {
    auto sum = account();
    EXPECT_TRUE(sum.add(block_of(10, 10, 4)).ok());
    return sum;
  };
  const std::pair<const char*, rpc::StreamBlock> blocks[] = {
      {"sample 19 came after sample 19", block_of(19, 1, 4)},
      {"dropped 4 samples, and then 3", block_of(20, 1, 3)},
      {"0 samples are missing before sample 20, and 1 were dropped", block_of(20, 1, 5)},
      {"5 samples are missing before sample 25, and 6 were", block_of(25, 1, 6, 4)},
      {"22 bytes of a stream", block_of(20, 11, 4)},
      {"0 bytes of a stream", block_of(20, 0, 4)},
      {"beyond any count", block_of(UINT64_MAX, 1, 4)},
  };
  for (const auto& [what, block] : blocks) {
    const auto lost = begun().add(block);
    ASSERT_FALSE(lost.ok()) << what;
    EXPECT_EQ(lost.error().blame, Blame::kDevice);
    EXPECT_THAT(lost.error().what, HasSubstr(what));
  }
  auto odd = block_of(20, 1, 4);
  odd.samples.resize(3);
  EXPECT_FALSE(begun().add(odd).ok()) << "half a sample";
}

TEST(StreamAccount, AnEndThatDoesNotFitIsAnError) {
  const std::pair<const char*, StreamEnd> ends[] = {
      {"fewer samples than came", {19, 4, 2}},
      {"drops taken back", {20, 3, 2}},
      {"more drops than samples are missing", {20, 5, 2}},
      {"fewer datagrams than came", {20, 4, 0}},
      {"more datagrams than there were samples", {20, 4, 8}},
      {"too few datagrams for what is missing", {100, 4, 9}},
  };
  for (const auto& [what, end] : ends) {
    auto sum = account();
    ASSERT_TRUE(sum.add(block_of(10, 10, 4)).ok());  // 6 samples never came
    const auto closed = sum.close(end, rpc::StreamQueue());
    ASSERT_FALSE(closed.ok()) << what;
    EXPECT_EQ(closed.error().blame, Blame::kDevice) << what;
    EXPECT_FALSE(sum.closed());
  }
}

TEST(StreamAccount, TheQueuesOverrunsAreTheHosts) {
  rpc::StreamQueue queue;
  queue.open(1);
  auto sum = StreamAccount(2, 1u << 20);
  constexpr std::uint64_t kPart = 1u << 19;  // samples of a datagram of 1 MB
  for (std::uint64_t i = 0; i < 10; ++i)
    ASSERT_TRUE(queue.push(body_of(i * kPart, 0, 2 * kPart)));
  while (const auto block = queue.pop())
    ASSERT_TRUE(sum.add(*block).ok());
  ASSERT_TRUE(sum.close({10 * kPart, 0, 10}, queue).ok());
  expect_losses(sum.losses(), 0, 0, 2 * kPart);
}

enum class Fate : std::uint8_t { kReceived, kOnLine, kOnDevice, kOnHost };

/// A device that makes samples and drops some, a line that loses datagrams, and a host that takes
/// them too late; the fate of each sample is written down.
class Simulation {
 public:
  explicit Simulation(std::uint32_t seed) : random_(seed) { queue_.open(1); }

  void run() {
    for (auto datagrams = random_() % 60; datagrams != 0; --datagrams)
      step();
    if (random_() % 3 == 0) drop_on_device();
    take_all();
    const auto closed = sum_.close({fates_.size(), dropped_, sent_}, queue_);
    ASSERT_TRUE(closed.ok()) << closed.error().what;
    compare();
  }
  [[nodiscard]] std::size_t count(Fate fate) const {
    return static_cast<std::size_t>(std::count(fates_.begin(), fates_.end(), fate));
  }

 private:
  void compare() const {
    EXPECT_EQ(sum_.received(), count(Fate::kReceived));
    expect_losses(sum_.losses(), count(Fate::kOnLine), count(Fate::kOnDevice),
                  count(Fate::kOnHost));
    EXPECT_EQ(sum_.produced(), fates_.size());
  }
  void drop_on_device() {
    const std::uint64_t count = 1 + random_() % 30;
    fates_.insert(fates_.end(), count, Fate::kOnDevice);
    dropped_ += count;
  }
  void step() {
    if (random_() % 4 == 0) drop_on_device();
    const std::uint64_t first = fates_.size(), samples = 1 + random_() % 10;
    ++sent_;
    Fate fate = Fate::kOnLine;
    if (random_() % 4 != 0) {
      const auto overruns = queue_.overruns();
      EXPECT_TRUE(queue_.push(body_of(first, dropped_, samples * 2)));
      fate = queue_.overruns() == overruns ? Fate::kReceived : Fate::kOnHost;
      if (random_() % 5 == 0) {
        EXPECT_TRUE(queue_.push(body_of(first, dropped_, samples * 2)));
      }
    }
    fates_.insert(fates_.end(), samples, fate);
    if (random_() % 4 == 0) take_all();
  }
  void take_all() {
    while (const auto block = queue_.pop()) {
      const auto lost = sum_.add(*block);
      ASSERT_TRUE(lost.ok()) << lost.error().what;
    }
  }

  std::mt19937 random_;
  rpc::StreamQueue queue_{60};  // bytes
  StreamAccount sum_{2, 10};
  std::vector<Fate> fates_;
  std::uint64_t dropped_ = 0, sent_ = 0;
};

TEST(StreamAccount, AgreesWithAReferenceThatWatchesEachSample) {
  std::array<std::size_t, 4> seen{};
  for (std::uint32_t seed = 0; seed < 5000; ++seed) {
    Simulation simulation(seed);
    simulation.run();
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    for (std::size_t i = 0; i < seen.size(); ++i)
      seen[i] += simulation.count(static_cast<Fate>(i));
  }
  for (const std::size_t count : seen)
    EXPECT_GT(count, 10'000u) << "each fate was met";
}

}  // namespace
}  // namespace hil::session
