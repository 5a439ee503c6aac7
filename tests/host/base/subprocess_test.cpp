// SPDX-License-Identifier: Apache-2.0
// Starting, watching and ending other programs.
#include "host/base/subprocess.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

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
  EXPECT_EQ(process.error().what, "cannot start /nonexistent/agent: No such file or directory");
  EXPECT_EQ(process.error().hint, "check that the program is installed and its path is right");
}

TEST(Subprocess, AFileThatIsNoProgramIsATypedError) {
  SpawnOptions options;
  options.argv = {"/etc/passwd"};
  const auto process = Subprocess::spawn(options);
  ASSERT_FALSE(process.ok());
  EXPECT_EQ(process.error().what, "cannot start /etc/passwd: Permission denied");
  EXPECT_EQ(process.error().hint,
            "check that it may be executed (ls -l) and is built for this machine (file)");
}

TEST(Subprocess, NoNameIsABug) {
  EXPECT_EQ(Subprocess::spawn({}).error().blame, Blame::kBug);
  EXPECT_EQ(Subprocess::spawn({}).error().what, "a program without a name was started");
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

/// A pipe whose reading end is for us.
struct Pipe {
  FileDescriptor in, out;
};

Pipe make_pipe() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

TEST(Subprocess, InheritsWhatIsAskedForUnderItsNumber) {
  Pipe first = make_pipe();
  Pipe second = make_pipe();
  // Numbers that the sources themselves have, crosswise, as the worst case of moving them.
  const int a = std::min(first.out.get(), second.out.get());
  const int b = std::max(first.out.get(), second.out.get());
  if (a > 9 || b > 9) GTEST_SKIP() << "sh knows descriptors of one digit only: " << b;
  SpawnOptions options =
      shell("printf one >&" + std::to_string(b) + "; printf two >&" + std::to_string(a) + "");
  options.inherit = {{first.out.get(), first.out.get() == a ? b : a},
                     {second.out.get(), second.out.get() == a ? b : a}};
  auto process = Subprocess::spawn(options);
  ASSERT_TRUE(process.ok()) << process.error().what;
  first.out.reset();
  second.out.reset();
  const bool first_is_b = options.inherit[0].number == b;
  EXPECT_EQ(read_all(first.in.get()), first_is_b ? "one" : "two");
  EXPECT_EQ(read_all(second.in.get()), first_is_b ? "two" : "one");
}

TEST(Subprocess, InheritedDescriptorsStayOursAndOneMayBeGivenTwice) {
  Pipe pipe = make_pipe();
  SpawnOptions options = shell("printf x >&8; printf y >&9");
  options.inherit = {{pipe.out.get(), 9}, {pipe.out.get(), 8}};
  auto process = Subprocess::spawn(options);
  ASSERT_TRUE(process.ok()) << process.error().what;
  ASSERT_TRUE(process->wait(soon()));
  EXPECT_EQ(::write(pipe.out.get(), "z", 1), 1);
  pipe.out.reset();
  EXPECT_EQ(read_all(pipe.in.get()), "xyz");
}

TEST(Subprocess, OddNumbersForInheritedDescriptorsAreBugs) {
  SpawnOptions options = shell("true");
  const std::vector<std::vector<InheritedFd>> odd{
      {{STDOUT_FILENO, 2}}, {{STDOUT_FILENO, -1}}, {{-1, 4}}, {{STDOUT_FILENO, 4}, {0, 4}}};
  for (const auto& inherit : odd) {
    options.inherit = inherit;
    const auto process = Subprocess::spawn(options);
    ASSERT_FALSE(process.ok());
    EXPECT_EQ(process.error().blame, Blame::kBug);
    EXPECT_THAT(process.error().what,
                testing::MatchesRegex("descriptor -?[0-9]+ was to be inherited as -?[0-9]+"));
  }
}

TEST(Subprocess, ADescriptorThatIsNotOpenIsATypedError) {
  SpawnOptions options = shell("true");
  options.inherit = {{1000, 4}};
  const auto process = Subprocess::spawn(options);
  ASSERT_FALSE(process.ok());
  EXPECT_EQ(process.error().blame, Blame::kTool);
  EXPECT_THAT(process.error().what, HasSubstr("Bad file descriptor"));
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
