// SPDX-License-Identifier: Apache-2.0
// What the values of samples give away: dead and clipped channels, constant samples, NaN.
#include "host/data/value_check.hpp"

#include <algorithm>
#include <cmath>

#include "host/data/values.hpp"

namespace hil::data {
namespace {

constexpr double kClippedShare = 0.001;
constexpr double kAtLimitShare = 0.1;

bool is_byte(ElementType type) {
  return type == ElementType::kInt8 || type == ElementType::kUint8;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

ValueCheck::Limits ValueCheck::limits_of(ElementType type) const {
  switch (type) {
    case ElementType::kInt8:
      return {-128, 127, true};
    case ElementType::kUint8:
      return {0, 255, true};
    case ElementType::kInt16:
      return {-32768, 32767, true};
    case ElementType::kInt32:
      return {0, 0, false};
    case ElementType::kFloat32:
      return {-1, 1, is_audio_};
  }
  return {0, 0, false};
}

void ValueCheck::add(const Tensor& sample, const std::string& name) {
  const std::size_t count = sample.bytes.size() / size_of(sample.type);
  const Limits limits = limits_of(sample.type);
  type_ = sample.type;
  ++samples_;
  std::uint64_t at_limits = 0;
  bool finite = true, constant = count > 1;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = value_at(sample.bytes, sample.type, i);
    constant = constant && value == value_at(sample.bytes, sample.type, 0);
    if (!std::isfinite(value)) {
      finite = false;
      continue;
    }
    Channel& channel = channels_[i % channels_.size()];
    channel.least = channel.count == 0 ? value : std::min(channel.least, value);
    channel.most = channel.count == 0 ? value : std::max(channel.most, value);
    ++channel.count;
    if (!limits.exist) continue;
    channel.at_least += value <= limits.least ? 1U : 0U;
    channel.at_most += value >= limits.most ? 1U : 0U;
    at_limits += value <= limits.least || value >= limits.most ? 1U : 0U;
  }
  if (!finite) not_finite_.add(name);
  if (constant) constant_.add(name);
  if (!is_byte(type_) && !constant && share(at_limits, count) > kClippedShare) {
    clipped_.add(fmt::format("{}: {:.1f} %", name, 100 * share(at_limits, count)));
  }
}

void ValueCheck::note_dead(std::vector<Finding>& findings) const {
  Finding finding{Severity::kWarning,
                  "dead-channel",
                  "",
                  0,
                  {},
                  "a sensor that was not connected, or a feature that carries nothing?"};
  std::uint64_t dead = 0;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const Channel& channel = channels_[i];
    if (samples_ < 2 || channel.count < 2 || channel.least != channel.most) continue;
    ++dead;
    if (finding.examples.size() < kMaxExamples) {
      finding.examples.push_back(fmt::format("channel {}: always {}", i, channel.least));
    }
  }
  if (dead == 0) return;
  finding.what = fmt::format("{} of {} {} never change", dead, channels_.size(),
                             channels_.size() == 1 ? "channel" : "channels");
  findings.push_back(std::move(finding));
}

void ValueCheck::note_limits(std::vector<Finding>& findings) const {
  if (!is_byte(type_)) return;
  Finding finding{Severity::kNote,
                  "at-limits",
                  "",
                  0,
                  {},
                  "usual for images; else the values were clipped or scaled too far"};
  std::uint64_t high = 0;
  const Limits limits = limits_of(type_);
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const Channel& channel = channels_[i];
    const double low_share = share(channel.at_least, channel.count);
    const double high_share = share(channel.at_most, channel.count);
    if (std::max(low_share, high_share) <= kAtLimitShare) continue;
    ++high;
    if (finding.examples.size() >= kMaxExamples) continue;
    finding.examples.push_back(fmt::format("channel {}: {:.1f} % at {}, {:.1f} % at {}", i,
                                           100 * low_share, limits.least, 100 * high_share,
                                           limits.most));
  }
  if (high == 0) return;
  finding.what = fmt::format("more than 10 % of the values are at a limit of {} in {} of {} {}",
                             name_of(type_), high, channels_.size(),
                             channels_.size() == 1 ? "channel" : "channels");
  findings.push_back(std::move(finding));
}

void ValueCheck::move_to(std::vector<Finding>& findings) {
  not_finite_.move_to(findings);
  constant_.move_to(findings);
  clipped_.move_to(findings);
  note_dead(findings);
  note_limits(findings);
}

}  // namespace hil::data
