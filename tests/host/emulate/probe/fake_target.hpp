// SPDX-License-Identifier: Apache-2.0
// A board's probe model on the doors of a QEMU that is none.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "host/emulate/probe/core/core_debug.hpp"
#include "host/emulate/probe/core/debug_bus.hpp"
#include "host/emulate/probe/core/debug_port.hpp"
#include "tests/host/emulate/probe/fake_qemu.hpp"

namespace hil::emulate {

struct FakeTarget {
  explicit FakeTarget(const std::string& id)
      : board(*boards::Catalogue::load("boards")->find(id)),
        machine(qemu.machine()),
        chip(*make_chip(board, {})),
        core(*machine, *chip, board),
        bus(core),
        port(bus, core, board.emulator->debug_port_id, board.emulator->access_port_id) {
    core.on_event = [this](const std::string& sentence) { events.push_back(sentence); };
  }

  std::uint32_t read(std::uint32_t address) { return *bus.read(address, 4); }
  void write(std::uint32_t address, std::uint32_t value) {
    if (!bus.write(address, value, 4).ok() || !bus.flush().ok()) failed = true;
  }
  /// A vector table, a program that does nothing, and a reset that the debugger catches.
  void reset_into_program() {
    qemu.set_word(0, 0x2000'1000);
    qemu.set_word(4, 0x0800'0101);
    if (FlashMemory* flash = chip->flash()) {
      flash->assign(0, std::vector<std::uint8_t>{0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08});
    }
    write(kDhcsr, 0xA05F'0001);
    write(kDemcr, 1);
    write(kAircr, 0x05FA'0004);
  }
  /// The fake has taken all that was sent to its gdb door.
  bool runs() {
    if (!machine->running()) return false;
    for (int i = 0; i < 1000 && !qemu.running(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return qemu.running();
  }

  static constexpr std::uint32_t kAircr = 0xE000'ED0C, kDfsr = 0xE000'ED30, kDhcsr = 0xE000'EDF0,
                                 kDcrsr = 0xE000'EDF4, kDcrdr = 0xE000'EDF8, kDemcr = 0xE000'EDFC;

  FakeQemu qemu;
  boards::Board board;
  std::unique_ptr<Machine> machine;
  std::unique_ptr<Chip> chip;
  CoreDebug core;
  DebugBus bus;
  DebugPort port;
  std::vector<std::string> events;
  bool failed = false;
};

}  // namespace hil::emulate
