// SPDX-License-Identifier: Apache-2.0
// Reading with limits; writing that is all or nothing, also on a full disk.
#include "host/base/file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/host/base/scratch_folder.hpp"

namespace hil {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  const auto text = read_text_file(path, 1 << 20);
  return text.ok() ? *text : "unreadable: " + text.error().what;
}

/// Files may not grow beyond some bytes while this lives: the nearest to a full disk without root.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit before_{};
  void (*old_handler_)(int) = SIG_DFL;
};

TEST(ReadFile, GivesBackWhatWasWritten) {
  const ScratchFolder folder;
  const std::string content("\0\r\n\xff text", 10);
  ASSERT_TRUE(write_file(folder.path() / "a b", content).ok());
  EXPECT_EQ(content_of(folder.path() / "a b"), content);
  const auto bytes = read_file(folder.path() / "a b", 10);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->size(), 10U);
  EXPECT_EQ((*bytes)[3], 0xff);
}

TEST(ReadFile, LimitIsInclusive) {
  const ScratchFolder folder;
  const auto path = folder.path() / "a";
  ASSERT_TRUE(write_file(path, "12345").ok());
  EXPECT_TRUE(read_file(path, 5).ok());
  const auto refused = read_file(path, 4);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kUser);
  EXPECT_EQ(refused.error().what, path.string() + " is larger than the 4 bytes allowed");
  EXPECT_EQ(refused.error().hint, "check that this is the right file");
}

TEST(ReadFile, FilesOfUnstatedSizeAreLimitedToo) {
  // Files of /proc state a size of 0 and give bytes all the same.
  const auto whole = read_text_file("/proc/self/status", 1 << 20);
  ASSERT_TRUE(whole.ok()) << whole.error().what;
  EXPECT_GT(whole->size(), 10U);
  EXPECT_FALSE(read_text_file("/proc/self/status", 10).ok());
}

TEST(ReadFile, RefusesWhatIsNotAFile) {
  const ScratchFolder folder;
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const auto& path :
       {folder.path(), pipe, fs::path("/dev/zero"), folder.path() / "none", fs::path()}) {
    const auto refused = read_file(path, 100);
    ASSERT_FALSE(refused.ok()) << path;
    EXPECT_EQ(refused.error().blame, Blame::kUser);
    EXPECT_THAT(refused.error().what, HasSubstr("cannot read " + path.string()));
    EXPECT_NE(refused.error().hint, "");
  }
  const auto none = read_file("/none/a", 100);
  EXPECT_EQ(none.error().what, "cannot read /none/a: No such file or directory");
  EXPECT_EQ(none.error().hint, "check the path for a typing error");
  EXPECT_EQ(read_file("/" + std::string(300, 'n'), 100).error().hint,
            "check the path for a typing error");
  EXPECT_EQ(read_file(pipe, 100).error().hint,
            "give the name of a file, not of a folder, pipe or device");
}

TEST(ReadFile, FailureInMidReadIsAUserError) {
  const auto refused = read_file("/proc/self/mem", 100);  // a file; nothing is mapped at 0
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kUser);
  EXPECT_EQ(refused.error().what, "cannot read /proc/self/mem: Input/output error");
  EXPECT_EQ(refused.error().hint, "check that its disk is there and sound");
}

