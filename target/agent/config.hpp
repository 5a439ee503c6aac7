// SPDX-License-Identifier: Apache-2.0
// The sizes a port chooses for its agent; memory.cpp makes all static memory from them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hil::agent {

/// A port's agent_config.hpp defines `inline constexpr Config kConfig{...}` in this namespace. An
/// 8 KB part says {.payload_bytes = 192, .window = 2, .message_bytes = 256, ...}. All in bytes.
struct Config {
  std::uint16_t payload_bytes;   ///< of one frame, both ways
  std::uint8_t window;           ///< frames in flight, both ways
  std::uint16_t message_bytes;   ///< largest message, its head included
  std::size_t input_bytes;       ///< taken from the port at once
  std::size_t plan_bytes;        ///< slot for the model; 0: none, models are in flash
  std::size_t arena_bytes;       ///< the model's activations
  std::size_t trace_operators;   ///< recorded per inference at once, 12 bytes each; at least 1
  std::size_t log_bytes = 1024;  ///< for the log's last lines, 10 bytes and the text each
  /// For samples of port::stream_sources() on their way to the line; 0: no streams, no code of
  /// them.
  std::size_t stream_bytes = 0;
  /// Windows of one energy run whose results are kept, 40 bytes each; 0: no energy service, no code
  /// of it.
  std::size_t energy_windows = 0;
  /// What a counter on the board's I2C bus said around each of these windows is kept, too.
  bool energy_counter = false;
};

}  // namespace hil::agent
