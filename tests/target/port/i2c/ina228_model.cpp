// SPDX-License-Identifier: Apache-2.0
// An INA228 as its bus sees it: registers of their sizes, and accumulators that follow a load.
#include "tests/target/port/i2c/ina228_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hil::test {
namespace {

constexpr std::uint8_t kConfig = 0x00, kAdcConfig = 0x01, kShuntCal = 0x02, kVbus = 0x05,
                       kCurrent = 0x07, kPower = 0x08, kEnergy = 0x09, kCharge = 0x0A,
                       kDiagnosis = 0x0B, kMost = 0x0C, kLeast = 0x0D, kMaker = 0x3E,
                       kDevice = 0x3F;
constexpr double kConversion_s = 560e-6;
constexpr double kFine_v = 0.04096, kCoarse_v = 0.16384;
constexpr std::uint16_t kMathOverflow = 1u << 9, kAbove = 1u << 6, kBelow = 1u << 5,
                        kMemorySound = 1u;
constexpr double kBusStep_v = 195.3125e-6;
constexpr std::uint64_t kMask40 = (std::uint64_t{1} << 40) - 1;

/// In bytes.
unsigned size_of(std::uint8_t number) {
  if (number == kEnergy || number == kCharge) return 5;
  const bool wide = number == 0x04 || number == kVbus || number == kCurrent || number == kPower;
  return wide ? 3 : 2;
}

}  // namespace

Ina228Model::Ina228Model(std::uint8_t address, double shunt_ohm, Load load,
                         std::function<double()> seconds)
    : address_(address), shunt_ohm_(shunt_ohm), seconds_(std::move(seconds)) {
  written_ = {{kAdcConfig, 0xFB68}, {kShuntCal, 0x1000}, {kMost, 0x7FFF}, {kLeast, 0x8000}};
  set_load(load);
}

void Ina228Model::set_load(Load load) {
  convert();
  load_ = load;
}

/// The shunt's calibration holds CURRENT_LSB.
double Ina228Model::amps_per_code() {
  return written_[kShuntCal] / (13107.2e6 * shunt_ohm_ * (fine() ? 4 : 1));
}

/// What the converter makes of the load.
double Ina228Model::converted_amps() {
  const double most = (fine() ? kFine_v : kCoarse_v) / shunt_ohm_;
  return std::clamp(load_.amps, -most, most);
}

/// The limits count sixteen codes of the converter each; CURRENT has 20 bits with its sign.
void Ina228Model::check_limits() {
  const double step_v = (fine() ? kFine_v : kCoarse_v) / 32768;
  const double steps = converted_amps() * shunt_ohm_ / step_v;
  if (steps > static_cast<std::int16_t>(written_[kMost])) alerts_ |= kAbove;
  if (steps < static_cast<std::int16_t>(written_[kLeast])) alerts_ |= kBelow;
  if (std::abs(converted_amps()) > amps_per_code() * 524288) alerts_ |= kMathOverflow;
}

/// Adds what the conversions since the last look have measured.
void Ina228Model::convert() {
  const auto ended = static_cast<std::uint64_t>(seconds_() / kConversion_s);
  if (ended == conversions_) return;
  const double seconds = static_cast<double>(ended - conversions_) * kConversion_s;
  conversions_ = ended;
  joules_ += std::abs(converted_amps()) * load_.volts * seconds;
  coulombs_ += converted_amps() * seconds;
  check_limits();
}

double Ina228Model::joules() {
  convert();
  return joules_;
}

double Ina228Model::coulombs() {
  convert();
  return coulombs_;
}

bool Ina228Model::takes_address(std::uint8_t address, bool reads) {
  if (address != address_) return false;
  bytes_ = 0;
  if (!reads) return true;
  // All bytes of a register are of one moment. Its number stays for the next reading.
  latched_ = value_of(pointer_);
  left_ = size_of(pointer_);
  return true;
}

bool Ina228Model::takes_byte(std::uint8_t byte) {
  if (bytes_ == 0) pointer_ = byte;
  if (bytes_ == 1) high_ = byte;
  if (bytes_ == 2) write(pointer_, static_cast<std::uint16_t>(high_ << 8 | byte));
  ++bytes_;
  return true;
}

/// Behind the last byte of a register it no longer pulls; no other register follows by itself.
std::uint8_t Ina228Model::gives_byte() {
  if (left_ == 0) return 0xFF;
  return static_cast<std::uint8_t>(latched_ >> (8 * --left_));
}

void Ina228Model::write(std::uint8_t number, std::uint16_t value) {
  convert();
  if (number == kConfig && (value & 0x4000) != 0) joules_ = coulombs_ = 0;
  if (number == kConfig) value &= 0x3FFF;
  if (number >= kMaker || size_of(number) != 2) return;  // read only
  written_[number] = value;
}

std::uint64_t Ina228Model::value_of(std::uint8_t number) {
  convert();
  const double step = amps_per_code();
  const auto bits = [](double value, std::uint64_t mask) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(std::floor(value))) & mask;
  };
  switch (number) {
    case kVbus:
      return bits(load_.volts / kBusStep_v, 0xFFFFF) << 4;
    case kCurrent:
      return bits(converted_amps() / step, 0xFFFFF) << 4;
    case kPower:
      return bits(std::abs(converted_amps()) * load_.volts / (3.2 * step), 0xFFFFFF);
    case kEnergy:
      return energy_read_ = bits(joules_ / (16 * 3.2 * step), kMask40);
    case kCharge:
      return charge_read_ = bits(coulombs_ / step, kMask40);
    case kDiagnosis:
      return written_[number] | std::exchange(alerts_, std::uint16_t{0}) | kMemorySound;
    case kMaker:
      return 0x5449;
    case kDevice:
      return 0x2281;
    default:
      return written_[number];
  }
}

}  // namespace hil::test
