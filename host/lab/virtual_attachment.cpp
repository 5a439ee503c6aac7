// SPDX-License-Identifier: Apache-2.0
// A board that QEMU emulates: its supervisor's pty and virtual probe.
#include <fmt/format.h>
#include <poll.h>

#include <charconv>
#include <system_error>
#include <utility>

#include "host/emulate/virtual_board.hpp"
#include "host/lab/attachment.hpp"
#include "host/link/tty_link.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

/// A line breaks before the supervisor has said why: it starts QEMU again first.
constexpr int kTimeToTellMs = 2'000;

class VirtualAttachment final : public Attachment {
 public:
  VirtualAttachment(std::unique_ptr<emulate::VirtualBoard> board, std::unique_ptr<TtyLink> link,
                    bool brings_agent)
      : board_(std::move(board)), link_(std::move(link)), brings_agent_(brings_agent) {}

  Link& link() override { return *link_; }
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

  Error explain(Error error) override {
    if (error.blame != Blame::kLink && error.blame != Blame::kDevice) return error;
    pollfd told{board_->event_descriptor(), POLLIN, 0};
    static_cast<void>(poll(&told, 1, kTimeToTellMs));
    std::string why;
    for (const emulate::VirtualBoardEvent& event : board_->poll_events()) {
      if (event.kind == emulate::EventKind::kRemark) continue;
      why = event.why;
    }
    if (why.empty()) return error;
    return Error{Blame::kDevice, fmt::format("the virtual board: {}, seen as: {}", why, error.what),
                 "run it again; if it happens again, the agent's crash note says where it was"};
  }

 private:
  std::unique_ptr<emulate::VirtualBoard> board_;
  std::unique_ptr<TtyLink> link_;
  bool brings_agent_;
};

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
  const bool brings_agent = board.emulator->probe == boards::ProbeModel::kNone;
  if (brings_agent) start.image = options.agent;
  HIL_ASSIGN(start.instance, instance_of(board, options.serial));
  HIL_ASSIGN(auto virtual_board, emulate::VirtualBoard::start(start, deadline));
  HIL_ASSIGN(auto link, TtyLink::open(virtual_board->info().pty, board.serial.baud));
  return std::unique_ptr<Attachment>(
      new VirtualAttachment(std::move(virtual_board), std::move(link), brings_agent));
}

}  // namespace hil::lab
