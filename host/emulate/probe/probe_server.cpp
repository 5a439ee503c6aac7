// SPDX-License-Identifier: Apache-2.0
// ProbeServer: the loop that lets one client at a time have the core.
#include "host/emulate/probe/probe_server.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "host/emulate/probe/chips/chip.hpp"
#include "host/emulate/probe/core/core_debug.hpp"
#include "host/emulate/probe/core/debug_bus.hpp"
#include "host/emulate/probe/fronts/listener.hpp"
#include "host/emulate/probe/probe_session.hpp"

namespace hil::emulate {
namespace {

constexpr std::size_t kMaxSerial = 32;
constexpr std::array<DoorKind, 3> kDoors = {DoorKind::kStlink, DoorKind::kJtag, DoorKind::kGdb};

/// What the loop waits for, at fixed places.
enum Waiting : std::size_t { kStop, kMachine, kClient, kFirstDoor };

constexpr short kHangUp = POLLHUP | POLLERR | POLLNVAL;

Error config_error(const std::string& what, const std::string& hint) {
  return Error{Blame::kConfig, what, hint};
}

}  // namespace

class ProbeServer::Parts {
 public:
  Parts(Machine& machine, const ProbeSettings& settings, std::unique_ptr<Chip> chip,
        std::array<Listener, kDoors.size()> listeners)
      : listeners_(std::move(listeners)),
        chip_(std::move(chip)),
        core_(machine, *chip_, settings.board),
        bus_(core_),
        board_{core_, bus_, settings.board.emulator->debug_port_id,
               settings.board.emulator->access_port_id, settings.serial} {
    core_.on_event = [this](const std::string& sentence) { tell(sentence); };
  }

  [[nodiscard]] const Listener& listener(DoorKind kind) const {
    return listeners_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] Chip& chip() { return *chip_; }

  Status power_on(PowerOn how);
  Status serve(int stop_fd);
  void attach(Machine& machine);
  void drop_client() { session_.reset(); }

  std::function<void(std::span<const std::uint8_t>)> on_flash_changed;
  std::function<void(const std::string&)> on_event;

 private:
  void tell(const std::string& sentence) const {
    if (on_event) on_event(sentence);
  }
  /// Tells what changed; while a tool is at work on it, only if @p at_once.
  void tell_flash(bool at_once);
  Status wait(std::array<pollfd, kFirstDoor + kDoors.size()>& waiting, int stop_fd);
  Status accept(DoorKind kind);
  Status serve_client(short client_events, short machine_events);
  Status end_session();
  Status stop();

