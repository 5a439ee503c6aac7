// SPDX-License-Identifier: Apache-2.0
// Whether an image can be put into a chip, and whether the chip could start it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/flash/image.hpp"

namespace hil::flash {

struct Fit {
  struct Use {
    std::string memory;  ///< its name in the board's file
    std::uint64_t bytes = 0;
    std::uint64_t size_bytes = 0;  ///< of the memory
  };
  std::vector<Use> uses;  ///< of memories that get something, in the order of the board's file
  /// What speaks against starting it, one sentence each. A core whose vector table is wrong locks
  /// up, so this is an error unless the user knows better (a stack in a memory that the board's
  /// file does not name).
  std::vector<std::string> doubts;
};

/// True if images go into RAM: the chip has no flash in the board's file.
bool is_ram_chip(const boards::Chip& chip);

/// Where the core looks for its vector table after a reset; nothing for cores that have none or of
/// which that is not known.
std::optional<std::uint64_t> vector_table_of(const boards::Chip& chip);

/// Compares @p image with the memories of the chip of @p board.
///   kUser    it is for another machine, or a segment is in no memory, not all of it within one, or
///            in RAM that a reset makes forget it; `what` has the numbers
///   kConfig  the board's file names no memory
Result<Fit> check_fit(const boards::Board& board, const Image& image);

}  // namespace hil::flash
