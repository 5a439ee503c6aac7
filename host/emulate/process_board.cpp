// SPDX-License-Identifier: Apache-2.0
// ProcessBoard: a pty and the agent that holds its other end.
#include "host/emulate/process_board.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "host/emulate/line/terminal_rate.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Where the guest's address 0 lies in QEMU's address space. Fixed, for the plugin has to know it;
// 1 TB, where neither QEMU itself nor the kernel puts anything on x86-64 (47 bits) or aarch64 (48).
constexpr const char* kGuestBase = "0x10000000000";

/// @p path as a value of one of QEMU's options, in which a comma ends a value and two stand for
/// one.
std::string option_value(const fs::path& path) {
  std::string value;
  for (const char c : path.string()) {
    value += c;
    if (c == ',') value += c;
  }
  return value;
}

Result<Words> emulator_command(Words runner, const fs::path& plugin) {
  std::error_code ignored;
  if (!fs::exists(plugin, ignored)) {
    return Error{Blame::kLab,
                 fmt::format("there is no {}, without which {} has no clock: {} is missing",
                             kCountPlugin, runner.front(), plugin.string()),
                 "build it, or set HILBENCH_AGENTS to the folder that has it and the agents"};
  }
  const fs::path absolute = fs::absolute(plugin, ignored);
  runner.insert(runner.end(), {"-B", kGuestBase, "-plugin",
                               option_value(absolute) + ",guest_base=" + kGuestBase});
  return runner;
}

Result<Words> command_line(const fs::path& image, const std::string& tty, const Words& runner,
                           const fs::path& plugin) {
  if (runner.empty()) return Words{image.string(), tty};
  HIL_ASSIGN(const Words emulator, emulator_command(runner, plugin));
  Words line = emulator;
  line.insert(line.end(), {image.string(), tty, "--emulator"});
  line.insert(line.end(), emulator.begin(), emulator.end());
  return line;
}

}  // namespace

Words runner_here(const Words& runner, const std::string& core) {
  utsname machine{};
  const bool native = uname(&machine) == 0 && core == machine.machine;
  return native ? Words{} : runner;
}

Result<std::unique_ptr<ProcessBoard>> ProcessBoard::start(const fs::path& image,
                                                          const Words& runner,
                                                          const fs::path& plugin,
                                                          std::uint32_t baud) {
  HIL_ASSIGN(Pty pty, Pty::open());
  if (baud != 0 && !set_terminal_rate(pty.slave(), baud)) {
    return Error{
        Blame::kLab,
        fmt::format("cannot set {} to {} baud: {}", pty.slave_path(), baud, std::strerror(errno)),
        ""};
  }
  SpawnOptions options;
  HIL_ASSIGN(options.argv, command_line(image, pty.slave_path(), runner, plugin));
  // The agent opens the slave itself, by its path. Until it has, its standard input keeps the slave
  // open: without, the master would report a hang-up that is none.
  options.stdin_fd = pty.slave();
  options.stderr_fd = STDERR_FILENO;
  auto process = Subprocess::spawn(options);
  if (!process.ok()) {
    Error error = process.error();
    if (!runner.empty()) error.hint = "install the Debian package qemu-user";
    return error;
  }
  pty.release_slave();
  return std::unique_ptr<ProcessBoard>(
      new ProcessBoard(std::move(pty), std::move(process).value()));
}

ProcessBoard::ProcessBoard(Pty pty, Subprocess process)
    : pty_(std::move(pty)), process_(std::move(process)) {}

}  // namespace hil::emulate
