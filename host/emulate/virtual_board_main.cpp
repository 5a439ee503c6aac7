// SPDX-License-Identifier: Apache-2.0
// Program hilbench-virtual-board: one board in QEMU, as its starter reaches a board on a desk.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/boards/catalogue.hpp"
#include "host/emulate/supervisor/options.hpp"
#include "host/emulate/supervisor/supervisor.hpp"
#include "host/emulate/virtual_board_lines.hpp"

namespace hil::emulate {
namespace {

/// Ends us if ending takes longer, in seconds: QEMU ends with us.
constexpr unsigned kMostTimeToEnd = 10;

void write_out(const std::string& text) {
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
}

/// Signals that ask for the end become readable there; for all threads to come.
FileDescriptor take_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP})
    ::sigaddset(&signals, number);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

Result<int> run(const SupervisorOptions& options, int signals) {
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(boards::Board board, catalogue.find(options.board));
  HIL_ASSIGN(const auto supervisor,
             Supervisor::start(std::move(board), options, {STDIN_FILENO, signals, STDOUT_FILENO}));
  const Status outcome = supervisor->run();
  ::alarm(kMostTimeToEnd);
  if (outcome.ok()) return 0;
  write_out(event_line({EventKind::kEnded, outcome.error().what, "", -1}));
  return exit_code(outcome.error().blame);
}

int main_of(const std::vector<std::string>& words) {
  // Whoever started us may be killed; then nothing of us is left.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const FileDescriptor signals = take_signals();
  const auto options = parse_supervisor_options(words);
  if (options.ok() && options->help) {
    write_out(supervisor_help());
    return 0;
  }
  const auto outcome = options.ok() ? run(*options, signals.get()) : Result<int>(options.error());
  if (outcome.ok()) return *outcome;
  write_out(error_line(outcome.error()));
  return exit_code(outcome.error().blame);
}

}  // namespace
}  // namespace hil::emulate

int main(int argc, char** argv) {
  try {
    return hil::emulate::main_of({argv + 1, argv + argc});
  } catch (const std::exception& fault) {
    fmt::print(stderr, "hilbench-virtual-board: unexpected: {}\n", fault.what());
    return hil::exit_code(hil::Blame::kBug);
  }
}
