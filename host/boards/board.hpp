// SPDX-License-Identifier: Apache-2.0
// One board as its file describes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hil::boards {

/// What people know of how well the board works.
enum class BoardStatus : std::uint8_t {
  kTested,    ///< this project has run it
  kEmulated,  ///< this project has run it as the emulator block says, nobody on hardware
  kUntested,  ///< nobody has run it
};

enum class MemoryKind : std::uint8_t { kFlash, kRam };

/// A piece of the chip's address space that an image or a model may be put into.
struct Memory {
  std::string name;  ///< "flash", "sram"
  MemoryKind kind = MemoryKind::kRam;
  std::uint32_t base = 0;
  std::uint32_t size_bytes = 0;

  /// All of [address, address + size) is inside; no sum here can wrap.
  [[nodiscard]] bool holds(std::uint64_t address, std::uint64_t size) const {
    return address >= base && size <= size_bytes && address - base <= size_bytes - size;
  }
};

/// A word that tells the chip from others: (value at address & mask) is one of `values`. It is read
/// before anything is erased.
struct ChipId {
  std::string name;  ///< of the register, "DBGMCU_IDCODE"
  std::uint32_t address = 0;
  std::uint32_t mask = 0xFFFF'FFFF;
  std::vector<std::uint32_t> values;
};

/// The chip on the board.
struct Chip {
  std::string name;            ///< the maker's part name
  std::string core;            ///< as the agent's hello reports it: "host", "cortex-m4f"
  std::string family;          ///< folder of target/port: "posix", "stm32f4"
  std::vector<Memory> memory;  ///< none on a host
  std::optional<ChipId> id;    ///< none if the chip has no such word
  std::string openocd_target;  ///< script of OpenOCD ("target/stm32f4x.cfg"), or a file beside the
                               ///< board files ("openocd/mps2.cfg"); empty: no debug port
  /// Where the core finds its vector table after a reset; only for chips that boot from RAM.
  std::optional<std::uint32_t> ram_vectors;

  /// The memory that holds all of [address, address + size); null if none does.
  [[nodiscard]] const Memory* find_memory(std::uint64_t address, std::uint64_t size) const;
};

/// A vendor and product id on USB.
struct UsbId {
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
};

enum class LineState : std::uint8_t { kUnchanged, kOff, kOn };

/// The line the agent speaks on.
struct Serial {
  std::uint32_t baud = 0;            ///< bits per second at open; 0: the line has no rate
  std::vector<std::uint32_t> bauds;  ///< others that board and adapter can both do
  LineState dtr = LineState::kUnchanged;
  LineState rts = LineState::kUnchanged;
  std::vector<UsbId> usb;  ///< adapters the board may have, for guesses
  /// Which of several ports of such an adapter it is: USB's bInterfaceNumber.
  std::optional<unsigned> interface;
};

/// The debug probe that is on the board or recommended for it.
struct Probe {
  std::string openocd_interface;  ///< script of OpenOCD: "interface/stlink-dap.cfg"
  std::string transport;          ///< "dapdirect_swd", "swd", "jtag"
  std::vector<UsbId> usb;
};

/// The agent for this board.
struct Agent {
  std::string image;  ///< file name, without a folder
  /// Flash kept for one model, written through the probe; none if there is no such place.
  std::optional<Memory> model_slot;
};

enum class EmulatorKind : std::uint8_t {
  kProcess,  ///< the agent is a program of this machine, started on a pty
  kQemu,     ///< the agent is firmware on a machine that QEMU emulates
};

/// What the virtual probe models around QEMU's machine.
enum class ProbeModel : std::uint8_t {
  kNone,     ///< no debug port: QEMU itself loads the image at its start
  kRam,      ///< nothing but the core: images go into RAM
  kStm32f1,  ///< flash controller and ids of an STM32F1
  kStm32f4,  ///< those of an STM32F4
  kNrf51,    ///< ids of an nRF51; QEMU has its flash controller
};

/// How the firmware divides its UART's clock; read while it runs to know its rate.
enum class DivisorKind : std::uint8_t {
  kNone,       ///< not known: the line is as fast as the host says
  kStm32,      ///< USART_BRR, oversampling by 16: rate = clock / register
  kCmsdk,      ///< BAUDDIV: rate = clock / register
  kNrf51,      ///< BAUDRATE: rate = register * 16 MHz / 2^32
  kUart16550,  ///< DLL and DLM behind DLAB: not readable beside a running program
};

struct UartDivisor {
  DivisorKind kind = DivisorKind::kNone;
  std::uint32_t address = 0;
  std::uint32_t clock_hz = 0;
};

/// What the board draws as it runs in QEMU: invented figures, of no chip, for emulated meters. The
/// power while it executes is run_uw; each instruction costs instruction_pj, and those of a kind as
/// much more as the kind says.
struct PowerFigures {
  std::string source;           ///< what they resemble, and that they are of no chip
  std::uint32_t supply_mv = 0;  ///< at which they hold; the current is the same at any voltage
  std::uint32_t tick_hz = 0;    ///< of the agent's clock as it runs in QEMU
  std::uint32_t run_uw = 0;     ///< while it executes, beside its instructions
  std::uint32_t wait_uw = 0;    ///< while it sleeps until an interrupt, and when nothing is known
  std::uint32_t instruction_pj = 0;
  std::uint32_t load_store_pj = 0, multiply_pj = 0, float_pj = 0, branch_pj = 0, vector_pj = 0;
};

/// How the board runs on this machine without the hardware.
struct Emulator {
  EmulatorKind kind = EmulatorKind::kProcess;

  // kProcess
  std::vector<std::string> runner;  ///< program and options before the agent; empty: none

  // kQemu
  std::string program;               ///< "qemu-system-arm"
  std::string machine;               ///< of its -M
  std::vector<std::string> options;  ///< further options of the command line
  std::uint32_t icount_shift = 0;    ///< an instruction takes 2^shift ns of virtual time
  ProbeModel probe = ProbeModel::kNone;
  std::uint32_t debug_port_id = 0;   ///< DPIDR over SWD
  std::uint32_t access_port_id = 0;  ///< IDR of the AHB-AP
  UartDivisor divisor;
  /// What differs from the chip block under emulation (QEMU's machine may have more RAM); empty: as
  /// there.
  std::vector<Memory> memory;
  std::optional<PowerFigures> power;  ///< none: nothing for emulated meters to measure
};

struct Board {
  std::string id;    ///< vendor_board; what --board takes
  std::string name;  ///< what people call it
  BoardStatus status = BoardStatus::kUntested;
  Chip chip;
  std::uint32_t clock_hz = 0;          ///< of the core, as the agent sets it; 0: not known (a host)
  std::vector<std::string> sync_pins;  ///< of the chip: in the region, per inference; or none
  std::vector<std::string> i2c_pins;   ///< likewise: SCL and SDA, of an energy counter; or none
  Serial serial;
  std::optional<Probe> probe;
  Agent agent;
  std::optional<Emulator> emulator;
  std::filesystem::path file;  ///< it was read from
};

}  // namespace hil::boards
