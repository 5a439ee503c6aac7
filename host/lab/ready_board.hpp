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
#include "host/lab/fault_report.hpp"
#include "host/lab/link_event.hpp"
#include "host/lab/taped_board.hpp"
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
  emulate::MeterRequest meter;         ///< likewise
  bool flash = true;                   ///< put our agent on the board if it has another one or none
  double clock_scale = 1;              ///< the core's true clock over the one in the board's file
  Weights weights = Weights::kAuto;
  /// Rate of the line in bits per second; 0: the fastest that works (line_raise.hpp).
  std::uint32_t baud = 0;
  /// How long recover() waits for a board that has gone; 0: it is an error at once.
  std::chrono::milliseconds reconnect{0};
  /// Records or replays the run, from here on to the board's end on this thread; null: neither.
  tape::RunTape* tape = nullptr;
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
  /// write_model_slot(), reopen() and recover() replace it.
  [[nodiscard]] session::Session& session() { return *session_; }
  /// The link that the session uses (the faulty one, if faults were asked for).
  [[nodiscard]] Link& link();
  /// What was broken on purpose; null without faults.
  [[nodiscard]] const FaultLink* faults() const { return faults_.get(); }
  /// The same in numbers, by now; nothing if nothing was asked for. A replay has these, too.
  ///   every error of lab::fault_report()
  [[nodiscard]] Result<std::optional<FaultReport>> fault_report() const;
  /// SHA-256 of the agent's image; all 0 if nobody knows which one is on the board.
  [[nodiscard]] const Sha256& agent_sha256() const { return agent_.sha256; }
  /// Process id of a process board's agent; -1 on other boards.
  [[nodiscard]] pid_t agent_pid() const { return attachment_->agent_pid(); }
  /// Where its emulated power meter is (ReadyOptions::meter); empty: it has none, or this is a
  /// replay.
  [[nodiscard]] std::string meter_port() const { return attachment_->meter_port(); }
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

  /// Gets the board back after @p why has ended the session, so that a run can go on: opens the
  /// board's port again if that has gone (Attachment::reconnect), then a new session with the same
  /// agent. What the agent held in RAM may be lost. Blocks until then, for at most
  /// ReadyOptions::reconnect and until @p deadline; says so as progress. Until it succeeds the old
  /// session stays, so that it can be asked for what it counted.
  ///
  /// Only a dead or silent line, and a reset by power or pin or without a known cause, are such an
  /// end. Anything else comes back as it is, explained: a reset by a fault, the watchdog or the
  /// agent itself is its or the model's fault.
  ///   every error of Attachment::reconnect() and session::Session::open()
  ///   kDevice  another board or another agent has come back, or it had reset for such a cause
  Status recover(const Error& why, Deadline deadline);
  /// How often recover() has opened the line or the session again; resets alone do not count.
  [[nodiscard]] unsigned reconnects() const { return reconnects_; }

  /// What happened to the line since the board was made ready, in order.
  [[nodiscard]] const std::vector<LinkEvent>& link_events() const { return link_events_; }
  void note_link_event(std::string kind, std::string text) {
    link_events_.push_back({std::move(kind), std::move(text)});
  }
  /// Adds "; @p text" to the last link event; nothing if there is none.
  void add_to_link_event(const std::string& text);

  /// What all sessions so far have counted, this one included.
  [[nodiscard]] rpc::LinkStatistics link_statistics() const;
  /// Lines of the agent's log that came in sessions which recover() has replaced, with what their
  /// ticks meant.
  struct EarlierLog {
    std::uint64_t tick_hz = 1;
    std::vector<rpc::LogLine> lines;
  };
  [[nodiscard]] const std::vector<EarlierLog>& earlier_logs() const { return earlier_logs_; }

  /// What the board hangs on.
  [[nodiscard]] Attachment& attachment() { return *attachment_; }

  /// Says what really happened: an error of the link becomes kDevice, "the agent process ended by
  /// signal 9 (SIGKILL)", if what the agent runs on has ended or does soon (Attachment). Any other
  /// error comes back as it is.
  Error explain(const Error& error) { return attachment_->explain(error); }

 private:
  ReadyBoard(boards::Board board, ReadyOptions options)
      : board_(std::move(board)), options_(std::move(options)), tape_scope_(options_.tape) {}
  friend Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board&, const ReadyOptions&,
                                                        Deadline);
  Status attach_board(Deadline deadline);
  /// The build id of the agent that would be flashed.
  [[nodiscard]] Result<std::vector<std::uint8_t>> wanted_build_id() const;
  /// Takes the place of the session before, if it succeeds, and raises the line.
  Status open_session(Deadline deadline);
  /// The same at the rate of the board's file. @p other_rate: the agent is probably at another one.
  Status open_at_first_rate(bool other_rate, Deadline deadline);
  /// Raises the rate of a line that has just been opened.
  Status raise_rate();
  /// Takes line and agent back to the first rate, if the session still works.
  void lower_rate();
  /// Ends the session with a goodbye, if it has not failed; it stays, for what it counted.
  void close_session();
  /// Keeps what the session before has counted; it goes.
  void retire_session();
  /// recover(): whether @p why can be got over; what it really was if not.
  Status check_recoverable(const Error& why);
  /// recover(): line and session.
  Status come_back(Deadline deadline);
  /// recover(): that the agent that has come back is the one of @p before, and why it @p reset.
  Status check_returned(const session::AgentInfo& before, bool reset) const;
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
  Link* taped_link_ = nullptr;  ///< above both; null without a tape
  TapeScope tape_scope_;
  std::unique_ptr<session::Session> session_;
  rpc::LinkStatistics retired_;  ///< counts of the sessions before session_
  std::vector<EarlierLog> earlier_logs_;
  std::vector<LinkEvent> link_events_;
  unsigned reconnects_ = 0;
  std::uint32_t proven_baud_ = 0;  ///< that the line was raised to, or stays at; 0: not tried yet
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
