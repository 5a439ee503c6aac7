// SPDX-License-Identifier: Apache-2.0
// What a running virtual board says of itself: its doors, and what happens to it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace hil::emulate {

/// Where a virtual board can be reached. All ports are TCP on 127.0.0.1; 0: the board has no such
/// door (a board without a debug port).
struct VirtualBoardInfo {
  std::string board;              ///< id
  unsigned instance = 1;          ///< from 1; tells several of one kind apart
  std::string serial;             ///< of the virtual ST-LINK, for OpenOCD's `adapter serial`
  std::string pty;                ///< the agent's line: "/dev/pts/7"
  std::uint16_t stlink_port = 0;  ///< for OpenOCD's `st-link backend tcp`
  std::uint16_t jtag_port = 0;    ///< for OpenOCD's `remote_bitbang port`
  std::uint16_t gdb_port = 0;     ///< QEMU's own gdb server, while no probe is used
  pid_t pid = -1;                 ///< of the supervisor
  pid_t qemu_pid = -1;            ///< of QEMU; changes with every restart
  std::filesystem::path flash;    ///< file with the content of the flash; empty: RAM board
  std::string meter_port = {};    ///< pty of its emulated power meter; empty: it has none
};

enum class EventKind : std::uint8_t {
  kRestarted,  ///< QEMU ended (`why`) and was started again; RAM is lost, flash is as it was
  kHalted,  ///< as kRestarted, but too often: the core is kept from running till a reset by probe
  kLine,    ///< the line was hung up; a new one is at `info.pty`
  kRemark,  ///< something odd that does not stop the board
  kEnded,   ///< the board ended by itself; `why` says of what
};

struct VirtualBoardEvent {
  EventKind kind = EventKind::kRemark;
  std::string why;      ///< one sentence
  std::string pty;      ///< of kLine: the new line
  pid_t qemu_pid = -1;  ///< of kRestarted and kHalted: the new QEMU
};

}  // namespace hil::emulate
