// SPDX-License-Identifier: Apache-2.0
// The real plugin in the real QEMU: counts of known code, markers, and code that means it badly.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <thread>

#include "host/base/program_files.hpp"
#include "host/emulate/power/plugin_record.hpp"
#include "host/emulate/power/power_model.hpp"
#include "host/emulate/power/virtual_meter.hpp"
#include "host/emulate/supervisor/qemu_process.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/emulate/power/marker_code.hpp"

namespace hil::emulate {
namespace {

using Kind = PluginRecord::Kind;
using Records = std::vector<PluginRecord>;

bool in_path(const std::string& program) {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

boards::Emulator arm() {
  boards::Emulator emulator;
  emulator.program = "qemu-system-arm";
  emulator.machine = "mps2-an385";
  emulator.icount_shift = 6;
  return emulator;
}

boards::Emulator riscv() {
  boards::Emulator emulator;
  emulator.program = "qemu-system-riscv32";
  emulator.machine = "virt";
  emulator.options = {"-bios", "none"};
  return emulator;
}

class PowerPluginTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"qemu-system-arm", "qemu-system-riscv32"}) {
      if (!in_path(program)) GTEST_SKIP() << program << " is not installed";
    }
  }

  /// Runs the image until its run has ended (a marker of no pins), and what the plugin wrote.
  /// @p pause: nobody reads for so long.
  template <class Code>
  Records run(const Code& code, const boards::Emulator& emulator, std::uint64_t every,
              std::chrono::milliseconds pause = {}) {
    const auto image = scratch_.path() / "code.bin";
    code.write(image);
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const FileDescriptor out(ends[0]);
    PowerPlugin plugin{program_files().agents / kPowerPlugin, every, FileDescriptor(ends[1])};
    ::fcntl(plugin.pipe.get(), F_SETFL, O_NONBLOCK);
    auto qemu = QemuProcess::start(emulator, image, &plugin);
    EXPECT_TRUE(qemu.ok()) << qemu.error().what;
    if (!qemu.ok()) return {};
    plugin.pipe.reset();
    std::this_thread::sleep_for(pause);
    Records records = read_until_end(out);
    qemu->end();
    return records;
  }

  static Records read_until_end(const FileDescriptor& out) {
    Records records;
    PluginRecordReader reader;
    const Deadline deadline = Deadline::after(std::chrono::seconds(40));
    while (!deadline.expired()) {
      pollfd polled{out.get(), POLLIN, 0};
      if (::poll(&polled, 1, 100) != 1) continue;
      std::array<std::uint8_t, 4096> bytes;
      const ssize_t count = ::read(out.get(), bytes.data(), bytes.size());
      if (count <= 0) break;
      EXPECT_TRUE(reader.take(std::span(bytes).first(static_cast<std::size_t>(count)), records));
      if (!records.empty() && records.back().kind == Kind::kMarker && records.back().pins == 0)
        break;
    }
    return records;
  }

  static Records markers_of(const Records& records) {
    Records markers;
    for (const PluginRecord& record : records) {
      if (record.kind == Kind::kMarker) markers.push_back(record);
    }
    return markers;
  }

  ScratchFolder scratch_;
};

