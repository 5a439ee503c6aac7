// SPDX-License-Identifier: Apache-2.0
// Link: what a link without a line rate says.
#include "host/link/link.hpp"

#include <fmt/format.h>

namespace hil {

Status Link::set_baud(std::uint32_t baud) {
  return Error{Blame::kConfig, fmt::format("{} has no rate that could be {} baud", name(), baud),
               "leave the rate as it is"};
}

}  // namespace hil
