// SPDX-License-Identifier: Apache-2.0
// Commands out of the bytes that a runner sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/dialect/mlperf_tiny/protocol.hpp"

namespace hil::dialect::mlperf_tiny {

/// Gathers a command until its terminator as the published firmware does: every other byte belongs
/// to it, line ends too, and of a long one the first kMostCommandChars stay.
class CommandReader {
 public:
  /// The command, once @p byte ends it.
  std::optional<std::string> push(std::uint8_t byte);

 private:
  std::string command_;
};

}  // namespace hil::dialect::mlperf_tiny
