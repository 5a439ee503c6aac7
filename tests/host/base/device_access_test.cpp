// SPDX-License-Identifier: Apache-2.0
// Who is in the way of a device: permissions, locks, other programs.
#include "host/base/device_access.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>

#include "host/base/file.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/subprocess.hpp"
#include "tests/host/base/as_nobody.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil {
namespace {

using testing::HasSubstr;

class DeviceAccessTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(path_, "").ok());
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  }
  [[nodiscard]] FileDescriptor open() const {
    return FileDescriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
  }

  ScratchFolder folder_;
  std::filesystem::path path_ = folder_.path() / "device";
};

TEST_F(DeviceAccessTest, AFreeDeviceIsGranted) {
  const DeviceAccess access = check_device(path_);
  EXPECT_TRUE(access.granted()) << access.why_not;
  EXPECT_EQ(find_locker(path_), std::nullopt);
  EXPECT_EQ(find_opener(path_), std::nullopt);
}

TEST_F(DeviceAccessTest, AMissingDevice) {
  const DeviceAccess access = check_device(folder_.path() / "none");
  EXPECT_EQ(access.cause, DeviceAccess::Cause::kMissing);
  EXPECT_EQ(access.why_not, "No such file or directory");
  EXPECT_EQ(find_locker(folder_.path() / "none"), std::nullopt);
  EXPECT_EQ(find_opener(folder_.path() / "none"), std::nullopt);
}

TEST_F(DeviceAccessTest, TheLockersProcessIsFound) {
  FileDescriptor first = open();
  FileDescriptor second = open();
  ASSERT_TRUE(lock_device(first.get(), path_).ok());
  const auto locker = find_locker(path_);
  ASSERT_TRUE(locker.has_value());
  EXPECT_EQ(locker->pid, ::getpid());
  EXPECT_THAT(locker->command, HasSubstr("base_test"));
  const Status refused = lock_device(second.get(), path_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kLab);
  EXPECT_EQ(refused.error().what, "cannot open " + path_.string() + ": held by " + locker->text());
  EXPECT_EQ(check_device(path_).cause, DeviceAccess::Cause::kHeld);
  first.reset();
  EXPECT_EQ(find_locker(path_), std::nullopt);
  EXPECT_TRUE(lock_device(second.get(), path_).ok());
}

TEST_F(DeviceAccessTest, AnotherProgramThatHasItOpenIsFound) {
  FileDescriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(master.is_open() && ::unlockpt(master.get()) == 0);
  path_ = ::ptsname(master.get());
  EXPECT_EQ(find_opener(path_), std::nullopt);
  FileDescriptor file(::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  SpawnOptions options;
  options.argv = {"sleep", "60"};
  options.stdin_fd = file.get();
  auto sleeper = Subprocess::spawn(options);
  ASSERT_TRUE(sleeper.ok()) << sleeper.error().what;
  const auto opener = find_opener(path_);
  ASSERT_TRUE(opener.has_value());
  EXPECT_EQ(opener->pid, sleeper->pid());
  EXPECT_EQ(opener->text(), "sleep 60 (process " + std::to_string(sleeper->pid()) + ")");
  const DeviceAccess access = check_device(path_);
  EXPECT_EQ(access.cause, DeviceAccess::Cause::kHeld);
  EXPECT_EQ(access.why_not, "held by " + opener->text());
  sleeper->terminate();
  EXPECT_TRUE(check_device(path_).granted());
}

TEST_F(DeviceAccessTest, WithoutPermissionTheGroupIsNamed) {
  ASSERT_EQ(::chown(path_.c_str(), static_cast<uid_t>(-1), ::getuid() == 0 ? 20 : ::getgid()), 0);
  ASSERT_EQ(::chmod(path_.c_str(), 0060), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        const DeviceAccess access = check_device(path_);
        std::cerr << access.why_not << "; " << access.hint;
        std::_Exit(access.cause == DeviceAccess::Cause::kPermission ? 0 : 1);
      },
      testing::ExitedWithCode(0),
      "no permission \\(it belongs to group .+\\); run sudo usermod -aG .+ \\$USER, then log in");
  EXPECT_EXIT(
      {
        become_nobody();
        std::cerr << cannot_open(path_, EACCES).what;
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "cannot open .*/device: no permission \\(it belongs to group");
}

TEST_F(DeviceAccessTest, WhatNobodyMayUseHasNoGroupToJoin) {
  ASSERT_EQ(::chmod(path_.c_str(), 0), 0);
  EXPECT_EQ(cannot_open(path_, EACCES).what, "cannot open " + path_.string() + ": no permission");
}

TEST_F(DeviceAccessTest, ErrorsOfOpenInWords) {
  EXPECT_EQ(cannot_open(path_, ENODEV).blame, Blame::kLink);
  EXPECT_EQ(cannot_open(path_, EIO).what, path_.string() + " is gone");
  EXPECT_THAT(cannot_open(path_, EBUSY).what, HasSubstr("held by another program"));
  EXPECT_THAT(cannot_open(path_, EMFILE).what, HasSubstr("Too many open files"));
}

TEST(FileHolder, SaysWhatIsKnown) {
  EXPECT_EQ((FileHolder{7, ""}).text(), "process 7");
  EXPECT_EQ((FileHolder{7, "picocom"}).text(), "picocom (process 7)");
  EXPECT_EQ(holder_of(::getpid()).pid, ::getpid());
  EXPECT_EQ(holder_of(1 << 30).command, "") << "no such process";
}

}  // namespace
}  // namespace hil
