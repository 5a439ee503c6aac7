// SPDX-License-Identifier: Apache-2.0
// The work of an operator by the shapes of its tensors alone, for operators that do not compile.
#pragma once

#include <cstdint>
#include <optional>

#include "host/model/folding.hpp"

namespace hil::model {

/// Multiply-accumulates of one run, as plan::Header::work counts them: outputs times taps, padding
/// counted. 0 for known operators without weights.
/// @returns nothing for operators this table does not know, and where shapes are open or make no
///          sense
std::optional<std::uint64_t> macs_by_shape(const OperatorView& view);

}  // namespace hil::model
