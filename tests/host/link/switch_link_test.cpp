// SPDX-License-Identifier: Apache-2.0
// A link that dies, and the next one in its place.
#include "host/link/switch_link.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace hil {
namespace {

using Bytes = std::vector<std::uint8_t>;

const Deadline kNow = Deadline::after({});

/// Says what it is told to; all state is the test's.
struct State {
  std::optional<Error> error;
  Bytes written;
  std::uint32_t baud = 9600;
  bool alive = true;
};

class ToldLink : public Link {
 public:
  ToldLink(State& state, std::string name) : state_(state), name_(std::move(name)) {}
  ~ToldLink() override { state_.alive = false; }

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    if (state_.error) return *state_.error;
    state_.written.insert(state_.written.end(), bytes.begin(), bytes.end());
    return bytes.size();
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline) override {
    if (state_.error) return *state_.error;
    buffer[0] = 7;
    return std::size_t{1};
  }
  Status wait(bool, Deadline) override { return state_.error ? Status(*state_.error) : Status(); }
  [[nodiscard]] std::uint32_t baud() const override { return state_.baud; }
  Status set_baud(std::uint32_t baud) override {
    if (state_.error) return *state_.error;
    state_.baud = baud;
    return {};
  }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  State& state_;
  std::string name_;
};

const Error kGone{Blame::kLink, "gone", ""};

TEST(SwitchLink, PassesEverythingOn) {
  State state;
  SwitchLink link(std::make_unique<ToldLink>(state, "one"));
  const Bytes bytes{1, 2, 3};
  std::array<std::uint8_t, 4> buffer{};
  EXPECT_EQ(*link.write(bytes), 3u);
  EXPECT_EQ(state.written, bytes);
  EXPECT_EQ(*link.read(buffer, kNow), 1u);
  EXPECT_EQ(buffer[0], 7);
  EXPECT_TRUE(link.wait(true, kNow).ok());
  EXPECT_TRUE(link.set_baud(115200).ok());
  EXPECT_EQ(link.baud(), 115200u);
  EXPECT_EQ(link.name(), "one");
  EXPECT_FALSE(link.is_dead());
}

TEST(SwitchLink, RemembersItsDeathUntilItIsReplaced) {
  State first;
  State second;
  SwitchLink link(std::make_unique<ToldLink>(first, "one"));
  first.error = kGone;
  EXPECT_EQ(link.wait(false, kNow).error().what, "gone");
  EXPECT_TRUE(link.is_dead());
  first.error.reset();  // a port that came back to the old descriptor is not the old port
  std::array<std::uint8_t, 4> buffer{};
  EXPECT_EQ(link.read(buffer, kNow).error().what, "gone");
  EXPECT_EQ(link.write(buffer).error().what, "gone");
  EXPECT_EQ(link.set_baud(1).error().what, "gone");
  link.replace(std::make_unique<ToldLink>(second, "two"));
  EXPECT_FALSE(first.alive);
  EXPECT_FALSE(link.is_dead());
  EXPECT_EQ(*link.write(buffer), 4u);
  EXPECT_EQ(second.written.size(), 4u);
  EXPECT_EQ(link.name(), "two");
}

TEST(SwitchLink, EveryWayOfDyingCounts) {
  for (int way = 0; way < 3; ++way) {
    State state;
    SwitchLink link(std::make_unique<ToldLink>(state, "one"));
    state.error = kGone;
    std::array<std::uint8_t, 1> byte{};
    if (way == 0) {
      EXPECT_FALSE(link.write(byte).ok());
    }
    if (way == 1) {
      EXPECT_FALSE(link.read(byte, kNow).ok());
    }
    if (way == 2) {
      EXPECT_FALSE(link.wait(false, kNow).ok());
    }
    EXPECT_TRUE(link.is_dead()) << way;
  }
}

TEST(SwitchLink, ARateThatCannotBeSetIsNoDeath) {
  State state;
  SwitchLink link(std::make_unique<ToldLink>(state, "one"));
  for (const Blame blame : {Blame::kConfig, Blame::kLink}) {
    state.error = Error{blame, "does not do it", ""};
    EXPECT_EQ(link.set_baud(12'000'000).error().what, "does not do it");
    EXPECT_FALSE(link.is_dead());
  }
}

TEST(SwitchLink, ClosedItLetsThePortGoAndKeepsItsName) {
  State state;
  SwitchLink link(std::make_unique<ToldLink>(state, "one"));
  link.close();
  EXPECT_FALSE(state.alive);
  EXPECT_TRUE(link.is_dead());
  EXPECT_EQ(link.name(), "one");
  EXPECT_EQ(link.baud(), 9600u);
  const auto status = link.wait(false, kNow);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLink);
  EXPECT_EQ(status.error().what, "one is closed");
  link.close();  // twice is once
  EXPECT_EQ(link.name(), "one");
}

TEST(SwitchLink, ClosedAfterItsDeathItStillSaysOfWhat) {
  State state;
  SwitchLink link(std::make_unique<ToldLink>(state, "one"));
  state.error = kGone;
  EXPECT_FALSE(link.wait(false, kNow).ok());
  link.close();
  EXPECT_EQ(link.wait(false, kNow).error().what, "gone");
}

}  // namespace
}  // namespace hil
