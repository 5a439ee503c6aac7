// SPDX-License-Identifier: Apache-2.0
// A board on the desk: its serial port, its debug probe, and the lock that keeps others away.
#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "host/lab/attachment.hpp"
#include "host/lab/board_lock.hpp"
#include "host/lab/ports.hpp"
#include "host/link/serial_link.hpp"
#include "host/link/tty_link.hpp"

namespace hil::lab {
namespace {

class DeskAttachment final : public Attachment {
 public:
  DeskAttachment(BoardLock lock, std::unique_ptr<Link> link,
                 std::optional<flash::ProbeAddress> probe)
      : lock_(std::move(lock)), link_(std::move(link)), probe_(std::move(probe)) {}

  Link& link() override { return *link_; }
  [[nodiscard]] std::optional<flash::ProbeAddress> probe() const override { return probe_; }
  Error explain(Error error) override { return error; }

 private:
  BoardLock lock_;
  std::unique_ptr<Link> link_;
  std::optional<flash::ProbeAddress> probe_;
};

std::optional<bool> level_of(boards::LineState state) {
  if (state == boards::LineState::kUnchanged) return {};
  return state == boards::LineState::kOn;
}

/// The port of that name, with what the system says of it, if it says anything: it knows no
/// pseudo-terminals and no links, and a container may have no /sys at all.
Port named_port(const std::string& name) {
  if (const auto ports = list_ports(); ports.ok()) {
    for (const Port& port : *ports) {
      if (port.name == name) return port;
    }
  }
  Port port;
  port.name = name;
  return port;
}

Result<Port> port_of(const boards::Board& board, const AttachOptions& options) {
  if (!options.port.empty()) return named_port(options.port);
  HIL_ASSIGN(const auto ports, list_ports());
  auto port = find_port(board, options.serial, ports);
  if (port.ok()) return port;
  Error error = port.error();
  if (board.emulator) error.hint += "; or add --emulate to use a virtual one";
  return error;
}

/// libserialport does not know pseudo-terminals, such as those of 'hilbench emulate'.
Result<std::unique_ptr<Link>> open_line(const boards::Board& board, const std::string& port) {
  if (port.starts_with("/dev/pts/")) {
    HIL_ASSIGN(auto link, TtyLink::open(port, board.serial.baud));
    return std::unique_ptr<Link>(std::move(link));
  }
  const SerialSettings settings{board.serial.baud, level_of(board.serial.dtr),
                                level_of(board.serial.rts)};
  HIL_ASSIGN(auto link, SerialLink::open(port, settings));
  return std::unique_ptr<Link>(std::move(link));
}

}  // namespace

Result<std::unique_ptr<Attachment>> attach_desk(const boards::Board& board,
                                                const AttachOptions& options) {
  HIL_ASSIGN(const Port port, port_of(board, options));
  HIL_ASSIGN(BoardLock lock, lock_board(lock_key(board, port)));
  HIL_ASSIGN(auto link, open_line(board, port.name));
  std::optional<flash::ProbeAddress> probe;
  if (board.probe) probe = flash::ProbeAddress{{}, options.serial};
  return std::unique_ptr<Attachment>(
      new DeskAttachment(std::move(lock), std::move(link), std::move(probe)));
}

}  // namespace hil::lab
