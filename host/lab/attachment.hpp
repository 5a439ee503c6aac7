// SPDX-License-Identifier: Apache-2.0
// How a board hangs on this machine: a line to its agent and, if there is one, a door for flashing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/meter/meter_request.hpp"
#include "host/flash/flash.hpp"
#include "host/link/link.hpp"

namespace hil::lab {

/// What the command line says of where the board is; nothing of it is needed for most.
struct AttachOptions {
  bool emulate = false;  ///< a virtual board, where the file has one, instead of one on the desk
  std::string serial;    ///< of "board@serial": USB serial number, or a virtual board's instance
  std::string port;      ///< name of the serial port; empty: the one that belongs to the board
  std::filesystem::path agent;        ///< image of the agent, for boards that start with it
  emulate::MeterRequest meter;        ///< emulated power meter of a virtual board; empty: none
  const StopRequest* stop = nullptr;  ///< ends the wait of reconnect() early; null: nobody can
};

class Attachment {
 public:
  virtual ~Attachment() = default;

  /// The line to the agent; the same object for as long as the attachment lives.
  virtual Link& link() = 0;

  /// True once the line has hung up or its port has gone: only reconnect() helps then. A line that
  /// is merely silent is not dead.
  [[nodiscard]] virtual bool line_is_dead() const = 0;
  /// Closes the line and waits for the board to be there again: a port with the same USB serial
  /// number (or, without one, at the same place on USB) and interface, whatever its name; opens
  /// that as before. Blocks until then or @p deadline.
  ///   kLink    nothing came back, or what did can't be opened (why in `what`)
  ///   kLab     the system does not tell what would be the same board
  ///   kDevice  it can't come back: its process or emulator has ended
  ///   kUser    somebody asked to stop
  virtual Status reconnect(Deadline deadline) = 0;

  /// Cuts the board's power and gives it back.
  ///   kLab   nothing here can
  ///   kTool  its emulator has ended
  virtual Status power_cycle();
  /// Breaks the line as a pulled cable does; it may come back under another name.
  ///   kLab   nothing here can
  ///   kTool  its emulator has ended
  virtual Status pull_cable();

  /// What tells this board's line from others in what is remembered of it (lock_key()); empty: a
  /// virtual line, of which there is nothing to remember.
  [[nodiscard]] virtual std::string line_key() const { return {}; }

  /// True if the agent runs because the board was started with it: nothing is flashed.
  [[nodiscard]] virtual bool brings_agent() const { return false; }
  /// True if there is surely no agent on the board yet.
  [[nodiscard]] virtual bool is_blank() const { return false; }
  /// The debug probe; nothing if the board has none.
  [[nodiscard]] virtual std::optional<flash::ProbeAddress> probe() const { return {}; }
  /// Where the emulated power meter of a virtual board is: "/dev/pts/9"; empty: it has none.
  [[nodiscard]] virtual std::string meter_port() const { return {}; }
  /// Process id of an agent that is a process of this machine; -1 if it is none.
  [[nodiscard]] virtual pid_t agent_pid() const { return -1; }

  /// What @p seen, an error of the line or the agent, comes from if the board itself has failed:
  /// its process has ended, its emulator has died. Nothing if it has not. May wait for the board to
  /// say what happened: 300 ms a process, 2 s a virtual board.
  virtual std::optional<Error> find_failure(const Error& seen) = 0;
  /// Says what really happened: find_failure(), else @p error as it is.
  Error explain(const Error& error) { return find_failure(error).value_or(error); }
};

/// Attaches @p board as @p options and its file say: starts a process or a virtual board, or opens
/// (and locks) the serial port of one on the desk. Blocks until then or @p deadline.
///   kUser    --emulate for a board without emulator, a port that is not one, or an emulated meter
///            for a board that does not run in QEMU
///   kLab     no such port, held by another process, no agent to start
///   kConfig  the board's file leaves open what is needed
///   kTool    emulator or agent can't be started
Result<std::unique_ptr<Attachment>> attach(const boards::Board& board, const AttachOptions& options,
                                           Deadline deadline);

/// Which virtual board "board@serial" means: the number @p serial; 0 (the first free one) if empty.
///   kUser  it is no number above 0
Result<unsigned> instance_of(const boards::Board& board, const std::string& serial);

/// The three kinds, for attach().
Result<std::unique_ptr<Attachment>> attach_process(const boards::Board& board,
                                                   const AttachOptions& options);
Result<std::unique_ptr<Attachment>> attach_virtual(const boards::Board& board,
                                                   const AttachOptions& options, Deadline deadline);
Result<std::unique_ptr<Attachment>> attach_desk(const boards::Board& board,
                                                const AttachOptions& options);

}  // namespace hil::lab
