// SPDX-License-Identifier: Apache-2.0
// Two wires of an I2C bus with one device at their other end, bit by bit, and what goes wrong
// there.
#pragma once

#include <cstdint>
#include <limits>

namespace hil::test {

/// What a device makes of whole bytes.
class I2cDevice {
 public:
  virtual ~I2cDevice() = default;
  /// A start with this address; false: it is another's.
  virtual bool takes_address(std::uint8_t address, bool reads) = 0;
  /// The master writes; false: refused.
  virtual bool takes_byte(std::uint8_t byte) = 0;
  virtual std::uint8_t gives_byte() = 0;
};

/// Shortest times seen on the wires, in ticks; the largest number where there was none.
struct BusTimes {
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t low = kNone;          ///< of a clock
  std::uint64_t high = kNone;         ///< of a clock
  std::uint64_t data_setup = kNone;   ///< from the master's change of SDA to the clock
  std::uint64_t start_setup = kNone;  ///< from the clock's rise to a start
  std::uint64_t start_hold = kNone;   ///< from a start to the clock's fall
  std::uint64_t stop_setup = kNone;   ///< from the clock's rise to a stop
  std::uint64_t free = kNone;         ///< from a stop to the next start
};

/// Wires for port::I2cMaster. Both are open drain: high while nobody pulls. Time goes on by itself,
/// some ticks with each look at it.
class SimulatedBus {
 public:
  explicit SimulatedBus(I2cDevice& device, std::uint64_t ticks_per_look = 1)
      : device_(device), ticks_per_look_(ticks_per_look) {}

  void scl(bool high);
  void sda(bool high);
  [[nodiscard]] bool scl() const { return scl_; }
  [[nodiscard]] bool sda() const { return sda_; }
  std::uint64_t now();
  void pass(std::uint64_t ticks);

  /// The device keeps the clock low for so long when it has a byte.
  void stretch(std::uint64_t ticks) { stretch_ = ticks; }
  /// The device is in the middle of a byte of zeros, of which @p left bits are to come.
  void leave_sending(int left);
  /// Something else pulls, from now on.
  void short_sda(bool shorted);
  void short_scl(bool shorted);
  /// It begins to at the rise of that clock, counted from 1.
  void short_sda_at_clock(unsigned clock) { short_at_clock_ = clock; }

  [[nodiscard]] bool master_lets_go() const { return master_scl_ && master_sda_; }
  [[nodiscard]] std::uint64_t time() const { return time_; }

  unsigned starts = 0, stops = 0, clocks = 0;
  BusTimes times;

 private:
  enum class Phase : std::uint8_t { kIdle, kTake, kAnswer, kGive, kAsk };

  void settle();
  void change(bool scl, bool sda);
  void note_times(bool scl, bool sda);
  void rise();
  void fall();
  void take_byte();
  void give_byte();

  I2cDevice& device_;
  std::uint64_t ticks_per_look_;
  std::uint64_t time_ = 0;
  bool master_scl_ = true, master_sda_ = true, device_sda_ = true;
  bool shorted_scl_ = false, shorted_sda_ = false;
  unsigned short_at_clock_ = 0;
  std::uint64_t stretch_ = 0, stretched_until_ = 0;
  bool scl_ = true, sda_ = true;

  Phase phase_ = Phase::kIdle;
  bool first_ = false, reads_ = false, master_wants_more_ = false;
  int bits_ = 0;
  unsigned shift_ = 0;

  std::uint64_t rose_ = 0, fell_ = 0, set_ = 0, started_ = 0, stopped_ = 0;
  bool start_open_ = false;
};

}  // namespace hil::test
