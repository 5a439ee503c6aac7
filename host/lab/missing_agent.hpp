// SPDX-License-Identifier: Apache-2.0
// Why the build made no agent for a board: what it left beside the images.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hil::lab {

/// An agent that was not built.
struct MissingAgent {
  std::string board;
  std::string reason;                 ///< "built without arm-none-eabi-g++"
  std::vector<std::string> packages;  ///< Debian's that bring what is missing; may be empty
};

/// What missing.json in @p folder says (target/port/missing_agents.cmake writes it), in its order.
/// Entries that are not as the build writes them are left out; empty if there is no such file or it
/// can't be read.
std::vector<MissingAgent> load_missing_agents(const std::filesystem::path& folder);

/// "install what is missing (apt-get install gcc-arm-none-eabi) and build hilbench again"; without
/// packages "build it".
std::string way_to_get(const MissingAgent& missing);

}  // namespace hil::lab
