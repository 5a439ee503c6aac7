// SPDX-License-Identifier: Apache-2.0
// Looks from the executable: for an installation around it, then for a build tree above it.
#include "host/base/program_files.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

namespace hil {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBuildTreeList = "program_files.txt";
constexpr int kMostLevels = 8;

ProgramFiles files_below(const fs::path& prefix) {
  return {prefix / "share/hilbench/boards", prefix / "lib/hilbench/agents",
          prefix / "libexec/hilbench/hilbench-virtual-board", prefix / "share/hilbench/examples"};
}

/// PREFIX of PREFIX/bin/NAME and PREFIX/libexec/hilbench/NAME. Anywhere else, what is beside the
/// program's folder may be a stranger's: /tmp/share, of a program in /tmp/x.
std::optional<fs::path> prefix_of(const fs::path& executable) {
  if (!executable.is_absolute()) return std::nullopt;
  const fs::path folder = executable.parent_path();
  const fs::path above = folder.parent_path();
  if (folder.filename() == "bin") return above;
  if (folder.filename() == "hilbench" && above.filename() == "libexec") return above.parent_path();
  return std::nullopt;
}

std::optional<ProgramFiles> installed_around(const fs::path& executable) {
  const auto prefix = prefix_of(executable);
  if (!prefix) return std::nullopt;
  ProgramFiles files = files_below(*prefix);
  std::error_code ignored;
  return fs::is_directory(files.boards, ignored) ? std::optional(files) : std::nullopt;
}

bool same_owner(const fs::path& one, const fs::path& other) {
  struct stat first {
  }, second{};
  return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
         first.st_uid == second.st_uid;
}

/// Lines "NAME=PATH"; those of other names are left alone.
std::optional<ProgramFiles> files_in_list(const fs::path& list) {
  ProgramFiles files;
  std::ifstream file(list);
  for (std::string line; std::getline(file, line);) {
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) continue;
    const std::string name = line.substr(0, sign);
    const fs::path path = line.substr(sign + 1);
    if (name == "boards") files.boards = path;
    if (name == "agents") files.agents = path;
    if (name == "virtual_board") files.virtual_board = path;
    if (name == "examples") files.examples = path;
  }
  const bool complete = !files.boards.empty() && !files.agents.empty() &&
                        !files.virtual_board.empty() && !files.examples.empty();
  return complete ? std::optional(files) : std::nullopt;
}

std::optional<ProgramFiles> build_tree_above(const fs::path& executable) {
  if (!executable.is_absolute()) return std::nullopt;
  fs::path folder = executable.parent_path();
  for (int level = 0; level < kMostLevels; ++level) {
    const fs::path list = folder / kBuildTreeList;
    if (same_owner(list, executable)) {
      if (auto files = files_in_list(list)) return files;
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

void prefer(const char* variable, fs::path& path) {
  const char* named = std::getenv(variable);
  if (named != nullptr && *named != 0) path = named;
}

}  // namespace

ProgramFiles program_files_of(const fs::path& executable) {
  if (auto files = installed_around(executable)) return *files;
  if (auto files = build_tree_above(executable)) return *files;
  // Without a prefix, a place that is there on no machine and that only root can make.
  return files_below(prefix_of(executable).value_or("/"));
}

ProgramFiles program_files() {
  std::error_code failed;
  // After the file was replaced the kernel adds " (deleted)" to the name; the folder stays right.
  ProgramFiles files = program_files_of(fs::read_symlink("/proc/self/exe", failed));
  prefer("HILBENCH_BOARDS", files.boards);
  prefer("HILBENCH_AGENTS", files.agents);
  prefer("HILBENCH_VIRTUAL_BOARD", files.virtual_board);
  return files;
}

}  // namespace hil
