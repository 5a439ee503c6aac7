// SPDX-License-Identifier: Apache-2.0
// A board that QEMU emulates: its supervisor's pty and virtual probe.
#include <fmt/format.h>
#include <poll.h>

#include <charconv>
#include <system_error>
#include <utility>

#include "host/emulate/virtual_board.hpp"
#include "host/lab/attachment.hpp"
#include "host/link/switch_link.hpp"
#include "host/link/tty_link.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

/// A line breaks before the supervisor has said why: it starts QEMU again first.
constexpr int kTimeToTellMs = 2'000;
/// Longest wait before deadline and stop flag are looked at again.
constexpr int kSliceMs = 100;

Error stopped_waiting() {
  return Error{Blame::kUser, "stopped while waiting for the virtual board to come back", ""};
}

class VirtualAttachment final : public Attachment {
 public:
  VirtualAttachment(std::unique_ptr<emulate::VirtualBoard> board, std::unique_ptr<TtyLink> link,
                    std::uint32_t baud, bool brings_agent, const StopRequest* stop)
      : board_(std::move(board)),
        link_(std::move(link)),
        pty_(board_->info().pty),
        baud_(baud),
        brings_agent_(brings_agent),
        stop_(stop) {}

  Link& link() override { return link_; }
  [[nodiscard]] bool line_is_dead() const override { return link_.is_dead(); }
  Status reconnect(Deadline deadline) override;
  Status power_cycle() override {
    asked_for_restart_ = true;
    return board_->power_cycle();
  }
  Status pull_cable() override { return board_->hang_up(); }
  [[nodiscard]] bool brings_agent() const override { return brings_agent_; }

  [[nodiscard]] bool is_blank() const override {
    std::error_code ignored;
    const fs::path& flash = board_->info().flash;
    return flash.empty() || !fs::exists(flash, ignored);
  }

  [[nodiscard]] std::optional<flash::ProbeAddress> probe() const override {
    if (board_->info().stlink_port == 0) return {};
    return flash::ProbeAddress{board_->info().stlink_port, board_->info().serial};
  }

  [[nodiscard]] std::string meter_port() const override { return board_->info().meter_port; }

  std::optional<Error> find_failure(const Error& seen) override {
    if (seen.blame != Blame::kLink && seen.blame != Blame::kDevice) return std::nullopt;
    pollfd told{board_->event_descriptor(), POLLIN, 0};
    static_cast<void>(poll(&told, 1, kTimeToTellMs));
    take_events();
    if (failure_.empty()) return std::nullopt;
    return Error{Blame::kDevice,
                 fmt::format("the virtual board: {}, seen as: {}",
                             std::exchange(failure_, std::string()), seen.what),
                 "run it again; if it happens again, the agent's crash note says where it was"};
  }

 private:
  /// Keeps what says that the board has failed; a line that was hung up and power that was cut on
  /// purpose say no such thing.
  void take_events() {
    using emulate::EventKind;
    for (const emulate::VirtualBoardEvent& event : board_->poll_events()) {
      if (event.kind == EventKind::kRemark || event.kind == EventKind::kLine) continue;
      if (event.kind == EventKind::kEnded) ended_ = true;
      if (event.kind == EventKind::kRestarted && std::exchange(asked_for_restart_, false)) continue;
      failure_ = event.why;
    }
  }

  std::unique_ptr<emulate::VirtualBoard> board_;
  SwitchLink link_;
  std::string pty_;  ///< that link_ was made of
  std::uint32_t baud_;
  bool brings_agent_;
  const StopRequest* stop_;
  bool asked_for_restart_ = false;
  bool ended_ = false;
  std::string failure_;  ///< not yet told
};

Status VirtualAttachment::reconnect(Deadline deadline) {
  link_.close();
  while (true) {
    take_events();
    const std::string& pty = board_->info().pty;
    if (ended_) {
      return Error{
          Blame::kDevice,
          fmt::format("the virtual board has ended: {}", std::exchange(failure_, std::string())),
          "run it again"};
    }
    if (pty != pty_) {
      HIL_ASSIGN(auto link, TtyLink::open(pty, baud_));
      link_.replace(std::move(link));
      pty_ = pty;
      return {};
    }
    if (stop_ != nullptr && stop_->requested()) return stopped_waiting();
    if (deadline.expired()) {
      return Error{Blame::kLink, fmt::format("the virtual board gave no new line for {}", pty_),
                   "run it again"};
    }
    pollfd told{board_->event_descriptor(), POLLIN, 0};
    static_cast<void>(poll(&told, 1, kSliceMs));
  }
}

}  // namespace

Result<unsigned> instance_of(const boards::Board& board, const std::string& serial) {
  unsigned instance = 0;
  if (serial.empty()) return instance;
  const auto end = serial.data() + serial.size();
  const auto read = std::from_chars(serial.data(), end, instance);
  if (read.ec == std::errc() && read.ptr == end && instance > 0) return instance;
  return Error{Blame::kUser,
               fmt::format("virtual boards are told apart by number, not by '{}'", serial),
               fmt::format("write {}@2 for the second one", board.id)};
}

Result<std::unique_ptr<Attachment>> attach_virtual(const boards::Board& board,
                                                   const AttachOptions& options,
                                                   Deadline deadline) {
  emulate::VirtualBoardOptions start;
  start.board = board.id;
  start.meter = options.meter;
  const bool brings_agent = board.emulator->probe == boards::ProbeModel::kNone;
  if (brings_agent) start.image = options.agent;
  HIL_ASSIGN(start.instance, instance_of(board, options.serial));
  HIL_ASSIGN(auto virtual_board, emulate::VirtualBoard::start(start, deadline));
  HIL_ASSIGN(auto link, TtyLink::open(virtual_board->info().pty, board.serial.baud));
  return std::unique_ptr<Attachment>(new VirtualAttachment(
      std::move(virtual_board), std::move(link), board.serial.baud, brings_agent, options.stop));
}

}  // namespace hil::lab
