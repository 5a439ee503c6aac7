// SPDX-License-Identifier: Apache-2.0
// What the agent remembers of a stream; it exists only where the configuration has streams.
#pragma once

#include <cstdint>
#include <span>

#include "target/port/stream_source.hpp"

namespace hil::agent {

/// Owned by services/stream.cpp.
struct StreamState {
  constexpr StreamState(std::span<std::uint8_t> ring_memory, std::span<std::uint8_t> frame)
      : memory(ring_memory), datagram(frame) {}

  std::span<std::uint8_t> memory;              ///< for the ring
  std::span<std::uint8_t> datagram;            ///< the one that is being sent
  port::SampleRing ring;                       ///< samples on their way to the line
  const port::StreamSource* source = nullptr;  ///< that gives samples; null: none does
  std::uint64_t datagrams = 0;                 ///< handed to the line
  std::uint32_t generation = 0;                ///< of the session that it belongs to
  std::uint8_t call = 0;                       ///< of the begin request; 0: no stream has begun
  bool yields = false;                         ///< it is the reliable stream's turn
};

}  // namespace hil::agent
