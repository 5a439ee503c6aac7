// SPDX-License-Identifier: Apache-2.0
// A board made of two byte queues and a clock that only moves when told to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include "protocol/frame/control.hpp"
#include "target/port/port.hpp"
#include "target/port/sample_ring.hpp"

namespace hil::test {

struct PinChange {
  std::uint64_t ticks;
  std::uint32_t pins;
  bool operator==(const PinChange&) const = default;
};
struct Rest {
  port::Idle mode;
  std::uint64_t from, until;
  bool paused;
};

struct FakePort {
  std::deque<std::uint8_t> to_agent;
  std::deque<std::uint8_t> from_agent;
  std::size_t room = ~std::size_t{0};  ///< bytes that write() still takes
  std::uint64_t ticks = 0;             ///< 1 MHz
  frame::ResetCause cause = frame::ResetCause::kPowerOn;
  std::uint64_t idle_calls = 0;
  std::uint64_t busy_calls = 0;      ///< of these, idle(kBusy)
  std::uint64_t ticks_per_read = 0;  ///< that the clock moves at each reading
  std::uint64_t ticks_per_busy = 0;  ///< that it moves while spinning
  std::uint64_t byte_ticks = 0;
  std::uint32_t pins = 0;                                    ///< as sync_pins() left them
  std::vector<PinChange> pin_changes;                        ///< every call of it
  bool paused = false;                                       ///< input is not taken
  std::size_t paused_at = 0;                                 ///< bytes that waited then
  std::vector<std::uint8_t> stack;                           ///< lowest address first
  std::vector<std::uint8_t> slot;                            ///< flash for one model
  bool emulated = false;                                     ///< as identity() says
  std::vector<std::uint32_t> bauds{9600, 115'200, 921'600};  ///< that the line can do
  std::vector<std::uint32_t> rates_set;                      ///< by set_rate(), in order
  port::SampleRing* ring = nullptr;             ///< of the stream source that runs: push into it
  std::uint32_t stream_hz = 0;                  ///< that it was started with
  std::uint32_t true_hz = 0;                    ///< that it says it has; 0: as asked for
  bool source_fails = false;                    ///< it does not start
  std::uint64_t serves = 0;                     ///< calls of its serve()
  port::Idle deepest = port::Idle::kWait;       ///< rest() knows no deeper one
  std::vector<Rest> rests;                      ///< every call of rest()
  std::uint64_t most_rest = ~std::uint64_t{0};  ///< ticks that one call rests
  std::function<void()> while_resting;          ///< runs in each
  /// The I2C bus: gives what is read, nothing if nobody answers.
  std::function<std::optional<std::vector<std::uint8_t>>(
      std::uint8_t address, const std::vector<std::uint8_t>& out, std::size_t in_bytes)>
      i2c;
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
