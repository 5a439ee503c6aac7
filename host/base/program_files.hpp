// SPDX-License-Identifier: Apache-2.0
// Where the files are that come with the program: beside it when installed, else in its build tree.
#pragma once

#include <filesystem>

namespace hil {

struct ProgramFiles {
  std::filesystem::path boards;         ///< folder: board files, their schema, openocd/, conform/
  std::filesystem::path agents;         ///< folder: agents' images, QEMU plugin, manifest.json
  std::filesystem::path virtual_board;  ///< the program hilbench-virtual-board
  std::filesystem::path examples;       ///< folder: digits/ with models and a dataset
};

/// The files of the program @p executable (absolute), whatever the environment says:
///   - installed, if the executable is PREFIX/bin/NAME or PREFIX/libexec/hilbench/NAME and
///     PREFIX/share/hilbench/boards is there. The prefix may be moved as a whole.
///   - else of the build tree whose program_files.txt (CMakeLists.txt writes it) is in a folder
///     above the executable, up to eight levels; it counts only if it belongs to the executable's
///     owner, as a stranger's would decide which programs are started.
///   - else as if it were installed, so that messages name what is missing, and where; below "/" if
///     it lies in no such folder, for anybody may make folders beside a program in /tmp.
ProgramFiles program_files_of(const std::filesystem::path& executable);

/// The files of the running program. HILBENCH_BOARDS, HILBENCH_AGENTS and HILBENCH_VIRTUAL_BOARD
/// come first, each for its own part; empty ones count as not set.
ProgramFiles program_files();

}  // namespace hil