std::uint64_t count_of(const InstructionCounts& counts, InstructionKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

TEST_F(PowerPluginTest, CountsThumbCodeExactly) {
  ThumbCode code;
  code.mark(0x80, 1);
  code.add({0x20FA, 0x3801, 0xD1FD});  // movs r0, #250; 1: subs r0, #1; bne 1b
  code.mark(0x81, 2);
  code.add({0x4352, 0x4352, 0xB500, 0xBC08, 0x1889});  // 2 x muls; push {lr}; pop {r3}; adds
  code.mark(0, 3);
  code.sleep_for_ever();
  const Records records = run(code, arm(), 1'000'000);
  const Records markers = markers_of(records);
  ASSERT_EQ(markers.size(), 3u);
  EXPECT_EQ(markers[0].pins, 0x80);
  EXPECT_EQ(markers[1].pins, 0x81);
  EXPECT_EQ(markers[0].ticks, 1u);
  EXPECT_EQ(markers[2].ticks, 3u);
  EXPECT_EQ(markers[2].lost, 0u);
  const auto looped = difference(markers[1].counts, markers[0].counts);
  EXPECT_EQ(total(looped), 1 + 2 * 250 + ThumbCode::kMarkInstructions);
  EXPECT_EQ(count_of(looped, InstructionKind::kBranch), 250u);
  EXPECT_EQ(count_of(looped, InstructionKind::kLoadStore), ThumbCode::kMarkLoads);
  const auto straight = difference(markers[2].counts, markers[1].counts);
  EXPECT_EQ(total(straight), 5 + ThumbCode::kMarkInstructions);
  EXPECT_EQ(count_of(straight, InstructionKind::kMultiply), 2u);
  EXPECT_EQ(count_of(straight, InstructionKind::kLoadStore), 2 + ThumbCode::kMarkLoads);
}

// QEMU leaves a block at an access to a device and executes the rest of it as another one.
TEST_F(PowerPluginTest, CountsExactlyWhereDevicesAreRead) {
  ThumbCode code;
  code.add({0x2140, 0x0609, 0x2240, 0x0212, 0x1889});  // r1 = 0x40004000, a UART
  code.mark(0x80, 1);
  // movs r0, #200; 1: ldr r2, [r1, #4]; muls r2, r2; adds r2, #1; subs r0, #1; bne 1b
  code.add({0x20C8, 0x684A, 0x4352, 0x3201, 0x3801, 0xD1FA});
  code.mark(0, 2);
  code.sleep_for_ever();
  const Records markers = markers_of(run(code, arm(), 1'000'000));
  ASSERT_EQ(markers.size(), 2u);
  const auto looped = difference(markers[1].counts, markers[0].counts);
  EXPECT_EQ(total(looped), 1 + 5 * 200 + ThumbCode::kMarkInstructions);
  EXPECT_EQ(count_of(looped, InstructionKind::kMultiply), 200u);
  EXPECT_EQ(count_of(looped, InstructionKind::kLoadStore), 200 + ThumbCode::kMarkLoads);
}

TEST_F(PowerPluginTest, SamplesCutTheRunAndLoseNothing) {
  RiscvCode code;
  code.mark(0x80, 0x0102'0304'0506'0708);
  const std::uint64_t looped = code.loop(25);  // 204,801
  code.mark(0, 2);
  code.add({0x1050'0073, 0x0000'006F});  // wfi; j .
  const Records records = run(code, riscv(), 10'000);
  const Records markers = markers_of(records);
  ASSERT_EQ(markers.size(), 2u);
  EXPECT_EQ(markers[0].ticks, 0x0102'0304'0506'0708u);
  EXPECT_EQ(total(difference(markers[1].counts, markers[0].counts)),
            looped + RiscvCode::kMarkInstructions);
  std::size_t samples = 0;
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].kind != Kind::kSample) continue;
    ++samples;
    const std::uint64_t since = total(difference(records[i].counts, records[i - 1].counts));
    EXPECT_GE(since, 10'000u);
    EXPECT_LE(since, 10'100u);  // to the end of a block
  }
  EXPECT_EQ(samples, 20u);
}

TEST_F(PowerPluginTest, TellsOfSleepInARunAlone) {
  RiscvCode code;
  // csrrwi zero, mie, 8; lui t1, 0x2000; addi t2, zero, 1; sw t2, 0(t1): the software interrupt is
  // enabled and pending, but not taken, so that wfi wakes at once.
  code.add({0x3044'5073, 0x0200'0337, 0x0010'0393, 0x0073'2023});
  code.add({0x1050'0073});
  code.mark(0x80, 1);
  code.add({0x1050'0073});
  code.mark(0, 2);
  code.add({0x0000'006F});
  const Records records = run(code, riscv(), 1'000'000);
  std::size_t sleeps = 0;
  for (const PluginRecord& record : records)
    sleeps += record.kind == Kind::kSleep;
  EXPECT_EQ(sleeps, 1u);
  EXPECT_EQ(markers_of(records).size(), 2u);
}

TEST_F(PowerPluginTest, TheTimeAloneLeavesThePinsAsTheyAre) {
  RiscvCode code;
  code.mark(0x40, 1);  // outside of a run: nothing
  code.mark(0x83, 2);
  code.mark(0x40, 3);
  code.mark(0x80, 4);
  code.mark(0, 5);
  code.add({0x0000'006F});
  const Records markers = markers_of(run(code, riscv(), 1'000'000));
  ASSERT_EQ(markers.size(), 4u);
  for (std::size_t i = 0; i < markers.size(); ++i) {
    EXPECT_EQ(markers[i].ticks, i + 2);
    EXPECT_EQ(markers[i].pins, (std::array{0x83, 0x83, 0x80, 0x00})[i]);
  }
}

// A record for each block, and nobody who takes them: samples are left out, markers are not.
TEST_F(PowerPluginTest, AFullPipeCostsSamplesAlone) {
  RiscvCode code;
  code.mark(0x80, 1);
  std::uint64_t looped = code.loop(25);  // 204,801 instructions, half as many blocks
  code.mark(0x81, 2);
  looped += code.loop(1);
  code.mark(0, 3);
  code.add({0x0000'006F});
  const Records records = run(code, riscv(), 1, std::chrono::milliseconds(300));
  const Records markers = markers_of(records);
  ASSERT_EQ(markers.size(), 3u);
  EXPECT_EQ(markers[2].lost, 0u);
  EXPECT_EQ(total(difference(markers[2].counts, markers[0].counts)),
            looped + 2 * RiscvCode::kMarkInstructions);
}

TEST_F(PowerPluginTest, APipeThatNobodyReadsDoesNotHoldQemuUp) {
  RiscvCode code;
  code.mark(0x80, 1);
  code.loop(25);
  code.mark(0, 3);
  // lui t3, 0x100; lui t4, 5; addi t4, t4, 0x555; sw t4, 0(t3): the test device ends QEMU
  code.add({0x0010'0E37, 0x0000'5EB7, 0x555E'8E93, 0x01DE'2023, 0x0000'006F});
  code.write(scratch_.path() / "code.bin");
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  const FileDescriptor out(ends[0]);
  const PowerPlugin plugin{program_files().agents / kPowerPlugin, 1, FileDescriptor(ends[1])};
  auto qemu = QemuProcess::start(riscv(), scratch_.path() / "code.bin", &plugin);
  ASSERT_TRUE(qemu.ok()) << qemu.error().what;
  const Deadline deadline = Deadline::after(std::chrono::seconds(40));
  while (qemu->read_output() && !deadline.expired())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(deadline.expired());
  EXPECT_EQ(qemu->last_words("it stalls"), "qemu-system-riscv32 exited with status 0");
  std::array<std::uint8_t, 1 << 16> bytes;
  EXPECT_GT(::read(out.get(), bytes.data(), bytes.size()), 1'000);
}

// More magic instructions than the plugin remembers, loads that mean nothing, markers torn by
// others: it must neither crash nor take them for markers, and still see the true one.
TEST_F(PowerPluginTest, CodeThatMeansItBadlyDoesNoHarm) {
  ThumbCode code;
  code.add({0x2600, 0x2580, 0x00AD});  // movs r6, #0; movs r5, #128; lsls r5, r5, #2
  for (int i = 0; i < 200; ++i)
    code.add({0x46C9, 0x7833, 0x5D73});  // mov r9, r9; ldrb r3, [r6]; ldrb r3, [r6, r5]: far away
  for (int i = 0; i < 20; ++i)
    code.add({0x46C9, 0x7833, 0x7833, 0x7833});  // never ten
  code.add({0x46C9, 0x46C9, 0x46C9});
  for (int i = 0; i < 70; ++i)
    code.add({0xBF00});  // nop: beyond the reach
  code.mark(0, 77);
  code.sleep_for_ever();
  const Records markers = markers_of(run(code, arm(), 1));
  ASSERT_EQ(markers.size(), 1u);
  EXPECT_EQ(markers[0].ticks, 77u);
}

TEST_F(PowerPluginTest, WhatItCannotDoEndsQemu) {
  boards::Emulator emulator;
  emulator.program = "qemu-system-arm";
  emulator.machine = "none";
  PowerPlugin plugin{program_files().agents / kPowerPlugin, 0, FileDescriptor(::dup(1))};
  auto qemu = QemuProcess::start(emulator, "", &plugin);
  ASSERT_TRUE(qemu.ok());
  const std::string words = qemu->last_words("x");
  EXPECT_NE(words.find("exited with status 1"), std::string::npos) << words;
  EXPECT_NE(words.find("plugin"), std::string::npos) << words;
}

}  // namespace
}  // namespace hil::emulate
