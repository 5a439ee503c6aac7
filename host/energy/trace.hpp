// SPDX-License-Identifier: Apache-2.0
// What a power meter has recorded: samples on one grid of indices, never on host time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hil::energy {

/// What the values of a rail are.
enum class Quantity : std::uint8_t {
  kCurrent,  ///< ampere, mean over the sample's interval
  kPower,    ///< watt, mean over the sample's interval (energy samples times the rate)
};

/// Bits of Trace::flags.
namespace flag {
inline constexpr std::uint8_t kGap = 1u << 0;          ///< lost: the value is 0 and means nothing
inline constexpr std::uint8_t kSaturated = 1u << 1;    ///< at the end of the meter's range
inline constexpr std::uint8_t kRangeSwitch = 1u << 2;  ///< another range than the sample before
inline constexpr std::uint8_t kOvercurrent = 1u << 3;  ///< the meter cut or was about to cut
inline constexpr std::uint8_t kHeld = 1u << 4;         ///< no new reading: the one before, again
inline constexpr std::uint8_t kInvalid = 1u << 5;      ///< the meter sent what cannot be
}  // namespace flag

/// One supply line that is measured.
struct Rail {
  std::string name;  ///< "main", "VDD_IN"
  Quantity quantity = Quantity::kCurrent;
  std::vector<float> values;  ///< one per sample
  std::vector<float> volts;   ///< one per sample if the meter measures it, else empty
  /// What flows here flows through another rail of the trace, too: no part of sums over rails.
  bool part_of_another = false;
};

enum class VoltageSource : std::uint8_t {
  kUnknown,   ///< energy cannot be given from current, charge can
  kSet,       ///< the meter supplies the board and was told so
  kStated,    ///< the user says so (--voltage)
  kMeasured,  ///< Rail::volts
};

struct Supply {
  VoltageSource source = VoltageSource::kUnknown;
  double volts = 0;          ///< unless measured
  double uncertainty_v = 0;  ///< standard (k = 1); of measured voltages, too
};

/// How exact a meter is for currents up to `up_to_a`; all figures standard (k = 1).
struct AccuracyStep {
  double up_to_a = 0;      ///< ampere (watt for rails of power)
  double gain = 0;         ///< relative, the same for every sample: does not shrink with repetition
  double offset_a = 0;     ///< ampere
  double code_step_a = 0;  ///< between two neighbouring codes, ampere; 0: finer than matters
};

struct Accuracy {
  std::vector<AccuracyStep> steps;  ///< ascending; the last one holds beyond its end, too
  double time_base = 0;             ///< relative, standard, of the meter's sample clock
  std::string source;               ///< where the figures are from: "maker's manual UM2269"
};

/// What measured.
struct MeterInfo {
  std::string kind;    ///< as --meter takes it: "ppk2", "lpm01a", "hwmon"
  std::string model;   ///< what people call it
  std::string serial;  ///< of the unit; empty: it has none
  std::string firmware;
  std::string calibration;  ///< its id or date, or a digest of its factors
  std::string port;         ///< where it was found
  bool emulated = false;    ///< not an instrument: nothing it says is `measured`
};

/// Something that happened, at its place among the samples.
struct MeterEvent {
  std::uint64_t index = 0;  ///< of the sample that follows it
  std::string kind;         ///< "loss", "trigger", "clock", "buffer", "overcurrent", "text", ...
  std::string text;
};

/// A recording; index 0 is its first sample. All rails, and logic and flags unless empty, have
/// size() entries.
struct Trace {
  MeterInfo meter;
  Accuracy accuracy;
  Supply supply;
  double rate_hz = 0;  ///< samples per second, nominal
  std::vector<Rail> rails;
  unsigned logic_bits = 0;          ///< inputs whose levels are in `logic`
  std::vector<std::uint8_t> logic;  ///< bit n: level of input n; empty without inputs
  std::vector<std::uint8_t> flags;  ///< bits of energy::flag
  std::vector<MeterEvent> events;   ///< by index
  std::optional<double> seen_hz{};  ///< samples over host time, as far as that can be told

  [[nodiscard]] std::size_t size() const { return flags.size(); }
};

}  // namespace hil::energy
