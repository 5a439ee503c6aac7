// SPDX-License-Identifier: Apache-2.0
// Which emulated power meter a virtual board shall have.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hil::emulate {

/// The board's current is what its instructions and rests cost by the `power` block of its file.
struct MeterRequest {
  std::string kind;  ///< "ppk2" or "lpm01a"; empty: none, and QEMU runs as fast as without
  /// Written anew after each energy run: what its windows really took, as JSON; empty: nowhere.
  std::filesystem::path truth;
  /// The board keeps running when the meter cuts its supply, as one that its line feeds.
  bool back_powered = false;
  std::vector<std::string>
      faults;  ///< of the meter, as hilbench-virtual-board's --meter-fault takes

  [[nodiscard]] bool any() const { return !kind.empty(); }
};

}  // namespace hil::emulate
