// SPDX-License-Identifier: Apache-2.0
// Points in time as text in UTC.
#pragma once

#include <chrono>
#include <string>

namespace hil {

/// ISO 8601 with whole seconds, rounded down: "2026-01-31T23:59:59Z".
std::string utc_text(std::chrono::system_clock::time_point when);

}  // namespace hil
