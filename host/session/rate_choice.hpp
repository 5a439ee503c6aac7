// SPDX-License-Identifier: Apache-2.0
// Which rates of the line are worth a try; pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hil::session {

/// The rates above @p first that @p agent and @p board both list (bits per second, in any order),
/// fastest first. With @p known, a rate that carried this line before, none above that: a cable
/// that was too slow last time costs seconds to find out again. 0: nothing is known.
std::vector<std::uint32_t> rates_to_try(std::span<const std::uint32_t> agent,
                                        std::span<const std::uint32_t> board, std::uint32_t first,
                                        std::uint32_t known);

}  // namespace hil::session
