// SPDX-License-Identifier: Apache-2.0
// MadeMachine: files in a scratch folder, answers in maps.
#include "tests/host/lab/doctor/made_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;
using Cause = DeviceAccess::Cause;

std::uint16_t hex(const std::string& text) {
  return static_cast<std::uint16_t>(std::strtoul(text.c_str(), nullptr, 16));
}

boards::Board board_with(const std::string& id, const std::string& image) {
  boards::Board board;
  board.id = id;
  board.agent.image = image;
  return board;
}

boards::Probe st_link() {
  return {"interface/stlink-dap.cfg", "dapdirect_swd", {{0x0483, 0x374b}}};
}

}  // namespace

MadeMachine::MadeMachine() {
  Machine& machine = checkup.machine;
  machine.root = folder_.path();
  machine.user = {"ada", false, {"ada", "dialout", "plugdev"}, {"ada", "dialout", "plugdev"}, 1000};
  machine.cores = 2;
  machine.now = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));
  machine.synchronised = true;
  machine.state_folder = "/home/ada/.local/state/hilbench";
  machine.current_folder = "/home/ada";
  machine.temporary_folder = "/tmp";
  for (const char* name : {"/home/ada/x", "/tmp/x", "/dev/ptmx", "/dev/pts/ptmx", "/proc/consoles"})
    file(name, "");
  file("/etc/debian_version", "12.5\n");
  file("/usr/lib/udev/rules.d/70-hilbench.rules", "rules\n");
  file("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  file("/proc/loadavg", "0.50 0.40 0.30 1/99 1234\n");
  file("/proc/meminfo", "MemTotal:  4000000 kB\nMemAvailable:  2097152 kB\n");
  file("/proc/sys/kernel/pty/max", "4096\n");
  file("/proc/sys/kernel/pty/nr", "3\n");
  process(1, "systemd", 0);
  process(300, "systemd-udevd");
  fs::create_directories(inside(machine, "/sys/bus/usb/devices"));
  fs::create_directories(inside(machine, "/sys/class/tty"));
  add_boards();
  answer_questions();
}

void MadeMachine::add_boards() {
  auto& all = checkup.installed.catalogue;
  all = {board_with("here", "agent-here"), board_with("netduino", "agent-netduino.elf"),
         board_with("nucleo", "agent-nucleo.elf")};
  all[0].emulator.emplace();
  all[1].emulator.emplace();
  all[1].emulator->kind = boards::EmulatorKind::kQemu;
  all[1].emulator->program = "qemu-system-arm";
  all[1].emulator->probe = boards::ProbeModel::kStm32f4;
  all[1].probe = st_link();
  all[1].probe->usb = {{0x0483, 0x3748}};
  all[2].probe = st_link();
  all[2].serial.usb = {{0x0483, 0x374b}};
  Installation& installed = checkup.installed;
  installed.boards = folder_.path() / "boards";
  installed.agents = folder_.path() / "agents";
  installed.virtual_board = folder_.path() / "libexec/hilbench-virtual-board";
  for (const boards::Board& board : all)
    file("/agents/" + board.agent.image, "image");
  file("/libexec/hilbench-virtual-board", "program");
  installed.rules_maker = "/src/make_udev_rules";
  for (const char* name : {"agents/agent-here", "libexec/hilbench-virtual-board"})
    fs::permissions(folder_.path() / name, fs::perms(0755));
}

