// SPDX-License-Identifier: Apache-2.0
// hilbench energy recompute: all figures of a record once more, from its trace alone.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace hil::app {

/// Takes the words behind "recompute".
///   kUser  no such record, or without its trace
///   kBug   a figure differs from the record's, in any digit (which one, and both values)
Result<int> energy_recompute(const std::vector<std::string>& words);

}  // namespace hil::app
