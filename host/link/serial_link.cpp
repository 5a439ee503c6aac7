// SPDX-License-Identifier: Apache-2.0
// SerialLink: libserialport for opening and settings, poll() for waiting.
#include "host/link/serial_link.hpp"

#include <fmt/format.h>
#include <libserialport.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "host/base/device_access.hpp"
#include "host/base/nearest.hpp"
#include "host/link/drain.hpp"
#include "host/link/fd_wait.hpp"
#include "host/link/line_rate.hpp"

namespace hil {
namespace {

struct FreeConfig {
  void operator()(sp_port_config* config) const { sp_free_config(config); }
};
using Config = std::unique_ptr<sp_port_config, FreeConfig>;

/// What libserialport's last failure was, as an errno; EIO where it does not say.
int last_error() {
  const int code = sp_last_error_code();
  return code > 0 ? code : EIO;
}

Error no_memory() {
  return Error{Blame::kLab, "no memory for a serial port", "end other programs"};
}

std::vector<std::string> port_names() {
  std::vector<std::string> names;
  sp_port** ports = nullptr;
  if (sp_list_ports(&ports) != SP_OK || ports == nullptr) return names;
  for (sp_port** port = ports; *port != nullptr; ++port)
    names.emplace_back(sp_get_port_name(*port));
  sp_free_port_list(ports);
  std::sort(names.begin(), names.end());
  return names;
}

Error no_such_port(const std::string& name) {
  const auto names = port_names();
  const auto meant = nearest(name, names);
  std::string hint = "plug the board in; there is no serial port now";
  if (!names.empty()) hint = fmt::format("there are: {}", fmt::join(names, ", "));
  if (meant) hint = fmt::format("did you mean {}?", *meant);
  return Error{Blame::kLab, fmt::format("there is no serial port {}", name), hint};
}

Error not_set(const std::string& name, const std::string& what) {
  const int code = last_error();
  if (code == EIO || code == ENODEV || code == ENXIO) return cannot_open(name, code);
  return Error{
      Blame::kConfig,
      fmt::format("cannot set {} to {}: {}", name, what, std::system_category().message(code)),
      "check the board file against what the port can do"};
}

sp_port* port_named(const std::string& name) {
  sp_port* port = nullptr;
  return sp_get_port_by_name(name.c_str(), &port) == SP_OK ? port : nullptr;
}

/// The port @p name, null if there is none. libserialport knows the kernel's names only, with the
/// folder: "ttyACM0" and links to ports, as below /dev/serial, are turned into those.
sp_port* find_port(const std::string& name) {
  constexpr int kMostLinks = 8;
  std::filesystem::path path = name.find('/') == std::string::npos ? "/dev/" + name : name;
  for (int links = 0; links <= kMostLinks; ++links) {
    if (sp_port* port = port_named(path.string())) return port;
    std::error_code error;
    const auto target = std::filesystem::read_symlink(path, error);
    if (error) return nullptr;
    path = (path.parent_path() / target).lexically_normal();
  }
  return nullptr;
}

Status set_up(sp_port* port, const std::string& name, const SerialSettings& settings) {
  sp_port_config* made = nullptr;
  if (sp_new_config(&made) != SP_OK) return no_memory();
  const Config config(made);
  sp_set_config_bits(made, 8);
  sp_set_config_parity(made, SP_PARITY_NONE);
  sp_set_config_stopbits(made, 1);
  sp_set_config_flowcontrol(made, SP_FLOWCONTROL_NONE);
  if (settings.dtr) sp_set_config_dtr(made, *settings.dtr ? SP_DTR_ON : SP_DTR_OFF);
  if (settings.rts) sp_set_config_rts(made, *settings.rts ? SP_RTS_ON : SP_RTS_OFF);
  if (settings.baud != 0) sp_set_config_baudrate(made, static_cast<int>(settings.baud));
  if (sp_set_config(port, made) == SP_OK) return {};
  return not_set(name, settings.baud != 0 ? fmt::format("{} baud, 8N1", settings.baud) : "8N1");
}

/// The rate the driver says it has. ftdi_sio, for one, takes a rate above its limit without a word
/// and runs at 9,600.
Result<std::uint32_t> read_baud(sp_port* port, const std::string& name) {
  sp_port_config* made = nullptr;
  if (sp_new_config(&made) != SP_OK) return no_memory();
  const Config config(made);
  int baud = 0;
  if (sp_get_config(port, made) != SP_OK || sp_get_config_baudrate(made, &baud) != SP_OK) {
    return cannot_open(name, last_error());
  }
  return static_cast<std::uint32_t>(std::max(baud, 0));
}

/// The rate of a port that was set to @p wanted.
///   kConfig  it is another one
Result<std::uint32_t> check_rate(sp_port* port, const std::string& name, std::uint32_t wanted) {
  HIL_ASSIGN(const std::uint32_t real, read_baud(port, name));
  if (rate_fits(wanted, real)) return real;
  return Error{Blame::kConfig,
               fmt::format("{} does not do {} baud: its driver runs it at {}", name, wanted, real),
               "choose a rate that the adapter can do"};
}

Result<std::uint32_t> set_and_check(sp_port* port, const std::string& name,
                                    const SerialSettings& settings) {
  HIL_TRY(set_up(port, name, settings));
  if (settings.baud == 0) return 0u;
  return check_rate(port, name, settings.baud);
}

/// Changes the rate of an open port and nothing else of it.
Result<std::uint32_t> change_rate(sp_port* port, std::uint32_t baud) {
  const std::string name = sp_get_port_name(port);
  if (sp_set_baudrate(port, static_cast<int>(baud)) != SP_OK) {
    return not_set(name, fmt::format("{} baud", baud));
  }
  return check_rate(port, name, baud);
}

}  // namespace

void SerialLink::ClosePort::operator()(sp_port* port) const {
  sp_close(port);  // an error says that it was not open
  sp_free_port(port);
}

Result<std::unique_ptr<SerialLink>> SerialLink::open(const std::string& name,
                                                     const SerialSettings& settings) {
  if (!std::in_range<int>(settings.baud)) {
    return Error{Blame::kConfig, fmt::format("{} baud is no rate of a serial line", settings.baud),
                 "correct the board file"};
  }
  sp_port* found = find_port(name);
  if (found == nullptr) return no_such_port(name);
  Port port(found);
  const std::string path = sp_get_port_name(found);
  int fd = -1;
  if (sp_open(found, SP_MODE_READ_WRITE) != SP_OK) return cannot_open(path, last_error());
  if (sp_get_port_handle(found, &fd) != SP_OK) return cannot_open(path, last_error());
  HIL_TRY(lock_device(fd, path));
  HIL_ASSIGN(const std::uint32_t baud, set_and_check(found, path, settings));
  if (sp_flush(found, SP_BUF_BOTH) != SP_OK) return cannot_open(path, last_error());
  return std::unique_ptr<SerialLink>(new SerialLink(std::move(port), fd, "serial " + path, baud));
}

SerialLink::SerialLink(Port port, int fd, std::string name, std::uint32_t baud)
    : port_(std::move(port)), fd_(fd), name_(std::move(name)), baud_(baud), bound_(baud) {}

Status SerialLink::set_baud(std::uint32_t baud) {
  if (baud_ == 0 || baud == 0 || !std::in_range<int>(baud)) return Link::set_baud(baud);
  HIL_TRY(drain(
      bound_, [this] { return queued(); }, name_));
  const auto real = change_rate(port_.get(), baud);
  if (!real) {
    HIL_TRY(change_rate(port_.get(), baud_));
    return real.error();
  }
  baud_ = *real;
  bound_ = OutputBound(baud_);
  return {};
}

std::size_t SerialLink::queued() const {
  return static_cast<std::size_t>(std::max<int>(sp_output_waiting(port_.get()), 0));
}

Result<std::size_t> SerialLink::write(std::span<const std::uint8_t> bytes) {
  const auto now = Deadline::Clock::now();
  // The kernel is only asked where it can make it less: that costs more than all the rest here.
  if (bytes.empty() || bound_.room(0, now) == 0) return std::size_t{0};
  const std::size_t most = std::min(bound_.room(queued(), now), bytes.size());
  if (most == 0) return std::size_t{0};
  const int count = sp_nonblocking_write(port_.get(), bytes.data(), most);
  if (count < 0) return gone();
  bound_.wrote(static_cast<std::size_t>(count), now, static_cast<std::size_t>(count) == most);
  return static_cast<std::size_t>(count);
}

Result<std::size_t> SerialLink::read_now(std::span<std::uint8_t> buffer) {
  const int count = sp_nonblocking_read(port_.get(), buffer.data(), buffer.size());
  if (count > 0) return static_cast<std::size_t>(count);
  // A hang-up reads as silence (libserialport 0.1.1); only the count of waiting bytes tells it.
  if (count < 0 || sp_input_waiting(port_.get()) < 0) return gone();
  return std::size_t{0};
}

Result<std::size_t> SerialLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  if (buffer.empty()) return std::size_t{0};
  while (true) {
    HIL_ASSIGN(const std::size_t count, read_now(buffer));
    if (count > 0 || deadline.expired()) return count;
    HIL_TRY(wait(false, deadline));
  }
}

Status SerialLink::wait(bool want_write, Deadline deadline) {
  bool room = want_write;
  if (want_write) {
    const auto room_at = bound_.room_at(queued(), Deadline::Clock::now());
    room = room_at <= Deadline::Clock::now();
    if (!room) deadline = Deadline::earlier(deadline, Deadline::until(room_at));
  }
  if (wait_for(fd_, room, deadline) == Wakening::kReady) return {};
  return gone();
}

Error SerialLink::gone() const {
  return Error{Blame::kLink, fmt::format("{} is gone", name_),
               "check the cable and the board's power, then try again"};
}

}  // namespace hil
