// SPDX-License-Identifier: Apache-2.0
// Texts of hilbench emulate.
#include "host/app/emulate_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "host/flash/fit.hpp"
#include "host/flash/openocd_commands.hpp"
#include "host/flash/quoting.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using emulate::EventKind;
using emulate::VirtualBoardInfo;

using Row = std::vector<std::string>;

std::string port_text(std::uint16_t port) {
  return port == 0 ? "-" : std::to_string(port);
}

Row row_of(const VirtualBoardInfo& info) {
  return {name_of(info),
          info.pty,
          info.serial.empty() ? "-" : info.serial,
          port_text(info.stlink_port),
          port_text(info.jtag_port),
          port_text(info.gdb_port)};
}

/// A column of their ports, if there is any.
void add_meters(const std::vector<VirtualBoardInfo>& boards, std::vector<Row>& rows) {
  const bool any = std::any_of(boards.begin(), boards.end(),
                               [](const auto& info) { return !info.meter_port.empty(); });
  if (!any) return;
  rows.front().emplace_back("meter");
  for (std::size_t i = 0; i < boards.size(); ++i)
    rows[i + 1].push_back(boards[i].meter_port.empty() ? "-" : boards[i].meter_port);
}

/// What OpenOCD is told to write @p image with.
std::string write_command(const boards::Board& board, const fs::path& image) {
  const std::string file = flash::tcl_word(image.string());
  if (!flash::is_ram_chip(board.chip)) return fmt::format("program {} verify reset exit", file);
  return fmt::format("init; reset init; load_image {}; verify_image {}; reset run; shutdown", file,
                     file);
}

std::string openocd_line(const std::vector<std::string>& probe, const boards::Board& board,
                         const std::vector<std::string>& more, const fs::path& image) {
  std::vector<std::string> argv{"openocd"};
  argv.insert(argv.end(), probe.begin(), probe.end());
  const auto own = flash::own_script(board);
  argv.insert(argv.end(), {"-f", own ? own->string() : board.chip.openocd_target});
  argv.insert(argv.end(), more.begin(), more.end());
  argv.insert(argv.end(), {"-c", write_command(board, image)});
  return flash::shell_line(argv);
}

std::string stlink_line(const boards::Board& board, const VirtualBoardInfo& info,
                        const fs::path& image) {
  return openocd_line(
      {"-f", "interface/stlink-dap.cfg", "-c",
       fmt::format("st-link backend tcp {}", info.stlink_port), "-c",
       fmt::format("adapter serial {}", info.serial), "-c", "transport select dapdirect_swd"},
      board, {}, image);
}

std::string jtag_line(const boards::Board& board, const VirtualBoardInfo& info,
                      const fs::path& image) {
  return openocd_line(
      {"-c", "adapter driver remote_bitbang", "-c", "remote_bitbang host 127.0.0.1", "-c",
       fmt::format("remote_bitbang port {}", info.jtag_port), "-c", "transport select jtag"},
      board,
      // remote_bitbang has no speed; chips' handlers that set one would end in an error.
      {"-c", "foreach e {reset-start reset-init} {[target current] configure -event $e {}}"},
      image);
}

}  // namespace

std::string name_of(const VirtualBoardInfo& info) {
  return info.instance == 1 ? info.board : fmt::format("{}@{}", info.board, info.instance);
}

std::string virtual_board_table(const std::vector<VirtualBoardInfo>& boards, std::size_t width) {
  std::vector<Row> rows{{"board", "line", "ST-LINK serial", "ST-LINK", "JTAG", "gdb"}};
  for (const VirtualBoardInfo& info : boards)
    rows.push_back(row_of(info));
  add_meters(boards, rows);
  report::TableShape shape;
  shape.droppable = {2, 4, 3};
  shape.indent = 0;
  return report::shaped_table(std::move(rows), shape, width).text;
}

std::string commands_to_try(const boards::Board& board, const VirtualBoardInfo& info,
                            const fs::path& image, std::size_t width) {
  std::string text = fmt::format("To try, for {}:\n", name_of(info));
  const auto add = [&](const char* what, const std::string& line) {
    text += fmt::format("  {}\n{}", what, report::command_lines(line, 4, width));
  };
  if (info.stlink_port != 0) {
    add("flash it by ST-LINK (SWD)", stlink_line(board, info, image));
    // OpenOCD's script for the nRF51 knows no JTAG.
    if (board.emulator->probe != boards::ProbeModel::kNrf51) {
      add("flash it by JTAG", jtag_line(board, info, image));
    }
    add("look inside while no OpenOCD is connected",
        flash::shell_line({"gdb-multiarch", "-ex",
                           fmt::format("target extended-remote 127.0.0.1:{}", info.gdb_port),
                           image.string()}));
  }
  add("open its line",
      flash::shell_line({"picocom", "-b", std::to_string(board.serial.baud), info.pty}));
  return text;
}

std::string event_text(const VirtualBoardInfo& info, const emulate::VirtualBoardEvent& event) {
  const std::string name = name_of(info);
  switch (event.kind) {
    case EventKind::kRestarted:
      return fmt::format("{}: started again: {}\n", name, event.why);
    case EventKind::kHalted:
      return fmt::format("{}: started again, its core is held until it is flashed or reset: {}\n",
                         name, event.why);
    case EventKind::kLine:
      return fmt::format("{}: {}, the new one is {}\n", name, event.why, event.pty);
    case EventKind::kEnded:
      return fmt::format("{}: ended: {}\n", name, event.why);
    case EventKind::kRemark:
      break;
  }
  return fmt::format("{}: {}\n", name, event.why);
}

}  // namespace hil::app
