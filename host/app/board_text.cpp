// SPDX-License-Identifier: Apache-2.0
// Boards as text and as JSON.
#include "host/app/board_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>

#include "host/report/text.hpp"

namespace hil::app {
namespace {

using boards::Board;
using boards::Memory;
using nlohmann::ordered_json;

const char* state_of(const Board& board) {
  switch (board.status) {
    case boards::BoardStatus::kTested:
      return "tested";
    case boards::BoardStatus::kEmulated:
      return "tested in emulation";
    case boards::BoardStatus::kUntested:
      break;
  }
  return "untested";
}

const char* runs_as(const Board& board) {
  if (!board.emulator) return "on the desk";
  return board.emulator->kind == boards::EmulatorKind::kProcess ? "process" : "QEMU machine";
}

/// 131072 as "128 KiB".
std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kKi = 1024;
  if (bytes >= kKi * kKi && bytes % (kKi * kKi) == 0) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= kKi && bytes % kKi == 0) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} B", bytes);
}

/// All memory of one kind; "-" if there is none.
std::string total_text(const Board& board, boards::MemoryKind kind) {
  std::uint64_t total = 0;
  for (const Memory& region : board.chip.memory) {
    if (region.kind == kind) total += region.size_bytes;
  }
  return total == 0 ? "-" : size_text(total);
}

const char* kind_word(const Memory& region) {
  return region.kind == boards::MemoryKind::kFlash ? "flash" : "ram";
}

const char* line_word(boards::LineState state) {
  switch (state) {
    case boards::LineState::kOff:
      return "off";
    case boards::LineState::kOn:
      return "on";
    case boards::LineState::kUnchanged:
      break;
  }
  return "unchanged";
}

std::string hex_text(std::uint32_t number) {
  return fmt::format("{:#010x}", number);
}

/// For the table; the sheet says it in full.
const char* tested_word(const Board& board) {
  switch (board.status) {
    case boards::BoardStatus::kTested:
      return "yes";
    case boards::BoardStatus::kEmulated:
      return "emulated";
    case boards::BoardStatus::kUntested:
      break;
  }
  return "no";
}

// --- one board, a fact a line ---------------------------------------------------------------

constexpr std::size_t kFactIndent = 12;

std::string fact(const std::string& name, const std::string& value) {
  return fmt::format("{:<{}}{}\n", name, kFactIndent, value);
}

/// Lines of fact(), each wrapped under its value.
std::string wrapped_facts(std::string_view facts, std::size_t width) {
  constexpr std::size_t kLeast = 40;
  if (width == report::kNoWidth) return std::string(facts);
  std::string text;
  while (!facts.empty()) {
    const std::string_view line = facts.substr(0, facts.find('\n'));
    facts.remove_prefix(line.size() + 1);
    std::string head(line.substr(0, kFactIndent));
    for (const std::string& part :
         report::wrapped(line.substr(head.size()), std::max(width, kLeast) - kFactIndent)) {
      text += head + part + "\n";
      head.assign(kFactIndent, ' ');
    }
  }
  return text;
}

std::string usb_text(const std::vector<boards::UsbId>& ids) {
  std::vector<std::string> words;
  for (const boards::UsbId& id : ids)
    words.push_back(fmt::format("{:04x}:{:04x}", id.vendor, id.product));
  return words.empty() ? "" : fmt::format(", USB {}", fmt::join(words, " or "));
}

std::string memory_facts(const char* head, const std::vector<Memory>& regions) {
  std::string text;
  for (const Memory& region : regions) {
    text += fact(text.empty() ? head : "",
                 fmt::format("{:<6} {:<5} {:>8} at {}", region.name, kind_word(region),
                             size_text(region.size_bytes), hex_text(region.base)));
  }
  return text;
}

