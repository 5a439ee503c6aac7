// SPDX-License-Identifier: Apache-2.0
// An INA228 as its bus sees it: registers of their sizes, and accumulators that follow a load.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "tests/target/port/i2c/simulated_bus.hpp"

namespace hil::test {

/// Registers and formulas as those who planned this took them down from the maker's data sheet
/// (SLYS021A); not compared with a chip.
class Ina228Model : public I2cDevice {
 public:
  struct Load {
    double amps = 0;
    double volts = 0;
  };

  /// @param seconds what its oscillator counts; it adds once per conversion of 560 us
  Ina228Model(std::uint8_t address, double shunt_ohm, Load load, std::function<double()> seconds);

  bool takes_address(std::uint8_t address, bool reads) override;
  bool takes_byte(std::uint8_t byte) override;
  std::uint8_t gives_byte() override;

  /// From now on. What is beyond its range counts as its range's end, and is told in DIAG_ALRT.
  void set_load(Load load);
  /// What ENERGY and CHARGE were when they were last read.
  [[nodiscard]] std::uint64_t energy_read() const { return energy_read_; }
  [[nodiscard]] std::uint64_t charge_read() const { return charge_read_; }
  /// Joules and coulombs since RSTACC, as much as whole conversions have added.
  [[nodiscard]] double joules();
  [[nodiscard]] double coulombs();

 private:
  void convert();
  void write(std::uint8_t number, std::uint16_t value);
  std::uint64_t value_of(std::uint8_t number);
  void check_limits();
  [[nodiscard]] bool fine() { return (written_[0] & 0x10) != 0; }
  [[nodiscard]] double amps_per_code();
  [[nodiscard]] double converted_amps();

  std::uint8_t address_;
  double shunt_ohm_;
  Load load_;
  std::function<double()> seconds_;
  std::map<std::uint8_t, std::uint16_t> written_;
  std::uint64_t conversions_ = 0;
  double joules_ = 0, coulombs_ = 0;
  std::uint16_t alerts_ = 0;  ///< of DIAG_ALRT; reading it forgets them
  std::uint64_t energy_read_ = 0, charge_read_ = 0;

  std::uint8_t pointer_ = 0;
  unsigned bytes_ = 0;  ///< that this message has written
  unsigned high_ = 0;   ///< the first byte of a register
  std::uint64_t latched_ = 0;
  unsigned left_ = 0;  ///< bytes of latched_ that have not been read
};

}  // namespace hil::test
