// SPDX-License-Identifier: Apache-2.0
// PacedBoard: the relay gets a second descriptor of the master; nobody uses the first one.
#include "host/emulate/paced_board.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hil::emulate {

Result<std::unique_ptr<PacedBoard>> PacedBoard::start(const PacedBoardOptions& options) {
  HIL_ASSIGN(auto relay, LineRelay::make(options.baud, options.turnaround));
  HIL_ASSIGN(auto process,
             ProcessBoard::start(options.image, options.runner, options.plugin, options.baud));
  FileDescriptor master(::fcntl(process->line(), F_DUPFD_CLOEXEC, 0));
  if (!master.is_open()) {
    return Error{Blame::kLab,
                 fmt::format("cannot share the agent's line: {}", std::strerror(errno)),
                 "check the limit of open files (ulimit -n)"};
  }
  relay->attach(std::move(master), {});
  return std::unique_ptr<PacedBoard>(new PacedBoard(std::move(process), std::move(relay)));
}

}  // namespace hil::emulate