std::string chip_facts(const boards::Chip& chip) {
  std::string text =
      fact("chip", fmt::format("{} ({}, port {})", chip.name, chip.core, chip.family));
  text += memory_facts("memory", chip.memory);
  if (chip.id) {
    std::vector<std::string> values;
    for (const std::uint32_t value : chip.id->values)
      values.push_back(fmt::format("{:#x}", value));
    text += fact("chip id",
                 fmt::format("{} at {}, bits {}: {}", chip.id->name, hex_text(chip.id->address),
                             hex_text(chip.id->mask), fmt::join(values, ", ")));
  }
  if (chip.ram_vectors)
    text += fact("vectors", fmt::format("in RAM at {}", hex_text(*chip.ram_vectors)));
  if (!chip.openocd_target.empty()) text += fact("openocd", chip.openocd_target);
  return text;
}

std::string serial_fact(const boards::Serial& serial) {
  if (serial.baud == 0) return fact("serial", "a line without a rate");
  std::string text = fmt::format("{} baud", serial.baud);
  if (!serial.bauds.empty()) text += fmt::format(" (also {})", fmt::join(serial.bauds, ", "));
  using boards::LineState;
  if (serial.dtr != LineState::kUnchanged) text += fmt::format(", DTR {}", line_word(serial.dtr));
  if (serial.rts != LineState::kUnchanged) text += fmt::format(", RTS {}", line_word(serial.rts));
  return fact("serial", text + usb_text(serial.usb));
}

/// What a power meter, or a counter of energy, is wired to.
std::string pin_facts(const Board& board) {
  std::string text;
  if (board.sync_pins.size() == 2) {
    text += fact("sync pins", fmt::format("{} (high while it measures) and {} (each inference)",
                                          board.sync_pins[0], board.sync_pins[1]));
  }
  if (board.i2c_pins.size() == 2) {
    text += fact("i2c", fmt::format("SCL {}, SDA {}", board.i2c_pins[0], board.i2c_pins[1]));
  }
  return text;
}

std::string agent_facts(const boards::Agent& agent) {
  std::string text = fact("agent", agent.image);
  if (agent.model_slot) {
    text += fact("model slot", fmt::format("{} at {}", size_text(agent.model_slot->size_bytes),
                                           hex_text(agent.model_slot->base)));
  }
  return text;
}

std::string emulator_facts(const boards::Emulator& emulator) {
  if (emulator.kind == boards::EmulatorKind::kProcess) {
    const std::string runner = fmt::format("{}", fmt::join(emulator.runner, " "));
    return fact("runs as", runner.empty() ? "a process of this machine"
                                          : "a process of this machine, by " + runner);
  }
  std::string text = fmt::format("{} -M {}", emulator.program, emulator.machine);
  if (!emulator.options.empty()) text += fmt::format(" {}", fmt::join(emulator.options, " "));
  return fact("runs as", fmt::format("{}, {} ns an instruction", text,
                                     std::uint64_t{1} << emulator.icount_shift)) +
         memory_facts("  there", emulator.memory);
}

// --- JSON, with the words of a board file ---------------------------------------------------

ordered_json memory_json(const std::vector<Memory>& regions) {
  ordered_json list = ordered_json::array();
  for (const Memory& region : regions) {
    list.push_back({{"name", region.name},
                    {"kind", kind_word(region)},
                    {"base", hex_text(region.base)},
                    {"size_bytes", region.size_bytes}});
  }
  return list;
}

ordered_json usb_json(const std::vector<boards::UsbId>& ids) {
  ordered_json list = ordered_json::array();
  for (const boards::UsbId& id : ids) {
    list.push_back({{"vendor", fmt::format("{:#06x}", id.vendor)},
                    {"product", fmt::format("{:#06x}", id.product)}});
  }
  return list;
}

ordered_json chip_json(const boards::Chip& chip) {
  ordered_json json = {{"name", chip.name},
                       {"core", chip.core},
                       {"family", chip.family},
                       {"memory", memory_json(chip.memory)}};
  if (chip.id) {
    ordered_json values = ordered_json::array();
    for (const std::uint32_t value : chip.id->values)
      values.push_back(hex_text(value));
    json["id"] = {{"name", chip.id->name},
                  {"address", hex_text(chip.id->address)},
                  {"mask", hex_text(chip.id->mask)},
                  {"values", values}};
  }
  if (!chip.openocd_target.empty()) json["openocd_target"] = chip.openocd_target;
  if (chip.ram_vectors) json["ram_vectors"] = hex_text(*chip.ram_vectors);
  return json;
}

