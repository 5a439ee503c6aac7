// SPDX-License-Identifier: Apache-2.0
// The real OpenOCD on virtual boards: what is written, what is left alone, and every kind of fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "host/boards/catalogue.hpp"
#include "host/emulate/virtual_board.hpp"
#include "host/flash/fit.hpp"
#include "host/flash/flash.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/flash/image_files.hpp"
#include "tests/host/flash/tools.hpp"

namespace hil::flash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Bytes;
using testing::HasSubstr;

constexpr std::size_t kImageBytes = 20 * 1024;

boards::Board board_named(const std::string& id) {
  const auto catalogue = boards::Catalogue::load();
  const auto board = catalogue ? catalogue->find(id) : Result<boards::Board>(catalogue.error());
  if (!board) ADD_FAILURE() << board.error().what;
  return board ? *board : boards::Board{};
}

/// Where the image of @p board begins and its stack ends.
std::uint32_t base_of(const boards::Board& board) {
  return static_cast<std::uint32_t>(vector_table_of(board.chip).value_or(0));
}

std::uint32_t stack_of(const boards::Board& board) {
  for (const boards::Memory& memory : board.chip.memory) {
    const bool holds_image = memory.holds(base_of(board), 1);
    if (memory.kind == boards::MemoryKind::kRam && !holds_image) {
      return memory.base + memory.size_bytes;
    }
  }
  return 0;
}

/// State of boards and images below a folder of the test's own.
class Bench : public testing::Test {
 protected:
  void SetUp() override {
    HIL_NEEDS_PROGRAM("openocd");
    HIL_NEEDS_PROGRAM("qemu-system-arm");
    ::setenv("XDG_STATE_HOME", (folder_.path() / "state").c_str(), 1);
  }

  /// Starts the virtual board of @p id with the supervisor's options @p more.
  void start(const std::string& id, std::vector<std::string> more = {}) {
    running_.reset();
    board_ = board_named(id);
    emulate::VirtualBoardOptions options;
    options.board = id;
    options.more = std::move(more);
    auto started = emulate::VirtualBoard::start(options, Deadline::after(seconds(30)));
    ASSERT_TRUE(started.ok()) << started.error().what << "; " << started.error().hint;
    running_ = std::move(started).value();
    probe_ = {running_->info().stlink_port, running_->info().serial};
  }

  [[nodiscard]] Bytes firmware(std::uint32_t seed = 1) const {
    return test::firmware(base_of(board_), stack_of(board_), kImageBytes, seed);
  }

  /// Writes @p content to a file called @p name and programs it.
  Result<FlashReport> flash(const Bytes& content, const std::string& name = "image.bin") {
    const auto path = folder_.path() / name;
    HIL_TRY(write_file(path, {reinterpret_cast<const char*>(content.data()), content.size()}));
    HIL_ASSIGN(const Image image, parse_image(content, name, base_for(content)));
    return program(board_, image, path, probe_, options_);
  }

  /// Only raw bytes get a base.
  [[nodiscard]] std::optional<std::uint64_t> base_for(const Bytes& content) const {
    const bool raw = content[0] != ':' && content[0] != 'S' && content[0] != 0x7F;
    return raw ? std::optional<std::uint64_t>(base_of(board_)) : std::nullopt;
  }

  void expect_flashes(const Bytes& content, const std::string& name = "image.bin") {
    const auto report = flash(content, name);
    ASSERT_TRUE(report.ok()) << report.error().what << "; " << report.error().hint;
    EXPECT_FALSE(report->already_there);
  }

  void expect_holds(const Bytes& content) {
    const auto memory = read_bytes(board_, base_of(board_), content.size(), probe_);
    ASSERT_TRUE(memory.ok()) << memory.error().what << "; " << memory.error().hint;
    EXPECT_TRUE(memory->bytes == content);
  }

  /// Flashing again works: what went wrong before left a usable board.
  void expect_usable() {
    options_ = {};
    expect_flashes(firmware(99));
    expect_holds(firmware(99));
  }

  /// An OpenOCD whose process id can be told.
  void use_openocd_with_known_pid() {
    const auto tool = folder_.path() / "openocd";
    test::write_program(tool, "echo $$ > \"$0.pid\"\nexec openocd \"$@\"");
    options_.openocd = tool.string();
  }
  [[nodiscard]] pid_t openocd_pid() const {
    const auto text = read_text_file(folder_.path() / "openocd.pid", 100);
    return text ? std::stoi(*text) : -1;
  }

