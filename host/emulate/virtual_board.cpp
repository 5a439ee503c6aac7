// SPDX-License-Identifier: Apache-2.0
// VirtualBoard: starts hilbench-virtual-board and reads its lines.
#include "host/emulate/virtual_board.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include "host/base/program_files.hpp"
#include "host/emulate/virtual_board_lines.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "hilbench-virtual-board";
/// For saving the flash and ending QEMU.
constexpr auto kGrace = std::chrono::seconds(5);
constexpr auto kTimeToEnd = std::chrono::milliseconds(500);  // once its output is closed
constexpr std::size_t kMostLine = 64 * 1024;  // bytes; a supervisor's are below 4 KiB

Error no_pipe() {
  return {Blame::kTool, fmt::format("cannot make a pipe: {}", std::strerror(errno)),
          "check the limit of open files (ulimit -n)"};
}

void add_meter(std::vector<std::string>& arguments, const MeterRequest& meter) {
  if (!meter.any()) return;
  arguments.insert(arguments.end(), {"--meter", meter.kind});
  if (!meter.truth.empty()) arguments.insert(arguments.end(), {"--truth", meter.truth.string()});
  if (meter.back_powered) arguments.emplace_back("--back-powered");
  for (const std::string& fault : meter.faults)
    arguments.insert(arguments.end(), {"--meter-fault", fault});
}

std::vector<std::string> arguments_of(const VirtualBoardOptions& options) {
  const fs::path program = options.program.empty() ? default_supervisor() : options.program;
  std::vector<std::string> arguments{program.string(), "--board", options.board};
  if (!options.image.empty()) {
    arguments.insert(arguments.end(), {"--image", options.image.string()});
  }
  if (options.instance != 0) {
    arguments.insert(arguments.end(), {"--instance", std::to_string(options.instance)});
  }
  if (options.erase) arguments.emplace_back("--erase");
  add_meter(arguments, options.meter);
  arguments.insert(arguments.end(), options.more.begin(), options.more.end());
  return arguments;
}

/// The first whole line of @p unread, which keeps the rest; nothing if there is none.
std::optional<std::string> take_line(std::string& unread) {
  const std::size_t end = unread.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = unread.substr(0, end);
  unread.erase(0, end + 1);
  return line;
}

void wait_readable(int descriptor, Deadline deadline) {
  using namespace std::chrono;
  const auto left = std::min<Deadline::Clock::duration>(deadline.remaining(), hours(1));
  pollfd polled{descriptor, POLLIN, 0};
  ::poll(&polled, 1, static_cast<int>(ceil<milliseconds>(left).count()));
}

}  // namespace

fs::path default_supervisor() {
  return program_files().virtual_board;
}

Result<std::unique_ptr<VirtualBoard>> VirtualBoard::spawn(const VirtualBoardOptions& options) {
  // A socket for the commands, because a pipe without a reader raises SIGPIPE.
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return no_pipe();
  FileDescriptor commands(ends[0]);
  const FileDescriptor commands_out(ends[1]);
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return no_pipe();
  FileDescriptor events(ends[0]);
  const FileDescriptor events_in(ends[1]);
  ::fcntl(events.get(), F_SETFL, O_NONBLOCK);

  SpawnOptions start;
  start.argv = arguments_of(options);
  start.stdin_fd = commands_out.get();
  start.stdout_fd = events_in.get();
  start.stderr_fd = STDERR_FILENO;
  start.grace = kGrace;
  HIL_ASSIGN(Subprocess process, Subprocess::spawn(start));
  return std::unique_ptr<VirtualBoard>(
      new VirtualBoard(std::move(process), std::move(commands), std::move(events)));
}

Result<std::unique_ptr<VirtualBoard>> VirtualBoard::start(const VirtualBoardOptions& options,
                                                          Deadline deadline) {
  HIL_ASSIGN(auto board, spawn(options));
  HIL_TRY(board->wait_ready(deadline));
  return board;
}

VirtualBoard::VirtualBoard(Subprocess process, FileDescriptor commands, FileDescriptor events)
    : commands_(std::move(commands)), events_(std::move(events)), process_(std::move(process)) {}

