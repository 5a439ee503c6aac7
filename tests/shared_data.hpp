// SPDX-License-Identifier: Apache-2.0
// Finds third-party test data, which is read in place and is no part of this project.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace hil::test {

/// The folder named by environment variable @p variable, else ../shared/@p name seen from the
/// working folder (the source tree). It need not exist.
inline std::filesystem::path shared_folder(const char* variable, const std::string& name) {
  const char* given = std::getenv(variable);
  return given != nullptr && *given != '\0' ? std::filesystem::path(given)
                                            : std::filesystem::path("../shared") / name;
}

/// Models, datasets and golden outputs of MLPerf Tiny.
inline std::filesystem::path mlperf_tiny() {
  return shared_folder("HILBENCH_MLPERF_TINY", "mlperf-tiny");
}

/// Single-operator models with expected outputs.
inline std::filesystem::path op_golden() {
  return shared_folder("HILBENCH_OP_GOLDEN", "op-golden");
}

}  // namespace hil::test

/// Skips the test, naming the folder, where it is not there.
#define HIL_NEEDS_FOLDER(folder)                                                     \
  if (!std::filesystem::is_directory(folder)) {                                      \
    GTEST_SKIP() << "missing folder " << (folder) << ": what it has is NOT checked"; \
  }
