// SPDX-License-Identifier: Apache-2.0
// fit_clock(): the best exchange of each part of the time, and a weighted line through them.
#include "host/session/clock_fit.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hil::session {
namespace {

constexpr std::size_t kMostParts = 24;
constexpr std::size_t kLeastParts = 4;
constexpr double kCoverage = 3;

/// One exchange, relative to the first; in ns.
struct Point {
  double host = 0;
  double device = 0;
  double delay = 0;
};

Error clock_error(const char* what) {
  return Error{Blame::kDevice, what, "the clock of this board's port is at fault"};
}

bool in_order(const TimeSync& exchange) {
  return exchange.host_send_ns <= exchange.host_receive_ns &&
         exchange.device_receive_ticks <= exchange.device_send_ticks;
}

Status check(std::span<const TimeSync> exchanges) {
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    const bool goes_on =
        i == 0 || (exchanges[i - 1].host_receive_ns <= exchanges[i].host_send_ns &&
                   exchanges[i - 1].device_send_ticks <= exchanges[i].device_receive_ticks);
    if (!in_order(exchanges[i]) || !goes_on) {
      return clock_error("the agent's clock went backwards between two exchanges");
    }
  }
  if (exchanges.front().device_receive_ticks == exchanges.back().device_send_ticks) {
    return clock_error("the agent's clock stands still");
  }
  return {};
}

Point point_of(const TimeSync& exchange, const TimeSync& first, double tick_ns) {
  const auto held = static_cast<double>(exchange.device_send_ticks - exchange.device_receive_ticks);
  const auto waited = static_cast<double>(exchange.host_receive_ns - exchange.host_send_ns);
  Point point;
  point.host = static_cast<double>(exchange.host_send_ns - first.host_send_ns) + waited / 2;
  const auto ticks =
      static_cast<double>(exchange.device_receive_ticks - first.device_receive_ticks);
  point.device = (ticks + held / 2) * tick_ns;
  point.delay = std::max(0.0, waited - held * tick_ns);
  return point;
}

/// The least delayed point of each of equal parts of the host's time.
std::vector<Point> best_of_parts(const std::vector<Point>& points) {
  const std::size_t parts = std::clamp(points.size() / 4, kLeastParts, kMostParts);
  const double start = points.front().host;
  const double length = points.back().host - start;
  std::vector<Point> best;
  std::size_t part = parts;  // of the last one in best; none yet
  for (const Point& point : points) {
    const double share = length > 0 ? (point.host - start) / length : 0;
    const auto now =
        std::min(static_cast<std::size_t>(share * static_cast<double>(parts)), parts - 1);
    if (now != part) {
      best.push_back(point);
      part = now;
    } else if (point.delay < best.back().delay) {
      best.back() = point;
    }
  }
  return best;
}

struct Line {
  double slope = 0;
  double standard_error = 0;
};

/// Weighted least squares; a point's standard deviation is taken to be in proportion to its delay,
/// and at least @p rounding.
Line fit(const std::vector<Point>& points, double rounding) {
  double sum = 0, host = 0, device = 0;
  std::vector<double> weights;
  for (const Point& point : points) {
    const double sigma = std::hypot(point.delay / 2, rounding);
    weights.push_back(1 / (sigma * sigma));
    sum += weights.back();
    host += weights.back() * point.host;
    device += weights.back() * point.device;
  }
  host /= sum;
  device /= sum;
  double spread = 0, product = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    spread += weights[i] * (points[i].host - host) * (points[i].host - host);
    product += weights[i] * (points[i].host - host) * (points[i].device - device);
  }
  const double slope = product / spread;
  double residuals = 0, rounded = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double away = points[i].device - device - slope * (points[i].host - host);
    residuals += weights[i] * away * away;
    rounded += weights[i] * rounding * rounding;
  }
  const auto count = static_cast<double>(points.size());
  const double scale = residuals / (count - 2) + rounded / count;
  return {slope, std::sqrt(scale / spread)};
}

}  // namespace

Result<ClockRatio> fit_clock(std::span<const TimeSync> exchanges, std::uint64_t tick_hz) {
  if (exchanges.size() < kLeastExchanges || tick_hz == 0) {
    return Error{Blame::kBug, "a clock cannot be fitted through so few exchanges", ""};
  }
  HIL_TRY(check(exchanges));
  const double tick_ns = 1e9 / static_cast<double>(tick_hz);
  std::vector<Point> points;
  for (const TimeSync& exchange : exchanges)
    points.push_back(point_of(exchange, exchanges.front(), tick_ns));
  const std::vector<Point> best = best_of_parts(points);
  if (best.size() < kLeastParts) {
    return Error{Blame::kBug, "a clock cannot be fitted through exchanges at so few times", ""};
  }
  // A reading is rounded down evenly within one step: its standard deviation is step / sqrt(12).
  const double rounding = std::max(tick_ns, 1.0) / std::sqrt(12.0);
  const Line line = fit(best, rounding);
  ClockRatio ratio;
  ratio.ppm = (line.slope - 1) * 1e6;
  ratio.uncertainty_ppm = kCoverage * line.standard_error * 1e6;
  ratio.duration_s = (points.back().host - points.front().host) * 1e-9;
  for (const Point& point : points) {
    const double us = point.delay * 1e-3;
    ratio.best_delay_us = ratio.exchanges++ == 0 ? us : std::min(ratio.best_delay_us, us);
  }
  ratio.used = static_cast<std::uint32_t>(best.size());
  return ratio;
}

}  // namespace hil::session
