// SPDX-License-Identifier: Apache-2.0
// What a board file says, and how each block of it can be wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::boards {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using Change = std::function<void(json&)>;
namespace fs = std::filesystem;

Board board(const std::string& id) {
  const auto catalogue = Catalogue::load("boards");
  EXPECT_TRUE(catalogue.ok()) << catalogue.error().what;
  return *catalogue->find(id);
}

/// netduino_plus_2.json, which has every block, in a folder of its own.
class BoardFileTest : public testing::Test {
 protected:
  BoardFileTest() : board_(json::parse(std::ifstream("boards/netduino_plus_2.json"))) {
    fs::copy_file("boards/board.schema.json", scratch_.path() / "board.schema.json");
  }
  Result<Board> loaded_after(const Change& change) const {
    json changed = board_;
    change(changed);
    std::ofstream(scratch_.path() / "netduino_plus_2.json") << changed.dump();
    HIL_ASSIGN(const auto catalogue, Catalogue::load(scratch_.path()));
    return catalogue.find("netduino_plus_2");
  }
  /// What is said of the file after @p change, behind the file's name; "" if it is taken.
  std::string complaint(const Change& change) const {
    const auto result = loaded_after(change);
    if (result.ok()) return "";
    EXPECT_EQ(result.error().blame, Blame::kConfig);
    EXPECT_FALSE(result.error().hint.empty());
    const std::string& what = result.error().what;
    const std::string name = "netduino_plus_2.json: ";
    const auto at = what.find(name);
    return at == std::string::npos ? "no file name: " + what : what.substr(at + name.size());
  }
  /// The same with @p value put at the JSON path @p path.
  std::string complaint_with(const std::string& path, const json& value) const {
    return complaint([&](json& b) { b[json::json_pointer(path)] = value; });
  }
  std::string complaint_without(const std::string& path) const {
    return complaint([&](json& b) {
      const json::json_pointer pointer(path);
      b[pointer.parent_pointer()].erase(pointer.back());
    });
  }

  ScratchFolder scratch_;
  json board_;
};

