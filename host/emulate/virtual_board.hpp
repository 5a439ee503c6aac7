// SPDX-License-Identifier: Apache-2.0
// A virtual board as its user holds it: starts the supervisor process, hears from it, ends it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/base/subprocess.hpp"
#include "host/emulate/line/line_counts.hpp"
#include "host/emulate/meter/meter_request.hpp"
#include "host/emulate/power/truth_totals.hpp"
#include "host/emulate/virtual_board_info.hpp"

namespace hil::emulate {

struct VirtualBoardOptions {
  std::string board;  ///< id of a board whose emulator is of kind kQemu
  /// Firmware that runs from the start; needed by boards without a debug port (ProbeModel::kNone),
  /// refused for all others, which are flashed.
  std::filesystem::path image;
  /// Which of several of one kind, from 1; 0: the first that nobody holds.
  unsigned instance = 0;
  bool erase = false;  ///< start with erased flash
  MeterRequest meter;  ///< its emulated power meter, if it shall have one
  /// Further options of hilbench-virtual-board (its faults: --protect-sector, --stuck-bit,
  /// --busy-ms; its line: --turnaround-ms).
  std::vector<std::string> more;
  std::filesystem::path program;  ///< of the supervisor; empty: default_supervisor()
};

/// Where hilbench-virtual-board is (program_files().virtual_board).
std::filesystem::path default_supervisor();

/// One virtual board. Destruction ends supervisor and QEMU. The kernel ends both when the thread
/// that called start() dies, so that thread must outlive the board. Not thread-safe.
class VirtualBoard {
 public:
  /// Starts the board and blocks until all its doors are open, or @p deadline.
  ///   kUser    no such board, or options that do not go together
  ///   kConfig  the board's file is wrong
  ///   kLab     the instance is held by another process, or no pty, port or state folder can be had
  ///   kTool    QEMU or the supervisor is missing, ended at once, or was not ready by @p deadline
  static Result<std::unique_ptr<VirtualBoard>> start(const VirtualBoardOptions& options,
                                                     Deadline deadline);

  VirtualBoard(const VirtualBoard&) = delete;
  VirtualBoard& operator=(const VirtualBoard&) = delete;
  ~VirtualBoard();

  /// Its doors, kept up to date by poll_events().
  [[nodiscard]] const VirtualBoardInfo& info() const { return info_; }

  /// What happened since the last call, in order. The last one ever is kEnded. Waits half a second
  /// at most, and only for the end of a board that is ending.
  std::vector<VirtualBoardEvent> poll_events();

  /// Readable when poll_events() has something to take, for poll(2); -1 after the end.
  [[nodiscard]] int event_descriptor() const { return events_.get(); }

  /// How the supervisor ended; blocks until it has or @p deadline passes (then nothing).
  std::optional<ExitStatus> wait_end(Deadline deadline) { return process_.wait(deadline); }

  /// Breaks the line as a pulled cable does. A new one comes as event kLine.
  ///   kTool  the board has ended
  Status hang_up();

  /// What has gone over its line so far, as the line itself has counted it. Blocks until the
  /// supervisor has answered or @p deadline. Events that come meanwhile stay for poll_events().
  ///   kTool  the board has ended or does not answer
  Result<LineCounts> line_counts(Deadline deadline);

  /// What the windows of its energy runs have truly taken so far; 0 without an emulated meter.
  /// Blocks as line_counts().
  ///   kTool  the board has ended or does not answer
  Result<TruthTotals> truth(Deadline deadline);

  /// Cuts the power and gives it back: QEMU is started anew, comes as event kRestarted.
  ///   kTool  the board has ended
  Status power_cycle();

 private:
  VirtualBoard(Subprocess process, FileDescriptor commands, FileDescriptor events);
  static Result<std::unique_ptr<VirtualBoard>> spawn(const VirtualBoardOptions& options);
  Status wait_ready(Deadline deadline);
  Status send(const std::string& command);
  /// Sends @p question and waits for @p answer, which sort_lines() sets.
  template <class Answer>
  Result<Answer> ask(const char* question, std::optional<Answer>& answer, Deadline deadline);
  /// Takes what the supervisor has printed; false once there will be no more.
  bool read_more();
  /// Sorts the whole lines that have come: counts_ is set anew, events go to waiting_events_.
  void sort_lines();
  /// Keeps info_ up to date with an event, and the event for poll_events().
  void take(const VirtualBoardEvent& event);

  FileDescriptor commands_;  ///< the supervisor's standard input
  FileDescriptor events_;    ///< its standard output
  Subprocess process_;
  VirtualBoardInfo info_;
  bool end_told_ = false;                          ///< a kEnded has been among the events
  std::vector<VirtualBoardEvent> waiting_events_;  ///< for poll_events()
  std::optional<LineCounts> counts_;               ///< the last answer that has come
  std::optional<TruthTotals> truth_;               ///< likewise
  std::string unread_;  ///< the beginning of a line whose end has not come yet
};

}  // namespace hil::emulate
