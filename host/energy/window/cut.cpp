// SPDX-License-Identifier: Apache-2.0
// What all ways of finding windows share.
#include "host/energy/window/cut.hpp"

#include <algorithm>
#include <cmath>

namespace hil::energy {

std::size_t Cut::counting() const {
  const auto counts = [](const Window& window) { return window.rejected.empty(); };
  return static_cast<std::size_t>(std::count_if(windows.begin(), windows.end(), counts));
}

double edge_error_share(double step, double mean, double sigma, double length) {
  if (!(mean > 0) || !(length > 0)) return 0;
  return std::abs(step) / mean * std::sqrt(2.0) * sigma / length;
}

}  // namespace hil::energy
