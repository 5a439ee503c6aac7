// SPDX-License-Identifier: Apache-2.0
// CommandReader: a bounded buffer.
#include "host/dialect/mlperf_tiny/command_reader.hpp"

#include <utility>

namespace hil::dialect::mlperf_tiny {

std::optional<std::string> CommandReader::push(std::uint8_t byte) {
  const char c = static_cast<char>(byte);
  if (c == kTerminator) return std::exchange(command_, {});
  if (command_.size() < kMostCommandChars) command_.push_back(c);
  return std::nullopt;
}

}  // namespace hil::dialect::mlperf_tiny
