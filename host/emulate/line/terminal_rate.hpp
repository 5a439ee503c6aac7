// SPDX-License-Identifier: Apache-2.0
// Any rate of a terminal, also odd ones, by the ioctls that Linux has for them.
#pragma once

#include <cstdint>

namespace hil::emulate {

/// The rate for sending of the terminal @p fd, in bits per second; 0: B0 (asks a modem to hang up)
/// or not known. Of a pseudo-terminal's master it is the slave's (tty_ioctl(4)).
std::uint32_t terminal_rate(int fd);
/// Sets both its rates to @p baud. False: no terminal, or it does not take the rate.
[[nodiscard]] bool set_terminal_rate(int fd, std::uint32_t baud);

}  // namespace hil::emulate
