// SPDX-License-Identifier: Apache-2.0
// One virtual board: owns QEMU, the probe, the line and the flash file, and keeps them together.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/line/line_relay.hpp"
#include "host/emulate/power/virtual_meter.hpp"
#include "host/emulate/probe/machine.hpp"
#include "host/emulate/probe/probe_server.hpp"
#include "host/emulate/supervisor/announcer.hpp"
#include "host/emulate/supervisor/options.hpp"
#include "host/emulate/supervisor/qemu_process.hpp"
#include "host/emulate/supervisor/restart_budget.hpp"
#include "host/emulate/supervisor/state_folder.hpp"
#include "host/emulate/virtual_board_info.hpp"

namespace hil::emulate {

/// What the supervisor listens to and where it prints; the descriptors stay the caller's.
struct SupervisorStreams {
  /// Lines `hang-up`, `power-cycle`, `counts`, `truth`; its end ends the board.
  int commands = -1;
  int signals = -1;  ///< readable when a signal asks for the end
  int output = -1;   ///< ready line and events
};

/// QEMU ends with the thread that runs this. Not thread-safe.
class Supervisor {
 public:
  /// Starts everything. Nothing is printed.
  ///   kUser    the board does not run in QEMU, an image is missing or surplus, no such meter
  ///   kConfig  its file does not suit the probe model or has no power figures for a meter, a fault
  ///            lies outside the flash
  ///   kLab     it is held, or state folder, pty, port or the meter's plugin can't be had
  ///   kTool    QEMU can't be started or ended at once
  static Result<std::unique_ptr<Supervisor>> start(boards::Board board,
                                                   const SupervisorOptions& options,
                                                   const SupervisorStreams& streams);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Prints the ready line, keeps the board up and prints events until it is told to end.
  ///   kTool, kDevice  QEMU ends whatever is done
  ///   kBug            waiting for events fails
  Status run();

 private:
  /// Tells another thread that it should look: an eventfd.
  class Bell;
  /// The flash as the probe's thread left it last, for this thread to save.
  struct FlashMail {
    std::mutex mutex;
    std::optional<std::vector<std::uint8_t>> content;
  };
  Supervisor(boards::Board board, StateFolder state, const SupervisorStreams& streams);

  Status set_up(const SupervisorOptions& options);
  Status open_meter(const MeterRequest& request);
  /// The meter has switched the board's supply, perhaps more than once.
  Status follow_supply();
  Status start_qemu(PowerOn how);
  Status connect_probe(PowerOn how);
  void start_serving();
  void stop_serving();
  /// Ends QEMU and everything that hangs on it; the probe's ports stay open.
  void stop_qemu();
  /// QEMU has ended or no longer answers.
  Status restart(const std::string& why);
  Status start_again(const std::string& why, PowerOn how, EventKind kind);
  Status take_command(const std::string& command);
  /// False: there will be no more.
  Result<bool> read_commands();
  Status look_after_qemu();
  void save_flash();
  [[nodiscard]] DivisorWatch::ReadRate rate_reader() const;

  boards::Board board_;
  StateFolder state_;
  SupervisorStreams streams_;
  Announcer announcer_;
  std::filesystem::path image_;
  FlashFaults faults_;
  VirtualBoardInfo info_;
  RestartBudget budget_;
  std::string unread_command_;
  FlashMail flash_mail_;
  std::vector<std::uint8_t>
      saved_flash_;  ///< what flash.bin holds; at first the content to start with

  // In order of making: each uses those above and goes first.
  std::unique_ptr<Bell> flash_bell_;   ///< rung when flash_mail_ has something
  std::unique_ptr<Bell> stop_bell_;    ///< rung to end serve()
  std::unique_ptr<Bell> done_bell_;    ///< rung when serve() has ended
  std::unique_ptr<Bell> supply_bell_;  ///< rung when supplied_ has changed
  std::atomic<bool> supplied_{true};   ///< by its meter
  bool powered_ = true;                ///< QEMU runs, or shall
  std::unique_ptr<LineRelay> relay_;
  std::unique_ptr<VirtualMeter> meter_;  ///< null: none was asked for
  std::optional<QemuProcess> qemu_;
  std::unique_ptr<Machine> machine_;    ///< null without a probe
  std::unique_ptr<ProbeServer> probe_;  ///< null without a probe
  Status served_;                       ///< outcome of serve(), once done_bell_ has been rung
  std::thread serving_;
};

}  // namespace hil::emulate
