// SPDX-License-Identifier: Apache-2.0
// Decimator: lanes of elements, cut into samples where all have come.
#include "host/energy/joulescope/decimator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace hil::energy {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::uint64_t kLongestHole = 10;  ///< seconds
/// Of ids, twice what any model has: a damaged header must not make a hole that fills the memory.
constexpr std::uint32_t kMostIds = 4'000'000;
/// Blocks that are kept until current and voltage have both begun.
constexpr std::size_t kMostWaiting = 1000;
constexpr std::array<const char*, 4> kNames{"current", "voltage", "input 0", "input 1"};

Error nonsense(const std::string& what) {
  return {Blame::kLink, "the Joulescope's samples make no sense: " + what,
          "unplug it, plug it in again, and check the versions of its driver and firmware"};
}

/// Events are kept by index; streams run a little apart.
void add_event(Trace& trace, MeterEvent event) {
  const auto later = [](const MeterEvent& a, const MeterEvent& b) { return a.index < b.index; };
  const auto place = std::upper_bound(trace.events.begin(), trace.events.end(), event, later);
  trace.events.insert(place, std::move(event));
}

}  // namespace

Status Decimator::add(Stream stream, const StreamBlock& block, Trace& trace) {
  const bool bits = stream >= kInput0;
  const bool fits = bits ? block.floats.empty() : block.bits.empty();
  if (!in_use(stream)) return {};
  if (!fits) return nonsense(fmt::format("{} is of another type", kNames[stream]));
  if (block.floats.empty() && block.bits.empty()) return {};
  HIL_TRY(settle(stream, block));
  if (origin_) {
    HIL_TRY(append(stream, block, trace));
  } else {
    if (waiting_.size() >= kMostWaiting) return nonsense("current or voltage does not begin");
    waiting_.push_back({stream, block});
    if (lanes_[kCurrent].step == 0 || lanes_[kVoltage].step == 0) return {};
    HIL_TRY(append_waiting(trace));
  }
  make_samples(trace);
  return {};
}

/// Rates and the lane's step are those of its first block, and stay.
Status Decimator::settle(Stream stream, const StreamBlock& block) {
  if (ids_per_second_ == 0) {
    const double ids = block.ids_per_second / rate_hz_;
    if (!(ids >= 1) || ids != std::floor(ids) || block.ids_per_second > kMostIds) {
      return nonsense(fmt::format("{} ids a second are too many, or no multiple of {:g} Hz",
                                  block.ids_per_second, rate_hz_));
    }
    ids_per_second_ = block.ids_per_second;
    ids_per_sample_ = static_cast<std::uint64_t>(ids);
  }
  if (block.ids_per_second != ids_per_second_) return nonsense("the rate of its ids changes");
  Lane& lane = lanes_[stream];
  if (lane.step == 0) {
    if (ids_per_sample_ % block.step != 0) {
      return nonsense(fmt::format("{:g} Hz is more than the rate of {}, or no part of it", rate_hz_,
                                  kNames[stream]));
    }
    lane.step = block.step;
    lane.first = block.first;
  }
  if (lane.step != block.step)
    return nonsense(fmt::format("the rate of {} changes", kNames[stream]));
  const std::uint32_t current = lanes_[kCurrent].step;
  const std::uint32_t voltage = lanes_[kVoltage].step;
  if (current != 0 && voltage != 0 && current != voltage)
    return nonsense("current and voltage have different rates");
  return {};
}

Status Decimator::append_waiting(Trace& trace) {
  origin_ = std::max(lanes_[kCurrent].first, lanes_[kVoltage].first);
  std::vector<Waiting> waiting;
  waiting.swap(waiting_);
  for (const Waiting& one : waiting)
    HIL_TRY(append(one.stream, one.block, trace));
  return {};
}

