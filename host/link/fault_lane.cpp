// SPDX-License-Identifier: Apache-2.0
// FaultLane: a fate for each frame, and a countdown to the next inverted bit.
#include "host/link/fault_lane.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hil {
namespace {

constexpr std::uint8_t kDelimiter = 0x00;
/// Bytes without a delimiter beyond this are no frame, and are neither held back nor copied.
constexpr std::size_t kMostFrameBytes = 128 * 1024;
/// Good bits that never end.
constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max() / 4;

/// 53 random bits as a number from 0 up to 1: the same with every standard library, unlike
/// std::uniform_real_distribution.
double unit_of(std::uint64_t random) {
  return static_cast<double>(random >> 11) * 0x1.0p-53;
}

}  // namespace

FaultLane::FaultLane(const FaultPlan& plan, std::uint64_t stream)
    : plan_(plan),
      fates_(plan.seed * 4 + stream),
      flips_(plan.seed * 4 + 2 + stream),
      good_bits_(draw_gap()) {}

void FaultLane::take(std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    const bool ends = byte == kDelimiter;
    if (!in_frame_ && !ends) begin_frame();
    put(byte);  // a delimiter behind another one passes: it is no frame
    if (in_frame_ && ends) end_frame();
  }
}

/// All three are drawn each time: what happens to one frame does not shift the luck of the next.
void FaultLane::begin_frame() {
  in_frame_ = true;
  const bool dropped = draw(plan_.drop);
  const bool twice = draw(plan_.duplicate);
  const bool swapped = draw(plan_.swap) && held_.empty();
  fate_ = dropped ? Fate::kDrop : swapped ? Fate::kHold : Fate::kPass;
  twice_ = twice && fate_ == Fate::kPass;
}

void FaultLane::end_frame() {
  ++counts_.frames;
  if (fate_ == Fate::kDrop) ++counts_.dropped;
  if (fate_ == Fate::kHold) ++counts_.swapped;
  if (twice_) {
    ++counts_.duplicated;
    append(copy_);
  }
  if (fate_ == Fate::kPass) {
    append(held_);
    held_.clear();
  }
  copy_.clear();
  in_frame_ = twice_ = false;
  fate_ = Fate::kPass;
}

void FaultLane::put(std::uint8_t byte) {
  if (fate_ == Fate::kDrop) return;
  const std::uint8_t broken = with_flips(byte);
  if (fate_ == Fate::kHold) {
    held_.push_back(broken);
    if (held_.size() < kMostFrameBytes) return;
    append(held_);
    held_.clear();
    fate_ = Fate::kPass;
    return;
  }
  out_.push_back(broken);
  if (!twice_) return;
  copy_.push_back(broken);
  if (copy_.size() < kMostFrameBytes) return;
  copy_.clear();
  twice_ = false;
}

void FaultLane::append(const std::vector<std::uint8_t>& bytes) {
  out_.insert(out_.end(), bytes.begin(), bytes.end());
}

bool FaultLane::draw(double probability) {
  return unit_of(fates_()) < probability;
}

std::uint8_t FaultLane::with_flips(std::uint8_t byte) {
  while (good_bits_ < 8) {
    byte = static_cast<std::uint8_t>(byte ^ (1u << good_bits_));
    ++counts_.flipped_bits;
    good_bits_ += 1 + draw_gap();
  }
  good_bits_ -= 8;
  return byte;
}

/// By inversion: log(u) / log(1 - p), u in (0, 1] (Devroye 1986, Non-Uniform Random Variate
/// Generation, section X.2).
std::uint64_t FaultLane::draw_gap() {
  if (plan_.flip <= 0) return kForEver;
  if (plan_.flip >= 1) return 0;
  const double u = 1 - unit_of(flips_());
  const double gap = std::floor(std::log(u) / std::log1p(-plan_.flip));
  return gap < static_cast<double>(kForEver) ? static_cast<std::uint64_t>(gap) : kForEver;
}

std::span<const std::uint8_t> FaultLane::ready() const {
  return std::span<const std::uint8_t>(out_).subspan(out_at_);
}

void FaultLane::fetched(std::size_t count) {
  out_at_ += std::min(count, out_.size() - out_at_);
  if (out_at_ < out_.size()) return;
  out_.clear();
  out_at_ = 0;
}

}  // namespace hil
