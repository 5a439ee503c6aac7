// SPDX-License-Identifier: Apache-2.0
// One client of the probe, from its connection to its end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/probe/core/core_debug.hpp"
#include "host/emulate/probe/core/debug_bus.hpp"
#include "host/emulate/probe/core/debug_port.hpp"
#include "host/emulate/probe/fronts/client_socket.hpp"
#include "host/emulate/probe/fronts/front.hpp"
#include "host/emulate/probe/fronts/gdb_guard.hpp"

namespace hil::emulate {

enum class DoorKind : std::uint8_t { kStlink, kJtag, kGdb };

/// For messages: "the ST-LINK", "JTAG", "gdb".
const char* name_of(DoorKind kind);

/// What a session needs of the board.
struct SessionBoard {
  CoreDebug& core;
  DebugBus& bus;
  std::uint32_t dpidr = 0;
  std::uint32_t ap_idr = 0;
  std::string serial;
};

/// Whatever fails, fails with kDevice: QEMU ended or does not answer.
class ProbeSession {
 public:
  /// Lets @p client in; @p board's core and bus outlive it. A gdb client gets QEMU's own stub, with
  /// the core halted.
  static Result<std::unique_ptr<ProbeSession>> start(DoorKind kind, ClientSocket client,
                                                     const SessionBoard& board);

  [[nodiscard]] DoorKind kind() const { return kind_; }
  [[nodiscard]] int client_descriptor() const { return client_.descriptor(); }
  /// Whether bytes of QEMU's stub belong to the client.
  [[nodiscard]] bool relays() const { return kind_ == DoorKind::kGdb; }

  /// The client's descriptor is readable. False: it is gone or done.
  Result<bool> take_from_client();
  /// The stub's descriptor is readable. False: the client is gone.
  Result<bool> take_from_stub();

  /// The client is gone: the core is left as a debugger that is pulled off leaves it, or, after
  /// gdb, runs.
  Status end();

 private:
  Result<bool> relay_to_stub();
  ProbeSession(DoorKind kind, ClientSocket client, const SessionBoard& board);

  DoorKind kind_;
  ClientSocket client_;
  SessionBoard board_;
  DebugPort port_;
  std::unique_ptr<Front> front_;  ///< none for gdb
  GdbGuard guard_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint8_t> passed_;
  std::vector<std::uint8_t> answers_;
};

}  // namespace hil::emulate
