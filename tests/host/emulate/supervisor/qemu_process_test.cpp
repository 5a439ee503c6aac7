// SPDX-License-Identifier: Apache-2.0
// QEMU's command line, and what is said of a QEMU that ends, with small scripts in its place.
#include "host/emulate/supervisor/qemu_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "tests/host/base/scratch_folder.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

TEST(QemuArguments, WithAProbeItWaitsOnFourSockets) {
  boards::Emulator emulator;
  emulator.program = "qemu-system-arm";
  emulator.machine = "netduinoplus2";
  emulator.icount_shift = 3;
  emulator.probe = boards::ProbeModel::kStm32f4;
  emulator.options = {"-d", "unimp"};
  EXPECT_EQ(joined(qemu_arguments(emulator, "", {})),
            "qemu-system-arm -M netduinoplus2 -accel tcg -icount shift=3,sleep=on -nodefaults "
            "-display none -net none -monitor none -d unimp -chardev socket,id=serial,fd=3 "
            "-serial chardev:serial -chardev socket,id=gdb,fd=4 -chardev socket,id=qmp,fd=5 "
            "-chardev socket,id=qtest,fd=6 -S -gdb chardev:gdb -mon chardev=qmp,mode=control "
            "-qtest chardev:qtest -qtest-log none");
}

TEST(QemuArguments, WithoutAProbeItRunsItsImage) {
  boards::Emulator emulator;
  emulator.program = "qemu-system-riscv32";
  emulator.machine = "virt";
  emulator.options = {"-bios", "none"};
  EXPECT_EQ(joined(qemu_arguments(emulator, "an image, with a comma.elf", {})),
            "qemu-system-riscv32 -M virt -accel tcg -icount shift=0,sleep=on -nodefaults "
            "-display none -net none -monitor none -bios none -chardev socket,id=serial,fd=3 "
            "-serial chardev:serial -kernel an image, with a comma.elf");
}

class QemuProcessTest : public testing::Test {
 protected:
  /// A program that runs @p script in QEMU's place.
  Result<QemuProcess> start(const std::string& script,
                            boards::ProbeModel probe = boards::ProbeModel::kNone) {
    const fs::path path = scratch_.path() / "qemu";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    boards::Emulator emulator;
    emulator.program = path.string();
    emulator.probe = probe;
    return QemuProcess::start(emulator, "image");
  }
  ScratchFolder scratch_;
};

TEST_F(QemuProcessTest, EveryDoorLeadsIn) {
  auto qemu =
      start("for f in 3 4 5 6; do echo $f >&$f; done; exec sleep 100", boards::ProbeModel::kRam);
  ASSERT_TRUE(qemu.ok()) << qemu.error().what;
  const std::array<const FileDescriptor*, 4> doors{&qemu->serial, &qemu->gdb, &qemu->qmp,
                                                   &qemu->qtest};
  for (std::size_t i = 0; i < doors.size(); ++i) {
    std::array<char, 8> text{};
    ASSERT_EQ(::read(doors[i]->get(), text.data(), text.size()), 2);
    EXPECT_EQ(text[0], static_cast<char>('3' + i));
  }
  const pid_t pid = qemu->pid();
  qemu->end();
  EXPECT_EQ(::kill(pid, 0), -1);
  char byte = 0;
  EXPECT_EQ(::read(doors[1]->get(), &byte, 1), 0);  // nobody else holds the other end
}

TEST_F(QemuProcessTest, WithoutAProbeThereIsOnlyTheLine) {
  auto qemu = start("exec sleep 100");
  ASSERT_TRUE(qemu.ok());
  EXPECT_TRUE(qemu->serial.is_open());
  EXPECT_FALSE(qemu->gdb.is_open() || qemu->qmp.is_open() || qemu->qtest.is_open());
}

TEST_F(QemuProcessTest, TellsItsOwnComplaintNotTheRegistersBehindIt) {
  auto qemu = start(
      "echo 'some warning' >&2; echo 'qemu: fatal: Lockup: no way out' >&2; printf 'R00=0 "
      "R01=1\\n\\n' >&2; kill -ABRT $$");
  ASSERT_TRUE(qemu.ok());
  const std::string words = qemu->last_words("");
  EXPECT_THAT(words,
              testing::EndsWith("ended by signal 6 (SIGABRT): qemu: fatal: Lockup: no way out"));
  EXPECT_FALSE(qemu->read_output());
}

TEST_F(QemuProcessTest, TellsTheLastLineOtherwiseWithoutControlCharacters) {
  auto qemu = start("echo one >&2; printf 'a \\033[31mred\\007 line\\n' >&2; exit 1");
  ASSERT_TRUE(qemu.ok());
  EXPECT_THAT(qemu->last_words(""), testing::EndsWith("exited with status 1: a ?[31mred? line"));
}

TEST_F(QemuProcessTest, OneThatStaysIsEndedAndTheReasonTold) {
  auto qemu = start("exec sleep 100");
  ASSERT_TRUE(qemu.ok());
  EXPECT_THAT(qemu->last_words("it does not answer"),
              testing::EndsWith("was ended (it does not answer)"));
  EXPECT_EQ(::kill(qemu->pid(), 0), -1);
}

TEST_F(QemuProcessTest, MuchOutputKeepsItsEnd) {
  auto qemu = start("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exit 3");
  ASSERT_TRUE(qemu.ok());
  while (qemu->read_output()) {
  }
  EXPECT_THAT(qemu->last_words(""), testing::EndsWith("exited with status 3: line 19999"));
}

TEST(QemuProcess, AMissingQemuNamesItsPackage) {
  EXPECT_EQ(debian_package_of("qemu-system-arm"), "qemu-system-arm");
  EXPECT_EQ(debian_package_of("qemu-system-riscv32"), "qemu-system-misc");
  EXPECT_EQ(debian_package_of("other"), "");
}

}  // namespace
}  // namespace hil::emulate
