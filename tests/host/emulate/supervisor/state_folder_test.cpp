// SPDX-License-Identifier: Apache-2.0
// Locks and flash files of virtual boards.
#include "host/emulate/supervisor/state_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

/// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(StateRoot, FollowsTheEnvironment) {
  const Variable home("HOME", "/home/me");
  {
    const Variable state("XDG_STATE_HOME", "/state");
    EXPECT_EQ(*state_root(), "/state/hilbench/boards");
  }
  for (const char* unusable : {static_cast<const char*>(nullptr), "", "relative/state"}) {
    const Variable state("XDG_STATE_HOME", unusable);
    EXPECT_EQ(*state_root(), "/home/me/.local/state/hilbench/boards");
  }
}

class StateFolderTest : public testing::Test {
 protected:
  ScratchFolder scratch_;
};

TEST_F(StateFolderTest, InstancesHaveFoldersOfTheirOwn) {
  const auto first = StateFolder::take(scratch_.path(), "board", 0);
  const auto second = StateFolder::take(scratch_.path(), "board", 0);
  const auto fifth = StateFolder::take(scratch_.path(), "board", 5);
  ASSERT_TRUE(first.ok() && second.ok() && fifth.ok());
  EXPECT_EQ(first->instance(), 1u);
  EXPECT_EQ(second->instance(), 2u);
  EXPECT_EQ(fifth->instance(), 5u);
  EXPECT_EQ(first->flash_file(), scratch_.path() / "board/flash.bin");
  EXPECT_EQ(second->flash_file(), scratch_.path() / "board-2/flash.bin");
  EXPECT_EQ(*read_text_file(scratch_.path() / "board/lock", 100),
            std::to_string(::getpid()) + "\n");
}

TEST_F(StateFolderTest, AHeldInstanceIsRefusedAndFreeOnceLetGo) {
  {
    const auto held = StateFolder::take(scratch_.path(), "board", 2);
    ASSERT_TRUE(held.ok());
    const auto again = StateFolder::take(scratch_.path(), "board", 2);
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().blame, Blame::kLab);
    EXPECT_EQ(again.error().what,
              "virtual board board (instance 2) is held by process " + std::to_string(::getpid()));
    EXPECT_THAT(again.error().hint, HasSubstr("--instance"));
  }
  EXPECT_TRUE(StateFolder::take(scratch_.path(), "board", 2).ok());
}

TEST_F(StateFolderTest, ALockFileOfADeadProcessIsNoLock) {
  fs::create_directories(scratch_.path() / "board");
  ASSERT_TRUE(write_file(scratch_.path() / "board/lock", "1\nand a long rest").ok());
  const auto state = StateFolder::take(scratch_.path(), "board", 1);
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(*read_text_file(scratch_.path() / "board/lock", 100),
            std::to_string(::getpid()) + "\n");
}

TEST_F(StateFolderTest, AnUnusableFolderIsATypedError) {
  ASSERT_TRUE(write_file(scratch_.path() / "file", "x").ok());
  const auto state = StateFolder::take(scratch_.path() / "file", "board", 0);
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().blame, Blame::kLab);
  EXPECT_THAT(state.error().hint, HasSubstr("XDG_STATE_HOME"));
  fs::create_directories(scratch_.path() / "board");
  fs::create_symlink("/etc/passwd", scratch_.path() / "board/lock");  // never written through
  EXPECT_FALSE(StateFolder::take(scratch_.path(), "board", 0).ok());
}

TEST_F(StateFolderTest, FlashIsSavedAndLoadedAndErased) {
  const auto state = StateFolder::take(scratch_.path(), "board", 1);
  ASSERT_TRUE(state.ok());
  EXPECT_TRUE(state->load_flash(4)->empty());
  const std::vector<std::uint8_t> content{0, 255, 10, 13};
  ASSERT_TRUE(state->save_flash(content).ok());
  EXPECT_EQ(*state->load_flash(4), content);
  ASSERT_TRUE(state->erase_flash().ok());
  ASSERT_TRUE(state->erase_flash().ok());
  EXPECT_TRUE(state->load_flash(4)->empty());
}

TEST_F(StateFolderTest, AFlashFileOfAnotherSizeIsRefusedWithWhatToDo) {
  const auto state = StateFolder::take(scratch_.path(), "board", 1);
  ASSERT_TRUE(state.ok());
  for (const std::size_t size : {0u, 3u, 5u}) {
    ASSERT_TRUE(state->save_flash(std::vector<std::uint8_t>(size, 1)).ok());
    const auto loaded = state->load_flash(4);
    ASSERT_FALSE(loaded.ok()) << size;
    EXPECT_EQ(loaded.error().blame, Blame::kLab);
    EXPECT_THAT(loaded.error().what, HasSubstr("flash.bin"));
    EXPECT_THAT(loaded.error().hint, HasSubstr("delete"));
  }
  ASSERT_TRUE(state->erase_flash().ok());
  fs::create_directory(state->flash_file());
  EXPECT_FALSE(state->load_flash(4).ok());
}

}  // namespace
}  // namespace hil::emulate