  std::array<Listener, kDoors.size()> listeners_;
  std::unique_ptr<Chip> chip_;
  CoreDebug core_;
  DebugBus bus_;
  SessionBoard board_;
  std::unique_ptr<ProbeSession> session_;
};

void ProbeServer::Parts::tell_flash(bool at_once) {
  FlashMemory* flash = chip_->flash();
  if (flash == nullptr || (!at_once && chip_->loader_armed()) || !flash->take_changed()) return;
  if (on_flash_changed) on_flash_changed(flash->content());
}

Status ProbeServer::Parts::power_on(PowerOn how) {
  HIL_TRY(core_.power_on(how == PowerOn::kRun));
  tell_flash(true);
  return {};
}

void ProbeServer::Parts::attach(Machine& machine) {
  session_.reset();
  bus_.abandon();
  core_.attach(machine);
}

Status ProbeServer::Parts::wait(std::array<pollfd, kFirstDoor + kDoors.size()>& waiting,
                                int stop_fd) {
  const bool relays = session_ && session_->relays();
  waiting[kStop] = {stop_fd, POLLIN, 0};
  waiting[kMachine] = {core_.machine().gdb_descriptor(), static_cast<short>(relays ? POLLIN : 0),
                       0};
  waiting[kClient] = {session_ ? session_->client_descriptor() : -1, POLLIN, 0};
  for (std::size_t i = 0; i < kDoors.size(); ++i) {
    waiting[kFirstDoor + i] = {listeners_[i].descriptor(), POLLIN, 0};
  }
  if (::poll(waiting.data(), waiting.size(), -1) >= 0 || errno == EINTR) return {};
  return Error{Blame::kBug, fmt::format("waiting for debuggers: {}", std::strerror(errno)), ""};
}

Status ProbeServer::Parts::accept(DoorKind kind) {
  FileDescriptor client = listener(kind).accept();
  if (!client.is_open()) return {};
  if (session_) {
    tell(fmt::format("a debugger on {} was refused, another one is connected to {}", name_of(kind),
                     name_of(session_->kind())));
    return {};  // closes it
  }
  HIL_ASSIGN(session_, ProbeSession::start(kind, ClientSocket(std::move(client)), board_));
  tell(fmt::format("a debugger connected to {}", name_of(kind)));
  return {};
}

Status ProbeServer::Parts::end_session() {
  const std::string name = name_of(session_->kind());
  HIL_TRY(session_->end());
  session_.reset();
  tell_flash(true);
  tell(fmt::format("the debugger on {} left", name));
  return {};
}

Status ProbeServer::Parts::serve_client(short client_events, short machine_events) {
  bool stays = true;
  if (client_events != 0) {
    HIL_ASSIGN(stays, session_->take_from_client());
  }
  if (stays && session_->relays() && (machine_events & POLLIN) != 0) {
    HIL_ASSIGN(stays, session_->take_from_stub());
  }
  if (!stays) return end_session();
  tell_flash(false);
  return {};
}

Status ProbeServer::Parts::stop() {
  if (session_) return end_session();
  HIL_TRY(chip_->collect(core_.machine(), false));  // firmware may have written its own flash
  tell_flash(true);
  return {};
}

Status ProbeServer::Parts::serve(int stop_fd) {
  std::array<pollfd, kFirstDoor + kDoors.size()> waiting{};
  while (true) {
    for (pollfd& one : waiting)
      one.revents = 0;
    HIL_TRY(wait(waiting, stop_fd));
    if (waiting[kStop].revents != 0) return stop();
    if (session_) HIL_TRY(serve_client(waiting[kClient].revents, waiting[kMachine].revents));
    if ((waiting[kMachine].revents & kHangUp) != 0) {
      return Error{Blame::kDevice, "QEMU ended", "start the virtual board again"};
    }
    for (std::size_t i = 0; i < kDoors.size(); ++i) {
      if (waiting[kFirstDoor + i].revents != 0) HIL_TRY(accept(kDoors[i]));
    }
  }
}

ProbeServer::ProbeServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ProbeServer::~ProbeServer() = default;

Result<std::unique_ptr<ProbeServer>> ProbeServer::make(Machine& machine, ProbeSettings settings) {
  if (settings.serial.empty() || settings.serial.size() > kMaxSerial) {
    return config_error(fmt::format("a probe's serial number has 1 to {} characters, not {}",
                                    kMaxSerial, settings.serial.size()),
                        "choose another one");
  }
  HIL_ASSIGN(auto chip, make_chip(settings.board, settings.faults));
  FlashMemory* flash = chip->flash();
  const std::size_t room = flash == nullptr ? 0 : flash->size_bytes();
  if (settings.flash.size() > room) {
    return config_error(fmt::format("the flash content has {} bytes, board {} has room for {}",
                                    settings.flash.size(), settings.board.id, room),
                        "remove the file it comes from");
  }
  if (flash != nullptr) {
    flash->assign(0, settings.flash);
    flash->take_changed();  // the caller knows it
  }
  HIL_ASSIGN(Listener stlink, Listener::open());
  HIL_ASSIGN(Listener jtag, Listener::open());
  HIL_ASSIGN(Listener gdb, Listener::open());
  return std::unique_ptr<ProbeServer>(new ProbeServer(std::make_unique<Parts>(
      machine, settings, std::move(chip),
      std::array<Listener, kDoors.size()>{std::move(stlink), std::move(jtag), std::move(gdb)})));
}

std::uint16_t ProbeServer::stlink_port() const {
  return parts_->listener(DoorKind::kStlink).port();
}

std::uint16_t ProbeServer::jtag_port() const {
  return parts_->listener(DoorKind::kJtag).port();
}

std::uint16_t ProbeServer::gdb_port() const {
  return parts_->listener(DoorKind::kGdb).port();
}

void ProbeServer::on_flash_changed(std::function<void(std::span<const std::uint8_t>)> take) {
  parts_->on_flash_changed = std::move(take);
}

void ProbeServer::on_event(std::function<void(const std::string&)> take) {
  parts_->on_event = std::move(take);
}

std::span<const std::uint8_t> ProbeServer::flash() const {
  const FlashMemory* flash = parts_->chip().flash();
  return flash == nullptr ? std::span<const std::uint8_t>() : flash->content();
}

Status ProbeServer::power_on(PowerOn how) {
  return parts_->power_on(how);
}

Status ProbeServer::serve(int stop_fd) {
  Status ended = parts_->serve(stop_fd);
  if (!ended.ok()) parts_->drop_client();
  return ended;
}

void ProbeServer::attach(Machine& machine) {
  parts_->attach(machine);
}

}  // namespace hil::emulate
