// SPDX-License-Identifier: Apache-2.0
// Commands as they go over the line, without the terminator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "host/dialect/mlperf_tiny/protocol.hpp"

namespace hil::dialect::mlperf_tiny {

inline constexpr const char* kNameCommand = "name";
inline constexpr const char* kProfileCommand = "profile";
inline constexpr const char* kTimestampCommand = "timestamp";
inline constexpr const char* kPrintCommand = "db print";
inline constexpr const char* kResultsCommand = "results";

/// "db load 490"
std::string load_command(std::size_t size_bytes);

/// "db 00ff...": at most kChunkBytes of a sample, in lower case as the published runners send them.
std::string chunk_command(std::span<const std::uint8_t> bytes);

/// "infer 70 10"
std::string infer_command(std::uint32_t count, std::uint32_t warmup);

}  // namespace hil::dialect::mlperf_tiny
