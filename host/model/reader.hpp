// SPDX-License-Identifier: Apache-2.0
// Reads a .tflite file into plain graphs; nothing behind this trusts an offset or index again.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/model/graph.hpp"

namespace hil::model {

/// Largest file that is read. Real TinyML models have at most a few MB.
inline constexpr std::uint64_t kMaxFileBytes = 256u << 20;

/// Verifies every offset, length and index of the .tflite file @p bytes and reads its graphs.
/// Operators and types need not be supported: check_graph() decides that.
///   kUser  not a .tflite file, or damaged (cut short, bits flipped); says where
Result<Model> read_model(std::span<const std::uint8_t> bytes);

}  // namespace hil::model
