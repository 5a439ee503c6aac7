// SPDX-License-Identifier: Apache-2.0
// The virtual debug probe of one board: ST-LINK, JTAG and gdb on ports of the loopback interface.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/probe/flash_faults.hpp"
#include "host/emulate/probe/machine.hpp"

namespace hil::emulate {

struct ProbeSettings {
  const boards::Board& board;  ///< outlives the server
  std::string serial;          ///< of the ST-LINK, at most 32 characters
  FlashFaults faults;
  /// Content of the flash at power-on. Shorter than the flash: the rest is erased; empty: all of it
  /// is.
  std::vector<std::uint8_t> flash;
};

/// What power_on() does with the core.
enum class PowerOn : std::uint8_t {
  kRun,   ///< runs, if what is in flash can run at all
  kHold,  ///< stays locked up until a debugger resets it: for firmware that ends QEMU again and
          ///< again
};

/// One thread makes it and calls everything; the relay's thread may use the Machine beside it. The
/// ports stay the same from make() to destruction, also while QEMU is restarted:
///
///   make(machine, settings), power_on(), serve() ... serve() fails with kDevice: QEMU is gone
///   (start another one) ... attach(new machine), power_on(), serve() ...
class ProbeServer {
 public:
  /// Opens the three ports, all chosen by the kernel, on 127.0.0.1. Does not touch the machine.
  ///   kConfig  the board's emulator block has no probe, or its memory does not suit the probe; the
  ///            serial is too long; the flash content is larger than the flash; a fault lies
  ///            outside the flash
  ///   kLab     no port can be had
  static Result<std::unique_ptr<ProbeServer>> make(Machine& machine, ProbeSettings settings);
  ~ProbeServer();
  ProbeServer(const ProbeServer&) = delete;
  ProbeServer& operator=(const ProbeServer&) = delete;

  [[nodiscard]] std::uint16_t stlink_port() const;
  [[nodiscard]] std::uint16_t jtag_port() const;
  [[nodiscard]] std::uint16_t gdb_port() const;

  /// Called from serve() and power_on() with the whole content after it has changed: at the end of
  /// a client's session, when the flash controller is locked, and at the end of serve(). Empty:
  /// nobody is told. It has to be quick (a debugger waits for it).
  void on_flash_changed(std::function<void(std::span<const std::uint8_t>)> take);
  /// Called with one sentence whenever a person may want to know: a client came, went or was
  /// refused, the core locked up, a flash loader used an unknown instruction. Empty: nobody is
  /// told.
  void on_event(std::function<void(const std::string&)> take);

  /// Content of the flash as of now; empty if the board has none.
  [[nodiscard]] std::span<const std::uint8_t> flash() const;

  /// Puts the flash content into the machine and resets it, as power coming on does.
  ///   kDevice  QEMU ended or does not answer
  Status power_on(PowerOn how = PowerOn::kRun);

  /// Serves clients, one at a time over all three ports (others are refused: their connection is
  /// closed at once), until @p stop_fd becomes readable or QEMU ends. A client that is connected
  /// then is disconnected.
  ///   kDevice  QEMU ended or does not answer: attach() another one
  ///   kBug     waiting for events fails
  Status serve(int stop_fd);

  /// Goes on with another machine, after the one before has ended. Before the next power_on()
  /// nothing may be served.
  void attach(Machine& machine);

 private:
  class Parts;
  explicit ProbeServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hil::emulate
