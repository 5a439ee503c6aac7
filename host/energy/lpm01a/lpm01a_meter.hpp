// SPDX-License-Identifier: Apache-2.0
// The power meter X-NUCLEO-LPM01A (PowerShield) on a serial link.
#pragma once

#include <cstdint>
#include <memory>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"
#include "host/link/link.hpp"

namespace hil::energy {

/// USB id 0483:5740, which it shares with every USB serial example of its maker.
inline constexpr std::uint16_t kLpm01aUsbVendor = 0x0483;
inline constexpr std::uint16_t kLpm01aUsbProduct = 0x5740;
/// Bits per second of its line by the manual; over USB any rate does.
inline constexpr std::uint32_t kLpm01aBaud = 3'686'400;

/// Asks who is on @p link: id and firmware. Stops an acquisition that somebody left running and
/// changes nothing else. Blocks until it has answered, three seconds or @p deadline at the latest.
///   kLab   what is there does not answer as an LPM01A does
///   kLink  the link is gone
Result<MeterInfo> identify_lpm01a(Link& link, Deadline deadline);

/// Takes control of the meter on @p link and sets it up. A supply that is on with the voltage asked
/// for is left on; any other is off afterwards, until set_target_power(). @p setup:
/// - `source` must be set and `volts` be 1.8 to 3.3: this meter always supplies the board.
/// - `rate_hz` up to 1,000, and 0 for 1,000: *energy mode*. Rail "main" is Quantity::kPower, the
///   mean over each sample; the sync wire on D7 gives edges (see README.md in this folder) and
///   logic bit 0. For windows from 0.5 s.
/// - `rate_hz` up to 100,000: *current mode*. Rail "main" is Quantity::kCurrent, the wire is not
///   sampled; windows come from a pattern in the current, or `start_on_edge`.
/// The rate is the next one up that the meter has (1, 2, 5, 10 ... 100,000).
/// Blocks until it is set up or @p deadline.
///   kUser  no voltage said, or one out of range; a board with a supply of its own; a rate above
///          100,000; `start_on_edge` in energy mode
///   kLab   what is there is no LPM01A, refuses a command (which, and why), or says that it
///          supplies another voltage
///   kLink  it does not answer, or is gone
/// read() and stop() fail with kLab if it cuts the supply (overcurrent), and with kLink if it ends
/// the acquisition by itself (its buffer overflows where this machine reads late), is silent for
/// five seconds, or sends what contradicts its time stamps.
Result<std::unique_ptr<PowerMeter>> make_lpm01a(std::unique_ptr<Link> link, const MeterSetup& setup,
                                                Deadline deadline);

}  // namespace hil::energy
