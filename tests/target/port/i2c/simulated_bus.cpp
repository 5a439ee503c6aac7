// SPDX-License-Identifier: Apache-2.0
// Two wires of an I2C bus with one device at their other end, bit by bit, and what goes wrong
// there.
#include "tests/target/port/i2c/simulated_bus.hpp"

#include <algorithm>

namespace hil::test {
namespace {

void shorten(std::uint64_t& shortest, std::uint64_t ticks) {
  shortest = std::min(shortest, ticks);
}

}  // namespace

void SimulatedBus::scl(bool high) {
  master_scl_ = high;
  settle();
}

void SimulatedBus::sda(bool high) {
  if (high != master_sda_) set_ = time_;
  master_sda_ = high;
  settle();
}

std::uint64_t SimulatedBus::now() {
  pass(ticks_per_look_);
  return time_;
}

void SimulatedBus::pass(std::uint64_t ticks) {
  time_ += ticks;
  settle();
}

void SimulatedBus::leave_sending(int left) {
  phase_ = Phase::kGive;
  shift_ = 0;
  bits_ = 8 - left;
  device_sda_ = false;
  // Silently: nobody of the two has seen how it came to this.
  sda_ = false;
}

void SimulatedBus::short_sda(bool shorted) {
  shorted_sda_ = shorted;
  settle();
}

void SimulatedBus::short_scl(bool shorted) {
  shorted_scl_ = shorted;
  settle();
}

/// Levels follow whoever pulls; a device that sees an edge may begin to pull, or cease.
void SimulatedBus::settle() {
  for (;;) {
    const bool scl = master_scl_ && !shorted_scl_ && time_ >= stretched_until_;
    const bool sda = master_sda_ && device_sda_ && !shorted_sda_;
    if (scl == scl_ && sda == sda_) return;
    change(scl, sda);
  }
}

void SimulatedBus::change(bool scl, bool sda) {
  note_times(scl, sda);
  const bool rises = scl && !scl_, falls = !scl && scl_;
  const bool turns = scl && scl_ && sda != sda_;
  scl_ = scl;
  sda_ = sda;
  if (turns && !sda) {
    ++starts;
    phase_ = Phase::kTake;
    first_ = true;
    bits_ = 0;
    shift_ = 0;
    device_sda_ = true;
  } else if (turns) {
    ++stops;
    phase_ = Phase::kIdle;
    device_sda_ = true;
  }
  if (rises) rise();
  if (falls) fall();
}

void SimulatedBus::note_times(bool scl, bool sda) {
  if (scl && !scl_) {
    if (fell_ != 0) shorten(times.low, time_ - fell_);
    if (set_ > fell_) shorten(times.data_setup, time_ - set_);
    rose_ = time_;
  } else if (!scl && scl_) {
    shorten(start_open_ ? times.start_hold : times.high, time_ - (start_open_ ? started_ : rose_));
    start_open_ = false;
    fell_ = time_;
  } else if (scl && scl_ && sda != sda_) {
    if (rose_ != 0) shorten(sda ? times.stop_setup : times.start_setup, time_ - rose_);
    if (!sda && stopped_ > rose_) shorten(times.free, time_ - stopped_);
    (sda ? stopped_ : started_) = time_;
    start_open_ = !sda;
  }
}

void SimulatedBus::rise() {
  ++clocks;
  if (clocks == short_at_clock_) shorted_sda_ = true;
  if (phase_ == Phase::kTake) shift_ = shift_ << 1 | (sda_ ? 1u : 0u);
  if (phase_ == Phase::kAsk) master_wants_more_ = !sda_;
  ++bits_;
}

void SimulatedBus::fall() {
  switch (phase_) {
    case Phase::kIdle:
      return;
    case Phase::kTake:
      if (bits_ == 8) take_byte();
      return;
    case Phase::kAnswer:
      first_ = false;
      device_sda_ = true;
      phase_ = Phase::kTake;
      bits_ = 0;
      shift_ = 0;
      if (reads_) give_byte();
      return;
    case Phase::kGive:
      device_sda_ = bits_ == 8 || (shift_ >> (7 - bits_) & 1u) != 0;
      if (bits_ == 8) phase_ = Phase::kAsk;
      return;
    case Phase::kAsk:
      phase_ = Phase::kIdle;
      if (master_wants_more_) give_byte();
      return;
  }
}

void SimulatedBus::take_byte() {
  const auto byte = static_cast<std::uint8_t>(shift_);
  if (first_) reads_ = (byte & 1u) != 0;
  const bool taken = first_ ? device_.takes_address(byte >> 1, reads_) : device_.takes_byte(byte);
  phase_ = taken ? Phase::kAnswer : Phase::kIdle;
  device_sda_ = !taken;
  if (taken) stretched_until_ = time_ + stretch_;
}

void SimulatedBus::give_byte() {
  phase_ = Phase::kGive;
  shift_ = device_.gives_byte();
  bits_ = 0;
  device_sda_ = (shift_ & 0x80) != 0;
}

}  // namespace hil::test
