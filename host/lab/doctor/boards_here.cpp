// SPDX-License-Identifier: Apache-2.0
// Which boards can be run now: the sum of all that was found.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "host/emulate/process_board.hpp"
#include "host/lab/attachment.hpp"
#include "host/lab/board_lock.hpp"
#include "host/lab/doctor/areas.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

/// Names of what can't be used at all: "not installed", "is missing", "too old".
std::set<std::string> unusable(const Findings& findings) {
  std::set<std::string> names;
  for (const Finding& finding : findings) {
    const bool part = finding.area == "tools" || finding.name == "counting plugin" ||
                      finding.name == "virtual boards";
    if (part && finding.state != State::kOk) names.insert(finding.name);
  }
  return names;
}

/// What @p use lacks of all that @p bad names, and its agent; empty: it can be run.
std::vector<std::string> lacks(const Bench& bench, const Use& use,
                               const std::set<std::string>& bad) {
  std::vector<std::string> missing;
  for (const std::string& program : programs_of(use)) {
    if (bad.count(program) > 0) missing.push_back(program);
  }
  const bool plugin = use.way == Way::kProcess && !programs_of(use).empty();
  if (plugin && bad.count("counting plugin") > 0) missing.emplace_back("counting plugin");
  if (use.way == Way::kVirtual && bad.count("virtual boards") > 0)
    missing.emplace_back("hilbench-virtual-board");
  if (!agent_trouble(bench, use).empty()) missing.emplace_back("agent");
  return missing;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Whether something without hardware can be run, as one line.
bool add_emulated(Area& area, const Bench& bench, const std::set<std::string>& bad) {
  std::vector<std::string> not_here;
  std::size_t all = 0;
  for (const Use& use : bench.uses) {
    if (use.way == Way::kDesk) continue;
    ++all;
    const auto missing = lacks(bench, use, bad);
    if (!missing.empty())
      not_here.push_back(fmt::format("{} (lacks {})", use.board->id, joined(missing)));
  }
  if (all == 0) return false;
  const std::size_t here = all - not_here.size();
  if (not_here.empty()) {
    area.ok("without hardware", fmt::format("all {} can be run here", all));
  } else {
    area.remark("without hardware",
                fmt::format("{} of {} can be run here; not {}", here, all, list_text(not_here)),
                "see above what is missing");
  }
  return here > 0;
}

std::string place_of(const Bench& bench, const boards::Board& board) {
  for (const Port& port : bench.ports) {
    const auto ids = guess_boards(port, {board});
    if (!ids.empty()) return port.name;
  }
  for (const PluggedProbe& plugged : bench.probes) {
    const auto ids = guess_boards(plugged.probe, {board});
    if (!ids.empty()) return plugged.probe.kind;
  }
  return "";
}

/// A plugged-in device often fits several boards; one of them with an agent is enough. A device
/// that has neither a port nor a probe is no place for a board: the area "ports" says why.
bool add_desk(Area& area, const Bench& bench) {
  std::vector<std::string> able, unable;
  bool nowhere = false;
  for (const Use& use : bench.uses) {
    if (use.way != Way::kDesk || !use.wanted) continue;
    const std::string place = place_of(bench, *use.board);
    if (place.empty()) {
      nowhere = true;
      continue;
    }
    const std::string text = fmt::format("{} ({})", use.board->id, place);
    (agent_trouble(bench, use).empty() ? able : unable).push_back(text);
  }
  if (able.empty() && unable.empty()) {
    area.ok("on the desk", nowhere ? "none has a serial port or a probe" : "none plugged in");
    return false;
  }
  if (able.empty()) {
    area.problem(
        "on the desk", fmt::format("no agent for {}", list_text(unable)),
        "install hilbench's package, or the cross compilers (scripts/setup) and build again");
    return false;
  }
  area.ok("on the desk", "may be " + list_text(able));
  return true;
}

/// The error that the command would end with.
void add_error(Area& area, const std::string& name, const Error& error) {
  area.problem(name, rpc::printable(error.what), rpc::printable(error.hint));
}

/// The board's port, if one is there and it is the only one.
bool add_asked_port(Area& area, const Bench& bench) {
  const AskedBoard& asked = *bench.checkup->asked;
  if (!asked.port.empty()) return true;
  const auto port = find_port(asked.board, asked.serial, bench.machine().ports);
  if (!port.ok()) {
    Error error = port.error();
    if (asked.board.emulator) error.hint += "; or add --emulate to use a virtual one";
    add_error(area, asked.board.id, error);
    return false;
  }
  if (const auto holder = find_lock_holder(lock_key(asked.board, *port))) {
    area.remark(asked.board.id, fmt::format("in use now by {}", rpc::printable(holder->text())),
                "wait until that run ends, or use another board");
  }
  return true;
}

void add_asked(Area& area, const Bench& bench, const std::set<std::string>& bad,
               bool problem_before) {
  const AskedBoard& asked = *bench.checkup->asked;
  const Use& use = bench.uses.front();
  if (use.way == Way::kVirtual) {
    if (!asked.board.emulator) {
      return area.problem(asked.board.id, "can't be emulated: its file names no emulator",
                          "leave --emulate out to use the one on the desk");
    }
    if (const auto instance = instance_of(asked.board, asked.serial); !instance.ok())
      return add_error(area, asked.board.id, instance.error());
  }
  if (use.way == Way::kDesk && !add_asked_port(area, bench)) return;
  const auto missing = lacks(bench, use, bad);
  if (!missing.empty()) {
    return area.problem(asked.board.id, fmt::format("can't be run: it lacks {}", joined(missing)),
                        "see above what is missing");
  }
  if (problem_before) return;  // it is named already; no more may be promised
  if (use.way != Way::kDesk) return area.ok(asked.board.id, "can be run on this machine");
  area.ok(asked.board.id, fmt::format("is on {}", rpc::printable(bench.ports.front().name)));
}

}  // namespace

Findings examine_boards(const Bench& bench, const Findings& before) {
  Area area("boards");
  const auto bad = unusable(before);
  if (bench.checkup->asked) {
    add_asked(area, bench, bad, !is_fit(before));
    return area.take();
  }
  const bool emulated = add_emulated(area, bench, bad);
  const bool desk = add_desk(area, bench);
  if (!emulated && !desk) {
    area.problem("any board", "none can be run: nothing is plugged in, and nothing can be emulated",
                 "do what is said above of tools and agents, or plug a board in");
  }
  return area.take();
}

}  // namespace hil::lab::doctor
