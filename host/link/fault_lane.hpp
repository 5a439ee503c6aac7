// SPDX-License-Identifier: Apache-2.0
// One direction of a FaultLink: bytes in, broken bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "host/link/fault_plan.hpp"

namespace hil {

/// Draws what becomes of a frame at its first byte, so that bytes are passed on as they come; only
/// a frame that is swapped waits. The same bytes meet the same faults, in whatever pieces they
/// come. Not thread-safe.
class FaultLane {
 public:
  /// @p stream: another one has other luck with the same seed.
  FaultLane(const FaultPlan& plan, std::uint64_t stream);

  void take(std::span<const std::uint8_t> bytes);
  /// @p bytes bytes vanish instead of being taken.
  void cut(std::size_t bytes) { counts_.bytes_cut += bytes; }

  /// What has come out and not been fetched yet; valid until the next take() or fetched().
  [[nodiscard]] std::span<const std::uint8_t> ready() const;
  void fetched(std::size_t count);

  [[nodiscard]] const FaultCounts& counts() const { return counts_; }

 private:
  enum class Fate : std::uint8_t { kPass, kDrop, kHold };

  void begin_frame();
  void end_frame();
  void put(std::uint8_t byte);
  void append(const std::vector<std::uint8_t>& bytes);
  bool draw(double probability);
  std::uint8_t with_flips(std::uint8_t byte);
  /// Bits that stay right before the next one that is inverted: geometrically distributed.
  std::uint64_t draw_gap();

  FaultPlan plan_;
  std::mt19937_64 fates_, flips_;
  std::uint64_t good_bits_;  ///< before the next one that is inverted

  bool in_frame_ = false;
  Fate fate_ = Fate::kPass;
  bool twice_ = false;
  std::vector<std::uint8_t> copy_;  ///< of a frame that comes twice
  std::vector<std::uint8_t> held_;  ///< waits for its successor (swap)
  std::vector<std::uint8_t> out_;
  std::size_t out_at_ = 0;
  FaultCounts counts_;
};

}  // namespace hil
