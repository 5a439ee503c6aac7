// SPDX-License-Identifier: Apache-2.0
// Registers of an INA228, and what they are worth.
#include "host/energy/agent_counter/ina228.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "host/energy/sysfs/ina_chips.hpp"

namespace hil::energy {
namespace {

constexpr std::uint8_t kConfig = 0x00, kAdcConfig = 0x01, kShuntCal = 0x02, kVbus = 0x05,
                       kAlerts = 0x0B, kMost = 0x0C, kLeast = 0x0D, kMaker = 0x3E, kDevice = 0x3F;
constexpr std::uint16_t kTexasInstruments = 0x5449;
constexpr std::uint16_t kIna228 = 0x228;  ///< above the four bits of the revision
constexpr std::uint16_t kResetAccumulators = 1u << 14;
constexpr std::uint16_t kFineRange = 1u << 4;
/// Shunt and bus without pause (mode Bh), 280 us each, none averaged.
constexpr std::uint16_t kContinuous = 0xB000 | 3u << 9 | 3u << 6;
constexpr double kRefresh_s = 2 * 280e-6;
constexpr double kFine_v = 0.04096, kCoarse_v = 0.16384;
/// CURRENT has 20 bits with its sign.
constexpr double kCurrentCodes = 1u << 19;
/// SHUNT_CAL (15 bits) by which a code of CURRENT is one of the converter's, in either range:
/// 13107.2e6 * (0.16384 V / 2^19) and, times 4, of 0.04096 V.
constexpr double kFullCalibration = 4096;
constexpr std::uint16_t kCalibrationBits = 0x7FFF;
/// DIAG_ALRT: alerts stay until they are read; calculation overflowed; shunt above and below its
/// limits; memory is sound. The limits count sixteen codes of the converter each.
constexpr std::uint16_t kLatch = 1u << 15, kMathOverflow = 1u << 9, kAbove = 1u << 6,
                        kBelow = 1u << 5, kMemorySound = 1u;
/// A conversion at the end of its range must lie beyond them.
constexpr int kMostLimit = 0x7FFE;
constexpr std::uint64_t kMask40 = (std::uint64_t{1} << 40) - 1;
/// Limit of error of the chip's own oscillator; the INA228-Q1, which has the same number, has twice
/// that.
constexpr double kTimeBaseLimit = 0.005;
constexpr double kLeastShunt_ohm = 1e-5, kMostShunt_ohm = 1e3;
/// Below that nothing is supplied, and energy is none.
constexpr double kLeastBus_v = 0.1;

Status check(const Ina228Wiring& wiring) {
  if (wiring.address < 0x40 || wiring.address > 0x4F) {
    return Error{Blame::kUser, fmt::format("an INA228 is never at 0x{:02x}", wiring.address),
                 "0x40 to 0x4f are possible, by its pins A0 and A1"};
  }
  if (!(wiring.shunt_ohm >= kLeastShunt_ohm && wiring.shunt_ohm <= kMostShunt_ohm)) {
    return Error{Blame::kUser, fmt::format("{:g} ohm is no shunt", wiring.shunt_ohm),
                 "look for its value on the module, often 15mohm"};
  }
  if (wiring.max_a >= 0 && wiring.max_a * wiring.shunt_ohm <= kCoarse_v) return {};
  return Error{Blame::kUser,
               fmt::format("{:g} A are beyond a shunt of {:g} ohm: the chip sees up to {:.4g} A",
                           wiring.max_a, wiring.shunt_ohm, kCoarse_v / wiring.shunt_ohm),
               "take a smaller shunt"};
}

/// The registers of one chip.
class Registers {
 public:
  Registers(const I2cTransfer& i2c, std::uint8_t address) : i2c_(i2c), address_(address) {}

  /// Of @p bytes bytes, the highest first.
  Result<std::uint32_t> read(std::uint8_t number, std::size_t bytes) const {
    const std::array<std::uint8_t, 1> out{number};
    HIL_ASSIGN(const auto in, i2c_(address_, out, bytes));
    std::uint32_t value = 0;
    if (in.size() != bytes) return Error{Blame::kBug, "an I2C transfer of another length", ""};
    for (const std::uint8_t byte : in)
      value = value << 8 | byte;
    return value;
  }

