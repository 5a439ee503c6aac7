// SPDX-License-Identifier: Apache-2.0
// hilbench emulate with the real QEMU: up, told of, ended by Ctrl-C or by a board's end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "host/app/commands.hpp"
#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

bool in_path(const std::string& program) {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// True once @p pid is gone or only waits to be reaped by a parent that is not us.
bool dies(pid_t pid) {
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  while (!deadline.expired()) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(stat)), {});
    if (text.empty() || text.find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

/// The command in a process of its own, because it lasts until a signal.
class Running {
 public:
  explicit Running(const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      const auto code = emulate_command(words);
      ::_exit(code.ok() ? *code : exit_code(code.error().blame));
    }
    ::close(ends[1]);
    output_ = FileDescriptor(ends[0]);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// The next line; empty at the end.
  std::string line() const {
    std::string text;
    for (char c = 0; ::read(output_.get(), &c, 1) == 1 && c != '\n';)
      text += c;
    return text;
  }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  FileDescriptor output_;
};

class EmulateCommand : public testing::Test {
 protected:
  void SetUp() override {
    if (!in_path("qemu-system-arm")) GTEST_SKIP() << "qemu-system-arm is not installed";
    ASSERT_EQ(::setenv("HILBENCH_BOARDS", "boards", 1), 0);
    ASSERT_EQ(::setenv("XDG_STATE_HOME", scratch_.path().c_str(), 1), 0);
  }
  void TearDown() override {
    ::unsetenv("HILBENCH_BOARDS");
    ::unsetenv("XDG_STATE_HOME");
  }
  ScratchFolder scratch_;
};

TEST_F(EmulateCommand, KeepsBoardsUpUntilCtrlC) {
  Running command({"mps2_an386", "--count", "2", "--json"});
  const json first = json::parse(command.line(), nullptr, false);
  const json second = json::parse(command.line(), nullptr, false);
  ASSERT_TRUE(first.is_object() && second.is_object());
  EXPECT_EQ(first.at("instance"), 1);
  EXPECT_EQ(second.at("instance"), 2);
  ASSERT_EQ(::kill(second.at("qemu_pid").get<pid_t>(), SIGKILL), 0);
  json event;
  do {
    event = json::parse(command.line(), nullptr, false);
    ASSERT_TRUE(event.is_object());
  } while (event.at("event") == "remark");
  EXPECT_EQ(event.at("event"), "restarted");
  EXPECT_EQ(event.at("instance"), 2);
  ASSERT_EQ(::kill(command.pid(), SIGINT), 0);
  EXPECT_EQ(command.wait(), 130);
  for (const json& board : {first, second}) {
    EXPECT_TRUE(dies(board.at("pid")));
    EXPECT_TRUE(dies(board.at("qemu_pid")));
  }
  EXPECT_TRUE(dies(event.at("qemu_pid")));
}

TEST_F(EmulateCommand, ShowsDoorsAndCommandLines) {
  Running command({"mps2_an386"});
  std::string text;
  std::string line;
  do {
    line = command.line();
    text += line + "\n";
  } while (line.find("Ctrl-C") == std::string::npos && text.size() < 10'000);
  EXPECT_THAT(text, HasSubstr("board       line"));
  EXPECT_THAT(text, HasSubstr("openocd -f interface/stlink-dap.cfg"));
  EXPECT_THAT(line, "Ctrl-C ends it.");
  ASSERT_EQ(::kill(command.pid(), SIGTERM), 0);
  EXPECT_EQ(command.wait(), 143);
}

TEST_F(EmulateCommand, EndsWithAnErrorWhenNoBoardIsLeft) {
  Running command({"mps2_an386", "--json"});
  const json board = json::parse(command.line(), nullptr, false);
  ASSERT_TRUE(board.is_object());
  ASSERT_EQ(::kill(board.at("pid").get<pid_t>(), SIGKILL), 0);
  EXPECT_EQ(command.wait(), exit_code(Blame::kDevice));
}

TEST_F(EmulateCommand, RefusesWhatItCannotStart) {
  EXPECT_EQ(emulate_command({}).error().blame, Blame::kUser);
  EXPECT_EQ(emulate_command({"mps2_an386", "--count", "0"}).error().blame, Blame::kUser);
  EXPECT_EQ(emulate_command({"mps2_an386", "--count", "65"}).error().blame, Blame::kUser);
  EXPECT_EQ(emulate_command({"no_such_board"}).error().blame, Blame::kUser);
  EXPECT_EQ(emulate_command({"linux"}).error().hint, "it needs no emulation: use it with --board");
  EXPECT_EQ(emulate_command({"nucleo_f446re"}).error().what, "nucleo_f446re does not run in QEMU");
  EXPECT_THAT(emulate_command({"mps2_an386", "--image", "README.md"}).error().what,
              HasSubstr("takes no image"));
}

}  // namespace
}  // namespace hil::app
