// SPDX-License-Identifier: Apache-2.0
// How an LPM01A writes samples and metadata: the inverse of its readers, made without them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hil::emulate {

/// How full its transmit buffer is, and how long it has been measuring.
struct Lpm01aStamp {
  std::uint64_t milliseconds = 0;
  unsigned buffer_percent = 0;
};

/// Format ascii_dec: four digits, sign and two digits of the power of ten, CR LF. @p value >= 0.
std::string ascii_sample(double value);
/// "TimeStamp: 001s 000ms, buff 00%" with the blank line and the NUL byte that surround it.
std::string ascii_stamp(const Lpm01aStamp& stamp);

/// Format bin_hexa: a power of 16 in the high nibble, the mantissa in the rest, high byte first.
std::string binary_sample(double value);
std::string binary_stamp(const Lpm01aStamp& stamp);
/// Metadata `F0 type` with @p payload and its end.
std::string binary_metadata(std::uint8_t type, std::string_view payload);

}  // namespace hil::emulate
