// SPDX-License-Identifier: Apache-2.0
// ProcessBoard: a pty and the agent that holds its other end.
#include "host/emulate/process_board.hpp"

#include <unistd.h>

#include <utility>

namespace hil::emulate {

Result<std::unique_ptr<ProcessBoard>> ProcessBoard::start(const std::filesystem::path& image) {
  HIL_ASSIGN(Pty pty, Pty::open());
  SpawnOptions options;
  options.argv = {image.string(), pty.slave_path()};
  // The agent opens the slave itself, by its path. Until it has, its standard input keeps the slave
  // open: without, the master would report a hang-up that is none.
  options.stdin_fd = pty.slave();
  options.stderr_fd = STDERR_FILENO;
  HIL_ASSIGN(Subprocess process, Subprocess::spawn(options));
  pty.release_slave();
  return std::unique_ptr<ProcessBoard>(new ProcessBoard(std::move(pty), std::move(process)));
}

ProcessBoard::ProcessBoard(Pty pty, Subprocess process)
    : pty_(std::move(pty)), process_(std::move(process)) {}

}  // namespace hil::emulate
