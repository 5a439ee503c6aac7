// SPDX-License-Identifier: Apache-2.0
// A link that breaks what passes through it, on purpose and repeatably.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "host/link/link.hpp"

namespace hil {

/// A stretch of time, counted from the making of the FaultLink; no length: never.
struct FaultWindow {
  std::chrono::milliseconds at{0};
  std::chrono::milliseconds length{0};
};

/// What to break. Probabilities (0 to 1) are per frame (bytes up to a 0x00) and direction.
struct FaultPlan {
  double drop = 0;       ///< the frame vanishes
  double duplicate = 0;  ///< it comes twice in a row
  double swap = 0;       ///< it comes after its successor
  double flip = 0;       ///< one bit of it is inverted (the delimiter included)
  FaultWindow stall;     ///< bytes wait and come late
  FaultWindow cut;       ///< bytes vanish
  std::uint64_t seed = 1;

  /// True if anything is to be broken.
  [[nodiscard]] bool any() const;
};

/// What was done in one direction.
struct FaultCounts {
  std::uint64_t frames = 0;  ///< seen, cut ones not included
  std::uint64_t dropped = 0, duplicated = 0, swapped = 0, flipped = 0;
  std::uint64_t bytes_cut = 0;
};

/// Breaks frames both ways; each direction draws from a random sequence of its own, so one
/// direction's faults do not depend on the other's timing.
class FaultLink : public Link {
 public:
  /// @p inner must outlive this.
  FaultLink(Link& inner, const FaultPlan& plan);

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  [[nodiscard]] std::uint32_t baud() const override { return inner_.baud(); }
  [[nodiscard]] std::string name() const override { return inner_.name() + " with faults"; }

  [[nodiscard]] const FaultCounts& outgoing() const { return outgoing_.counts(); }
  [[nodiscard]] const FaultCounts& incoming() const { return incoming_.counts(); }

 private:
  /// One direction: bytes in, broken frames out.
  class Lane {
   public:
    Lane(const FaultPlan& plan, std::uint64_t stream);
    void take(std::span<const std::uint8_t> bytes);
    void cut(std::size_t bytes);
    [[nodiscard]] std::span<const std::uint8_t> ready() const;
    void drop_ready(std::size_t count);
    [[nodiscard]] const FaultCounts& counts() const { return counts_; }

   private:
    void finish_frame();
    void emit(const std::vector<std::uint8_t>& frame);
    bool draw(double probability);
    void flip_bit(std::vector<std::uint8_t>& frame);

    FaultPlan plan_;
    std::mt19937_64 random_;
    std::vector<std::uint8_t> frame_;  ///< being gathered
    std::vector<std::uint8_t> held_;   ///< waits for its successor (swap)
    std::vector<std::uint8_t> out_;
    std::size_t out_at_ = 0;
    FaultCounts counts_;
  };

  [[nodiscard]] bool inside(const FaultWindow& window) const;
  [[nodiscard]] Deadline end_of(const FaultWindow& window) const;
  /// Hands finished frames to the inner link, as many bytes as it takes.
  Status flush();
  /// Reads what the inner link has and breaks it; blocks until @p deadline at most.
  Status fill(Deadline deadline);

  Link& inner_;
  FaultPlan plan_;
  Deadline::Clock::time_point start_;
  Lane outgoing_;
  Lane incoming_;
};

}  // namespace hil