void MadeMachine::answer_questions() {
  using Kind = ProgramAnswer::Kind;
  programs = {{"openocd", {Kind::kAnswered, "Open On-Chip Debugger 0.12.0\n"}},
              {"qemu-system-arm", {Kind::kAnswered, "QEMU emulator version 7.2.22 (Debian)\n"}}};
  Machine& machine = checkup.machine;
  machine.ask_version = [this](const std::string& program) {
    const auto found = programs.find(program);
    return found == programs.end() ? ProgramAnswer{} : found->second;
  };
  machine.space = [this](const fs::path& folder) -> std::optional<Space> {
    const auto found = spaces.find(folder.string());
    return found == spaces.end() ? Space{std::uint64_t{5} << 30, 100'000, false} : found->second;
  };
  machine.writable = [this](const fs::path& path) {
    return std::find(not_writable.begin(), not_writable.end(), path.string()) == not_writable.end();
  };
  machine.access = [this](const fs::path& device) {
    const auto found = access.find(device.string());
    return found == access.end() ? DeviceAccess{} : found->second;
  };
  machine.holder = [this](const fs::path& device) -> std::optional<FileHolder> {
    const auto found = holders.find(device.string());
    if (found == holders.end()) return std::nullopt;
    return found->second;
  };
  machine.gone = [this](pid_t pid) {
    return !exists(checkup.machine, fmt::format("/proc/{}", pid)) &&
           std::find(hidden.begin(), hidden.end(), pid) == hidden.end();
  };
}

void MadeMachine::file(const std::string& path, const std::string& text) {
  const fs::path real = inside(checkup.machine, path);
  fs::create_directories(real.parent_path());
  std::ofstream stream(real, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw std::runtime_error("can't write " + real.string());
}

void MadeMachine::link(const std::string& path, const std::string& target) {
  const fs::path real = inside(checkup.machine, path);
  fs::create_directories(real.parent_path());
  fs::create_symlink(target, real);
}

void MadeMachine::remove(const std::string& path) {
  fs::remove_all(inside(checkup.machine, path));
}

void MadeMachine::process(int pid, const std::string& name, int parent) {
  const std::string folder = fmt::format("/proc/{}/", pid);
  file(folder + "comm", name + "\n");
  file(folder + "status", "Name:\t" + name + "\nUid:\t1000\t1000\t1000\t1000\n");
  file(folder + "stat", fmt::format("{} ({}) S {} 1 1 0", pid, name, parent));
}

void MadeMachine::usb(const MadeUsb& device) {
  const std::string folder = "/sys/bus/usb/devices/" + device.name + "/";
  file(folder + "idVendor", device.vendor + "\n");
  file(folder + "idProduct", device.product + "\n");
  file(folder + "busnum", "1\n");
  file(folder + "devnum", fmt::format("{}\n", device.address));
  file(folder + "dev", fmt::format("189:{}\n", device.address - 1));
  file(folder + "product", device.product_name + "\n");
  if (!device.serial.empty()) file(folder + "serial", device.serial + "\n");
}

Port& MadeMachine::port(const std::string& tty, const MadeUsb& device) {
  usb(device);
  const std::string interface = device.name + ":1.2";
  fs::create_directories(
      inside(checkup.machine, "/sys/devices/pci0000:00/0000:00:14.0/usb1/" + interface));
  link("/sys/class/tty/" + tty + "/device",
       "../../../devices/pci0000:00/0000:00:14.0/usb1/" + interface);
  file("/sys/class/tty/" + tty + "/dev", "166:0\n");
  Port port;
  port.name = "/dev/" + tty;
  port.transport = "usb";
  port.usb = UsbIdentity{
      {hex(device.vendor), hex(device.product)}, device.serial, "maker", device.product_name};
  checkup.machine.ports.push_back(port);
  return checkup.machine.ports.back();
}

void MadeMachine::deny(const std::string& device, const std::string& group) {
  access[device] = {Cause::kPermission, "no permission", "", group};
  if (!group.empty())
    access[device].why_not = fmt::format("no permission (it belongs to group {})", group);
}

void MadeMachine::hold(const std::string& device, int pid, const std::string& command) {
  holders[device] = {pid, command};
  access[device] = {Cause::kHeld, "held by " + holders[device].text(), "end that program"};
}

void MadeMachine::miss(const std::string& device) {
  access[device] = {Cause::kMissing, "No such file or directory", "plug it in again"};
}

boards::Board& MadeMachine::board(const std::string& id) {
  for (boards::Board& board : checkup.installed.catalogue) {
    if (board.id == id) return board;
  }
  throw std::runtime_error("no board " + id);
}

AskedBoard& MadeMachine::ask(const std::string& id, bool emulate) {
  checkup.asked = AskedBoard{board(id), emulate, "", ""};
  return *checkup.asked;
}

Findings MadeMachine::examine() {
  for (Port& port : checkup.machine.ports)
    port.access = checkup.machine.access(port.name);
  return doctor::examine(checkup);
}

std::vector<std::string> not_ok(const Findings& findings, const std::string& area) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    if (finding.area != area || finding.state == State::kOk) continue;
    texts.push_back(fmt::format("{}: {}: {} -> {}",
                                finding.state == State::kProblem ? "problem" : "remark",
                                finding.name, finding.what, finding.fix));
  }
  return texts;
}

std::vector<std::string> ok(const Findings& findings, const std::string& area) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    if (finding.area == area && finding.state == State::kOk)
      texts.push_back(finding.name + ": " + finding.what);
  }
  return texts;
}

}  // namespace hil::lab::doctor
