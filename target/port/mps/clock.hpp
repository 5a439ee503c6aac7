// SPDX-License-Identifier: Apache-2.0
// port::ticks() of an FPGA image.
#pragma once

#include <type_traits>

#include "target/port/mps/timers.hpp"

namespace hil::port::mps {

using Timer = std::conditional_t<kSse300, SystemCounter, ApbTimer>;

}  // namespace hil::port::mps
