// SPDX-License-Identifier: Apache-2.0
// Following OpenOCD by what it prints.
#include "host/flash/openocd_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/base/file_descriptor.hpp"
#include "host/flash/openocd_commands.hpp"

namespace hil::flash {
namespace {

using std::chrono::milliseconds;
using Clock = Deadline::Clock;

constexpr std::size_t kKeptLines = 200;
constexpr std::size_t kMaxLine = 1000;
/// How soon a wish to stop is seen.
constexpr milliseconds kLook{50};
/// OpenOCD is deaf to SIGTERM while it works on flash.
constexpr milliseconds kGrace{200};

void keep(std::vector<std::string>& lines, const std::string& line) {
  if (lines.size() == kKeptLines) lines.erase(lines.begin());
  lines.push_back(line);
}

std::string printable(std::string line) {
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return line;
}

std::optional<Phase> phase_of(std::string_view name) {
  for (auto phase = Phase::kConnect; phase <= Phase::kReset;
       phase = static_cast<Phase>(static_cast<int>(phase) + 1)) {
    if (name == name_of(phase)) return phase;
  }
  return std::nullopt;
}

/// Makes an OpenocdRun out of lines.
class Follower {
 public:
  Follower(const PhaseLimits& limits, const FlashOptions& options)
      : limits_(limits), options_(options), began_(Clock::now()) {
    begin(Phase::kConnect);
  }

  [[nodiscard]] Deadline deadline() const { return deadline_; }

  /// Takes bytes as they come.
  void take(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n') {
        take_line(printable(std::exchange(line_, {})));
      } else if (c != '\r' && line_.size() < kMaxLine) {
        line_ += c;
      }
    }
  }

  OpenocdRun finish(Ending ending, ExitStatus exit) {
    if (!line_.empty()) take("\n");
    end_phase();
    run_.ending = ending;
    run_.exit = exit;
    return std::move(run_);
  }

 private:
  void begin(Phase phase) {
    run_.phase = phase;
    run_.phase_lines.clear();
    began_ = Clock::now();
    deadline_ = Deadline::after(limits_.of(phase));
    if (options_.progress) options_.progress(phase);
  }

  void end_phase() {
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
    run_.phases.push_back({run_.phase, took});
  }

  void take_line(const std::string& line) {
    if (options_.log) options_.log(line);
    if (run_.output.empty() && line.find("Open On-Chip Debugger") == 0) run_.tool_version = line;
    keep(run_.output, line);
    keep(run_.phase_lines, line);
    if (line.substr(0, kMark.size()) == kMark) take_mark(line.substr(kMark.size()));
  }

  void take_mark(const std::string& mark) {
    if (mark == kDone) run_.done = true;
    if (mark == kAlreadyThere) run_.already_there = true;
    if (mark.rfind(kId, 0) == 0) run_.id = mark.substr(kId.size());
    if (mark.rfind(kCore, 0) == 0) run_.core = mark.substr(kCore.size());
    // Never back: whatever a file's name or a chip makes OpenOCD print, deadlines can't be had
    // anew.
    const auto phase = phase_of(mark);
    if (phase && *phase > run_.phase) {
      end_phase();
      begin(*phase);
    }
  }

  const PhaseLimits& limits_;
  const FlashOptions& options_;
  OpenocdRun run_;
  std::string line_;
  Clock::time_point began_;
  Deadline deadline_ = Deadline::never();
};

/// True once something can be read or will never come, within @p wait.
bool is_ready(int descriptor, milliseconds wait) {
  pollfd poll_fd{descriptor, POLLIN, 0};
  return ::poll(&poll_fd, 1, static_cast<int>(wait.count())) > 0;
}

/// Takes what is there; false at the end of the output.
bool take_output(int descriptor, Follower& follower) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::read(descriptor, bytes.data(), bytes.size());
  if (got < 0) return errno == EINTR;
  follower.take({bytes.data(), static_cast<std::size_t>(got)});
  return got > 0;
}

/// Follows the process to its end, or says why it has to be ended.
Ending follow(int descriptor, const FlashOptions& options, Subprocess& process,
              Follower& follower) {
  for (bool open = true;;) {
    if (options.stop != nullptr && options.stop->requested()) return Ending::kStopped;
    if (follower.deadline().expired()) return Ending::kTimeLimit;
    if (!open) {
      if (process.wait(Deadline::after(kLook))) return Ending::kByItself;
      continue;
    }
    // Looked at before the output: what an ended process has printed is there by then. The pipe
    // itself may stay open in another process (a child of a wrapper script).
    const bool ended = process.poll().has_value();
    if (is_ready(descriptor, ended ? milliseconds(0) : kLook)) {
      open = take_output(descriptor, follower);
    } else if (ended) {
      return Ending::kByItself;
    }
  }
}

Error not_started(const std::string& program, const Error& error) {
  return {Blame::kTool, error.what,
          fmt::format("install the Debian package openocd, or name the program in "
                      "HILBENCH_OPENOCD (it is {} now)",
                      program)};
}

}  // namespace

Result<OpenocdRun> run_openocd(const std::vector<std::string>& argv, int stdin_fd,
                               const PhaseLimits& limits, const FlashOptions& options) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Error{Blame::kTool, fmt::format("cannot make a pipe: {}", std::strerror(errno)), ""};
  }
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  SpawnOptions spawn;
  spawn.argv = argv;
  spawn.stdin_fd = stdin_fd;
  spawn.stdout_fd = out.get();
  spawn.stderr_fd = out.get();
  spawn.grace = kGrace;
  Follower follower(limits, options);
  auto process = Subprocess::spawn(spawn);
  out.reset();
  if (!process) return not_started(argv.front(), process.error());
  const Ending ending = follow(in.get(), options, *process, follower);
  return follower.finish(ending, process->terminate());
}

}  // namespace hil::flash