TEST(ReadFile, ErrorOfTheTakerEndsReading) {
  const ScratchFolder folder;
  ASSERT_TRUE(write_file(folder.path() / "a", std::string(300'000, 'x')).ok());
  int calls = 0;
  const auto status = read_file_in_pieces(folder.path() / "a", [&](auto) -> Status {
    ++calls;
    return Error{Blame::kModel, "enough", ""};
  });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "enough");
  EXPECT_EQ(calls, 1);
}

TEST(AtomicFile, NameAppearsOnlyAtCommit) {
  const ScratchFolder folder;
  const auto path = folder.path() / "out";
  auto file = AtomicFile::create(path);
  ASSERT_TRUE(file.ok()) << file.error().what;
  ASSERT_TRUE(file->write("one ").ok());
  ASSERT_TRUE(file->write(std::string(100'000, 'x')).ok());
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content_of(path), "one " + std::string(100'000, 'x'));
  EXPECT_EQ(folder.entry_count(), 1);
  EXPECT_EQ(file->write("more").error().blame, Blame::kBug);
  EXPECT_EQ(file->write("more").error().what, "write to a closed file " + path.string());
  EXPECT_EQ(file->commit().error().blame, Blame::kBug);
  EXPECT_EQ(file->commit().error().what, "commit of a closed file " + path.string());
}

TEST(AtomicFile, WithoutCommitTheOldFileStays) {
  const ScratchFolder folder;
  const auto path = folder.path() / "out";
  ASSERT_TRUE(write_file(path, "old").ok());
  {
    auto file = AtomicFile::create(path);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("new").ok());
  }
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(folder.entry_count(), 1);
  ASSERT_TRUE(write_file(path, "new").ok());
  EXPECT_EQ(content_of(path), "new");
}

TEST(AtomicFile, MovedFileIsFinishedOnce) {
  const ScratchFolder folder;
  auto first = AtomicFile::create(folder.path() / "a");
  auto second = AtomicFile::create(folder.path() / "b");
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE(first->write("a").ok());
  *second = std::move(*first);  // b is given up
  EXPECT_FALSE(fs::exists(folder.path() / "a"));
  ASSERT_TRUE(second->commit().ok());
  EXPECT_EQ(content_of(folder.path() / "a"), "a");
  EXPECT_EQ(folder.entry_count(), 1);
}

TEST(AtomicFile, SymbolicLinkIsFollowed) {
  const ScratchFolder folder;
  fs::create_directory(folder.path() / "far");
  fs::create_symlink("far/real", folder.path() / "link");
  ASSERT_TRUE(write_file(folder.path() / "link", "text").ok());
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
  EXPECT_EQ(content_of(folder.path() / "far" / "real"), "text");
}

TEST(AtomicFile, NewFileHasTheUsualPermissions) {
  const ScratchFolder folder;
  const mode_t mask = ::umask(022);
  ASSERT_TRUE(write_file(folder.path() / "a", "").ok());
  ::umask(mask);
  struct stat info {};
  ASSERT_EQ(::stat((folder.path() / "a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0644U);
}

TEST(AtomicFile, LongNamesWork) {
  const ScratchFolder folder;
  EXPECT_TRUE(write_file(folder.path() / std::string(255, 'n'), "x").ok());
  EXPECT_FALSE(write_file(folder.path() / std::string(256, 'n'), "x").ok());
  EXPECT_EQ(folder.entry_count(), 1);
}

TEST(AtomicFile, ImpossiblePlacesAreUserErrorsWithAHint) {
  const ScratchFolder folder;
  ASSERT_TRUE(write_file(folder.path() / "file", "").ok());
  for (const auto& path :
       {folder.path(), folder.path() / "none" / "a", folder.path() / "file" / "a",
        fs::path(folder.path().string() + "/"), fs::path()}) {
    const auto refused = AtomicFile::create(path);
    ASSERT_FALSE(refused.ok()) << path;
    EXPECT_EQ(refused.error().blame, Blame::kUser);
    EXPECT_THAT(refused.error().what, HasSubstr("cannot create"));
    EXPECT_NE(refused.error().hint, "");
  }
}

/// Root may write anywhere: be nobody while this lives.
class Unprivileged {
 public:
  Unprivileged() : before_(::geteuid()) {
    if (before_ == 0) done_ = ::seteuid(65534) == 0;
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (before_ == 0 && ::seteuid(before_) != 0) std::abort();
  }
  [[nodiscard]] bool done() const { return done_; }

 private:
  uid_t before_;
  bool done_ = true;
};

TEST(AtomicFile, UnwritableFolderOrFileIsAUserError) {
  const ScratchFolder folder;
  const auto file = folder.path() / "a";
  ASSERT_TRUE(write_file(file, "old").ok());
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec |
                                     fs::perms::others_read | fs::perms::others_exec);
  for (const char* name : {"a", "b"}) {
    const Unprivileged unprivileged;
    ASSERT_TRUE(unprivileged.done());
    const auto refused = AtomicFile::create(folder.path() / name);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().blame, Blame::kUser);
    EXPECT_EQ(refused.error().what,
              "cannot create " + (folder.path() / name).string() + ": Permission denied");
    EXPECT_EQ(refused.error().hint,
              "choose a folder you can write to, " + folder.path().string() + " is not one");
  }
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_EQ(content_of(file), "old");
}

TEST(AtomicFile, LoopOfLinksIsAUserError) {
  const ScratchFolder folder;
  fs::create_symlink("b", folder.path() / "a");
  fs::create_symlink("a", folder.path() / "b");
  const auto refused = AtomicFile::create(folder.path() / "a");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kUser);
  EXPECT_THAT(refused.error().what, HasSubstr(": Too many levels of symbolic links"));
  EXPECT_EQ(refused.error().hint, "give another name");
  EXPECT_EQ(folder.entry_count(), 2);
}

TEST(AtomicFile, FullDeviceIsAUserError) {
  const auto status = write_file("/dev/full", "x");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kUser);
  EXPECT_THAT(status.error().what, HasSubstr("cannot write /dev/full: No space left on device"));
  EXPECT_EQ(status.error().hint, "free some space on the disk of /dev or choose another");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(AtomicFile, FailureInMidWriteLeavesNothing) {
  const ScratchFolder folder;
  const auto path = folder.path() / "out";
  ASSERT_TRUE(write_file(path, "old").ok());
  {
    const SizeLimit limit(70'000);
    auto file = AtomicFile::create(path);
    ASSERT_TRUE(file.ok());
    Status status;
    for (int i = 0; i < 10 && status.ok(); ++i)
      status = file->write(std::string(30'000, 'x'));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kUser);
    EXPECT_EQ(status.error().what, "cannot write " + path.string() + ": File too large");
    EXPECT_EQ(status.error().hint,
              "the file would exceed a size limit (ulimit -f, or of the file system)");
    EXPECT_FALSE(file->commit().ok());
  }
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(folder.entry_count(), 1);
}

TEST(AtomicFile, FailureAtCommitLeavesNothing) {
  const ScratchFolder folder;
  {
    const SizeLimit limit(100);
    EXPECT_FALSE(write_file(folder.path() / "out", std::string(101, 'x')).ok());
    EXPECT_TRUE(write_file(folder.path() / "fits", std::string(100, 'x')).ok());
  }
  EXPECT_EQ(folder.entry_count(), 1);
}

}  // namespace
}  // namespace hil
