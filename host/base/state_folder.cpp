// SPDX-License-Identifier: Apache-2.0
// state_folder(): environment first, then the password file.
#include "host/base/state_folder.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

namespace hil {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> absolute(const char* path) {
  if (path == nullptr || *path != '/') return std::nullopt;
  return fs::path(path);
}

std::optional<fs::path> home() {
  if (auto named = absolute(std::getenv("HOME"))) return named;
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? std::nullopt : absolute(user->pw_dir);
}

}  // namespace

Result<fs::path> state_folder() {
  if (const auto state = absolute(std::getenv("XDG_STATE_HOME"))) return *state / "hilbench";
  if (const auto folder = home()) return *folder / ".local" / "state" / "hilbench";
  return Error{Blame::kLab, "there is no folder for hilbench's state: HOME is not set",
               "set HOME, or XDG_STATE_HOME to an absolute path"};
}

}  // namespace hil
