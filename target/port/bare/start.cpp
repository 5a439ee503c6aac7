// SPDX-License-Identifier: Apache-2.0
// From the first instruction of C++ to the agent's loop, on a board without an operating system.
#include "target/port/bare/start.hpp"

#include <algorithm>

#include "board_generated.h"
#include "target/agent/agent.hpp"
#include "target/port/bare/image.hpp"
#include "target/port/bare/marker.hpp"
#include "target/port/port.hpp"
#include HIL_PORT_CHIP  // namespace chip, see target/port/README.md

namespace hil::port {
namespace {

// Of start() and those that it calls to paint: what is above is in use.
constexpr std::ptrdiff_t kOwnFrames = 128;

void paint_stack() {
  auto* const here = static_cast<std::uint8_t*>(__builtin_frame_address(0));
  std::fill(hil_stack_begin, here - kOwnFrames, kStackPaint);
}

void fill_memory() {
  std::copy(hil_data_load, hil_data_load + (hil_data_end - hil_data_begin), hil_data_begin);
  std::fill(hil_bss_begin, hil_bss_end, std::uint8_t{0});
}

}  // namespace

void start() {
  paint_stack();
  fill_memory();
  chip::begin();
  agent::start();
  for (;;)
    agent::step();
}

std::uint64_t sync_pins(std::uint32_t bits) {
  const std::uint64_t now = ticks();
  if (chip::emulated()) {
    leave_marker(bits, now);
  } else {
    chip::drive_pins(bits);
  }
  return now;
}

Identity identity() {
  return {board::kId, board::kCore, chip::emulated()};
}

}  // namespace hil::port
