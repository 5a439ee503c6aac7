// SPDX-License-Identifier: Apache-2.0
// Room on disks, in memory, and for pseudo-terminals.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::uint64_t kMi = 1024 * 1024;

TEST(DoctorRoom, Enough) {
  MadeMachine machine;
  EXPECT_THAT(
      ok(machine.examine(), "room"),
      ElementsAre("state folder: 5.0 GiB free at /home/ada",
                  "temporary files: 5.0 GiB free at /tmp", "this folder: 5.0 GiB free at /home/ada",
                  "memory: 2.0 GiB available", "pseudo-terminals: 4093 of 4096 free"));
}

TEST(DoctorRoom, AFullDisk) {
  MadeMachine machine;
  machine.spaces["/tmp"] = {3 * kMi, 100'000, false};
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: temporary files: 3 MiB free at /tmp; other programs may fail -> "
                          "du -xh '/tmp' | sort -h | tail  # then remove what is not needed"));
  EXPECT_TRUE(is_fit(machine.examine())) << "hilbench writes nothing there";
  machine.spaces["/tmp"].free_bytes = 100 * kMi;
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: temporary files: 100 MiB free at /tmp -> du -xh '/tmp' | sort "
                          "-h | tail  # then remove what is not needed"));
  machine.spaces = {{"/home/ada", {3 * kMi, 100'000, false}}};
  EXPECT_THAT(
      not_ok(machine.examine(), "room"),
      ElementsAre("problem: state folder: 3 MiB free at /home/ada; hilbench needs 32 MiB "
                  "-> du -xh '/home/ada' | sort -h | tail  # then remove what is not needed",
                  "remark: this folder: 3 MiB free at /home/ada; results may not fit -> du "
                  "-xh '/home/ada' | sort -h | tail  # then remove what is not needed"));
}

TEST(DoctorRoom, NoFolderForTemporaryFiles) {
  MadeMachine machine;
  for (const char* path : {"/nowhere", "/tmp/x"}) {
    machine.checkup.machine.temporary_folder = path;
    const auto findings = machine.examine();
    EXPECT_THAT(not_ok(findings, "room"),
                ElementsAre("remark: temporary files: " + std::string(path) +
                            " is no folder -> set TMPDIR to a folder that can be written"));
    EXPECT_TRUE(is_fit(findings));
  }
}

TEST(DoctorRoom, TheTemporaryFolderIsTheOneNamedEvenIfItIsNotThere) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ASSERT_EQ(::setenv("TMPDIR", "/no/such/folder", 1), 0);
  EXPECT_EQ(this_machine().temporary_folder, "/no/such/folder");
  ASSERT_EQ(before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1), 0);
}

TEST(DoctorRoom, NoMoreFiles) {
  MadeMachine machine;
  machine.spaces["/tmp"] = {std::uint64_t{5} << 30, 7, false};
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: temporary files: only 7 more files can be made at /tmp -> du "
                          "--inodes -x '/tmp' | sort -n | tail  # then remove what is not needed"));
  machine.spaces["/tmp"].free_files.reset();
  EXPECT_THAT(not_ok(machine.examine(), "room"), IsEmpty());
}

TEST(DoctorRoom, ReadOnly) {
  MadeMachine machine;
  machine.checkup.machine.current_folder = "/mnt/cd";
  machine.file("/mnt/cd/x", "");
  machine.spaces["/mnt/cd"] = {0, 0, true};
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: this folder: /mnt/cd is on a read-only file system -> give "
                          "--json and other results a folder that can be written"));
  machine.spaces = {{"/tmp", {0, 0, true}}};
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: temporary files: /tmp is on a read-only file system -> set "
                          "TMPDIR to a folder that can be written"));
  EXPECT_TRUE(is_fit(machine.examine()));
  machine.spaces = {{"/home/ada", {0, 0, true}}};
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("problem: state folder: /home/ada is on a read-only file system -> set "
                          "XDG_STATE_HOME to a folder that can be written"));
}

