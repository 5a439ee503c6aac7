// SPDX-License-Identifier: Apache-2.0
// Nordic's Power Profiler Kit II: 100,000 currents a second with eight logic inputs, over USB
// serial.
#pragma once

#include <cstdint>
#include <memory>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"
#include "host/link/link.hpp"

namespace hil::energy {

/// What tells a PPK2's port: its USB id, its product string, and of its two CDC ports (the other is
/// a shell, from firmware 1.2.0 on) the one on interface 1. Source: facts/energy.md 3.1.
namespace ppk2_usb {
inline constexpr std::uint16_t kVendor = 0x1915;
inline constexpr std::uint16_t kProduct = 0xc00a;
inline constexpr const char* kProductName = "PPK2";
inline constexpr unsigned kInterface = 1;
/// The line has no rate: open it with 0.
inline constexpr std::uint32_t kBaud = 0;
}  // namespace ppk2_usb

/// The PPK2 at the other end of @p link: ends a recording that an earlier user left running, reads
/// its calibration, and sets it up. As source meter it gives `setup.volts` (0.8 to 5 V), switched
/// by set_target_power(): this leaves it as it is, off if it was an ampere meter before. As ampere
/// meter the board has a supply of its own of `setup.volts`, which the conversion to amperes needs;
/// it passes through the same switch, which this closes. One rail "main" of currents at 100 kHz,
/// raw: nothing is filtered. Logic inputs D0 to D7.
///
/// Events of its traces: "loss" (samples that did not come), "resync", "invalid", "calibration"
/// (a factor that is missing, or not a number, so that the maker's default stands), "voltage" (it
/// says that it gives another voltage than it was told: the supply's uncertainty covers both) and
/// "rate", and "clock" (the host was too busy to see hidden losses). A loss of 64 samples or a
/// multiple is seen by time alone and only at stop(), if a second or more has been recorded behind
/// it.
///
/// Blocks until it has answered, @p deadline at the latest.
///   kUser  no voltage given, one that it can't supply, or another rate than 100 kHz
///   kLab   what answers is no PPK2, or its calibration can't be right (which factor)
///   kLink  it does not answer, or is gone
/// read() and stop() fail with kLink if it is gone (how many samples came in `what`), if two
/// seconds pass without one, or if what comes makes no sense for a second.
Result<std::unique_ptr<PowerMeter>> make_ppk2(std::unique_ptr<Link> link, const MeterSetup& setup,
                                              Deadline deadline);

}  // namespace hil::energy
