// SPDX-License-Identifier: Apache-2.0
// attach(): which kind of attachment a board has.
#include "host/lab/attachment.hpp"

#include <fmt/format.h>

namespace hil::lab {

Status Attachment::power_cycle() {
  return Error{Blame::kLab, "nothing here can switch this board's power",
               "unplug it and plug it in again"};
}

Status Attachment::pull_cable() {
  return Error{Blame::kLab, "nothing here can break this board's line", "pull its cable"};
}

Result<std::unique_ptr<Attachment>> attach(const boards::Board& board, const AttachOptions& options,
                                           Deadline deadline) {
  const bool process = board.emulator && board.emulator->kind == boards::EmulatorKind::kProcess;
  const bool in_qemu = options.emulate && board.emulator && !process;
  if (options.meter.any() && !in_qemu) {
    return Error{Blame::kUser,
                 fmt::format("an emulated meter measures boards in QEMU alone, and {} is none{}",
                             board.id, board.emulator && !process ? " without --emulate" : ""),
                 "name a meter that is connected (see hilbench meters)"};
  }
  if (process && options.port.empty()) return attach_process(board, options);
  if (!options.emulate) return attach_desk(board, options);
  if (!board.emulator) {
    return Error{Blame::kUser,
                 fmt::format("{} can't be emulated: its file names no emulator", board.id),
                 "leave --emulate out to use the one on the desk, or take a board that 'hilbench "
                 "boards' lists with an emulator"};
  }
  if (!options.port.empty()) {
    return Error{Blame::kUser, "--port and --emulate exclude each other",
                 "a virtual board brings its own line"};
  }
  return attach_virtual(board, options, deadline);
}

}  // namespace hil::lab
