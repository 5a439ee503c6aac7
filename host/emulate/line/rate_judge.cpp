// SPDX-License-Identifier: Apache-2.0
// RateJudge: two samples and the host's last change.
#include "host/emulate/line/rate_judge.hpp"

#include "host/emulate/line/uart_rate.hpp"

namespace hil::emulate {

bool RateJudge::set_host(std::uint32_t rate, Clock::time_point now) {
  if (rate == host_) return false;
  host_ = rate;
  host_changed_ = now;
  return true;
}

void RateJudge::add_sample(std::uint32_t rate, Clock::time_point now) {
  before_ = newest_;
  newest_ = Sample{rate, now};
}

void RateJudge::forget() {
  newest_.reset();
  before_.reset();
}

bool RateJudge::wants_sample(Clock::time_point now) const {
  return !newest_ || newest_->at < host_changed_ || now - newest_->at >= kSampleEvery;
}

std::optional<RateJudge::Clock::time_point> RateJudge::hold_until(Clock::time_point now) const {
  const Clock::time_point until = host_changed_ + kMostHold;
  if (now >= until || (newest_ && newest_->at >= host_changed_)) return std::nullopt;
  return until;
}

bool RateJudge::misfits(const std::optional<Sample>& sample) const {
  return sample && !rates_fit(host_, sample->rate);
}

bool RateJudge::good(Clock::time_point now) const {
  return newest_ && now - newest_->at <= kSampleGood;
}

bool RateJudge::garbles_to_device(Clock::time_point now) const {
  return good(now) && misfits(newest_);
}

bool RateJudge::garbles_to_host(Clock::time_point now) const {
  // A rate that was not known before is no excuse.
  const bool excused = before_ && before_->rate != 0 && !misfits(before_);
  return garbles_to_device(now) && !excused;
}

}  // namespace hil::emulate