TEST(DoctorRoom, LittleMemory) {
  MadeMachine machine;
  machine.file("/proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable:   204800 kB\n");
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: memory: 200 MiB available; a virtual board takes up to 80 MiB "
                          "-> ps -eo rss,pid,comm --sort -rss | head  # then end what takes most"));
  machine.file("/proc/meminfo", "MemAvailable:   51200 kB\n");
  machine.ask("netduino", true);
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("problem: memory: 50 MiB available; a virtual board takes up to 80 MiB "
                          "-> ps -eo rss,pid,comm --sort -rss | head  # then end what takes most"));
  machine.ask("here");
  EXPECT_THAT(not_ok(machine.examine(), "room"), IsEmpty());
  for (const char* rubbish :
       {"", "MemAvailable: lots kB", "MemAvailable: 18446744073709551615 kB"}) {
    machine.file("/proc/meminfo", rubbish);
    EXPECT_THAT(not_ok(machine.examine(), "room"), IsEmpty()) << rubbish;
  }
}

TEST(DoctorRoom, AContainersLimit) {
  MadeMachine machine;
  machine.file("/sys/fs/cgroup/memory.max", "max\n");
  machine.file("/sys/fs/cgroup/memory.current", "1000\n");
  EXPECT_THAT(not_ok(machine.examine(), "room"), IsEmpty());
  machine.file("/sys/fs/cgroup/memory.max", "314572800\n");
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("remark: memory: 299 MiB available; a virtual board takes up to 80 MiB "
                          "-> ps -eo rss,pid,comm --sort -rss | head  # then end what takes most"));
}

TEST(DoctorRoom, AContainersPageCacheIsFree) {
  const std::string folders[][4] = {
      {"/sys/fs/cgroup/", "memory.max", "memory.current", "inactive_file"},
      {"/sys/fs/cgroup/memory/", "memory.limit_in_bytes", "memory.usage_in_bytes",
       "total_inactive_file"}};
  for (const auto& [folder, limit, usage, cache] : folders) {
    MadeMachine machine;
    machine.file(folder + limit, fmt::format("{}\n", 1024 * kMi));
    machine.file(folder + usage, fmt::format("{}\n", 1000 * kMi));
    EXPECT_THAT(not_ok(machine.examine(), "room").front(),
                StartsWith("remark: memory: 24 MiB available;"))
        << folder;
    machine.file(folder + "memory.stat",
                 fmt::format("anon 5\n{} {}\nactive_file 7\n", cache, 900 * kMi));
    EXPECT_THAT(ok(machine.examine(), "room"), Contains("memory: 924 MiB available")) << folder;
    machine.file(folder + "memory.stat", fmt::format("{} {}\n", cache, UINT64_MAX));
    EXPECT_THAT(ok(machine.examine(), "room"), Contains("memory: 1.0 GiB available")) << folder;
  }
}

TEST(DoctorRoom, PseudoTerminals) {
  MadeMachine machine;
  machine.file("/proc/sys/kernel/pty/nr", "4095\n");
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("problem: pseudo-terminals: 1 of 4096 free; each board that runs here "
                          "takes one -> sudo sysctl kernel.pty.max=5120"));
  machine.ask("nucleo");
  EXPECT_THAT(not_ok(machine.examine(), "room"), IsEmpty()) << "a board on the desk takes none";
  machine.checkup.asked.reset();
  machine.remove("/dev/ptmx");
  EXPECT_THAT(not_ok(machine.examine(), "room"),
              ElementsAre("problem: pseudo-terminals: /dev/ptmx or /dev/pts is missing -> sudo "
                          "mkdir -p /dev/pts && sudo mount -t devpts -o ptmxmode=666 devpts "
                          "/dev/pts && sudo ln -sf pts/ptmx /dev/ptmx"));
}

}  // namespace
}  // namespace hil::lab::doctor