VirtualBoard::~VirtualBoard() = default;

Status VirtualBoard::wait_ready(Deadline deadline) {
  while (true) {
    const bool open = read_more();
    if (const auto line = take_line(unread_)) {
      HIL_ASSIGN(auto said, parse_line(*line));
      if (const auto* error = std::get_if<Error>(&said)) return *error;
      if (auto* info = std::get_if<VirtualBoardInfo>(&said)) {
        info_ = std::move(*info);
        return {};
      }
      continue;  // an event before the ready line: nobody knows the board yet
    }
    if (!open) {
      const auto ended = process_.wait(Deadline::after(kTimeToEnd));
      return Error{Blame::kTool,
                   fmt::format("{} {} before the board was ready", kProgram,
                               ended ? ended->text() : "closed its output"),
                   "what it printed is above"};
    }
    if (deadline.expired()) {
      return Error{Blame::kTool, "the virtual board was not ready in time",
                   "try again when the machine is less busy"};
    }
    wait_readable(events_.get(), deadline);
  }
}

bool VirtualBoard::read_more() {
  std::array<char, 4096> buffer;
  while (events_.is_open()) {
    const ssize_t count = ::read(events_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0 || unread_.size() > kMostLine) break;
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  events_.reset();
  return false;
}

void VirtualBoard::sort_lines() {
  while (const auto line = take_line(unread_)) {
    const auto said = parse_line(*line);
    if (!said.ok()) {
      take({EventKind::kRemark, said.error().what, "", -1});
    } else if (const auto* event = std::get_if<VirtualBoardEvent>(&*said)) {
      take(*event);
    } else if (const auto* counts = std::get_if<LineCounts>(&*said)) {
      counts_ = *counts;
    } else if (const auto* truth = std::get_if<TruthTotals>(&*said)) {
      truth_ = *truth;
    }
  }
}

std::vector<VirtualBoardEvent> VirtualBoard::poll_events() {
  const bool open = read_more();
  sort_lines();
  if (!open && !end_told_) {
    const auto ended = process_.wait(Deadline::after(kTimeToEnd));
    take({EventKind::kEnded,
          fmt::format("{} {}", kProgram, ended ? ended->text() : "closed its output"), "", -1});
  }
  return std::exchange(waiting_events_, {});
}

void VirtualBoard::take(const VirtualBoardEvent& event) {
  if (!event.pty.empty()) info_.pty = event.pty;
  if (event.qemu_pid > 0) info_.qemu_pid = event.qemu_pid;
  if (event.kind == EventKind::kEnded) end_told_ = true;
  waiting_events_.push_back(event);
}

template <class Answer>
Result<Answer> VirtualBoard::ask(const char* question, std::optional<Answer>& answer,
                                 Deadline deadline) {
  answer.reset();  // an answer to an earlier question is not one to this
  HIL_TRY(send(question));
  for (;;) {
    const bool open = read_more();
    sort_lines();
    if (answer) return *answer;
    if (!open) {
      return Error{Blame::kTool, fmt::format("virtual board {} has ended", info_.board),
                   "its events say why"};
    }
    if (deadline.expired()) {
      return Error{Blame::kTool, fmt::format("virtual board {} does not answer", info_.board),
                   "try again when the machine is less busy"};
    }
    wait_readable(events_.get(), deadline);
  }
}

Result<LineCounts> VirtualBoard::line_counts(Deadline deadline) {
  return ask("counts\n", counts_, deadline);
}

Result<TruthTotals> VirtualBoard::truth(Deadline deadline) {
  return ask("truth\n", truth_, deadline);
}

Status VirtualBoard::send(const std::string& command) {
  const ssize_t count =
      ::send(commands_.get(), command.data(), command.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count == static_cast<ssize_t>(command.size())) return {};
  return Error{Blame::kTool, fmt::format("virtual board {} has ended", info_.board),
               "its events say why"};
}

Status VirtualBoard::hang_up() {
  return send("hang-up\n");
}

Status VirtualBoard::power_cycle() {
  return send("power-cycle\n");
}

}  // namespace hil::emulate
