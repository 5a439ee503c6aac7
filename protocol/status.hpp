// SPDX-License-Identifier: Apache-2.0
// One-byte status of everything the agent does; the same numbers travel in error replies.
#pragma once

#include <cstdint>

namespace hil {

/// Numbers never change meaning; new ones are added at the end.
enum class [[nodiscard]] StatusCode : std::uint8_t{
    kOk = 0,
    kUnsupported = 1,  ///< version, feature, operator or service not built in
    kMalformed = 2,    ///< bytes are not what they should be
    kTooLarge = 3,     ///< does not fit the memory given
    kNoModel = 4,      ///< nothing is loaded
    kCancelled = 5,    ///< the host asked to stop
    kBudget = 6,       ///< ran longer than announced
    kBadDigest = 7,    ///< CRC-32 of received data differs from the announced one
    kBadState = 8,     ///< the call does not fit what the agent is doing
    kBadArgument = 9,  ///< index, size or offset out of range
    kInternal = 10,    ///< a fault of the agent
};

/// Lower-case text for people: "too large".
constexpr const char* text_of(StatusCode status) {
  switch (status) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kUnsupported:
      return "unsupported";
    case StatusCode::kMalformed:
      return "malformed";
    case StatusCode::kTooLarge:
      return "too large";
    case StatusCode::kNoModel:
      return "no model";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kBudget:
      return "budget exceeded";
    case StatusCode::kBadDigest:
      return "bad digest";
    case StatusCode::kBadState:
      return "bad state";
    case StatusCode::kBadArgument:
      return "bad argument";
    case StatusCode::kInternal:
      return "internal error";
  }
  return "unknown status";
}

}  // namespace hil