  const ScratchFolder folder_;
  boards::Board board_;
  std::unique_ptr<emulate::VirtualBoard> running_;
  ProbeAddress probe_;
  FlashOptions options_;
};

class EveryBoard : public Bench, public testing::WithParamInterface<const char*> {};

TEST_P(EveryBoard, IsWrittenOnceAndReadBack) {
  ASSERT_NO_FATAL_FAILURE(start(GetParam()));
  expect_flashes(firmware());
  expect_holds(firmware());

  const auto again = flash(firmware());
  ASSERT_TRUE(again.ok()) << again.error().what;
  EXPECT_TRUE(again->already_there);

  options_.force = true;
  expect_flashes(firmware());
  options_.force = false;
  expect_flashes(firmware(2));
  expect_holds(firmware(2));
}

TEST_P(EveryBoard, TakesElfAndTextFormats) {
  ASSERT_NO_FATAL_FAILURE(start(GetParam()));
  expect_flashes(test::elf_file(base_of(board_), firmware(3)), "a.elf");
  expect_holds(firmware(3));
  expect_flashes(test::bytes_of(test::hex_file(base_of(board_), firmware(4))), "a.hex");
  expect_holds(firmware(4));
  expect_flashes(test::bytes_of(test::s_file(base_of(board_), firmware(5))), "a.srec");
  expect_holds(firmware(5));
}

INSTANTIATE_TEST_SUITE_P(Boards, EveryBoard,
                         testing::Values("netduino_plus_2", "stm32vldiscovery", "microbit",
                                         "mps2_an386"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(Bench, AnyFileNameWillDo) {
  ASSERT_NO_FATAL_FAILURE(start("stm32vldiscovery"));
  std::uint32_t seed = 1;
  for (const char* name : {"with space.bin", "$HOME [exit] ;shutdown", "{", "}", "a\nb\"c\\",
                           "erase", "\xff\xfe", "hilbench: reset\nhilbench: done"}) {
    expect_flashes(firmware(seed), name);
    expect_holds(firmware(seed++));
  }
}

TEST_F(Bench, FlashStaysFromOneStartToTheNext) {
  ASSERT_NO_FATAL_FAILURE(start("stm32vldiscovery"));
  expect_flashes(firmware());
  ASSERT_NO_FATAL_FAILURE(start("stm32vldiscovery"));
  const auto again = flash(firmware());
  ASSERT_TRUE(again.ok()) << again.error().what;
  EXPECT_TRUE(again->already_there);
}

TEST_F(Bench, TheModelSlotIsWrittenBesideTheAgent) {
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2"));
  expect_flashes(firmware());
  ASSERT_TRUE(board_.agent.model_slot);
  const std::uint32_t slot = board_.agent.model_slot->base;
  Bytes model(150'001);
  for (std::size_t i = 0; i < model.size(); ++i)
    model[i] = static_cast<std::uint8_t>(i * 7);
  const auto written = write_bytes(board_, slot, model, probe_);
  ASSERT_TRUE(written.ok()) << written.error().what << "; " << written.error().hint;
  EXPECT_FALSE(written->already_there);
  const auto read = read_bytes(board_, slot, model.size(), probe_);
  ASSERT_TRUE(read.ok()) << read.error().what;
  EXPECT_TRUE(read->bytes == model);
  expect_holds(firmware());
  const auto again = write_bytes(board_, slot, model, probe_);
  ASSERT_TRUE(again.ok()) << again.error().what;
  EXPECT_TRUE(again->already_there);
}

TEST_F(Bench, AWrongSerialIsNoProbe) {
  ASSERT_NO_FATAL_FAILURE(start("stm32vldiscovery"));
  ProbeAddress other = probe_;
  other.serial = "NOBODY";
  const auto content = read_bytes(board_, base_of(board_), 4, other);
  ASSERT_FALSE(content.ok());
  EXPECT_EQ(content.error().blame, Blame::kLab);
  EXPECT_EQ(content.error().what, "there is no probe with that serial number: probe NOBODY");
  expect_usable();
}

TEST_F(Bench, TheWrongChipIsLeftAsItIs) {
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2"));
  expect_flashes(firmware());
  const Bytes other = firmware(2);
  const auto path = folder_.path() / "image.bin";
  const auto report = program(board_named("nucleo_f446re"), test::image_of(base_of(board_), other),
                              path, probe_, options_);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().blame, Blame::kLab);
  EXPECT_EQ(report.error().what,
            "the chip is no STM32F446RE of nucleo_f446re: its DBGMCU_IDCODE is 0x00000413, not "
            "0x00000421; nothing was written");
  expect_holds(firmware());
  expect_usable();
}

TEST_F(Bench, ACoreThatCannotRunTheCodeIsRefused) {
  ASSERT_NO_FATAL_FAILURE(start("mps2_an386"));
  board_.chip.core = "cortex-m7";
  board_.chip.id.reset();
  const auto report = flash(firmware());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(
      report.error().what,
      "the chip has a Cortex-M4, which does not run the cortex-m7 code of mps2_an386; nothing "
      "was written");
  board_ = board_named("mps2_an386");
  expect_usable();
}

TEST_F(Bench, OpenocdKilledInMidFlash) {
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2", {"--busy-ms", "500"}));
  use_openocd_with_known_pid();
  std::thread killer;
  options_.progress = [&](Phase phase) {
    if (phase != Phase::kProgram) return;
    killer = std::thread([pid = openocd_pid()] {
      std::this_thread::sleep_for(milliseconds(200));
      if (pid > 1) ::kill(pid, SIGKILL);
    });
  };
  const auto report = flash(firmware());
  if (killer.joinable()) killer.join();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().blame, Blame::kTool);
  EXPECT_EQ(report.error().what,
            "OpenOCD was ended by signal 9 (SIGKILL) in phase program of flashing netduino_plus_2");
  expect_usable();
}

TEST_F(Bench, APhaseThatTakesTooLongIsEnded) {
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2", {"--busy-ms", "1500"}));
  PhaseLimits limits;
  limits.program = milliseconds(500);
  options_.limits = limits;
  const auto report = flash(firmware());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().blame, Blame::kTool);
  EXPECT_EQ(report.error().what,
            "OpenOCD did not end phase program of flashing netduino_plus_2 within 0.5 s and was "
            "killed");
  expect_usable();
}

