// SPDX-License-Identifier: Apache-2.0
// What QEMU's plugin for the virtual power meter tells, and its bytes taken apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hil::emulate {

/// Kinds of instructions; every one is of exactly one kind.
enum class InstructionKind : std::uint8_t {
  kOther,
  kLoadStore,
  kMultiply,
  kFloat,
  kBranch,
  kVector,
};
inline constexpr std::size_t kInstructionKinds = 6;
using InstructionCounts = std::array<std::uint64_t, kInstructionKinds>;

/// Bits of PluginRecord::pins.
inline constexpr std::uint8_t kPinRegion = 0x01;  ///< high in the measured region
inline constexpr std::uint8_t kPinCount = 0x02;   ///< toggles per inference
inline constexpr std::uint8_t kPinRun = 0x80;     ///< no pin: an energy run is going on

struct PluginRecord {
  enum class Kind : std::uint8_t {
    kBegin = 1,   ///< QEMU has started
    kMarker = 2,  ///< the firmware has set its pins
    kSample = 3,  ///< so many instructions since the record before
    kSleep = 4,   ///< the core is about to sleep
    kEnd = 5,     ///< QEMU ends
  };
  Kind kind = Kind::kBegin;
  std::uint8_t pins = 0;     ///< now
  std::uint16_t sleeps = 0;  ///< since the record before, that have none of their own
  std::uint32_t lost = 0;    ///< markers that were lost since QEMU started
  std::uint64_t host_ns = 0;
  std::uint64_t ticks = 0;     ///< of kMarker: the device's clock
  InstructionCounts counts{};  ///< executed since QEMU started
};

/// Takes the plugin's bytes (host/emulate/plugin/power_meter.cpp: 72 each, in the byte order of
/// this machine) and gives records; may be fed any piece of them.
class PluginRecordReader {
 public:
  static constexpr std::size_t kBytes = 72;

  /// Appends the records that end within @p bytes to @p records.
  /// @returns false once something has come that the plugin does not write; then nothing more is
  /// taken.
  bool take(std::span<const std::uint8_t> bytes, std::vector<PluginRecord>& records);

 private:
  std::array<std::uint8_t, kBytes> part_{};
  std::size_t held_ = 0;
  bool broken_ = false;
};

}  // namespace hil::emulate
