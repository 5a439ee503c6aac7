// SPDX-License-Identifier: Apache-2.0
// From the catalogue, the command line and what is plugged in to uses.
#include "host/lab/doctor/uses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "host/emulate/process_board.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;
using boards::Board;

constexpr std::size_t kMostNames = 3;

bool is_process(const Board& board) {
  return board.emulator && board.emulator->kind == boards::EmulatorKind::kProcess;
}

Way way_of(const AskedBoard& asked) {
  if (is_process(asked.board) && asked.port.empty()) return Way::kProcess;
  return asked.emulate ? Way::kVirtual : Way::kDesk;
}

/// Whether an adapter or a probe with an id of @p board is plugged in.
bool is_plugged(const Board& board, const std::vector<UsbDevice>& usb) {
  return std::any_of(usb.begin(), usb.end(), [&board](const UsbDevice& device) {
    const boards::UsbId id = device.identity.id;
    return contains(board.serial.usb, id) || (board.probe && contains(board.probe->usb, id));
  });
}

std::vector<Use> uses_in(const Checkup& checkup, const std::vector<UsbDevice>& usb) {
  if (checkup.asked) return {{&checkup.asked->board, way_of(*checkup.asked), true}};
  std::vector<Use> uses;
  for (const Board& board : checkup.installed.catalogue) {
    if (board.emulator) {
      uses.push_back({&board, is_process(board) ? Way::kProcess : Way::kVirtual, false});
    }
    if (!is_process(board)) uses.push_back({&board, Way::kDesk, is_plugged(board, usb)});
  }
  return uses;
}

std::vector<PluggedProbe> probes_in(const Machine& machine, const std::vector<UsbDevice>& usb) {
  std::vector<PluggedProbe> probes;
  for (const UsbDevice& device : usb) {
    std::string kind = probe_kind(device);
    if (kind.empty()) continue;
    probes.push_back({{std::move(kind), device.node, device.identity, machine.access(device.node)},
                      fs::path("/sys/bus/usb/devices") / device.name});
  }
  return probes;
}

/// Only those that may be the board's, if a board is asked for.
void keep_wanted(const std::optional<AskedBoard>& asked, std::vector<PluggedProbe>& probes) {
  if (!asked) return;
  probes.erase(std::remove_if(probes.begin(), probes.end(),
                              [&asked](const PluggedProbe& plugged) {
                                const UsbIdentity& usb = plugged.probe.usb;
                                const bool fits =
                                    asked->board.probe && contains(asked->board.probe->usb, usb.id);
                                return !fits ||
                                       (!asked->serial.empty() && usb.serial != asked->serial);
                              }),
               probes.end());
}

/// The port of that name as --port takes it: "ttyACM0", "/dev/serial/by-id/...".
Port named_port(const Machine& machine, const std::string& name) {
  std::error_code ignored;
  const fs::path path = name.starts_with('/') ? fs::path(name) : fs::path("/dev") / name;
  const fs::path real = fs::canonical(path, ignored);
  for (const Port& port : machine.ports) {
    if (port.name == path || port.name == real) return port;
  }
  Port port;
  port.name = path.string();
  port.access = machine.access(path);
  return port;
}

std::vector<Port> ports_in(const Checkup& checkup) {
  const auto& all = checkup.machine.ports;
  if (!checkup.asked) {
    std::vector<Port> ports;
    for (const Port& port : all) {
      if (!guess_boards(port, checkup.installed.catalogue).empty()) ports.push_back(port);
    }
    return ports;
  }
  const AskedBoard& asked = *checkup.asked;
  if (way_of(asked) != Way::kDesk) return {};
  if (!asked.port.empty()) return {named_port(checkup.machine, asked.port)};
  auto port = find_port(asked.board, asked.serial, all);
  return port.ok() ? std::vector<Port>{*port} : std::vector<Port>{};
}

}  // namespace

bool Bench::on_desk() const {
  return std::any_of(uses.begin(), uses.end(),
                     [](const Use& use) { return use.way == Way::kDesk; });
}

Bench bench_of(const Checkup& checkup) {
  Bench bench;
  bench.checkup = &checkup;
  bench.processes = list_processes(checkup.machine);
  bench.usb = list_usb_devices(checkup.machine.root);
  bench.uses = uses_in(checkup, bench.usb);
  if (!bench.on_desk()) return bench;
  bench.probes = probes_in(checkup.machine, bench.usb);
  keep_wanted(checkup.asked, bench.probes);
  bench.ports = ports_in(checkup);
  return bench;
}

std::vector<std::string> programs_of(const Use& use) {
  const Board& board = *use.board;
  switch (use.way) {
    case Way::kProcess: {
      const auto runner = emulate::runner_here(board.emulator->runner, board.chip.core);
      return runner.empty() ? std::vector<std::string>{} : std::vector{runner.front()};
    }
    case Way::kVirtual:
      if (!board.emulator) return {};
      if (board.emulator->probe == boards::ProbeModel::kNone) return {board.emulator->program};
      return {board.emulator->program, "openocd"};
    case Way::kDesk:
      break;
  }
  return board.probe ? std::vector<std::string>{"openocd"} : std::vector<std::string>{};
}

std::string list_text(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() <= kMostNames) return text;
  return text + fmt::format(" and {} more", names.size() - kMostNames);
}

State severity(const std::vector<const Use*>& uses) {
  const bool wanted =
      std::any_of(uses.begin(), uses.end(), [](const Use* use) { return use->wanted; });
  return wanted ? State::kProblem : State::kRemark;
}

std::vector<const Use*> uses_of(const Bench& bench, const std::string& program) {
  std::vector<const Use*> found;
  for (const Use& use : bench.uses) {
    const auto programs = programs_of(use);
    if (std::find(programs.begin(), programs.end(), program) != programs.end())
      found.push_back(&use);
  }
  return found;
}

std::string boards_text(const std::vector<const Use*>& uses) {
  std::vector<std::string> wanted, others;
  for (const Use* use : uses) {
    auto& names = use->wanted ? wanted : others;
    if (names.empty() || names.back() != use->board->id) names.push_back(use->board->id);
  }
  std::vector<std::string> names = wanted;  // first those that make it a problem
  for (const std::string& name : others) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return list_text(names);
}

}  // namespace hil::lab::doctor
