// SPDX-License-Identifier: Apache-2.0
// Runs the real hilbench as a person would and keeps what it says.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/subprocess.hpp"

namespace hil::test {

/// A folder of its own, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }
  /// Names of what is in it, sorted.
  [[nodiscard]] std::vector<std::string> entries() const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

/// A run of hilbench under way.
class Program {
 public:
  /// Starts it with @p words; standard output goes to @p stdout_path if given.
  explicit Program(const std::vector<std::string>& words,
                   const std::filesystem::path& stdout_path = {});

  /// Blocks until @p holds of what it has said on standard error, at most 30 s.
  bool wait_for(const std::function<bool(const std::string&)>& holds);
  /// Blocks until standard error has @p text, at most 30 s.
  bool wait_for_text(const std::string& text);
  void signal(int number) const;
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  /// Process id of the agent it started; waits up to 5 s for it.
  [[nodiscard]] std::optional<pid_t> agent() const;

  struct Outcome {
    int code = -1;                               ///< exit code; 128 + signal if one ended it
    std::string out;                             ///< standard output
    std::string err;                             ///< standard error
    std::chrono::steady_clock::duration took{};  ///< from the call of finish() to the end
  };
  /// Waits for the end, at most 120 s.
  Outcome finish();

 private:
  TemporaryFolder folder_;
  std::filesystem::path out_, err_;
  std::optional<Subprocess> process_;
};

/// Starts and finishes at once.
Program::Outcome run_hilbench(const std::vector<std::string>& words);

}  // namespace hil::test
