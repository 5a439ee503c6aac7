// SPDX-License-Identifier: Apache-2.0
// Subprocess: fork, exec and pidfd, with the reason of a failed exec brought back through a pipe.
#include "host/base/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <set>
#include <span>
#include <thread>
#include <utility>

namespace hil {
namespace {

const char* start_hint(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return "check that the program is installed and its path is right";
    case EACCES:
    case ENOEXEC:
      return "check that it may be executed (ls -l) and is built for this machine (file)";
    default:
      return "check the limits of this machine (ulimit -a)";
  }
}

Error no_start(const std::string& program, const char* doing, int number) {
  return Error{Blame::kTool, fmt::format("cannot {} {}: {}", doing, program, std::strerror(number)),
               start_hint(number)};
}

/// What the child does between fork and exec; only async-signal-safe calls, no memory from the
/// heap.
struct ChildStart {
  char* const* argv;
  std::array<int, 3> streams;      ///< descriptors that become 0, 1 and 2; -1: /dev/null
  std::span<InheritedFd> inherit;  ///< memory of the parent; the child changes its own copy
  int report_fd;                   ///< errno of a failure goes here; closed by a good exec
  pid_t parent;

  [[noreturn]] void run() {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
    if (!move_up() || !set_streams() || !set_inherited()) give_up();
    restore_signals();
    close_others();
    for (const InheritedFd& fd : inherit)
      ::fcntl(fd.number, F_SETFD, 0);
    ::execvp(argv[0], argv);
    give_up();
  }

