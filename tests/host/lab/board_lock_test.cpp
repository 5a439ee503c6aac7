// SPDX-License-Identifier: Apache-2.0
// Board locks: held, freed however their holder ends, and safe against any key.
#include "host/lab/board_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::lab {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Puts a variable of the environment back at its end.
class KeptVariable {
 public:
  explicit KeptVariable(const char* name) : name_(name) {
    if (const char* value = std::getenv(name)) value_ = value;
  }
  KeptVariable(const KeptVariable&) = delete;
  KeptVariable& operator=(const KeptVariable&) = delete;
  ~KeptVariable() {
    if (value_.empty()) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, value_.c_str(), 1);
    }
  }

 private:
  const char* name_;
  std::string value_;
};

class BoardLockTest : public testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_STATE_HOME", folder_.path().c_str(), 1); }

  KeptVariable state_{"XDG_STATE_HOME"};
  KeptVariable home_{"HOME"};
  ScratchFolder folder_;
};

/// A process that holds @p key until it is killed.
class Holder {
 public:
  explicit Holder(const std::string& key) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      const auto lock = lock_board(key);
      const char held = lock.ok() ? 1 : 0;
      if (::write(ends[1], &held, 1) == 1) ::pause();
      std::_Exit(1);
    }
    char held = 0;
    holds_ = ::read(ends[0], &held, 1) == 1 && held == 1;
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() { kill(); }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] bool holds() const { return holds_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  bool holds_ = false;
};

TEST_F(BoardLockTest, SaysWhoHoldsItInTheFile) {
  const auto lock = lock_board("nucleo_f446re");
  ASSERT_TRUE(lock.ok()) << lock.error().what;
  EXPECT_EQ(lock->path(), folder_.path() / "hilbench/locks/nucleo_f446re.lock");
  const auto text = read_text_file(lock->path(), 1000);
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(*text, StartsWith(std::to_string(::getpid()) + " "));
  EXPECT_THAT(*text, HasSubstr("host_lab_test"));
}

TEST_F(BoardLockTest, HeldByAnotherProcess) {
  Holder holder("nucleo");
  ASSERT_TRUE(holder.holds());
  const auto lock = lock_board("nucleo");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().blame, Blame::kLab);
  EXPECT_THAT(lock.error().what, StartsWith("nucleo is held by "));
  EXPECT_THAT(lock.error().what, HasSubstr("host_lab_test"));
  EXPECT_THAT(lock.error().what, HasSubstr("(process " + std::to_string(holder.pid()) + ")"));
  EXPECT_TRUE(lock_board("nucleo@066A").ok()) << "another board";
  holder.kill();
  EXPECT_TRUE(lock_board("nucleo").ok()) << "the kernel frees it";
}

TEST_F(BoardLockTest, HeldOnceOnlyAlsoWithinAProcess) {
  {
    const auto first = lock_board("nucleo");
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(lock_board("nucleo").ok());
  }
  EXPECT_TRUE(lock_board("nucleo").ok());
}

TEST_F(BoardLockTest, WhatAnEarlierHolderLeftMeansNothing) {
  const auto path = folder_.path() / "hilbench/locks/nucleo.lock";
  std::filesystem::create_directories(path.parent_path());
  const std::string long_line = "1 " + std::string(5000, 'x') + "\n";
  for (const std::string& left : {std::string("1 init\n"), std::string("garbage"), long_line}) {
    ASSERT_TRUE(write_file(path, left).ok());
    const auto lock = lock_board("nucleo");
    ASSERT_TRUE(lock.ok()) << lock.error().what;
    EXPECT_THAT(*read_text_file(path, 10000), StartsWith(std::to_string(::getpid()) + " "));
  }
}

TEST_F(BoardLockTest, AnyKeyStaysInTheFolder) {
  const std::string longest(300, 'a');
  for (const std::string& key :
       {std::string(), std::string("../../etc/passwd"), std::string("."), std::string("a/b"),
        std::string("x\0y", 3), std::string("\xff\n%"), longest, longest + "b"}) {
    const auto lock = lock_board(key);
    ASSERT_TRUE(lock.ok()) << lock.error().what;
    EXPECT_EQ(lock->path().parent_path(), folder_.path() / "hilbench/locks");
  }
  const auto one = lock_board(longest);
  EXPECT_TRUE(lock_board(longest + "b").ok()) << "long keys are told apart";
  EXPECT_FALSE(lock_board(longest).ok());
  EXPECT_EQ(lock_board("a/b")->path().filename(), "a%2Fb.lock");
}

TEST_F(BoardLockTest, ALinkInTheFoldersPlaceIsNotFollowed) {
  const auto locks = folder_.path() / "hilbench/locks";
  std::filesystem::create_directories(locks);
  ASSERT_TRUE(write_file(folder_.path() / "precious", "kept").ok());
  std::filesystem::create_symlink(folder_.path() / "precious", locks / "nucleo.lock");
  const auto lock = lock_board("nucleo");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().blame, Blame::kLab);
  EXPECT_EQ(*read_text_file(folder_.path() / "precious", 100), "kept");
}

TEST_F(BoardLockTest, AStateFolderThatCannotBeMade) {
  ASSERT_TRUE(write_file(folder_.path() / "hilbench", "a file").ok());
  const auto lock = lock_board("nucleo");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().blame, Blame::kLab);
  EXPECT_THAT(lock.error().what, StartsWith("cannot make the lock "));
  EXPECT_FALSE(lock.error().hint.empty());
}

TEST_F(BoardLockTest, WhereItsFolderIs) {
  ::setenv("HOME", "/home/somebody", 1);
  ::setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(*lock_folder(), "/state/hilbench/locks");
  ::unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(*lock_folder(), "/home/somebody/.local/state/hilbench/locks");
}

TEST(LockKey, IsOneForEveryWayToTheBoard) {
  boards::Board board;
  board.id = "nucleo";
  Port port;
  port.name = "/dev/ttyACM3";
  EXPECT_EQ(lock_key(board, port), "nucleo@ttyACM3");
  port.usb.emplace();
  EXPECT_EQ(lock_key(board, port), "nucleo@ttyACM3") << "an adapter without a serial number";
  port.usb->serial = "0668FF";
  EXPECT_EQ(lock_key(board, port), "nucleo@0668FF");
  // No port here has that serial number, and the board names no USB ids.
  EXPECT_EQ(lock_key(board, std::string("0668FF")), "nucleo@0668FF");
  EXPECT_EQ(lock_key(board, std::string()), "nucleo");
}

TEST_F(BoardLockTest, LookingAtALockTakesNothing) {
  EXPECT_EQ(find_lock_holder("nucleo@066A"), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "hilbench")) << "it made a folder";
  {
    const auto lock = lock_board("nucleo@066A");
    ASSERT_TRUE(lock.ok()) << lock.error().what;
    const auto holder = find_lock_holder("nucleo@066A");
    ASSERT_TRUE(holder.has_value());
    EXPECT_EQ(holder->pid, ::getpid());
    EXPECT_EQ(find_lock_holder("nucleo@066B"), std::nullopt);
  }
  EXPECT_EQ(find_lock_holder("nucleo@066A"), std::nullopt);
}

}  // namespace
}  // namespace hil::lab
