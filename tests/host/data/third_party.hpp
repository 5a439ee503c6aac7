// SPDX-License-Identifier: Apache-2.0
// Where the tests find the MLPerf Tiny files, which are not part of this project.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace hil {

inline constexpr const char* kNoMlperfTiny =
    "no MLPerf Tiny files: set HILBENCH_MLPERF_TINY or put them at ../shared/mlperf-tiny";

/// The folder with datasets/, models/ and golden/, if it is at hand.
inline std::optional<std::filesystem::path> mlperf_tiny() {
  const char* stated = std::getenv("HILBENCH_MLPERF_TINY");
  const std::filesystem::path folder = stated != nullptr ? stated : "../shared/mlperf-tiny";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder / "datasets", ignored)) return std::nullopt;
  return folder;
}

}  // namespace hil
