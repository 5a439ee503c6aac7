// SPDX-License-Identifier: Apache-2.0
// Writing commands.
#include "host/dialect/mlperf_tiny/commands.hpp"

#include <fmt/format.h>

namespace hil::dialect::mlperf_tiny {

std::string load_command(std::size_t size_bytes) {
  return fmt::format("db load {}", size_bytes);
}

std::string chunk_command(std::span<const std::uint8_t> bytes) {
  return fmt::format("db {:02x}", fmt::join(bytes, ""));
}

std::string infer_command(std::uint32_t count, std::uint32_t warmup) {
  return fmt::format("infer {} {}", count, warmup);
}

}  // namespace hil::dialect::mlperf_tiny
