// SPDX-License-Identifier: Apache-2.0
// The core of QEMU's machine through its gdb stub: run, halt, registers, breakpoints, ROM.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/probe/doors/door_stream.hpp"
#include "host/emulate/probe/doors/gdb_packets.hpp"

namespace hil::emulate {

/// Every call blocks for the answer (kAnswerTime); all fail with kDevice when QEMU ended, does not
/// answer, or answers what it should not. Except for halt() and poll_stop() the core must be halted
/// (QEMU's stub would swallow the first byte of anything else).
class GdbClient {
 public:
  explicit GdbClient(FileDescriptor descriptor) : stream_(std::move(descriptor), "gdb") {}

  /// Greets the stub of a machine whose core is halted. Its breakpoints are removed.
  Status open(Deadline deadline);

  /// Halts a running core. True: a breakpoint had halted it before.
  Result<bool> halt();
  Status resume();
  /// Runs one instruction. One that waits (WFI) is interrupted after a while.
  Status step();
  /// Whether a running core has halted by itself; does not wait.
  Result<bool> poll_stop();

  /// The little-endian value of register @p number of QEMU's target description; 0 if the core has
  /// none.
  Result<std::uint64_t> read_register(unsigned number);
  Status write_register(unsigned number, std::uint64_t value, std::size_t size_bytes);

  Status insert_breakpoint(std::uint32_t address);
  Status remove_breakpoint(std::uint32_t address);

  /// Writes memory of any kind, ROM too.
  Status write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes);

  /// A foreign client's bytes, as they are.
  Status send_raw(std::span<const std::uint8_t> bytes);
  /// The stub's bytes for it, perhaps none. Does not wait.
  Status receive_raw(std::vector<std::uint8_t>& bytes);

  /// After a foreign client had the connection, and whatever it left there: the core is halted and
  /// without breakpoints.
  Status regain();

  [[nodiscard]] bool gone() const { return stream_.gone(); }
  [[nodiscard]] int descriptor() const { return stream_.descriptor(); }

 private:
  Status tell(std::string_view payload, Deadline deadline);
  /// The next packet; empty at the deadline.
  Result<std::optional<std::string>> packet(Deadline deadline);
  Result<std::string> ask(std::string_view payload, Deadline deadline);
  Result<std::string> ask(std::string_view payload) {
    return ask(payload, Deadline::after(kAnswerTime));
  }
  /// For requests whose only good answer is "OK".
  Status order(std::string_view payload);
  /// Skips all packets up to the answer to a question whose answer is known.
  Status drain(Deadline deadline);

  DoorStream stream_;
  GdbPacketReader reader_;
};

}  // namespace hil::emulate
