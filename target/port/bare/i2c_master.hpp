// SPDX-License-Identifier: Apache-2.0
// An I2C master made of two wires and a clock to wait by, for chips whose pins a program drives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "target/port/port.hpp"

namespace hil::port {

/// The one master of a bus, in standard mode (100 kbit/s at most, slower where the core is). Rules
/// and times are those of the I2C bus specification (UM10204, sections 3.1 and 6), the limit of
/// clock stretching that of SMBus (2.0, section 3.1.1.3: 25 ms together in one message).
///
/// Wires, which are open drain:
///   void scl(bool high), void sda(bool high)  lets go of the wire, or pulls it low
///   bool scl(), bool sda()                    whether it is high
///   std::uint64_t now()                       time in ticks that never stops
template <class Wires>
class I2cMaster {
 public:
  I2cMaster(Wires& wires, std::uint64_t tick_hz)
      : wires_(wires), quarter_(tick_hz / 400'000 + 1), stretch_left_(tick_hz / 40) {}

  /// As port::i2c(); with neither @p out nor @p in it asks whether @p address answers. Once only:
  /// the time for stretched clocks is used up then. Blocks until the bits have gone, 10 us each,
  /// and at most 25 ms longer. Both wires are let go of behind it.
  ///   kNoAnswer  nobody takes the address, or a byte behind it
  ///   kHeld      a wire stays low that nobody here pulls: not even nine clocks have freed it
  Transfer transfer(std::uint8_t address, std::span<const std::uint8_t> out,
                    std::span<std::uint8_t> in) {
    if (!make_free()) return Transfer::kHeld;
    const Transfer end = write_and_read(address, out, in);
    return stop() || end != Transfer::kDone ? end : Transfer::kHeld;
  }

 private:
  static constexpr int kRecoveryClocks = 9;  // UM10204 section 3.1.16: a byte and its answer

  Transfer write_and_read(std::uint8_t address, std::span<const std::uint8_t> out,
                          std::span<std::uint8_t> in) {
    const auto first = static_cast<std::uint8_t>(address << 1);
    Transfer end = Transfer::kDone;
    if (!out.empty() || in.empty()) end = start(first);
    for (std::size_t i = 0; i < out.size() && end == Transfer::kDone; ++i)
      end = write(out[i]);
    if (in.empty() || end != Transfer::kDone) return end;
    end = start(first | 1u);
    for (std::size_t i = 0; i < in.size() && end == Transfer::kDone; ++i)
      end = read(in[i], i + 1 == in.size());
    return end;
  }

  /// Another device may have been stopped, by a reset of this one, while it sends zeros: clocks
  /// take it to its end. The start that follows makes it listen.
  bool make_free() {
    wires_.sda(true);
    if (!raise_clock()) return false;
    for (int clock = 0; clock < kRecoveryClocks && !wires_.sda(); ++clock) {
      wait(2);
      wires_.scl(false);
      wait(2);
      if (!raise_clock()) return false;
    }
    return wires_.sda();
  }

  /// Lets the clock go high; false if it is held low for longer than there is time.
  bool raise_clock() {
    wires_.scl(true);
    const std::uint64_t begin = wires_.now();
    while (!wires_.scl()) {
      const std::uint64_t waited = wires_.now() - begin;
      if (waited < stretch_left_) continue;
      stretch_left_ = 0;
      return false;
    }
    const std::uint64_t waited = wires_.now() - begin;
    stretch_left_ -= waited < stretch_left_ ? waited : stretch_left_;
    return true;
  }

  void wait(std::uint64_t quarters) {
    const std::uint64_t begin = wires_.now();
    while (wires_.now() - begin < quarters * quarter_) {
    }
  }

  /// A start, or a repeated one, and the first byte.
  Transfer start(unsigned byte) {
    wires_.sda(true);
    wait(2);
    if (!raise_clock()) return Transfer::kHeld;
    wait(2);
    if (!wires_.sda()) return Transfer::kHeld;
    wires_.sda(false);
    wait(2);
    wires_.scl(false);
    wait(1);
    return write(static_cast<std::uint8_t>(byte));
  }

  bool stop() {
    wires_.scl(false);
    wait(1);
    wires_.sda(false);
    wait(1);
    const bool raised = raise_clock();
    wait(2);
    wires_.sda(true);
    wait(2);
    return raised && wires_.sda();
  }

  Transfer write(std::uint8_t byte) {
    for (int bit = 7; bit >= 0; --bit) {
      const bool high = (byte >> bit & 1) != 0;
      bool seen = false;
      // A one that reads zero is somebody else's: a short, or a second master.
      if (!clock_bit(high, seen) || (high && !seen)) return Transfer::kHeld;
    }
    bool refused = true;
    if (!clock_bit(true, refused)) return Transfer::kHeld;
    return refused ? Transfer::kNoAnswer : Transfer::kDone;
  }

  Transfer read(std::uint8_t& byte, bool last) {
    byte = 0;
    for (int bit = 0; bit < 8; ++bit) {
      bool high = false;
      if (!clock_bit(true, high)) return Transfer::kHeld;
      byte = static_cast<std::uint8_t>(byte << 1 | (high ? 1 : 0));
    }
    bool seen = false;
    return clock_bit(last, seen) ? Transfer::kDone : Transfer::kHeld;
  }

  /// One clock, with SDA let go of or low; @p seen is what SDA was in its middle.
  bool clock_bit(bool high, bool& seen) {
    wires_.sda(high);
    wait(1);
    if (!raise_clock()) return false;
    wait(1);
    seen = wires_.sda();
    wait(1);
    wires_.scl(false);
    wait(1);
    return true;
  }

  Wires& wires_;
  std::uint64_t quarter_;
  std::uint64_t stretch_left_;
};

}  // namespace hil::port
