// SPDX-License-Identifier: Apache-2.0
// A board made of two byte queues and a clock that only moves when told to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <stdexcept>

#include "protocol/frame/control.hpp"

namespace hil::test {

struct FakePort {
  std::deque<std::uint8_t> to_agent;
  std::deque<std::uint8_t> from_agent;
  std::size_t room = ~std::size_t{0};  ///< bytes that write() still takes
  std::uint64_t ticks = 0;             ///< 1 MHz
  frame::ResetCause cause = frame::ResetCause::kPowerOn;
  std::uint64_t idle_calls = 0;
};

/// The one board the agent under test runs on.
FakePort& fake_port();
/// Fills the no-init memory with @p byte, as a power cycle may.
void scramble_no_init(std::uint8_t byte);

/// What port::fatal() and port::reset() do here.
struct Restarted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace hil::test