Status Decimator::append(Stream stream, const StreamBlock& block, Trace& trace) {
  Lane& lane = lanes_[stream];
  const std::uint64_t have = lane.dropped + lane.values.size();
  std::uint64_t skip = 0;  // elements before the origin, and those that have come already
  std::uint64_t at = 0;    // behind the origin, of the first one that is not skipped
  if (block.first < *origin_) {
    skip = (*origin_ - block.first - 1) / lane.step + 1;
  } else {
    at = (block.first - *origin_) / lane.step;
  }
  if (at > have) {
    HIL_TRY(fill_hole(stream, at - have, trace));
  } else {
    skip += have - at;
  }
  const auto take = [&lane, skip](const auto& elements) {
    const auto from = std::min<std::uint64_t>(skip, elements.size());
    lane.values.insert(lane.values.end(), elements.begin() + static_cast<std::ptrdiff_t>(from),
                       elements.end());
  };
  take(block.floats);
  take(block.bits);
  return {};
}

Status Decimator::fill_hole(Stream stream, std::uint64_t elements, Trace& trace) {
  Lane& lane = lanes_[stream];
  if (elements > kLongestHole * ids_per_second_ / lane.step)
    return nonsense(fmt::format("{} jumps by {} elements", kNames[stream], elements));
  const bool input = stream >= kInput0;
  if (!input) {
    lost_ += elements;
    const std::uint64_t index = (lane.dropped + lane.values.size()) / elements_per_sample(lane);
    add_event(trace,
              {index, "loss", fmt::format("{} elements of {} lost", elements, kNames[stream])});
  }
  const float last = lane.values.empty() ? 0 : lane.values.back();
  lane.values.insert(lane.values.end(), static_cast<std::size_t>(elements),
                     input ? last : kMissing);
  return {};
}

void Decimator::make_samples(Trace& trace) {
  std::size_t complete = std::numeric_limits<std::size_t>::max();
  for (std::size_t k = 0; k < kStreams; ++k) {
    if (!in_use(k)) continue;
    if (lanes_[k].step == 0) return;
    complete = std::min(complete, lanes_[k].values.size() / elements_per_sample(lanes_[k]));
  }
  for (std::size_t index = 0; index < complete; ++index)
    make_sample(index, trace);
  for (std::size_t k = 0; k < kStreams; ++k) {
    if (!in_use(k)) continue;
    Lane& lane = lanes_[k];
    const std::size_t used = complete * elements_per_sample(lane);
    lane.values.erase(lane.values.begin(), lane.values.begin() + static_cast<std::ptrdiff_t>(used));
    lane.dropped += used;
  }
}

void Decimator::make_sample(std::size_t index, Trace& trace) const {
  const std::size_t elements = elements_per_sample(lanes_[kCurrent]);
  const float* amps = lanes_[kCurrent].values.data() + index * elements;
  const float* volts = lanes_[kVoltage].values.data() + index * elements;
  double charge = 0, energy = 0, volts_sum = 0;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (std::size_t k = 0; k < elements; ++k) {
    const double v = static_cast<double>(volts[k]);
    charge += static_cast<double>(amps[k]);
    energy += static_cast<double>(amps[k]) * v;
    volts_sum += v;
    least = std::min(least, v);
    most = std::max(most, v);
  }
  const bool whole = std::isfinite(energy) && std::isfinite(charge) && std::isfinite(volts_sum);
  const double mean_volts = volts_sum / static_cast<double>(elements);
  // Currents of both signs may cancel: their quotient would be no voltage that was there.
  const double weighted = energy / charge;
  const bool usable = weighted >= least && weighted <= most;
  Rail& rail = trace.rails.front();
  rail.values.push_back(whole ? static_cast<float>(charge / static_cast<double>(elements)) : 0);
  rail.volts.push_back(whole ? static_cast<float>(usable ? weighted : mean_volts) : 0);
  trace.flags.push_back(whole ? 0 : flag::kGap);
  if (inputs_ > 0) trace.logic.push_back(levels(index));
}

std::uint8_t Decimator::levels(std::size_t index) const {
  unsigned levels = 0;
  for (unsigned input = 0; input < inputs_; ++input) {
    const Lane& lane = lanes_[kInput0 + input];
    const std::size_t elements = elements_per_sample(lane);
    const auto begin = lane.values.begin() + static_cast<std::ptrdiff_t>(index * elements);
    const auto high = std::count(begin, begin + static_cast<std::ptrdiff_t>(elements), 1.0F);
    if (2 * static_cast<std::size_t>(high) >= elements) levels |= 1u << input;
  }
  return static_cast<std::uint8_t>(levels);
}

}  // namespace hil::energy
