// SPDX-License-Identifier: Apache-2.0
// Finds third-party test data beside the source tree or where the environment points to.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace hil::model::test {

/// The folder named by environment variable @p variable, else ../shared/@p name seen from the
/// working folder (the source tree).
inline std::filesystem::path shared_folder(const char* variable, const std::string& name) {
  const char* given = std::getenv(variable);
  return given != nullptr && *given != '\0' ? std::filesystem::path(given)
                                            : std::filesystem::path("../shared") / name;
}

inline std::filesystem::path mlperf_tiny() {
  return shared_folder("HILBENCH_MLPERF_TINY", "mlperf-tiny");
}

inline std::filesystem::path op_golden() {
  return shared_folder("HILBENCH_OP_GOLDEN", "op-golden");
}

}  // namespace hil::model::test

/// Skips the test, naming the folder, where it is not there.
#define HIL_NEEDS_FOLDER(folder)                                                       \
  if (!std::filesystem::is_directory(folder)) {                                        \
    GTEST_SKIP() << "missing folder " << (folder) << ", these models are NOT checked"; \
  }
