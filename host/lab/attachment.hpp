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
#include "host/boards/board.hpp"
#include "host/flash/flash.hpp"
#include "host/link/link.hpp"

namespace hil::lab {

/// What the command line says of where the board is; nothing of it is needed for most.
struct AttachOptions {
  bool emulate = false;  ///< a virtual board, where the file has one, instead of one on the desk
  std::string serial;    ///< of "board@serial": USB serial number, or a virtual board's instance
  std::string port;      ///< name of the serial port; empty: the one that belongs to the board
  std::filesystem::path agent;  ///< image of the agent, for boards that start with it
};

class Attachment {
 public:
  virtual ~Attachment() = default;

  /// The line to the agent; the same one for as long as the attachment lives.
  virtual Link& link() = 0;

  /// True if the agent runs because the board was started with it: nothing is flashed.
  [[nodiscard]] virtual bool brings_agent() const { return false; }
  /// True if there is surely no agent on the board yet.
  [[nodiscard]] virtual bool is_blank() const { return false; }
  /// The debug probe; nothing if the board has none.
  [[nodiscard]] virtual std::optional<flash::ProbeAddress> probe() const { return {}; }
  /// Process id of an agent that is a process of this machine; -1 if it is none.
  [[nodiscard]] virtual pid_t agent_pid() const { return -1; }

  /// Says what really happened if the attachment knows more than the line: else @p error as it is.
  /// May wait for the board to say what happened: 300 ms a process, 2 s a virtual board.
  virtual Error explain(Error error) = 0;
};

/// Attaches @p board as @p options and its file say: starts a process or a virtual board, or opens
/// (and locks) the serial port of one on the desk. Blocks until then or @p deadline.
///   kUser    --emulate for a board without emulator, or a port that is not one
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
