// SPDX-License-Identifier: Apache-2.0
// Paint on the stack of the Linux agent, which tells how much of it has been used.
#include "target/port/posix/stack.hpp"

#include "target/port/port.hpp"

namespace hil::port {
namespace {

// Many times what the agent uses, little of the 8 MB that Linux gives. Signal handlers have a stack
// of their own.
constexpr std::size_t kWatchedBytes = 64 * 1024;

constinit std::uintptr_t g_lowest = 0;  ///< address; 0: not painted

}  // namespace

namespace posix {

/// The frame of this call is the paint: what its caller calls next lies where it lay.
[[gnu::noinline]] void paint_stack() {
  volatile std::uint8_t paint[kWatchedBytes];
  for (std::size_t i = kWatchedBytes; i > 0; --i)
    paint[i - 1] = kStackPaint;  // downwards, as a stack grows
  g_lowest = reinterpret_cast<std::uintptr_t>(&paint[0]);
}

}  // namespace posix

std::span<const std::uint8_t> stack() {
  if (g_lowest == 0) return {};
  return {reinterpret_cast<const std::uint8_t*>(g_lowest), kWatchedBytes};
}

}  // namespace hil::port
