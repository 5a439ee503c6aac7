// SPDX-License-Identifier: Apache-2.0
// One direction of a line that loses, doubles, delays and flips frames, by a seeded sequence.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>

#include "tests/protocol/frame/end.hpp"

namespace hil::frame::test {

/// Probabilities, per frame.
struct LaneFaults {
  double drop = 0, duplicate = 0, delay = 0, flip = 0;
};

class BadLane {
 public:
  /// A delayed or doubled frame comes after at most @p most_late others.
  BadLane(const LaneFaults& faults, std::size_t most_late, std::mt19937_64& random)
      : faults_(faults), most_late_(most_late), random_(random) {}

  /// From now on every frame comes, once and behind those before it.
  void repair() { faults_ = {}; }
  /// Loses all that is under way.
  void clear() { waiting_.clear(); }

  void send(Bytes wire) {
    if (chance(faults_.drop)) return;
    if (chance(faults_.flip)) flip(wire);
    if (chance(faults_.duplicate)) insert(wire, late());
    insert(std::move(wire), chance(faults_.delay) ? late() : 0);
  }
  /// The next bytes to arrive.
  std::optional<Bytes> arrive() {
    if (waiting_.empty()) return std::nullopt;
    Bytes wire = std::move(waiting_.front().wire);
    waiting_.pop_front();
    for (Frame& frame : waiting_)
      frame.late -= frame.late == 0 ? 0 : 1;
    return wire;
  }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  struct Frame {
    Bytes wire;
    std::size_t late;  ///< frames that may still overtake it
  };
  bool chance(double probability) {
    return static_cast<double>(random_() >> 11) * 0x1.0p-53 < probability;
  }
  std::size_t late() { return 1 + random_() % most_late_; }

  /// One to three bits, the delimiter's among them, so that frames run into each other.
  void flip(Bytes& wire) {
    for (auto count = 1 + random_() % 3; count > 0; --count) {
      auto& byte = wire[random_() % wire.size()];
      byte = static_cast<std::uint8_t>(byte ^ (1u << (random_() % 8)));
    }
  }
  /// Puts the frame behind all but those that still let others overtake them.
  void insert(Bytes wire, std::size_t late) {
    auto at = waiting_.end();
    while (at != waiting_.begin() && std::prev(at)->late > 0) {
      --std::prev(at)->late;
      --at;
    }
    waiting_.insert(at, Frame{std::move(wire), late});
  }

  LaneFaults faults_;
  std::size_t most_late_;
  std::mt19937_64& random_;
  std::deque<Frame> waiting_;
};

}  // namespace hil::frame::test
