// SPDX-License-Identifier: Apache-2.0
// Bytes that no sender of ours puts on a line, for a receiver to get over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hil::conform {

struct Garbage {
  std::string name;  ///< "half a frame"
  std::vector<std::uint8_t> bytes;
};

/// Random bytes, half a frame, a flood of 0x00, a frame with a wrong CRC, and one longer than an
/// agent takes whose frames have at most @p payload_bytes; the same ones every time.
std::vector<Garbage> all_garbage(std::size_t payload_bytes);

}  // namespace hil::conform
