// SPDX-License-Identifier: Apache-2.0
// A window as the device tells it, by its own ticks.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/energy/window.hpp"

namespace hil::energy {

/// The region pin was high from `begin_ticks` to `end_ticks`.
struct DeviceWindow {
  std::uint64_t begin_ticks = 0, end_ticks = 0;
  std::uint32_t inferences = 0;  ///< or repetitions of what the kind says; 0 for idle
  WindowKind kind = WindowKind::kInference;
};

/// Checks that windows ascend and lie apart.
///   kBug     no windows, or no tick rate
///   kDevice  one that ends before it begins, or begins before the one before it has ended
Status check_windows(std::span<const DeviceWindow> windows, std::uint64_t tick_hz);

/// A Window of the same kind, ticks and inferences, not yet placed.
Window unplaced(const DeviceWindow& window);

}  // namespace hil::energy