  /// @p kept: the bits that must be read back as they were written.
  Status write(std::uint8_t number, std::uint16_t value, std::uint16_t kept) const {
    const std::array<std::uint8_t, 3> out{number, static_cast<std::uint8_t>(value >> 8),
                                          static_cast<std::uint8_t>(value)};
    HIL_ASSIGN(const auto none, i2c_(address_, out, 0));
    static_cast<void>(none);
    HIL_ASSIGN(const std::uint32_t now, read(number, 2));
    if ((now & kept) == (value & kept)) return {};
    return Error{Blame::kLab,
                 fmt::format("register {} of the INA228 reads 0x{:04x} after 0x{:04x} was written",
                             number, now, value),
                 "check the I2C wires and their pull-up resistors"};
  }

  /// The revision.
  Result<unsigned> identify() const {
    HIL_ASSIGN(const std::uint32_t maker, read(kMaker, 2));
    HIL_ASSIGN(const std::uint32_t device, read(kDevice, 2));
    if (maker == kTexasInstruments && device >> 4 == kIna228) return device & 0xFu;
    return Error{Blame::kLab,
                 fmt::format("what answers at address 0x{:02x} is no INA228: its registers 3Eh and "
                             "3Fh read 0x{:04x} and 0x{:04x}",
                             address_, maker, device),
                 "name the INA228's address: --meter agent:0x41"};
  }

 private:
  const I2cTransfer& i2c_;
  std::uint8_t address_;
};

/// All settings at once.
class Setter {
 public:
  explicit Setter(const Registers& registers) : registers_(registers) {}

  Result<Ina228Settings> read() const {
    Ina228Settings found;
    HIL_TRY(read(kConfig, found.config));
    HIL_TRY(read(kAdcConfig, found.adc_config));
    HIL_TRY(read(kShuntCal, found.shunt_cal));
    HIL_TRY(read(kAlerts, found.alerts));
    HIL_TRY(read(kMost, found.most));
    HIL_TRY(read(kLeast, found.least));
    return found;
  }

  /// The alerts last: reading them back forgets those of conversions in the range before.
  Status write(const Ina228Settings& settings) const {
    HIL_TRY(registers_.write(kAdcConfig, settings.adc_config, 0xFFFF));
    HIL_TRY(registers_.write(kShuntCal, settings.shunt_cal, kCalibrationBits));
    HIL_TRY(registers_.write(kConfig, settings.config, kFineRange));
    HIL_TRY(registers_.write(kMost, settings.most, 0xFFFF));
    HIL_TRY(registers_.write(kLeast, settings.least, 0xFFFF));
    return registers_.write(kAlerts, settings.alerts, kLatch);
  }

 private:
  Status read(std::uint8_t number, std::uint16_t& value) const {
    HIL_ASSIGN(const std::uint32_t read, registers_.read(number, 2));
    value = static_cast<std::uint16_t>(read);
    return {};
  }

  const Registers& registers_;
};

/// The range that holds @p wiring's currents, and the finest code of CURRENT that does.
struct Choice {
  explicit Choice(const Ina228Wiring& wiring)
      : fine(wiring.max_a * wiring.shunt_ohm <= kFine_v),
        full_a((fine ? kFine_v : kCoarse_v) / wiring.shunt_ohm) {
    const double share = wiring.max_a > 0 ? wiring.max_a / full_a : 1;
    calibration = std::clamp(std::ceil(kFullCalibration * share), 1.0, kFullCalibration);
  }
  [[nodiscard]] double most_a() const { return full_a * calibration / kFullCalibration; }
  [[nodiscard]] double amps_per_code() const { return most_a() / kCurrentCodes; }
  [[nodiscard]] Ina228Settings settings() const {
    const int limit = static_cast<int>(kMostLimit * calibration / kFullCalibration);
    Ina228Settings made;
    made.config = static_cast<std::uint16_t>(kResetAccumulators | (fine ? kFineRange : 0));
    made.adc_config = kContinuous;
    made.shunt_cal = static_cast<std::uint16_t>(calibration);
    made.alerts = kLatch | kMemorySound;
    made.most = static_cast<std::uint16_t>(limit);
    made.least = static_cast<std::uint16_t>(-limit);
    return made;
  }

