// SPDX-License-Identifier: Apache-2.0
// Keeps lease tokens off tapes: in what the host writes, each open frame's lease is made 0.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hil::tape {

/// Follows the writes to one link. Sizes stay as they are, so that a byte of the result stands for
/// the byte at its place. Whoever had part of its bytes taken offers the rest next.
class LeaseMask {
 public:
  /// @p offered as it is to be recorded.
  std::span<const std::uint8_t> mask(std::span<const std::uint8_t> offered);
  /// The link has taken the first @p count bytes of the last ones.
  void taken(std::size_t count);

 private:
  void mask_frame(std::size_t from, std::size_t to);

  std::vector<std::uint8_t> bytes_;  ///< of the last mask()
  std::vector<std::uint8_t> rest_;   ///< of these, what was not taken
};

}  // namespace hil::tape
