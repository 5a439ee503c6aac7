// SPDX-License-Identifier: Apache-2.0
// rates_to_try(): an intersection, sorted.
#include "host/session/rate_choice.hpp"

#include <algorithm>
#include <functional>

namespace hil::session {

std::vector<std::uint32_t> rates_to_try(std::span<const std::uint32_t> agent,
                                        std::span<const std::uint32_t> board, std::uint32_t first,
                                        std::uint32_t known) {
  std::vector<std::uint32_t> rates;
  for (const std::uint32_t baud : board) {
    const bool offered = std::find(agent.begin(), agent.end(), baud) != agent.end();
    if (offered && baud > first && (known == 0 || baud <= known)) rates.push_back(baud);
  }
  std::sort(rates.begin(), rates.end(), std::greater<>());
  rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
  return rates;
}

}  // namespace hil::session