  bool fine;
  double full_a;
  double calibration;
};

/// The voltage and its standard uncertainty.
Result<Supply> supply_of(const Registers& registers, const ChipLimits& chip) {
  HIL_ASSIGN(const std::uint32_t raw, registers.read(kVbus, 3));
  const double volts = (raw >> 4) * chip.bus_step_v;
  if (volts < kLeastBus_v) {
    return Error{Blame::kLab, fmt::format("the INA228 sees {:.3f} V on the bus", volts),
                 "wire VBUS to the supply that flows through the shunt"};
  }
  const double gain = standard_of_limit(chip.bus_gain) * volts;
  return Supply{VoltageSource::kMeasured, volts,
                std::hypot(gain, standard_of_limit(chip.bus_offset_v))};
}

Accuracy accuracy_of(const ChipLimits& chip, const Ina228Wiring& wiring, const Supply& supply,
                     const Ina228Scale& scale) {
  AccuracyStep step;
  step.gain = std::hypot(standard_of_limit(chip.gain), standard_of_limit(chip.bus_gain),
                         shunt_uncertainty());
  step.offset_a = standard_of_limit(chip.offset_v / wiring.shunt_ohm) * supply.volts;
  step.code_step_a = scale.joules_per_code;
  Accuracy accuracy;
  accuracy.steps = {step};
  accuracy.time_base = standard_of_limit(kTimeBaseLimit);
  accuracy.source = fmt::format(
      "{}: {}; its clock {:g} % (an INA228-Q1's is twice as far off); shunt of {:g} ohm as stated, "
      "taken as 1 %; one code of its energy is {:.3g} uJ",
      chip.name, chip.source, kTimeBaseLimit * 100, wiring.shunt_ohm, scale.joules_per_code * 1e6);
  return accuracy;
}

}  // namespace

Result<Ina228> set_up_ina228(const I2cTransfer& i2c, const Ina228Wiring& wiring) {
  HIL_TRY(check(wiring));
  const Registers registers(i2c, wiring.address);
  HIL_ASSIGN(const unsigned revision, registers.identify());
  const Setter setter(registers);
  const Choice choice(wiring);
  Ina228 made;
  HIL_ASSIGN(made.found, setter.read());
  HIL_TRY(setter.write(choice.settings()));
  const ChipLimits& chip = limits_of_chip("ina228");
  made.most_a = choice.most_a();
  made.scale = {16 * 3.2 * choice.amps_per_code(), choice.amps_per_code(), kRefresh_s};
  HIL_ASSIGN(made.supply, supply_of(registers, chip));
  made.accuracy = accuracy_of(chip, wiring, made.supply, made.scale);
  made.info.kind = "agent";
  made.info.model =
      fmt::format("INA228 at 0x{:02x} on the board's I2C bus, shunt {:g} ohm, up to {:.4g} A",
                  wiring.address, wiring.shunt_ohm, made.most_a);
  made.info.firmware = fmt::format("revision {}", revision);
  return made;
}

Status check_ina228(const I2cTransfer& i2c, const Ina228Wiring& wiring, const Ina228& chip) {
  HIL_ASSIGN(const std::uint32_t alerts, Registers(i2c, wiring.address).read(kAlerts, 2));
  if ((alerts & kMemorySound) == 0) {
    return Error{Blame::kLab, "the INA228 says that its own memory is damaged",
                 "take another one: its calibration can't be relied on"};
  }
  if ((alerts & (kMathOverflow | kAbove | kBelow)) == 0) return {};
  return Error{Blame::kLab,
               fmt::format("more than the {:.4g} A flowed that the INA228 was set up for, so it "
                           "counted too little",
                           chip.most_a),
               "add --max-current with what the board takes at most, or take a smaller shunt"};
}

Status leave_ina228(const I2cTransfer& i2c, const Ina228Wiring& wiring, const Ina228& chip) {
  const Registers registers(i2c, wiring.address);
  return Setter(registers).write(chip.found);
}

double joules_between(std::uint64_t before, std::uint64_t behind, const Ina228Scale& scale) {
  return static_cast<double>((behind - before) & kMask40) * scale.joules_per_code;
}

double coulombs_between(std::uint64_t before, std::uint64_t behind, const Ina228Scale& scale) {
  const std::uint64_t codes = (behind - before) & kMask40;
  const bool negative = codes > kMask40 / 2;
  const double size = static_cast<double>(negative ? (~codes + 1) & kMask40 : codes);
  return (negative ? -size : size) * scale.coulombs_per_code;
}

}  // namespace hil::energy
