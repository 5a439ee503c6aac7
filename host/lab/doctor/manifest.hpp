// SPDX-License-Identifier: Apache-2.0
// Whether agents' images are those that were packed: their SHA-256 against manifest.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/boards/board.hpp"

namespace hil::lab::doctor {

struct ManifestCheck {
  bool there = false;               ///< manifest.json can be read and lists agents
  std::vector<std::string> others;  ///< boards whose image is another one than it says
};

/// Compares the images of @p boards in @p folder with manifest.json beside them
/// (scripts/package/make_manifest). Boards it does not list and images that are not there are left
/// out.
ManifestCheck check_manifest(const std::filesystem::path& folder,
                             const std::vector<boards::Board>& boards);

}  // namespace hil::lab::doctor
