// SPDX-License-Identifier: Apache-2.0
// A board on the desk: its serial port, its debug probe, and the lock that keeps others away.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "host/lab/attachment.hpp"
#include "host/lab/board_lock.hpp"
#include "host/lab/ports.hpp"
#include "host/link/serial_link.hpp"
#include "host/link/switch_link.hpp"
#include "host/link/tty_link.hpp"

namespace hil::lab {
namespace {

/// Between two looks for a port that has gone: unplugging and plugging in takes people longer.
constexpr std::chrono::milliseconds kLookEvery{100};

std::optional<bool> level_of(boards::LineState state) {
  if (state == boards::LineState::kUnchanged) return {};
  return state == boards::LineState::kOn;
}

/// The port of that name or behind that link, with what the system says of it, if it says anything:
/// it knows no pseudo-terminals, and a container may have no /sys at all.
Port named_port(const std::string& name) {
  std::error_code error;
  const std::string target = std::filesystem::canonical(name, error).string();
  if (const auto ports = list_ports(); ports.ok()) {
    for (const Port& port : *ports) {
      if (port.name == name || (!error && port.name == target)) return port;
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

bool is_pty(const std::string& port) {
  return port.starts_with("/dev/pts/");
}

/// libserialport does not know pseudo-terminals, such as those of 'hilbench emulate'.
Result<std::unique_ptr<Link>> open_line(const boards::Serial& serial, const std::string& port) {
  if (is_pty(port)) {
    HIL_ASSIGN(auto link, TtyLink::open(port, serial.baud));
    return std::unique_ptr<Link>(std::move(link));
  }
  const SerialSettings settings{serial.baud, level_of(serial.dtr), level_of(serial.rts)};
  HIL_ASSIGN(auto link, SerialLink::open(port, settings));
  return std::unique_ptr<Link>(std::move(link));
}

PortIdentity identity_of(const Port& port) {
  const auto ports = list_ports();
  return PortIdentity(port, ports.ok() ? *ports : std::vector<Port>());
}

class DeskAttachment final : public Attachment {
 public:
  DeskAttachment(BoardLock lock, std::string key, const boards::Serial& serial, const Port& port,
                 std::unique_ptr<Link> link, std::optional<flash::ProbeAddress> probe,
                 const StopRequest* stop)
      : lock_(std::move(lock)),
        key_(std::move(key)),
        serial_(serial),
        port_name_(port.name),
        identity_(identity_of(port)),
        link_(std::move(link)),
        probe_(std::move(probe)),
        stop_(stop) {}

  Link& link() override { return link_; }
  [[nodiscard]] bool line_is_dead() const override { return link_.is_dead(); }
  Status reconnect(Deadline deadline) override;
  [[nodiscard]] std::string line_key() const override { return key_; }
  [[nodiscard]] std::optional<flash::ProbeAddress> probe() const override { return probe_; }
  std::optional<Error> find_failure(const Error& /*seen*/) override { return std::nullopt; }

 private:
  /// Opens the port if it is there.
  Status try_again();

  BoardLock lock_;
  std::string key_;  ///< of the lock
  boards::Serial serial_;
  std::string port_name_;
  PortIdentity identity_;
  SwitchLink link_;
  std::optional<flash::ProbeAddress> probe_;
  const StopRequest* stop_;
};

Status DeskAttachment::try_again() {
  if (identity_.is_a_name()) {
    HIL_ASSIGN(auto link, open_line(serial_, port_name_));
    link_.replace(std::move(link));
    return {};
  }
  HIL_ASSIGN(const auto ports, list_ports());
  const Port* port = identity_.find(ports);
  if (port == nullptr) {
    return Error{Blame::kLink, fmt::format("there is no port {}", identity_.text()),
                 "plug the board in again; --reconnect says how long it is waited for"};
  }
  HIL_ASSIGN(auto link, open_line(serial_, port->name));
  link_.replace(std::move(link));
  return {};
}

Status DeskAttachment::reconnect(Deadline deadline) {
  link_.close();
  // Its number may have gone to somebody else's terminal.
  if (is_pty(port_name_)) {
    return Error{Blame::kLink,
                 fmt::format("{} hung up, and a pseudo-terminal does not come back", port_name_),
                 "start what is behind it again"};
  }
  while (true) {
    const Status opened = try_again();
    if (opened.ok() || opened.error().blame == Blame::kConfig) return opened;
    if (stop_ != nullptr && stop_->requested()) {
      return Error{Blame::kUser,
                   fmt::format("stopped while waiting for the port that was {}", port_name_), ""};
    }
    if (deadline.expired()) {
      // Whatever kept it from being opened, it was the line that broke.
      return Error{Blame::kLink, opened.error().what, opened.error().hint};
    }
    std::this_thread::sleep_for(
        std::min<Deadline::Clock::duration>(kLookEvery, deadline.remaining()));
  }
}

}  // namespace

Result<std::unique_ptr<Attachment>> attach_desk(const boards::Board& board,
                                                const AttachOptions& options) {
  HIL_ASSIGN(const Port port, port_of(board, options));
  const std::string key = lock_key(board, port);
  HIL_ASSIGN(BoardLock lock, lock_board(key));
  HIL_ASSIGN(auto link, open_line(board.serial, port.name));
  std::optional<flash::ProbeAddress> probe;
  if (board.probe) probe = flash::ProbeAddress{{}, options.serial};
  return std::unique_ptr<Attachment>(new DeskAttachment(
      std::move(lock), key, board.serial, port, std::move(link), std::move(probe), options.stop));
}

}  // namespace hil::lab
