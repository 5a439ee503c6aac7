// SPDX-License-Identifier: Apache-2.0
// Samples that were put into a trace after its recording, and what that does to indices noted
// before.
#pragma once

#include <cstdint>

#include "host/energy/trace.hpp"

namespace hil::energy {

/// Kind of the event at the first of some samples that were put in after the recording had ended
/// (a loss that only the whole of it shows); its text begins with their number.
inline constexpr const char* kInsertedEvent = "inserted";

/// Index in @p trace of the sample that had number @p counted while it was recorded: what was put
/// in before it comes on top. Events that make no sense count nothing.
std::uint64_t index_now(const Trace& trace, std::uint64_t counted);

}  // namespace hil::energy
