// SPDX-License-Identifier: Apache-2.0
// The supervisor's lines: one function per kind and direction.
#include "host/emulate/virtual_board_lines.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace hil::emulate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<EventKind, const char*>, 5> kEvents{
    {{EventKind::kRestarted, "restarted"},
     {EventKind::kHalted, "halted"},
     {EventKind::kLine, "line"},
     {EventKind::kRemark, "remark"},
     {EventKind::kEnded, "ended"}}};

/// One line; bytes that are no UTF-8 (QEMU's last words) are replaced.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

template <class T>
std::optional<T> number_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  if (value > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) return std::nullopt;
  return static_cast<T>(value);
}

std::optional<VirtualBoardInfo> info_of(const Json& json) {
  const auto instance = number_at<unsigned>(json, "instance");
  const auto stlink = number_at<std::uint16_t>(json, "stlink_port");
  const auto jtag = number_at<std::uint16_t>(json, "jtag_port");
  const auto gdb = number_at<std::uint16_t>(json, "gdb_port");
  const auto pid = number_at<pid_t>(json, "pid");
  const auto qemu_pid = number_at<pid_t>(json, "qemu_pid");
  if (!instance || !stlink || !jtag || !gdb || !pid || !qemu_pid) return std::nullopt;
  VirtualBoardInfo info{text_at(json, "board"),
                        *instance,
                        text_at(json, "serial"),
                        text_at(json, "pty"),
                        *stlink,
                        *jtag,
                        *gdb,
                        *pid,
                        *qemu_pid,
                        text_at(json, "flash")};
  if (info.board.empty() || info.pty.empty()) return std::nullopt;
  return info;
}

std::optional<VirtualBoardEvent> event_of(const Json& json) {
  const std::string name = text_at(json, "event");
  for (const auto& [kind, known] : kEvents) {
    if (name != known) continue;
    return VirtualBoardEvent{kind, text_at(json, "why"), text_at(json, "pty"),
                             number_at<pid_t>(json, "qemu_pid").value_or(-1)};
  }
  return std::nullopt;
}

std::optional<Error> error_of(const Json& json) {
  const auto found = json.find("error");
  if (found == json.end() || !found->is_object()) return std::nullopt;
  const std::string name = text_at(*found, "blame");
  for (const Blame blame : {Blame::kUser, Blame::kConfig, Blame::kLab, Blame::kTool, Blame::kLink,
                            Blame::kDevice, Blame::kModel, Blame::kBug}) {
    if (name == name_of(blame))
      return Error{blame, text_at(*found, "what"), text_at(*found, "hint")};
  }
  return std::nullopt;
}

}  // namespace

std::string ready_line(const VirtualBoardInfo& info) {
  return line_of({{"board", info.board},
                  {"instance", info.instance},
                  {"serial", info.serial},
                  {"pty", info.pty},
                  {"stlink_port", info.stlink_port},
                  {"jtag_port", info.jtag_port},
                  {"gdb_port", info.gdb_port},
                  {"pid", info.pid},
                  {"qemu_pid", info.qemu_pid},
                  {"flash", info.flash.string()}});
}

std::string event_line(const VirtualBoardEvent& event, const VirtualBoardInfo* of) {
  Json json;
  for (const auto& [kind, name] : kEvents) {
    if (kind == event.kind) json["event"] = name;
  }
  json["why"] = event.why;
  if (!event.pty.empty()) json["pty"] = event.pty;
  if (event.qemu_pid > 0) json["qemu_pid"] = event.qemu_pid;
  if (of != nullptr) {
    json["board"] = of->board;
    json["instance"] = of->instance;
  }
  return line_of(json);
}

std::string error_line(const Error& error) {
  const Json body = {{"blame", name_of(error.blame)}, {"what", error.what}, {"hint", error.hint}};
  return line_of({{"error", body}});
}

Result<SupervisorLine> parse_line(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_object()) {
    if (auto error = error_of(json)) return SupervisorLine(std::move(*error));
    if (auto event = event_of(json)) return SupervisorLine(std::move(*event));
    if (auto info = info_of(json)) return SupervisorLine(std::move(*info));
  }
  return Error{
      Blame::kTool,
      fmt::format("hilbench-virtual-board printed something else: {}", line.substr(0, 100)),
      "check that it is of the same build as hilbench"};
}

}  // namespace hil::emulate
