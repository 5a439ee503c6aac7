// SPDX-License-Identifier: Apache-2.0
// Serial ports by libserialport, matched by USB ids and serial numbers.
#include "host/lab/ports.hpp"

#include <fmt/format.h>
#include <libserialport.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "host/base/nearest.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab {
namespace {

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : rpc::printable(text);
}

const char* transport_of(const sp_port* port) {
  switch (sp_get_port_transport(port)) {
    case SP_TRANSPORT_USB:
      return "usb";
    case SP_TRANSPORT_BLUETOOTH:
      return "bluetooth";
    default:
      return "native";
  }
}

std::optional<UsbIdentity> usb_of(const sp_port* port) {
  int vendor = 0;
  int product = 0;
  if (sp_get_port_usb_vid_pid(port, &vendor, &product) != SP_OK) return std::nullopt;
  return UsbIdentity{{static_cast<std::uint16_t>(vendor), static_cast<std::uint16_t>(product)},
                     text_or_empty(sp_get_port_usb_serial(port)),
                     text_or_empty(sp_get_port_usb_manufacturer(port)),
                     text_or_empty(sp_get_port_usb_product(port))};
}

/// "/dev/ttyACM0 (serial 0668FF34, interface 2)".
std::string line_of(const Port& port) {
  std::string more;
  if (port.usb && !port.usb->serial.empty()) more = "serial " + port.usb->serial;
  if (port.place) {
    more += fmt::format("{}interface {}", more.empty() ? "" : ", ", port.place->number);
  }
  return more.empty() ? port.name : fmt::format("{} ({})", port.name, more);
}

std::string lines_of(const std::vector<Port>& ports) {
  std::string text;
  for (const Port& port : ports)
    text += (text.empty() ? "" : ", ") + line_of(port);
  return text;
}

std::vector<Port> matching(const std::vector<Port>& ports,
                           const std::function<bool(const Port&)>& fits) {
  std::vector<Port> found;
  std::copy_if(ports.begin(), ports.end(), std::back_inserter(found), fits);
  return found;
}

bool has_id(const Port& port, const std::vector<boards::UsbId>& ids) {
  return port.usb && contains(ids, port.usb->id);
}

Error no_such_serial(const std::string& serial, const std::vector<Port>& ports) {
  std::vector<std::string> serials;
  for (const Port& port : ports) {
    if (port.usb && !port.usb->serial.empty()) serials.push_back(port.usb->serial);
  }
  const auto meant = nearest(serial, serials);
  return Error{Blame::kLab,
               fmt::format("no serial port has the USB serial number {}", rpc::printable(serial)),
               meant ? fmt::format("did you mean {}?", *meant)
                     : "plug the board in; 'hilbench list' shows what is there"};
}

Error none_fits(const boards::Board& board) {
  std::string ids;
  for (const boards::UsbId id : board.serial.usb)
    ids += (ids.empty() ? "" : ", ") + text_of(id);
  return Error{Blame::kLab,
               fmt::format("no serial port of {} is there: none has the USB id {}", board.id, ids),
               "plug the board in, or name its port by --port"};
}

Error several_fit(const boards::Board& board, const std::vector<Port>& ports) {
  const std::string& serial = ports.front().usb->serial;
  const bool alike = std::all_of(ports.begin(), ports.end(), [&serial](const Port& port) {
    return port.usb->serial == serial;
  });
  return Error{
      Blame::kLab,
      fmt::format("{} serial ports may belong to {}: {}", ports.size(), board.id, lines_of(ports)),
      alike ? "name the port by --port, or its interface in the board's file (serial.interface)"
            : fmt::format("name the board by its serial number: --board {}@SERIAL", board.id)};
}

}  // namespace

Result<std::vector<Port>> list_ports() {
  sp_port** list = nullptr;
  if (sp_list_ports(&list) != SP_OK || list == nullptr) {
    return Error{Blame::kLab, "the system does not say what serial ports there are",
                 "check that /sys is mounted"};
  }
  std::vector<Port> ports;
  for (sp_port** port = list; *port != nullptr; ++port) {
    const std::string name = sp_get_port_name(*port);
    auto usb = usb_of(*port);
    auto place = usb ? find_usb_interface(name.substr(name.rfind('/') + 1)) : std::nullopt;
    ports.push_back({name, transport_of(*port), text_or_empty(sp_get_port_description(*port)),
                     std::move(usb), check_device(name), std::move(place)});
  }
  sp_free_port_list(list);
  std::sort(ports.begin(), ports.end(),
            [](const Port& a, const Port& b) { return a.name < b.name; });
  return ports;
}

std::vector<std::string> guess_boards(const Port& port, const std::vector<boards::Board>& all) {
  std::vector<std::string> ids;
  for (const boards::Board& board : all) {
    if (has_id(port, board.serial.usb)) ids.push_back(board.id);
  }
  return ids;
}

Result<Port> find_port(const boards::Board& board, const std::string& serial,
                       const std::vector<Port>& ports) {
  if (serial.empty() && board.serial.usb.empty()) {
    return Error{Blame::kConfig,
                 fmt::format("{} does not say what USB ids its serial port has",
                             board.file.empty() ? board.id : board.file.string()),
                 "name the port by --port"};
  }
  const auto by_id = [&board](const Port& port) { return has_id(port, board.serial.usb); };
  const auto by_serial = [&serial](const Port& port) {
    return port.usb && port.usb->serial == serial;
  };
  auto found = serial.empty() ? matching(ports, by_id) : matching(ports, by_serial);
  // One device may have several ports, or two devices one serial number.
  if (auto both = matching(found, by_id); !both.empty()) found = std::move(both);
  const auto by_interface = [&board](const Port& port) {
    return port.place && port.place->number == board.serial.interface;
  };
  if (board.serial.interface) found = matching(found, by_interface);
  if (found.size() == 1) return found.front();
  if (!found.empty()) return several_fit(board, found);
  return serial.empty() ? none_fits(board) : no_such_serial(serial, ports);
}

PortIdentity::PortIdentity(const Port& port, const std::vector<Port>& ports) : port_(port) {
  const auto alike = std::count_if(ports.begin(), ports.end(),
                                   [this](const Port& other) { return looks_alike(other); });
  by_place_ = port_.usb && (port_.usb->serial.empty() || alike > 1);
}

bool PortIdentity::looks_alike(const Port& other) const {
  if (!port_.usb) return other.name == port_.name;
  if (!other.usb || other.usb->serial != port_.usb->serial) return false;
  if (!contains({port_.usb->id}, other.usb->id)) return false;
  return !port_.place || (other.place && other.place->number == port_.place->number);
}

const Port* PortIdentity::find(const std::vector<Port>& ports) const {
  const Port* found = nullptr;
  for (const Port& port : ports) {
    if (!looks_alike(port)) continue;
    const bool same_place = port.place && port_.place && port.place->device == port_.place->device;
    if (by_place_ && !same_place) continue;
    if (found != nullptr) return nullptr;
    found = &port;
  }
  return found;
}

std::string PortIdentity::text() const {
  if (!port_.usb) return "of that name";
  std::string text;
  if (!port_.usb->serial.empty()) text = "with USB serial number " + port_.usb->serial;
  if (by_place_ && port_.place) {
    text += fmt::format("{}at place {} on USB", text.empty() ? "" : " ", port_.place->device);
  }
  if (port_.place) text += fmt::format(", interface {}", port_.place->number);
  return text;
}

}  // namespace hil::lab
