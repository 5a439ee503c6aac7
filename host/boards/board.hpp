// SPDX-License-Identifier: Apache-2.0
// One board as its file describes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hil::boards {

/// The chip on the board.
struct Chip {
  std::string name;  ///< the maker's part name
  std::string core;  ///< as the agent's hello reports it: "host", "cortex-m4f"
};

/// The line the agent speaks on.
struct Serial {
  std::uint32_t baud = 0;  ///< bits per second at open; 0: the line has no rate
};

enum class EmulatorKind : std::uint8_t {
  kProcess,  ///< the agent is a program of this machine, started on a pty
};

/// How the board runs on this machine without the hardware.
struct Emulator {
  EmulatorKind kind = EmulatorKind::kProcess;
  std::string agent;  ///< file name of the agent's program, without a folder
};

struct Board {
  std::string id;       ///< vendor_board; what --board takes
  std::string name;     ///< what people call it
  bool tested = false;  ///< this project has run it
  Chip chip;
  Serial serial;
  std::optional<Emulator> emulator;
  std::filesystem::path file;  ///< it was read from
};

}  // namespace hil::boards