ordered_json wiring_json(const Board& board) {
  ordered_json json = ordered_json::object();
  if (board.clock_hz != 0) json["clock_hz"] = board.clock_hz;
  json["serial"] = {{"baud", board.serial.baud},
                    {"bauds", board.serial.bauds},
                    {"dtr", line_word(board.serial.dtr)},
                    {"rts", line_word(board.serial.rts)},
                    {"usb", usb_json(board.serial.usb)}};
  if (!board.sync_pins.empty()) json["sync_pins"] = board.sync_pins;
  if (!board.i2c_pins.empty()) json["i2c_pins"] = board.i2c_pins;
  if (board.probe) {
    json["probe"] = {{"openocd_interface", board.probe->openocd_interface},
                     {"transport", board.probe->transport},
                     {"usb", usb_json(board.probe->usb)}};
  }
  return json;
}

ordered_json agent_json(const boards::Agent& agent) {
  ordered_json json = {{"image", agent.image}};
  if (agent.model_slot) {
    json["model_slot"] = {{"base", hex_text(agent.model_slot->base)},
                          {"size_bytes", agent.model_slot->size_bytes}};
  }
  return json;
}

ordered_json emulator_json(const boards::Emulator& emulator) {
  if (emulator.kind == boards::EmulatorKind::kProcess) {
    return {{"kind", "process"}, {"runner", emulator.runner}};
  }
  return {{"kind", "qemu"},
          {"program", emulator.program},
          {"machine", emulator.machine},
          {"options", emulator.options},
          {"icount_shift", emulator.icount_shift},
          {"memory", memory_json(emulator.memory)}};
}

}  // namespace

std::string board_table(const std::vector<Board>& boards, std::size_t width) {
  std::vector<std::vector<std::string>> rows = {
      {"board", "core", "flash", "RAM", "tested", "runs as", "name"}};
  for (const Board& board : boards) {
    rows.push_back({board.id, board.chip.core, total_text(board, boards::MemoryKind::kFlash),
                    total_text(board, boards::MemoryKind::kRam), tested_word(board), runs_as(board),
                    report::printable(board.name)});
  }
  report::TableShape shape;
  shape.flexible = {{5, 7}, {6, 20}};
  shape.droppable = {6, 5};
  shape.indent = 0;
  auto table = report::shaped_table(std::move(rows), shape, width);
  if (table.dropped.empty()) return table.text;
  return table.text + report::paragraph("",
                                        fmt::format("Too narrow for: {}. All of a board: "
                                                    "hilbench boards BOARD",
                                                    fmt::join(table.dropped, ", ")),
                                        0, width);
}

std::string board_sheet(const Board& board, std::size_t width) {
  std::string text = fact("board", board.id) + fact("name", board.name) +
                     fact("state", state_of(board)) + chip_facts(board.chip);
  if (board.clock_hz != 0) text += fact("clock", fmt::format("{} Hz", board.clock_hz));
  text += serial_fact(board.serial) + pin_facts(board);
  if (board.probe) {
    text += fact("probe", fmt::format("{}, {}{}", board.probe->openocd_interface,
                                      board.probe->transport, usb_text(board.probe->usb)));
  }
  text += agent_facts(board.agent);
  text += board.emulator ? emulator_facts(*board.emulator)
                         : fact("runs as", "hardware on the desk only");
  return wrapped_facts(text + fact("file", board.file.string()), width);
}

ordered_json board_json(const Board& board) {
  ordered_json json = {{"id", board.id},
                       {"name", board.name},
                       {"status", state_of(board)},
                       {"runs_as", runs_as(board)},
                       {"chip", chip_json(board.chip)},
                       {"board", wiring_json(board)},
                       {"agent", agent_json(board.agent)}};
  if (board.emulator) json["emulator"] = emulator_json(*board.emulator);
  json["file"] = board.file.string();
  return json;
}

}  // namespace hil::app
