// SPDX-License-Identifier: Apache-2.0
// Where the program finds its files: installed, moved, in a build tree, alone, and by environment.
#include "host/base/program_files.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "tests/host/base/scratch_folder.hpp"

namespace hil {
namespace {

namespace fs = std::filesystem;

class ProgramFilesTest : public testing::Test {
 protected:
  fs::path put(const fs::path& name, const std::string& content = "") {
    const fs::path path = scratch_.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
    return path;
  }

  void install(const fs::path& prefix) {
    put(prefix / "share/hilbench/boards/linux.json");
    put(prefix / "bin/hilbench");
    put(prefix / "libexec/hilbench/hilbench-virtual-board");
  }

  [[nodiscard]] ProgramFiles files_of(const fs::path& name) const {
    return program_files_of(scratch_.path() / name);
  }

  const std::string list_ =
      "boards=/tree/boards\nagents=/made/agents\nanother=/x\nno sign\n"
      "virtual_board=/made/a=b/board\nexamples=/tree/fixtures\n";
  ScratchFolder scratch_;
};

TEST_F(ProgramFilesTest, InstalledBesideTheProgramWhereverThatIs) {
  install("a/usr");
  fs::rename(scratch_.path() / "a", scratch_.path() / "b");
  const fs::path prefix = scratch_.path() / "b/usr";
  for (const char* program : {"bin/hilbench", "libexec/hilbench/hilbench-virtual-board"}) {
    const ProgramFiles files = program_files_of(prefix / program);
    EXPECT_EQ(files.boards, prefix / "share/hilbench/boards");
    EXPECT_EQ(files.agents, prefix / "lib/hilbench/agents");
    EXPECT_EQ(files.virtual_board, prefix / "libexec/hilbench/hilbench-virtual-board");
    EXPECT_EQ(files.examples, prefix / "share/hilbench/examples");
  }
}

TEST_F(ProgramFilesTest, AnInstallationInsideABuildTreeIsOneOfItsOwn) {
  put("build/program_files.txt", list_);
  install("build/installed");
  EXPECT_EQ(files_of("build/installed/bin/hilbench").boards,
            scratch_.path() / "build/installed/share/hilbench/boards");
}

TEST_F(ProgramFilesTest, BuildTreeNamesItsFiles) {
  put("build/program_files.txt", list_);
  for (const char* program : {"build/host/app/hilbench", "build/tests/a/b/c/some_test"}) {
    put(program);
    const ProgramFiles files = files_of(program);
    EXPECT_EQ(files.boards, "/tree/boards");
    EXPECT_EQ(files.agents, "/made/agents");
    EXPECT_EQ(files.virtual_board, "/made/a=b/board");
    EXPECT_EQ(files.examples, "/tree/fixtures");
  }
}

TEST_F(ProgramFilesTest, HalfAListIsNone) {
  put("build/program_files.txt", "boards=/tree/boards\nagents=\n");
  put("build/host/app/hilbench");
  EXPECT_EQ(files_of("build/host/app/hilbench").boards, "/share/hilbench/boards");
}

TEST_F(ProgramFilesTest, OnlyBinAndLibexecAreInstalled) {
  put("share/hilbench/boards/linux.json");
  for (const char* program : {"x/hilbench", "x/y/hilbench", "hilbench/hilbench", "libexec/hilbench",
                              "libexec/other/hilbench", "sbin/hilbench"}) {
    put(program + std::string("-file"));
    const ProgramFiles files = files_of(program + std::string("-file"));
    EXPECT_EQ(files.boards, "/share/hilbench/boards") << program;
    EXPECT_EQ(files.virtual_board, "/libexec/hilbench/hilbench-virtual-board") << program;
  }
  EXPECT_EQ(files_of("bin/hilbench").boards, scratch_.path() / "share/hilbench/boards");
}

TEST_F(ProgramFilesTest, ThisFolderDecidesNothing) {
  install(".");
  put("program_files.txt", list_);
  const fs::path before = fs::current_path();
  fs::current_path(scratch_.path());
  for (const char* program : {"", "hilbench", "bin/hilbench"})
    EXPECT_EQ(program_files_of(program).boards, "/share/hilbench/boards") << program;
  fs::current_path(before);
}

TEST_F(ProgramFilesTest, AStrangersListDecidesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path list = put("program_files.txt", list_);
  put("copied/bin/hilbench");
  ASSERT_EQ(::chown(list.c_str(), 12345, 12345), 0);
  EXPECT_EQ(files_of("copied/bin/hilbench").virtual_board,
            scratch_.path() / "copied/libexec/hilbench/hilbench-virtual-board");
}

TEST_F(ProgramFilesTest, AProgramAloneNamesWhereItsFilesShouldBe) {
  put("alone/bin/hilbench");
  EXPECT_EQ(files_of("alone/bin/hilbench").agents, scratch_.path() / "alone/lib/hilbench/agents");
  EXPECT_EQ(program_files_of("/hilbench").boards, "/share/hilbench/boards");
}

TEST_F(ProgramFilesTest, TheEnvironmentComesFirstAndOnePartAtATime) {
  const ProgramFiles before = program_files();
  ASSERT_EQ(::setenv("HILBENCH_AGENTS", "/mine", 1), 0);
  ASSERT_EQ(::setenv("HILBENCH_BOARDS", "", 1), 0);
  ASSERT_EQ(::setenv("HILBENCH_VIRTUAL_BOARD", "bin/other", 1), 0);
  const ProgramFiles files = program_files();
  ::unsetenv("HILBENCH_AGENTS");
  ::unsetenv("HILBENCH_BOARDS");
  ::unsetenv("HILBENCH_VIRTUAL_BOARD");
  EXPECT_EQ(files.agents, "/mine");
  EXPECT_EQ(files.boards, before.boards);
  EXPECT_EQ(files.virtual_board, "bin/other");
}

TEST_F(ProgramFilesTest, ThisTestRunsInABuildTree) {
  EXPECT_TRUE(fs::exists(program_files().boards / "board.schema.json"));
  EXPECT_TRUE(fs::exists(program_files().examples / "digits/digits_int8.tflite"));
}

}  // namespace
}  // namespace hil
