// SPDX-License-Identifier: Apache-2.0
// Starting, watching and ending other programs.
#include "host/base/subprocess.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

namespace hil {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

SpawnOptions shell(const std::string& script) {
  SpawnOptions options;
  options.argv = {"sh", "-c", script};
  options.grace = milliseconds(100);
  return options;
}

Deadline soon(int ms = 5000) {
  return Deadline::after(milliseconds(ms));
}

bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0 || errno != ESRCH;
}

/// Everything that can be read from @p fd until its other ends are closed.
std::string read_all(int fd) {
  std::string text;
  std::array<char, 256> bytes;
  ssize_t count = 0;
  while ((count = ::read(fd, bytes.data(), bytes.size())) > 0)
    text.append(bytes.data(), static_cast<std::size_t>(count));
  return text;
}

TEST(Subprocess, SaysHowAProgramEnded) {
  auto process = Subprocess::spawn(shell("exit 3"));
  ASSERT_TRUE(process.ok()) << process.error().what;
  const auto status = process->wait(soon());
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->clean());
  EXPECT_EQ(status->text(), "exited with status 3");
}

TEST(Subprocess, NamesTheSignal) {
  auto process = Subprocess::spawn(shell("kill -9 $$"));
  ASSERT_TRUE(process.ok());
  const auto status = process->wait(soon());
  ASSERT_TRUE(status);
  EXPECT_EQ(status->text(), "ended by signal 9 (SIGKILL)");
}

TEST(Subprocess, WaitEndsAtItsDeadline) {
  auto process = Subprocess::spawn(shell("sleep 100"));
  ASSERT_TRUE(process.ok());
  EXPECT_FALSE(process->wait(soon(20)));
  EXPECT_FALSE(process->poll());
}

TEST(Subprocess, MissingProgramIsATypedError) {
  SpawnOptions options;
  options.argv = {"/nonexistent/agent"};
  const auto process = Subprocess::spawn(options);
  ASSERT_FALSE(process.ok());
  EXPECT_EQ(process.error().blame, Blame::kTool);
  EXPECT_THAT(process.error().what, HasSubstr("/nonexistent/agent: No such file or directory"));
  EXPECT_FALSE(process.error().hint.empty());
}

TEST(Subprocess, AFileThatIsNoProgramIsATypedError) {
  SpawnOptions options;
  options.argv = {"/etc/passwd"};
  const auto process = Subprocess::spawn(options);
  ASSERT_FALSE(process.ok());
  EXPECT_THAT(process.error().what, HasSubstr("Permission denied"));
}

TEST(Subprocess, NoNameIsABug) {
  EXPECT_EQ(Subprocess::spawn({}).error().blame, Blame::kBug);
}

TEST(Subprocess, ArgumentsPassUnchanged) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  SpawnOptions options;
  options.argv = {"printf", "%s|", "a b", "$HOME;*", ""};
  options.stdout_fd = out.get();
  auto process = Subprocess::spawn(options);
  ASSERT_TRUE(process.ok());
  out.reset();
  EXPECT_EQ(read_all(in.get()), "a b|$HOME;*||");
}

TEST(Subprocess, InheritsNothingButItsStreams) {
  // Without O_CLOEXEC; far above those that the shell opens itself to list the folder.
  const FileDescriptor leaky(::fcntl(STDIN_FILENO, F_DUPFD, 50));
  ASSERT_TRUE(leaky.is_open());
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  SpawnOptions options = shell("for f in /proc/$$/fd/*; do echo ${f##*/}; done");
  options.stdout_fd = out.get();
  auto process = Subprocess::spawn(options);
  ASSERT_TRUE(process.ok());
  out.reset();
  const std::string listed = read_all(in.get());
  EXPECT_THAT(listed, testing::StartsWith("0\n1\n2\n"));
  EXPECT_THAT(listed, testing::Not(HasSubstr("\n" + std::to_string(leaky.get()) + "\n")));
}

TEST(Subprocess, TerminateAsksFirst) {
  auto process = Subprocess::spawn(shell("trap 'exit 5' TERM; while :; do sleep 0.01; done"));
  ASSERT_TRUE(process.ok());
  std::this_thread::sleep_for(milliseconds(100));  // until the trap is set
  EXPECT_EQ(process->terminate().text(), "exited with status 5");
}

TEST(Subprocess, TerminateKillsTheDeaf) {
  auto process = Subprocess::spawn(shell("trap '' TERM; while :; do sleep 0.01; done"));
  ASSERT_TRUE(process.ok());
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(process->terminate().signal, SIGKILL);
}

TEST(Subprocess, TerminateReachesAStoppedProcess) {
  auto process = Subprocess::spawn(shell("sleep 100"));
  ASSERT_TRUE(process.ok());
  ::kill(process->pid(), SIGSTOP);
  EXPECT_EQ(process->terminate().signal, SIGTERM);
}

TEST(Subprocess, DestructionLeavesNoProcess) {
  pid_t pid = 0;
  {
    auto process = Subprocess::spawn(shell("sleep 100"));
    ASSERT_TRUE(process.ok());
    pid = process->pid();
    EXPECT_TRUE(exists(pid));
    const Subprocess moved = std::move(*process);
    EXPECT_EQ(moved.pid(), pid);
  }
  EXPECT_FALSE(exists(pid));
}

TEST(Subprocess, HasAGroupOfItsOwn) {
  auto process = Subprocess::spawn(shell("sleep 100"));
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(::getpgid(process->pid()), process->pid());
}

TEST(Subprocess, DiesWithItsStarter) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t starter = ::fork();
  ASSERT_GE(starter, 0);
  if (starter == 0) {
    auto process = Subprocess::spawn(shell("sleep 100"));
    const pid_t pid = process.ok() ? process->pid() : -1;
    [[maybe_unused]] const auto written = ::write(ends[1], &pid, sizeof pid);
    ::raise(SIGKILL);
  }
  pid_t pid = -1;
  ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  ::waitpid(starter, nullptr, 0);
  // The orphan's new parent reaps it some time later; dead is what counts.
  const auto dead = [&] {
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    const FileDescriptor stat(::open(path.c_str(), O_RDONLY));
    if (!stat.is_open()) return true;
    const std::string text = read_all(stat.get());
    return text.find(") Z ") != std::string::npos;
  };
  const Deadline deadline = soon();
  while (!dead() && !deadline.expired())
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(dead());
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace hil
