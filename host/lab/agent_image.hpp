// SPDX-License-Identifier: Apache-2.0
// The prebuilt agent of a board: where its image is, and what tells it from any other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/base/digest.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/flash/image.hpp"

namespace hil::lab {

/// Where agents' images are (program_files().agents).
std::filesystem::path default_agent_folder();

struct AgentFile {
  std::filesystem::path path;
  Sha256 sha256{};
};

/// The agent of @p board in @p folder (empty: default_agent_folder()).
///   kLab   there is none
///   kUser  it can't be read
Result<AgentFile> find_agent(const boards::Board& board, const std::filesystem::path& folder);

/// The GNU build id in the note that the linker put into @p image (ELF specification, part 2:
/// name size 4, type NT_GNU_BUILD_ID = 3, name "GNU\0"), as the running agent reports it; empty if
/// there is none.
std::vector<std::uint8_t> build_id_of(const flash::Image& image);

}  // namespace hil::lab
