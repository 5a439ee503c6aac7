// SPDX-License-Identifier: Apache-2.0
// When an agent was in its windows, in a file that it and a test have mapped.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace hil::test {

/// The environment variable that names the file.
inline constexpr const char* kWorkLogVariable = "HIL_WORK_LOG";

/// Times are nanoseconds of CLOCK_MONOTONIC. Zeroed memory is an empty log; one process writes.
struct WorkLog {
  struct Window {
    std::atomic<std::uint64_t> begin_ns, end_ns;  ///< end 0: it still lasts
    std::atomic<bool> works;                      ///< else it rests
  };
  std::atomic<std::uint32_t> windows;  ///< how many have begun
  std::array<Window, 256> window;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace hil::test