TEST(BoardFile, ABoardInQemuIsReadWhole) {
  const Board netduino = board("netduino_plus_2");
  EXPECT_EQ(netduino.status, BoardStatus::kEmulated);
  EXPECT_EQ(netduino.chip.core, "cortex-m4f");
  EXPECT_EQ(netduino.chip.family, "stm32f4");
  EXPECT_EQ(netduino.chip.openocd_target, "target/stm32f4x.cfg");
  EXPECT_FALSE(netduino.chip.ram_vectors);
  ASSERT_EQ(netduino.chip.memory.size(), 2u);
  EXPECT_EQ(netduino.chip.memory[0].kind, MemoryKind::kFlash);
  EXPECT_EQ(netduino.chip.memory[0].base, 0x0800'0000u);
  EXPECT_EQ(netduino.chip.memory[0].size_bytes, 1u << 20);
  EXPECT_EQ(netduino.chip.memory[1].name, "sram");
  EXPECT_EQ(netduino.chip.memory[1].kind, MemoryKind::kRam);
  ASSERT_TRUE(netduino.chip.id);
  EXPECT_EQ(netduino.chip.id->name, "DBGMCU_IDCODE");
  EXPECT_EQ(netduino.chip.id->address, 0xE004'2000u);
  EXPECT_EQ(netduino.chip.id->mask, 0xFFFu);
  EXPECT_THAT(netduino.chip.id->values, ElementsAre(0x413u));
  EXPECT_EQ(netduino.clock_hz, 168'000'000u);
  EXPECT_EQ(netduino.serial.baud, 115'200u);
  EXPECT_THAT(netduino.serial.bauds, testing::Contains(921'600u));
  EXPECT_EQ(netduino.serial.dtr, LineState::kUnchanged);
  ASSERT_TRUE(netduino.probe);
  EXPECT_EQ(netduino.probe->openocd_interface, "interface/stlink-dap.cfg");
  EXPECT_EQ(netduino.probe->transport, "dapdirect_swd");
  ASSERT_EQ(netduino.probe->usb.size(), 2u);
  EXPECT_EQ(netduino.probe->usb[0].vendor, 0x0483);
  EXPECT_EQ(netduino.probe->usb[0].product, 0x3748);
  ASSERT_TRUE(netduino.agent.model_slot);
  EXPECT_EQ(netduino.agent.model_slot->base, 0x0808'0000u);
  EXPECT_EQ(netduino.agent.model_slot->size_bytes, 512u << 10);
  EXPECT_EQ(netduino.agent.model_slot->kind, MemoryKind::kFlash);
}

TEST(BoardFile, AnEmulatorBlockIsReadWhole) {
  const Emulator qemu = *board("netduino_plus_2").emulator;
  EXPECT_EQ(qemu.kind, EmulatorKind::kQemu);
  EXPECT_EQ(qemu.program, "qemu-system-arm");
  EXPECT_EQ(qemu.machine, "netduinoplus2");
  EXPECT_EQ(qemu.icount_shift, 3u);
  EXPECT_EQ(qemu.probe, ProbeModel::kStm32f4);
  EXPECT_EQ(qemu.debug_port_id, 0x2BA0'1477u);
  EXPECT_EQ(qemu.access_port_id, 0x2477'0011u);
  EXPECT_EQ(qemu.divisor.kind, DivisorKind::kStm32);
  EXPECT_EQ(qemu.divisor.address, 0x4001'1008u);
  EXPECT_EQ(qemu.divisor.clock_hz, 84'000'000u);
  ASSERT_EQ(qemu.memory.size(), 2u);
  EXPECT_EQ(qemu.memory[1].size_bytes, 192u << 10);
  ASSERT_TRUE(qemu.power);
  EXPECT_THAT(qemu.power->source, testing::HasSubstr("of no chip"));
  EXPECT_EQ(qemu.power->supply_mv, 3300u);
  EXPECT_EQ(qemu.power->tick_hz, 125'000'000u);
  EXPECT_EQ(qemu.power->run_uw, 9'000u);
  EXPECT_EQ(qemu.power->wait_uw, 4'000u);
  EXPECT_EQ(qemu.power->instruction_pj, 240u);
  EXPECT_EQ(qemu.power->load_store_pj, 100u);
  EXPECT_EQ(qemu.power->multiply_pj, 60u);
  EXPECT_EQ(qemu.power->float_pj, 90u);
  EXPECT_EQ(qemu.power->branch_pj, 40u);
  EXPECT_EQ(qemu.power->vector_pj, 0u);

  EXPECT_THAT(board("qemu_rv32").emulator->options, ElementsAre("-bios", "none"));
  EXPECT_EQ(board("qemu_rv32").emulator->probe, ProbeModel::kNone);
  EXPECT_EQ(board("qemu_rv32").emulator->divisor.kind, DivisorKind::kUart16550);
  EXPECT_EQ(board("mps3_an547").emulator->divisor.kind, DivisorKind::kNone);
  EXPECT_EQ(board("mps3_an547").chip.ram_vectors, 0x1000'0000u);
  EXPECT_EQ(board("linux_aarch64").emulator->kind, EmulatorKind::kProcess);
  EXPECT_THAT(board("linux_aarch64").emulator->runner, testing::Contains("qemu-aarch64"));
  EXPECT_TRUE(board("linux").emulator->runner.empty());
  EXPECT_FALSE(board("nucleo_f446re").emulator);
}

TEST(BoardFile, MemoryHoldsOnlyWhatIsInside) {
  const Memory flash{"flash", MemoryKind::kFlash, 0x0800'0000, 0x1000};
  EXPECT_TRUE(flash.holds(0x0800'0000, 0x1000));
  EXPECT_TRUE(flash.holds(0x0800'0FFF, 1));
  EXPECT_TRUE(flash.holds(0x0800'1000, 0));
  EXPECT_FALSE(flash.holds(0x0800'0FFF, 2));
  EXPECT_FALSE(flash.holds(0x07FF'FFFF, 2));
  EXPECT_FALSE(flash.holds(0x0800'0001, ~std::uint64_t{0}));
  EXPECT_FALSE(flash.holds(~std::uint64_t{0}, 2));
  Chip chip;
  chip.memory = {flash, {"top", MemoryKind::kRam, 0xFFFF'F000, 0x1000}};
  EXPECT_EQ(chip.find_memory(0xFFFF'FFFC, 4), &chip.memory[1]);
  EXPECT_EQ(chip.find_memory(0xFFFF'FFFC, 8), nullptr);
  EXPECT_EQ(chip.find_memory(0, 4), nullptr);
}

TEST_F(BoardFileTest, TheFileItselfIsGood) {
  EXPECT_EQ(complaint([](json&) {}), "");
}

TEST_F(BoardFileTest, AnUnknownKeyIsRefusedAtEveryLevel) {
  for (const char* block :
       {"", "/chip", "/chip/id", "/chip/memory/0", "/board", "/board/serial", "/board/probe",
        "/board/probe/usb/0", "/agent", "/agent/model_slot", "/agent/build", "/emulator",
        "/emulator/divisor", "/emulator/memory/1", "/emulator/power"}) {
    const std::string path = std::string(block) + "/colour";
    EXPECT_EQ(complaint_with(path, "red"), path + ": there is no such key");
  }
  EXPECT_THAT(complaint_with("/emulator", {{"kind", "process"}, {"machine", "x"}}),
              testing::StartsWith("/emulator/machine: there is no such key"));
}

TEST_F(BoardFileTest, EveryBlockNeedsItsKeys) {
  for (const char* path : {"/schema",
                           "/id",
                           "/name",
                           "/status",
                           "/chip",
                           "/board",
                           "/agent",
                           "/chip/name",
                           "/chip/core",
                           "/chip/family",
                           "/chip/memory",
                           "/chip/memory/0/name",
                           "/chip/memory/1/kind",
                           "/chip/memory/0/base",
                           "/chip/memory/0/size_bytes",
                           "/chip/id/name",
                           "/chip/id/address",
                           "/chip/id/mask",
                           "/chip/id/values",
                           "/board/serial",
                           "/board/serial/baud",
                           "/board/probe/openocd_interface",
                           "/board/probe/transport",
                           "/board/probe/usb/0/vendor",
                           "/agent/image",
                           "/agent/model_slot/base",
                           "/agent/model_slot/size_bytes",
                           "/emulator/kind",
                           "/emulator/program",
                           "/emulator/machine",
                           "/emulator/icount_shift",
                           "/emulator/probe",
                           "/emulator/power/source",
                           "/emulator/power/tick_hz",
                           "/emulator/power/wait_uw",
                           "/emulator/divisor/kind",
                           "/emulator/divisor/address",
                           "/emulator/divisor/clock_hz"}) {
    const std::string text(path);
    const auto slash = text.rfind('/');
    const std::string block = slash == 0 ? "/" : text.substr(0, slash);
    EXPECT_EQ(complaint_without(path),
              block + ": Missing required property '" + text.substr(slash + 1) + "'");
  }
}

TEST_F(BoardFileTest, WrongTypesAndRangesAreNamed) {
  const std::vector<std::pair<const char*, json>> wrong = {
      {"/id", 7},
      {"/status", "splendid"},
      {"/chip", json::array()},
      {"/chip/core", "cortex-m99"},
      {"/chip/family", "../posix"},
      {"/chip/memory", "1 MB"},
      {"/chip/memory/0/kind", "rom"},
      {"/chip/memory/0/base", 134217728},
      {"/chip/memory/0/base", "0X8000000"},
      {"/chip/memory/0/base", "0x080000000"},
      {"/chip/memory/0/base", "0x"},
      {"/chip/memory/0/base", "-0x1"},
      {"/chip/memory/0/size_bytes", 0},
      {"/chip/memory/0/size_bytes", -1},
      {"/chip/memory/0/size_bytes", 1.5},
      {"/chip/memory/0/size_bytes", 4294967296},
      {"/chip/memory/0/size_bytes", 18446744073709551615u},
      {"/chip/memory/0/size_bytes", "1048576"},
      {"/chip/id/values", json::array()},
      {"/chip/id/values/0", "0x123456789"},
      {"/chip/openocd_target", "openocd/../../etc/passwd.cfg"},
      {"/chip/openocd_target", "target/a[exit].cfg"},
      {"/chip/ram_vectors", nullptr},
      {"/board/clock_hz", 0},
      {"/board/serial/bauds/0", "fast"},
      {"/board/serial/dtr", true},
      {"/board/probe/openocd_interface", "/etc/passwd.cfg"},
      {"/board/probe/transport", "spi"},
      {"/board/probe/usb/0/vendor", "0x10483"},
      {"/agent/image", "a/b"},
      {"/agent/build/window", 0},
      {"/agent/build/operators", "/etc/passwd"},
      {"/agent/build/tx", "9"},
      {"/emulator/kind", "renode"},
      {"/emulator/program", "/bin/sh"},
      {"/emulator/machine", "x,y"},
      {"/emulator/options", json::array({1})},
      {"/emulator/options", json::array({std::string("-s\0x", 4)})},
      {"/emulator/icount_shift", 11},
      {"/emulator/probe", "stm32h7"},
      {"/emulator/debug_port_id", 1},
      {"/emulator/divisor/kind", "none"},
      {"/emulator/divisor/clock_hz", 0},
  };
  for (const auto& [path, value] : wrong) {
    EXPECT_THAT(complaint_with(path, value), testing::StartsWith(path)) << value;
  }
}

TEST_F(BoardFileTest, MemoryMustNotWrapOrOverlap) {
  EXPECT_EQ(complaint_with("/chip/memory/1/base", "0xfffe0001"),
            "/chip/memory/1: 'sram' ends behind the 32-bit address space");
  EXPECT_EQ(complaint_with("/chip/memory/1/base", "0xfffe0000"), "");
  EXPECT_EQ(complaint_with("/chip/memory/1/base", "0x080fffff"),
            "/chip/memory/1: 'sram' overlaps 'flash'");
  EXPECT_EQ(complaint_with("/chip/memory/1/base", "0x08100000"), "");
  EXPECT_EQ(complaint_with("/chip/memory/1/base", "0x07fe0001"),
            "/chip/memory/1: 'sram' overlaps 'flash'");
  EXPECT_EQ(complaint_with("/chip/memory/1/name", "flash"),
            "/chip/memory/1/name: 'flash' is taken");
  EXPECT_EQ(complaint_with("/emulator/memory/0/base", "0x20000000"),
            "/emulator/memory/1: 'sram' overlaps 'flash'");
  EXPECT_EQ(complaint_with("/emulator/memory/0/size_bytes", 4294967295),
            "/emulator/memory/0: 'flash' ends behind the 32-bit address space");
}

TEST_F(BoardFileTest, TheModelSlotIsInFlash) {
  const std::string before = "/agent/model_slot: 524288 bytes at ";
  const std::string behind = " are not inside one flash memory";
  EXPECT_EQ(complaint_with("/agent/model_slot/base", "0x08080001"), before + "0x08080001" + behind);
  EXPECT_EQ(complaint_with("/agent/model_slot/base", "0x20000000"), before + "0x20000000" + behind);
  EXPECT_EQ(complaint_with("/agent/model_slot/base", "0xffffffff"), before + "0xffffffff" + behind);
  EXPECT_EQ(complaint_with("/agent/model_slot/base", "0x08000000"), "");
  EXPECT_EQ(complaint([](json& b) { b["agent"].erase("model_slot"); }), "");
}

TEST_F(BoardFileTest, VectorsOfARamBoardAreInRam) {
  const std::string behind = " is not a place for a vector table in RAM";
  EXPECT_EQ(complaint_with("/chip/ram_vectors", "0x20000000"), "");
  EXPECT_EQ(complaint_with("/chip/ram_vectors", "0x08000000"),
            "/chip/ram_vectors: 0x08000000" + behind);
  EXPECT_EQ(complaint_with("/chip/ram_vectors", "0x2001fffc"),
            "/chip/ram_vectors: 0x2001fffc" + behind);
  EXPECT_EQ(complaint_with("/chip/ram_vectors", "0x20000002"),
            "/chip/ram_vectors: 0x20000002" + behind);
}

TEST_F(BoardFileTest, AChipIdCanMatch) {
  EXPECT_EQ(complaint_with("/chip/id/values", {"0x413", "0x1413"}),
            "/chip/id/values/1: 0x1413 has bits outside the mask 0x00000fff");
  EXPECT_EQ(complaint_with("/chip/id/address", "0xe0042001"),
            "/chip/id/address: 0xe0042001 is not a multiple of 4");
}

TEST_F(BoardFileTest, ScriptsOfOurOwnExist) {
  EXPECT_EQ(complaint_with("/chip/openocd_target", "openocd/none.cfg"),
            "/chip/openocd_target: there is no openocd/none.cfg beside the board file");
  fs::create_directory(scratch_.path() / "openocd");
  std::ofstream(scratch_.path() / "openocd/none.cfg") << "# empty\n";
  EXPECT_EQ(complaint_with("/chip/openocd_target", "openocd/none.cfg"), "");
}

TEST_F(BoardFileTest, LineChipAndEmulatorFitTogether) {
  EXPECT_EQ(complaint_with("/board/serial/baud", 0),
            "/board/serial/bauds: the line has no rate (baud is 0)");
  EXPECT_EQ(complaint_with("/board/serial", {{"baud", 0}}),
            "/board/serial/baud: a line of QEMU needs a rate");
  EXPECT_THAT(complaint_with("/board/serial/bauds", {9600, 9600}),
              testing::StartsWith("/board/serial/bauds: "));
  EXPECT_EQ(complaint_without("/chip/openocd_target"),
            "/emulator/probe: a chip with a debug port needs chip.openocd_target");
  EXPECT_EQ(complaint_without("/emulator/debug_port_id"),
            "/emulator/probe: a debug port needs debug_port_id and access_port_id");
  EXPECT_EQ(complaint([](json& b) {
              b["chip"]["memory"] = json::array();
              b["agent"].erase("model_slot");
            }),
            "/chip/memory: a chip in QEMU needs memory");
}

TEST_F(BoardFileTest, LinesMayBeSetAtOpen) {
  const auto changed = loaded_after([](json& b) {
    b["board"]["serial"]["dtr"] = "off";
    b["board"]["serial"]["rts"] = "on";
    b["board"]["serial"]["usb"] = {{{"vendor", "0x0403"}, {"product", "0xffff"}}};
  });
  ASSERT_TRUE(changed.ok()) << changed.error().what;
  EXPECT_EQ(changed->serial.dtr, LineState::kOff);
  EXPECT_EQ(changed->serial.rts, LineState::kOn);
  ASSERT_EQ(changed->serial.usb.size(), 1u);
  EXPECT_EQ(changed->serial.usb[0].product, 0xFFFF);
}

}  // namespace
}  // namespace hil::boards