 private:
  [[noreturn]] void give_up() const {
    const int number = errno;
    [[maybe_unused]] const auto written = ::write(report_fd, &number, sizeof number);
    ::_exit(127);
  }
  /// Moves every source above all final numbers, so that none is overwritten by another.
  bool move_up() {
    int lowest = 3;
    for (const InheritedFd& fd : inherit)
      lowest = std::max(lowest, fd.number + 1);
    const auto move = [&](int& fd) {
      if (fd >= 0) fd = ::fcntl(fd, F_DUPFD_CLOEXEC, lowest);
      return fd >= 0;
    };
    for (int& fd : streams) {
      if (fd < 0) fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
      if (!move(fd)) return false;
    }
    for (InheritedFd& fd : inherit) {
      if (!move(fd.ours)) return false;
    }
    return move(report_fd);
  }
  bool set_streams() {
    for (int i = 0; i < 3; ++i) {
      if (::dup2(streams[static_cast<std::size_t>(i)], i) < 0) return false;
    }
    return true;
  }
  bool set_inherited() {
    return std::all_of(inherit.begin(), inherit.end(),
                       [](const InheritedFd& fd) { return ::dup2(fd.ours, fd.number) >= 0; });
  }
  static void restore_signals() {
    for (int number = 1; number < NSIG; ++number) {
      if (number != SIGKILL && number != SIGSTOP) ::signal(number, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }
  /// Marks everything above the standard streams to be closed by exec, however it was opened.
  static void close_others() {
    constexpr unsigned kCloseOnExec = 1u << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
    if (::syscall(SYS_close_range, 3u, UINT_MAX, kCloseOnExec) == 0) return;
    const long most = ::sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < (most > 0 ? most : 1024); ++fd) {
      const int flags = ::fcntl(fd, F_GETFD);
      if (flags >= 0) ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
  }
};

/// Reads the child's report: 0 if exec went well (the pipe closed), else its errno.
int read_report(int fd) {
  int number = 0;
  ssize_t count = 0;
  do {
    count = ::read(fd, &number, sizeof number);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof number) ? number : 0;
}

Status check_numbers(const std::vector<InheritedFd>& inherit) {
  std::set<int> numbers;
  for (const InheritedFd& fd : inherit) {
    if (fd.ours < 0 || fd.number < 3 || !numbers.insert(fd.number).second) {
      return Error{Blame::kBug,
                   fmt::format("descriptor {} was to be inherited as {}", fd.ours, fd.number), ""};
    }
  }
  return {};
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string signal_name(int number) {
  const char* abbreviation = ::sigabbrev_np(number);
  return abbreviation != nullptr ? fmt::format("SIG{}", abbreviation) : std::string("unknown");
}

}  // namespace

std::string ExitStatus::text() const {
  if (signal != 0) return fmt::format("ended by signal {} ({})", signal, signal_name(signal));
  return fmt::format("exited with status {}", code);
}

Result<Subprocess> Subprocess::spawn(const SpawnOptions& options) {
  if (options.argv.empty()) return Error{Blame::kBug, "a program without a name was started", ""};
  HIL_TRY(check_numbers(options.inherit));
  const std::string& program = options.argv.front();
  std::vector<InheritedFd> inherit = options.inherit;
  std::vector<char*> argv;
  for (const std::string& argument : options.argv) {
    argv.push_back(const_cast<char*>(argument.c_str()));  // exec's type; it does not write
  }
  argv.push_back(nullptr);

  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return no_start(program, "make a pipe for", errno);
  const FileDescriptor report_in(ends[0]);
  FileDescriptor report_out(ends[1]);
  ChildStart start{argv.data(),
                   {options.stdin_fd, options.stdout_fd, options.stderr_fd},
                   inherit,
                   report_out.get(),
                   ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) return no_start(program, "make a process for", errno);
  if (pid == 0) start.run();
  ::setpgid(pid, pid);  // also here: signals may be sent before the child has run
  report_out.reset();
  if (const int number = read_report(report_in.get()); number != 0) {
    reap(pid);
    return no_start(program, "start", number);
  }
  FileDescriptor pid_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return Subprocess(pid, std::move(pid_fd), options.grace);
}

Subprocess::Subprocess(pid_t pid, FileDescriptor pid_fd, std::chrono::milliseconds grace)
    : pid_(pid), pid_fd_(std::move(pid_fd)), grace_(grace) {}

Subprocess::Subprocess(Subprocess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pid_fd_(std::move(other.pid_fd_)),
      grace_(other.grace_),
      ended_(other.ended_) {}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this != &other) {
    if (pid_ > 0) terminate();
    pid_ = std::exchange(other.pid_, -1);
    pid_fd_ = std::move(other.pid_fd_);
    grace_ = other.grace_;
    ended_ = other.ended_;
  }
  return *this;
}

Subprocess::~Subprocess() {
  if (pid_ > 0) terminate();
}

std::optional<ExitStatus> Subprocess::poll() {
  if (ended_ || pid_ <= 0) return ended_;
  int status = 0;
  const pid_t got = ::waitpid(pid_, &status, WNOHANG);
  if (got == pid_) {
    ended_ =
        WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)} : ExitStatus{WEXITSTATUS(status), 0};
  } else if (got < 0 && errno == ECHILD) {
    ended_ = ExitStatus{127, 0};  // somebody else reaped it; how it ended is lost
  }
  return ended_;
}

std::optional<ExitStatus> Subprocess::wait(Deadline deadline) {
  using namespace std::chrono;
  while (!poll() && pid_ > 0 && !deadline.expired()) {
    // Without a pidfd (Linux before 5.3) look every 5 ms.
    const auto most = pid_fd_.is_open() ? milliseconds(1000) : milliseconds(5);
    const auto left = std::min<Deadline::Clock::duration>(deadline.remaining(), most);
    pollfd poll_fd{pid_fd_.get(), POLLIN, 0};
    ::poll(&poll_fd, 1, static_cast<int>(ceil<milliseconds>(left).count()));
  }
  return ended_;
}

ExitStatus Subprocess::terminate() {
  if (pid_ <= 0) return ExitStatus{};
  if (!poll()) {
    signal_group(SIGTERM);
    signal_group(SIGCONT);  // a stopped process takes SIGTERM only once it goes on
    wait(Deadline::after(grace_));
  }
  if (!poll()) {
    signal_group(SIGKILL);
    wait(Deadline::never());
  }
  return ended_.value_or(ExitStatus{});
}

void Subprocess::signal_group(int number) const {
  ::kill(-pid_, number);
}

}  // namespace hil