TEST_F(Bench, AWriteProtectedSector) {
  for (const char* id : {"netduino_plus_2", "stm32vldiscovery"}) {
    ASSERT_NO_FATAL_FAILURE(start(id, {"--protect-sector", "0"}));
    const auto report = flash(firmware());
    ASSERT_FALSE(report.ok()) << id;
    EXPECT_EQ(report.error().blame, Blame::kDevice) << report.error().hint;
    EXPECT_THAT(report.error().what,
                HasSubstr(std::string("the flash of ") + id + " is write-protected"));
    ASSERT_NO_FATAL_FAILURE(start(id));
    expect_usable();
  }
}

TEST_F(Bench, AStuckBitIsFoundByVerify) {
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2", {"--stuck-bit", "0x08001234:5:0"}));
  Bytes content = firmware();
  content[0x1234] = 0xFF;
  const auto report = flash(content);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().blame, Blame::kDevice);
  EXPECT_EQ(report.error().what,
            "the chip of netduino_plus_2 does not hold what was written at 0x08001234");
  content[0x1234] = 0x0F;
  expect_flashes(content);
}

TEST_F(Bench, TheProbeGoesAwayInMidFlash) {
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2", {"--busy-ms", "500"}));
  std::thread puller;
  options_.progress = [&](Phase phase) {
    if (phase != Phase::kProgram) return;
    puller = std::thread([pid = running_->info().pid] {
      std::this_thread::sleep_for(milliseconds(200));
      ::kill(pid, SIGKILL);
    });
  };
  const auto report = flash(firmware());
  if (puller.joinable()) puller.join();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().blame, Blame::kLab) << report.error().what << report.error().hint;
  EXPECT_EQ(report.error().what, "the probe of netduino_plus_2 went away");
  ASSERT_NO_FATAL_FAILURE(start("netduino_plus_2"));
  expect_usable();
}

}  // namespace
}  // namespace hil::flash
