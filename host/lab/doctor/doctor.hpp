// SPDX-License-Identifier: Apache-2.0
// Whether this machine is fit to run boards, and what to do where it is not.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/boards/board.hpp"
#include "host/lab/doctor/finding.hpp"
#include "host/lab/doctor/machine.hpp"

namespace hil::lab::doctor {

/// hilbench's own files, and what is in them.
struct Installation {
  std::filesystem::path boards;         ///< folder of board files
  std::filesystem::path agents;         ///< folder of agents' images and QEMU's plugin
  std::filesystem::path virtual_board;  ///< program hilbench-virtual-board
  std::filesystem::path udev_rules;     ///< the rules as installed with it; empty: it is not
  std::filesystem::path rules_maker;    ///< program of the source tree that prints them; or empty
  std::vector<boards::Board> catalogue;
  std::vector<Error> wrong_boards;  ///< why other board files can't be read
};

/// The board that --board names, and how: as AttachOptions.
struct AskedBoard {
  boards::Board board;
  bool emulate = false;
  std::string serial;
  std::string port;
};

struct Checkup {
  Machine machine;
  Installation installed;
  std::optional<AskedBoard> asked;  ///< nothing: whatever is plugged in
};

/// Looks at everything that @p checkup's boards need, in the order of a first set-up. Opens no
/// device and changes nothing. Blocks for at most a second per program that does not answer.
///
/// With a board asked for, what that board needs and lacks is a problem, and what it does not need
/// is left out. Without: what a board on the desk lacks is a problem, what is missing for boards
/// that are not there is a remark; it is a problem if that leaves no board at all.
Findings examine(const Checkup& checkup);

}  // namespace hil::lab::doctor
