// SPDX-License-Identifier: Apache-2.0
// info, evaluate and profile of firmware that speaks a dialect.
#pragma once

#include "host/app/options.hpp"
#include "host/base/result.hpp"

namespace hil::app {

/// What `hilbench info`, `evaluate` and `profile` do with --dialect; @p arguments are theirs.
///   as these commands
Result<int> dialect_info(const Arguments& arguments);
Result<int> dialect_evaluate(const Arguments& arguments);
Result<int> dialect_profile(const Arguments& arguments);

}  // namespace hil::app
