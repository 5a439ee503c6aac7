// SPDX-License-Identifier: Apache-2.0
// One running QEMU as a debug probe sees it: memory, flash contents, the core, reset.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/emulate/probe/doors/gdb_client.hpp"
#include "host/emulate/probe/doors/qmp_client.hpp"
#include "host/emulate/probe/doors/qtest_client.hpp"

namespace hil::emulate {

/// Our ends of three connected sockets whose other ends QEMU got: `-gdb`, `-qmp` (mode control) and
/// `-qtest`.
struct MachineDoors {
  FileDescriptor gdb;
  FileDescriptor qmp;
  FileDescriptor qtest;
};

/// Every member can fail with kDevice: QEMU ended (then gone() is true) or does not answer within
/// seconds. Memory is thread-safe; everything else belongs to one thread, the probe's.
class Machine {
 public:
  /// Greets QEMU on all three doors. It must have been started with -S, so that the core is halted.
  ///   kDevice  QEMU ended or does not answer before @p deadline
  static Result<std::unique_ptr<Machine>> connect(MachineDoors doors, Deadline deadline);

  // Memory and registers of peripherals as the core sees them, also while it runs (20 to 40 us
  // each). Stores to ROM are dropped and reads where nothing is give 0, as QEMU has it.

  /// The little-endian value of @p size bytes (1, 2 or 4; anything else reads as 4).
  Result<std::uint32_t> read(std::uint32_t address, unsigned size);
  Result<std::uint32_t> read32(std::uint32_t address) { return read(address, 4); }
  Status write(std::uint32_t address, std::uint32_t value, unsigned size);
  /// Whole blocks, byte by byte as QEMU's memory; for RAM, not for registers.
  Status read_block(std::uint32_t address, std::span<std::uint8_t> bytes);
  Status write_block(std::uint32_t address, std::span<const std::uint8_t> bytes);

  /// Writes ROM and flash, which write_block() can't. A running core is halted meanwhile.
  Status write_rom(std::uint32_t address, std::span<const std::uint8_t> bytes);

  // The core. It is halted after connect() and after reset().

  /// Whether it runs as far as known; a breakpoint is noticed by poll_stop().
  [[nodiscard]] bool running() const { return running_; }
  Status halt();
  /// Never call it where the core would fault at once: a lock-up ends QEMU.
  Status resume();
  Status step();
  /// Looks, without waiting, whether a breakpoint halted it (before halt() did, too). True once per
  /// hit.
  Result<bool> poll_stop();

  /// A core register by QEMU's number: r0 to r15 are 0 to 15, xPSR 25, FPSCR 42. The core must be
  /// halted.
  Result<std::uint32_t> read_register(unsigned number);
  Status write_register(unsigned number, std::uint32_t value);
  /// One of d0 to d15 (26 to 41); 0 where the core has none.
  Result<std::uint64_t> read_double(unsigned number);
  Status write_double(unsigned number, std::uint64_t value);

  /// Makes @p addresses the only breakpoints. Halts and resumes a running core if they change.
  Status set_breakpoints(const std::set<std::uint32_t>& addresses);

  /// Resets the whole machine. The core stays halted at its reset vector.
  Status reset();

  // The gdb door may be given away: raw bytes to and from QEMU's stub. Until regain_gdb() nothing
  // but memory may be used.

  /// For poll(2): readable when the stub has said something; hangs up when QEMU has ended.
  [[nodiscard]] int gdb_descriptor() const { return gdb_.descriptor(); }
  Status send_to_stub(std::span<const std::uint8_t> bytes);
  /// What the stub has said, perhaps nothing. Never blocks.
  Status receive_from_stub(std::vector<std::uint8_t>& bytes);
  /// Takes the door back in whatever state the other client left it; the core is halted then and
  /// has no breakpoints.
  Status regain_gdb();

  /// Whether QEMU has ended, seen on any door.
  [[nodiscard]] bool gone() const { return gone_; }

 private:
  explicit Machine(MachineDoors doors);
  /// Pass @p outcome on and note if QEMU ended; the second one for the door behind the mutex.
  template <class T>
  Result<T> noted(Result<T> outcome);
  template <class T>
  Result<T> noted_memory(Result<T> outcome);
  Status change_breakpoints(const std::set<std::uint32_t>& addresses);

  GdbClient gdb_;
  QmpClient qmp_;
  std::mutex qtest_mutex_;
  QtestClient qtest_;  // guarded by qtest_mutex_
  std::set<std::uint32_t> breakpoints_;
  bool stopped_itself_ = false;  ///< at a breakpoint that poll_stop() has not told yet
  std::atomic<bool> running_ = false;
  std::atomic<bool> gone_ = false;
};

}  // namespace hil::emulate
