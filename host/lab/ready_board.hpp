// SPDX-License-Identifier: Apache-2.0
// A board that is started, connected and introduced, for as long as it is needed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/digest.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/process_board.hpp"
#include "host/link/fault_link.hpp"
#include "host/session/session.hpp"

namespace hil::lab {

struct ReadyOptions {
  std::string host_version;
  FaultPlan faults;                    ///< broken on purpose between host and board
  rpc::LineClock::Settings clock;      ///< polls and silence
  std::filesystem::path agent_folder;  ///< agents' images; empty: default_agent_folder()
};

/// Where agents' images are: the folder in the environment variable HILBENCH_AGENTS, else the
/// build's own.
std::filesystem::path default_agent_folder();

class ReadyBoard {
 public:
  ~ReadyBoard();
  ReadyBoard(const ReadyBoard&) = delete;
  ReadyBoard& operator=(const ReadyBoard&) = delete;

  [[nodiscard]] const boards::Board& board() const { return board_; }
  [[nodiscard]] session::Session& session() { return *session_; }
  /// The link that the session uses (the faulty one, if faults were asked for).
  [[nodiscard]] Link& link();
  /// What was broken on purpose; null without faults.
  [[nodiscard]] const FaultLink* faults() const { return faults_.get(); }
  /// SHA-256 of the agent's image.
  [[nodiscard]] const Sha256& agent_sha256() const { return agent_sha256_; }
  /// Process id of a process board's agent.
  [[nodiscard]] pid_t agent_pid() const { return process_->pid(); }

  /// Says what really happened: an error of the link becomes kDevice, "the agent process ended by
  /// signal 9 (SIGKILL)", if the process is dead or dies within 300 ms. Any other error comes back
  /// as it is, and so does a link error while the process lives.
  Error explain(Error error);

 private:
  explicit ReadyBoard(boards::Board board) : board_(std::move(board)) {}
  friend Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board&, const ReadyOptions&,
                                                        Deadline);
  Status start_process(const ReadyOptions& options);
  Status open_session(const ReadyOptions& options, Deadline deadline);

  // In order of making: each uses the one above and goes first.
  boards::Board board_;
  Sha256 agent_sha256_{};
  std::unique_ptr<emulate::ProcessBoard> process_;
  std::unique_ptr<FaultLink> faults_;
  std::unique_ptr<session::Session> session_;
};

/// Starts @p board and opens a session with its agent. Blocks until then or @p deadline.
///   kLab     the board can't be run here (nothing to start it with, no agent image)
///   kTool    the agent's program can't be started
///   kDevice  its process ended at once, or every kDevice of session::Session::open()
///   kLink    no answer
Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board& board,
                                               const ReadyOptions& options, Deadline deadline);

}  // namespace hil::lab
