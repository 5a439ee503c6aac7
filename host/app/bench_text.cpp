// SPDX-License-Identifier: Apache-2.0
// Ports and probes as text and as JSON.
#include "host/app/bench_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/report/text.hpp"

namespace hil::app {
namespace {

using nlohmann::ordered_json;
using Row = std::vector<std::string>;

constexpr const char* kWhatToDo =
    "Plug a board in; 'hilbench boards' lists those that run without hardware.";

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string guess_text(const std::vector<std::string>& ids) {
  return ids.empty() ? "-" : fmt::format("{}", fmt::join(ids, ", "));
}

/// Maker and product, without the maker twice.
std::string what_is(const lab::UsbIdentity& usb) {
  if (usb.maker.empty() || usb.product.find(usb.maker) == 0) return or_dash(usb.product);
  return usb.product.empty() ? usb.maker : usb.maker + " " + usb.product;
}

Row row_of(const lab::Port& port, const std::vector<boards::Board>& boards) {
  if (!port.usb) return {port.name, "-", "-", or_dash(port.description), "-"};
  return {port.name, lab::text_of(port.usb->id), or_dash(port.usb->serial), what_is(*port.usb),
          guess_text(lab::guess_boards(port, boards))};
}

Row row_of(const lab::Probe& probe, const std::vector<boards::Board>& boards) {
  return {probe.kind, lab::text_of(probe.usb.id), or_dash(probe.usb.serial), what_is(probe.usb),
          guess_text(lab::guess_boards(probe, boards))};
}

template <class Device>
std::string table_of(const std::vector<Device>& devices, const char* title, const char* none,
                     const std::vector<boards::Board>& boards, std::size_t width) {
  if (devices.empty()) return none;
  std::vector<Row> rows{{title, "USB id", "serial number", "what it says it is", "guessed board"}};
  for (const Device& device : devices)
    rows.push_back(row_of(device, boards));
  // The serial number stays whole: it is what one types behind BOARD@.
  report::TableShape shape;
  shape.flexible = {{0, 12}, {3, 12}, {4, 14}};
  shape.droppable = {3, 1};
  return report::shaped_table(std::move(rows), shape, width).text;
}

std::string obstacle_text(const std::string& name, const DeviceAccess& access, std::size_t width) {
  if (access.granted()) return "";
  return "\n" +
         report::paragraph("", fmt::format("{} can't be used: {}", name, access.why_not), 0,
                           width) +
         report::paragraph("", access.hint, 2, width);
}

std::string name_of(const lab::Probe& probe) {
  return probe.usb.serial.empty() ? probe.kind : probe.kind + " " + probe.usb.serial;
}

bool has_usb(const Bench& bench) {
  return !bench.probes.empty() ||
         std::any_of(bench.ports.begin(), bench.ports.end(),
                     [](const lab::Port& port) { return port.usb.has_value(); });
}

ordered_json usb_json(const lab::UsbIdentity& usb) {
  return {{"vendor", fmt::format("{:#06x}", usb.id.vendor)},
          {"product", fmt::format("{:#06x}", usb.id.product)},
          {"serial", usb.serial},
          {"maker", usb.maker},
          {"name", usb.product}};
}

void add_access(ordered_json& json, const DeviceAccess& access) {
  json["usable"] = access.granted();
  json["why_not"] = access.why_not;
  json["hint"] = access.hint;
}

ordered_json json_of(const lab::Port& port, const std::vector<boards::Board>& boards) {
  ordered_json json = {{"port", port.name},
                       {"transport", port.transport},
                       {"description", port.description},
                       {"usb", port.usb ? usb_json(*port.usb) : ordered_json()},
                       {"boards", lab::guess_boards(port, boards)}};
  add_access(json, port.access);
  return json;
}

ordered_json json_of(const lab::Probe& probe, const std::vector<boards::Board>& boards) {
  ordered_json json = {{"probe", probe.kind},
                       {"device", probe.node},
                       {"usb", usb_json(probe.usb)},
                       {"boards", lab::guess_boards(probe, boards)}};
  add_access(json, probe.access);
  return json;
}

}  // namespace

std::string bench_text(const Bench& bench, const std::vector<boards::Board>& boards,
                       std::size_t width) {
  if (bench.ports.empty() && bench.probes.empty()) {
    return "No serial port and no debug probe is here.\n" +
           report::paragraph("", kWhatToDo, 0, width);
  }
  std::string text = table_of(bench.ports, "serial port", "  no serial ports\n", boards, width);
  text += "\n" + table_of(bench.probes, "debug probe", "  no debug probes\n", boards, width);
  if (!has_usb(bench)) {
    text +=
        "\n" + report::paragraph("", std::string("None of them is on USB. ") + kWhatToDo, 0, width);
  }
  for (const lab::Port& port : bench.ports)
    text += obstacle_text(port.name, port.access, width);
  for (const lab::Probe& probe : bench.probes)
    text += obstacle_text(name_of(probe), probe.access, width);
  return text;
}

ordered_json bench_json(const Bench& bench, const std::vector<boards::Board>& boards) {
  ordered_json ports = ordered_json::array();
  for (const lab::Port& port : bench.ports)
    ports.push_back(json_of(port, boards));
  ordered_json probes = ordered_json::array();
  for (const lab::Probe& probe : bench.probes)
    probes.push_back(json_of(probe, boards));
  return {{"ports", ports}, {"probes", probes}};
}

}  // namespace hil::app
