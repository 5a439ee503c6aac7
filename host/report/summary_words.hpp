// SPDX-License-Identifier: Apache-2.0
// Words and keys that the summary's text and picture share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/model/summary.hpp"

namespace hil::report {

/// "1x49x10x8"; "scalar" for no dimensions, '?' for open ones.
std::string shape_text(const std::vector<std::int32_t>& shape);

/// 1234 as "1,234", nothing as "?".
std::string known_text(const std::optional<std::uint64_t>& number);

/// "2,656,768", "at least 1,000", or "?" if no layer's are known.
std::string macs_text(const model::ModelSummary& summary);

/// The reason, and where: "LOGISTIC, int8: ... (operators 3, 5, 7 and 2 more)".
std::string obstacle_text(const model::Obstacle& obstacle);

/// The last two parts of a tensor's path, which tell tensors of one model apart best: "conv1/Relu"
/// of "net/conv1/Relu;net/bn". Nothing steers the terminal in it.
std::string short_name(const std::string& name);

/// Buffers of @p memory in order of appearance: by first operator, then address.
std::vector<std::size_t> in_order(const model::MemorySummary& memory);

/// The key of the buffer at place @p place of in_order(): "A" to "Z", "a" to "z", then again.
char key_of(std::size_t place);
inline constexpr std::size_t kKeyCount = 52;

}  // namespace hil::report
