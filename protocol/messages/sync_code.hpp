// SPDX-License-Identifier: Apache-2.0
// The sync pattern that an energy run leaves in the current for meters without a wire.
#pragma once

#include <cstdint>

namespace hil {

/// The Barker code of length 7 (R. H. Barker, "Group synchronizing of binary digital systems",
/// 1953): its autocorrelation is 7 in place and at most 1 beside it. A step each of
/// EnergyRunRequest.mark_ticks: true is a busy core, false one that rests.
inline constexpr bool kSyncCode[] = {true, true, true, false, false, true, false};
inline constexpr std::uint32_t kSyncSteps = 7;
static_assert(sizeof(kSyncCode) / sizeof(kSyncCode[0]) == kSyncSteps);

}  // namespace hil
