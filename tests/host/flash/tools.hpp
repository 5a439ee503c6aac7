// SPDX-License-Identifier: Apache-2.0
// Programs that tests need and may not find, and programs made by tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "host/base/file.hpp"
#include "host/base/subprocess.hpp"

namespace hil::flash::test {

/// True if @p program can be found in PATH.
inline bool has_program(const std::string& program) {
  SpawnOptions options;
  options.argv = {"sh", "-c", "command -v \"$1\"", "sh", program};
  auto shell = Subprocess::spawn(options);
  if (!shell) return false;
  const auto ended = shell->wait(Deadline::after(std::chrono::seconds(10)));
  return ended && ended->clean();
}

/// Makes the shell script @p text a program at @p path.
inline void write_program(const std::filesystem::path& path, const std::string& text) {
  const Status written = write_file(path, "#!/bin/sh\n" + text + "\n");
  ASSERT_TRUE(written.ok()) << written.error().what;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

}  // namespace hil::flash::test

/// Skips the test, naming the program, where it is not installed.
#define HIL_NEEDS_PROGRAM(program)                                                  \
  if (!hil::flash::test::has_program(program)) {                                    \
    GTEST_SKIP() << (program) << " is not installed: what it shows is NOT checked"; \
  }
