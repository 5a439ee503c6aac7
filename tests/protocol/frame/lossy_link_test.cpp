// SPDX-License-Identifier: Apache-2.0
// Two ends over a line that drops, doubles, swaps and flips frames: every byte once and in order.
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "tests/protocol/frame/end.hpp"

namespace hil::frame {
namespace {

using test::Bytes;
using test::End;

struct Faults {
  double drop = 0, duplicate = 0, swap = 0, flip = 0;
};

/// One direction of the line.
class Wire {
 public:
  Wire(const Faults& faults, std::uint32_t seed) : faults_(faults), random_(seed) {}

  void send(Bytes wire) {
    if (chance(faults_.drop)) return;
    if (chance(faults_.flip)) {
      auto& byte = wire[random_() % wire.size()];
      byte = static_cast<std::uint8_t>(byte ^ (1u << (random_() % 8)));
    }
    if (chance(faults_.duplicate)) frames_.push_back(wire);
    frames_.push_back(std::move(wire));
    if (frames_.size() > 1 && chance(faults_.swap)) {
      std::swap(frames_.back(), frames_[frames_.size() - 2]);
    }
  }
  /// Delivers up to @p most frames; true if there were any.
  bool deliver(End& to, std::size_t most) {
    const bool any = !frames_.empty();
    for (; most > 0 && !frames_.empty(); --most) {
      to.take(frames_.front());
      frames_.pop_front();
    }
    return any;
  }

 private:
  bool chance(double probability) {
    return std::uniform_real_distribution<>(0, 1)(random_) < probability;
  }
  Faults faults_;
  std::mt19937 random_;
  std::deque<Bytes> frames_;
};

/// A stream of random bytes from one end to the other, compared as it arrives.
class Stream {
 public:
  Stream(std::size_t size, std::uint32_t seed) : random_(seed), bytes_(size) {
    for (auto& byte : bytes_)
      byte = static_cast<std::uint8_t>(random_() % 5 == 0 ? 0 : random_());
  }
  void write_some(End& from) {
    const std::size_t left = bytes_.size() - written_;
    const std::size_t count = std::min({left, from.endpoint.writable(), random_() % 100 + 1});
    from.endpoint.write(std::span<const std::uint8_t>(bytes_).subspan(written_, count));
    written_ += count;
    if (random_() % 3 == 0 || written_ == bytes_.size()) from.endpoint.push();
  }
  void read_some(End& to) {
    for (const std::uint8_t byte : to.read(random_() % 120)) {
      ASSERT_LT(read_, bytes_.size()) << "more came out than went in";
      ASSERT_EQ(byte, bytes_[read_]) << "at byte " << read_;
      ++read_;
    }
  }
  [[nodiscard]] bool done() const { return read_ == bytes_.size(); }

 private:
  std::mt19937 random_;
  Bytes bytes_;
  std::size_t written_ = 0, read_ = 0;
};

/// Runs both streams to the end; the host polls when the line has been silent for a while.
void run(End& host, End& agent, const Faults& faults, std::uint32_t seed) {
  Wire down(faults, seed), up(faults, seed + 1);
  Stream to_agent(20'000, seed + 2), to_host(20'000, seed + 3);
  std::mt19937 random(seed + 4);
  int silent = 0;
  for (int round = 0; round < 200'000 && !(to_agent.done() && to_host.done()); ++round) {
    to_agent.write_some(host);
    to_host.write_some(agent);
    for (auto i = random() % 3; i > 0; --i) {
      if (auto wire = host.next(random() % 2 == 0)) down.send(*wire);
      if (auto wire = agent.next(random() % 2 == 0)) up.send(*wire);
    }
    const bool moved = down.deliver(agent, random() % 4) | up.deliver(host, random() % 4);
    silent = moved ? 0 : silent + 1;
    if (silent == 20) {
      host.endpoint.poll();
      silent = 0;
    }
    to_agent.read_some(agent);
    to_host.read_some(host);
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_TRUE(to_agent.done() && to_host.done()) << "stuck, seed " << seed;
}

struct Case {
  const char* name;
  Faults faults;
};

class LossyLink : public testing::TestWithParam<Case> {};

TEST_P(LossyLink, DeliversEveryByteOnceAndInOrder) {
  std::uint32_t seed = 1;
  for (const Limits agent_limits : {Limits{32, 64, 1}, Limits{32, 64, 2}, Limits{64, 128, 7},
                                    Limits{192, 256, 16}, Limits{64, 64, 127}}) {
    for (int repeat = 0; repeat < 4; ++repeat, seed += 10) {
      End host{Limits{100, 4096, 64}};
      End agent{agent_limits};
      test::open_both(host, agent, seed * 77);
      run(host, agent, GetParam().faults, seed);
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, LossyLink,
                         testing::Values(Case{"none", {}}, Case{"drop", {.drop = 0.05}},
                                         Case{"duplicate", {.duplicate = 0.05}},
                                         Case{"swap", {.swap = 0.05}}, Case{"flip", {.flip = 0.05}},
                                         Case{"one_percent_each", {0.01, 0.01, 0.01, 0.01}},
                                         Case{"twenty_percent_each", {0.2, 0.2, 0.2, 0.2}}),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace hil::frame
