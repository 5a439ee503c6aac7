// SPDX-License-Identifier: Apache-2.0
// Questions to a board's data.
#include "host/boards/board.hpp"

#include <algorithm>

namespace hil::boards {

const Memory* Chip::find_memory(std::uint64_t address, std::uint64_t size) const {
  const auto found = std::find_if(memory.begin(), memory.end(), [&](const Memory& region) {
    return region.holds(address, size);
  });
  return found == memory.end() ? nullptr : &*found;
}

}  // namespace hil::boards
