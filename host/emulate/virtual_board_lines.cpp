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
                        text_at(json, "flash"),
                        text_at(json, "meter_port")};
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

using Counts = LineCounts;
constexpr std::array<std::pair<const char*, std::uint64_t Counts::*>, 4> kNumbers{
    {{"to_device", &Counts::to_device},
     {"to_host", &Counts::to_host},
     {"garbled", &Counts::garbled},
     {"dropped", &Counts::dropped}}};
constexpr std::array<std::pair<const char*, Counts::Time Counts::*>, 4> kTimes{
    {{"first_to_device_ns", &Counts::first_to_device},
     {"last_to_device_ns", &Counts::last_to_device},
     {"first_to_host_ns", &Counts::first_to_host},
     {"last_to_host_ns", &Counts::last_to_host}}};
constexpr std::array<std::pair<const char*, std::chrono::nanoseconds Counts::*>, 2> kLosses{
    {{"put_off_ns", &Counts::put_off}, {"held_up_ns", &Counts::held_up}}};

std::int64_t nanoseconds_of(Counts::Time::duration time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

/// Nothing if one of its numbers is missing or none.
std::optional<std::chrono::nanoseconds> time_at(const Json& json, const char* name) {
  const auto number = number_at<std::int64_t>(json, name);
  return number ? std::optional(std::chrono::nanoseconds(*number)) : std::nullopt;
}

std::optional<LineCounts> counts_of(const Json& json) {
  const auto found = json.find("line_counts");
  if (found == json.end() || !found->is_object()) return std::nullopt;
  LineCounts counts;
  for (const auto& [name, member] : kNumbers) {
    const auto number = number_at<std::uint64_t>(*found, name);
    if (!number) return std::nullopt;
    counts.*member = *number;
  }
  for (const auto& [name, member] : kTimes) {
    const auto time = time_at(*found, name);
    if (!time) return std::nullopt;
    counts.*member = Counts::Time(std::chrono::duration_cast<Counts::Time::duration>(*time));
  }
  for (const auto& [name, member] : kLosses) {
    const auto time = time_at(*found, name);
    if (!time) return std::nullopt;
    counts.*member = *time;
  }
  return counts;
}

std::optional<TruthTotals> truth_of(const Json& json) {
  const auto found = json.find("truth");
  if (found == json.end() || !found->is_object()) return std::nullopt;
  const auto runs = number_at<std::uint64_t>(*found, "runs");
  const auto windows = number_at<std::uint64_t>(*found, "windows");
  const auto joules = found->find("window_joules");
  const auto coulombs = found->find("window_coulombs");
  if (!runs || !windows || joules == found->end() || !joules->is_number() ||
      coulombs == found->end() || !coulombs->is_number())
    return std::nullopt;
  return TruthTotals{*runs, *windows, joules->get<double>(), coulombs->get<double>()};
}

}  // namespace

std::string ready_line(const VirtualBoardInfo& info) {
  Json json = {{"board", info.board},
               {"instance", info.instance},
               {"serial", info.serial},
               {"pty", info.pty},
               {"stlink_port", info.stlink_port},
               {"jtag_port", info.jtag_port},
               {"gdb_port", info.gdb_port},
               {"pid", info.pid},
               {"qemu_pid", info.qemu_pid},
               {"flash", info.flash.string()}};
  if (!info.meter_port.empty()) json["meter_port"] = info.meter_port;
  return line_of(json);
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

std::string counts_line(const LineCounts& counts) {
  Json body;
  for (const auto& [name, member] : kNumbers)
    body[name] = counts.*member;
  for (const auto& [name, member] : kTimes)
    body[name] = nanoseconds_of((counts.*member).time_since_epoch());
  for (const auto& [name, member] : kLosses)
    body[name] = (counts.*member).count();
  return line_of({{"line_counts", body}});
}

std::string truth_line(const TruthTotals& truth) {
  const Json body = {{"runs", truth.runs},
                     {"windows", truth.windows},
                     {"window_joules", truth.window_joules},
                     {"window_coulombs", truth.window_coulombs}};
  return line_of({{"truth", body}});
}

std::string error_line(const Error& error) {
  const Json body = {{"blame", name_of(error.blame)}, {"what", error.what}, {"hint", error.hint}};
  return line_of({{"error", body}});
}

Result<SupervisorLine> parse_line(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_object()) {
    if (auto error = error_of(json)) return SupervisorLine(std::move(*error));
    if (const auto counts = counts_of(json)) return SupervisorLine(*counts);
    if (const auto truth = truth_of(json)) return SupervisorLine(*truth);
    if (auto event = event_of(json)) return SupervisorLine(std::move(*event));
    if (auto info = info_of(json)) return SupervisorLine(std::move(*info));
  }
  return Error{
      Blame::kTool,
      fmt::format("hilbench-virtual-board printed something else: {}", line.substr(0, 100)),
      "check that it is of the same build as hilbench"};
}

}  // namespace hil::emulate
