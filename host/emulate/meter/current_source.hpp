// SPDX-License-Identifier: Apache-2.0
// What an emulated meter is connected to: a current over time, and the levels of the sync pins.
#pragma once

#include <cstdint>

namespace hil::emulate {

/// The truth that an emulated meter measures. Time is what the meter asks for: it only goes
/// forward, and only by advance(). One thread.
class CurrentSource {
 public:
  /// A stretch of time.
  struct Interval {
    double amps = 0;        ///< mean over it
    std::uint8_t pins = 0;  ///< levels at its beginning: bit 0 in the measured region, bit 1
                            ///< toggles per inference
    std::uint32_t rises = 0, falls = 0;  ///< edges of pin 0 within it
  };

  virtual ~CurrentSource() = default;

  /// Takes the next @p seconds (> 0).
  virtual Interval advance(double seconds) = 0;

  /// The meter begins to take samples: advance() is what comes from now on. And it ends.
  virtual void set_sampling(bool /*on*/) {}

  /// The meter supplies the board, or does not, with so many volts. A source may ignore it: then
  /// the board has another supply.
  virtual void set_supply(bool on, double volts) = 0;
};

}  // namespace hil::emulate
