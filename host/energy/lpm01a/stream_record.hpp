// SPDX-License-Identifier: Apache-2.0
// What an LPM01A sends during an acquisition, whichever format it was in.
#pragma once

#include <cstdint>
#include <string>

namespace hil::energy::lpm01a {

enum class RecordKind : std::uint8_t {
  kSample,       ///< value: ampere, or joule in energy mode
  kTimeStamp,    ///< milliseconds, past_end, buffer_percent: of the sample that follows
  kEdge,         ///< number, falling: an edge on D7
  kError,        ///< text
  kText,         ///< text: anything else it says
  kSummary,      ///< text: a line of the summary behind an acquisition
  kEnd,          ///< of the acquisition
  kCompleted,    ///< the meter takes commands again
  kOvercurrent,  ///< it has cut the board's supply
  kPower,        ///< value: 1 supply switched on, 0 off
  kVoltage,      ///< value: volt
  kTemperature,  ///< value: degree Celsius
  kStray,        ///< text: what can be none of these; not used
};

struct StreamRecord {
  RecordKind kind = RecordKind::kStray;
  double value = 0;
  std::uint32_t milliseconds = 0;
  std::uint32_t number = 0;
  unsigned buffer_percent = 0;
  bool past_end = false;  ///< the clock has gone past its last digit: see kTimeStamp
  bool falling = false;   ///< what the word behind the number says; see TraceBuilder
  std::string text{};     ///< printable ASCII, at most kMostText characters
};

inline constexpr std::size_t kMostText = 200;

}  // namespace hil::energy::lpm01a
