// SPDX-License-Identifier: Apache-2.0
// A board that is attached, holds its agent, and is introduced, for as long as it is needed.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/digest.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/boards/board.hpp"
#include "host/lab/agent_image.hpp"
#include "host/lab/attachment.hpp"
#include "host/link/fault_link.hpp"
#include "host/session/session.hpp"

namespace hil::lab {

/// Where models are put.
enum class Weights : std::uint8_t {
  kAuto,   ///< into RAM if they fit there, else into the flash slot
  kRam,    ///< sent over the line
  kFlash,  ///< into the flash slot, by the debug probe, and run there
};

struct ReadyOptions {
  std::string host_version;
  FaultPlan faults;                    ///< broken on purpose between host and board
  rpc::LineClock::Settings clock;      ///< polls and silence
  std::filesystem::path agent_folder;  ///< agents' images; empty: default_agent_folder()
  bool emulate = false;                ///< see AttachOptions
  std::string serial;                  ///< likewise
  std::string port;                    ///< likewise
  bool flash = true;                   ///< put our agent on the board if it has another one or none
  double clock_scale = 1;              ///< the core's true clock over the one in the board's file
  Weights weights = Weights::kAuto;
  const StopRequest* stop = nullptr;  ///< ends flashing and waiting early; null: nobody can
  /// Told what takes long: "flashing the agent: program", and "" when it is over; may be empty.
  std::function<void(std::string_view)> progress;
};

/// How the agent came to run.
struct AgentStart {
  const char* how = "started";  ///< as in results::Preparation
  std::chrono::steady_clock::duration took{};
  std::string flash_tool;     ///< empty if nothing was flashed
  std::string flash_command;  ///< of the last flashing
};

class ReadyBoard {
 public:
  ~ReadyBoard();
  ReadyBoard(const ReadyBoard&) = delete;
  ReadyBoard& operator=(const ReadyBoard&) = delete;

  [[nodiscard]] const boards::Board& board() const { return board_; }
  /// Which of several alike it is, as it was asked for; empty: nobody asked.
  [[nodiscard]] const std::string& serial() const { return options_.serial; }
  /// write_model_slot() and reopen() replace it.
  [[nodiscard]] session::Session& session() { return *session_; }
  /// The link that the session uses (the faulty one, if faults were asked for).
  [[nodiscard]] Link& link();
  /// What was broken on purpose; null without faults.
  [[nodiscard]] const FaultLink* faults() const { return faults_.get(); }
  /// SHA-256 of the agent's image; all 0 if nobody knows which one is on the board.
  [[nodiscard]] const Sha256& agent_sha256() const { return agent_.sha256; }
  /// Process id of a process board's agent; -1 on other boards.
  [[nodiscard]] pid_t agent_pid() const { return attachment_->agent_pid(); }
  [[nodiscard]] const AgentStart& agent_start() const { return agent_start_; }
  [[nodiscard]] Weights weights() const { return options_.weights; }

  /// Writes @p bytes to the start of the flash slot for models through the debug probe, which
  /// resets the agent, and opens a new session. Blocks until then.
  ///   kLab  the board has no probe or no slot
  ///   and every error of flash::write_bytes() and session::Session::open()
  Status write_model_slot(std::span<const std::uint8_t> bytes);

  /// Whether there is a debug probe to write and read memory with.
  [[nodiscard]] bool has_probe() const { return attachment_->probe().has_value(); }

  /// Reads the first @p size_bytes of the flash slot for models through the debug probe; the agent
  /// and the session go on. Blocks until then.
  ///   kLab  the board has no probe or no slot
  ///   and every error of flash::read_bytes()
  Result<std::vector<std::uint8_t>> read_model_slot(std::size_t size_bytes);

  /// Ends the session, if there still is one, and opens a new one with the agent that is there:
  /// after a reset. Blocks until then or @p deadline.
  ///   every error of session::Session::open()
  Status reopen(Deadline deadline);

  /// Says what really happened: an error of the link becomes kDevice, "the agent process ended by
  /// signal 9 (SIGKILL)", if what the agent runs on has ended or does soon (Attachment). Any other
  /// error comes back as it is.
  Error explain(Error error) { return attachment_->explain(std::move(error)); }

 private:
  ReadyBoard(boards::Board board, ReadyOptions options)
      : board_(std::move(board)), options_(std::move(options)) {}
  friend Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board&, const ReadyOptions&,
                                                        Deadline);
  Status attach_board(Deadline deadline);
  Status open_session(Deadline deadline);
  Status bring_agent_up(Deadline deadline);
  Result<bool> agent_is_there();
  Status flash_agent();
  Status check_board() const;
  [[nodiscard]] flash::FlashOptions flash_options(const char* what) const;
  /// Ends the progress and keeps what the record needs; the report's error, if it is one.
  Status note_flashing(const Result<flash::FlashReport>& report, const char* what);

  // In order of making: each uses the one above and goes first.
  boards::Board board_;
  ReadyOptions options_;
  AgentFile agent_;
  AgentStart agent_start_;
  std::unique_ptr<Attachment> attachment_;
  std::unique_ptr<FaultLink> faults_;
  std::unique_ptr<session::Session> session_;
};

/// Attaches @p board, puts its agent on it if it does not hold that very one, and opens a session.
/// Blocks until then; @p deadline is for everything but flashing, which has its own.
///   kLab     the board can't be reached or run here (nothing to start it with, no agent image)
///   kTool    emulator, agent's program or flasher failed
///   kDevice  it ended at once, another board answers, or every kDevice of session::Session::open()
///   kLink    no answer
///   and every error of attach() and flash::program()
Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board& board,
                                               const ReadyOptions& options, Deadline deadline);

}  // namespace hil::lab
