// SPDX-License-Identifier: Apache-2.0
// Board parser: one function for each block of a board file.
#include "host/boards/board_parser.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace hil::boards {
namespace {

using nlohmann::json;

/// "0x1f" as 31; the schema has checked the digits.
template <class T>
T hex_of(const json& value) {
  const auto& text = value.get_ref<const std::string&>();
  T number = 0;
  std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
  return number;
}

std::uint32_t hex32(const json& value) {
  return hex_of<std::uint32_t>(value);
}

/// The enumerator that belongs to a word; the schema has checked the word.
template <class E, std::size_t N>
E word_of(const json& value, const std::pair<std::string_view, E> (&words)[N]) {
  const auto& text = value.get_ref<const std::string&>();
  for (const auto& [word, meaning] : words) {
    if (text == word) return meaning;
  }
  throw json::out_of_range::create(403, "'" + text + "' is not known", &value);
}

constexpr std::pair<std::string_view, BoardStatus> kStatuses[] = {
    {"tested", BoardStatus::kTested},
    {"emulated", BoardStatus::kEmulated},
    {"untested", BoardStatus::kUntested}};
constexpr std::pair<std::string_view, MemoryKind> kMemoryKinds[] = {{"flash", MemoryKind::kFlash},
                                                                    {"ram", MemoryKind::kRam}};
constexpr std::pair<std::string_view, LineState> kLineStates[] = {
    {"unchanged", LineState::kUnchanged}, {"off", LineState::kOff}, {"on", LineState::kOn}};
constexpr std::pair<std::string_view, EmulatorKind> kEmulatorKinds[] = {
    {"process", EmulatorKind::kProcess}, {"qemu", EmulatorKind::kQemu}};
constexpr std::pair<std::string_view, ProbeModel> kProbeModels[] = {
    {"none", ProbeModel::kNone},
    {"ram", ProbeModel::kRam},
    {"stm32f1", ProbeModel::kStm32f1},
    {"stm32f4", ProbeModel::kStm32f4},
    {"nrf51", ProbeModel::kNrf51}};
constexpr std::pair<std::string_view, DivisorKind> kDivisorKinds[] = {
    {"stm32", DivisorKind::kStm32},
    {"cmsdk", DivisorKind::kCmsdk},
    {"nrf51", DivisorKind::kNrf51},
    {"uart16550", DivisorKind::kUart16550}};

std::vector<Memory> memories_of(const json& list) {
  std::vector<Memory> regions;
  for (const json& region : list) {
    regions.push_back({region.at("name").get<std::string>(),
                       word_of(region.at("kind"), kMemoryKinds), hex32(region.at("base")),
                       region.at("size_bytes").get<std::uint32_t>()});
  }
  return regions;
}

std::vector<UsbId> usb_ids_of(const json& block) {
  std::vector<UsbId> ids;
  for (const json& id : block.value("usb", json::array())) {
    ids.push_back(
        {hex_of<std::uint16_t>(id.at("vendor")), hex_of<std::uint16_t>(id.at("product"))});
  }
  return ids;
}

ChipId chip_id_of(const json& block) {
  ChipId id;
  id.name = block.at("name").get<std::string>();
  id.address = hex32(block.at("address"));
  id.mask = hex32(block.at("mask"));
  for (const json& value : block.at("values"))
    id.values.push_back(hex32(value));
  return id;
}

Chip chip_of(const json& block) {
  Chip chip;
  chip.name = block.at("name").get<std::string>();
  chip.core = block.at("core").get<std::string>();
  chip.family = block.at("family").get<std::string>();
  chip.memory = memories_of(block.at("memory"));
  if (block.contains("id")) chip.id = chip_id_of(block.at("id"));
  chip.openocd_target = block.value("openocd_target", "");
  if (block.contains("ram_vectors")) chip.ram_vectors = hex32(block.at("ram_vectors"));
  return chip;
}

LineState line_state_of(const json& block, const char* line) {
  return block.contains(line) ? word_of(block.at(line), kLineStates) : LineState::kUnchanged;
}

Serial serial_of(const json& block) {
  Serial serial;
  serial.baud = block.at("baud").get<std::uint32_t>();
  serial.bauds = block.value("bauds", std::vector<std::uint32_t>{});
  serial.dtr = line_state_of(block, "dtr");
  serial.rts = line_state_of(block, "rts");
  serial.usb = usb_ids_of(block);
  if (block.contains("interface")) serial.interface = block.at("interface").get<unsigned>();
  return serial;
}

Probe probe_of(const json& block) {
  return {block.at("openocd_interface").get<std::string>(),
          block.at("transport").get<std::string>(), usb_ids_of(block)};
}

Agent agent_of(const json& block) {
  Agent agent;
  agent.image = block.at("image").get<std::string>();
  if (block.contains("model_slot")) {
    const json& slot = block.at("model_slot");
    agent.model_slot = Memory{"model_slot", MemoryKind::kFlash, hex32(slot.at("base")),
                              slot.at("size_bytes").get<std::uint32_t>()};
  }
  return agent;
}

UartDivisor divisor_of(const json& block) {
  return {word_of(block.at("kind"), kDivisorKinds), hex32(block.at("address")),
          block.at("clock_hz").get<std::uint32_t>()};
}

PowerFigures power_of(const json& block) {
  const auto number = [&](const char* key) { return block.value(key, std::uint32_t{0}); };
  return {block.at("source").get<std::string>(),
          number("supply_mv"),
          number("tick_hz"),
          number("run_uw"),
          number("wait_uw"),
          number("instruction_pj"),
          number("load_store_pj"),
          number("multiply_pj"),
          number("float_pj"),
          number("branch_pj"),
          number("vector_pj")};
}

Emulator qemu_of(const json& block) {
  Emulator emulator;
  emulator.program = block.at("program").get<std::string>();
  emulator.machine = block.at("machine").get<std::string>();
  emulator.options = block.value("options", std::vector<std::string>{});
  emulator.icount_shift = block.at("icount_shift").get<std::uint32_t>();
  emulator.probe = word_of(block.at("probe"), kProbeModels);
  if (block.contains("debug_port_id")) emulator.debug_port_id = hex32(block.at("debug_port_id"));
  if (block.contains("access_port_id")) emulator.access_port_id = hex32(block.at("access_port_id"));
  if (block.contains("divisor")) emulator.divisor = divisor_of(block.at("divisor"));
  emulator.memory = memories_of(block.value("memory", json::array()));
  if (block.contains("power")) emulator.power = power_of(block.at("power"));
  return emulator;
}

Emulator emulator_of(const json& block) {
  const EmulatorKind kind = word_of(block.at("kind"), kEmulatorKinds);
  Emulator emulator;
  if (kind == EmulatorKind::kQemu) {
    emulator = qemu_of(block);
  } else {
    emulator.runner = block.value("runner", std::vector<std::string>{});
  }
  emulator.kind = kind;
  return emulator;
}

}  // namespace

Board board_of(const json& json, const std::filesystem::path& file) {
  Board board;
  board.file = file;
  board.id = json.at("id").get<std::string>();
  board.name = json.at("name").get<std::string>();
  board.status = word_of(json.at("status"), kStatuses);
  board.chip = chip_of(json.at("chip"));
  const auto& wiring = json.at("board");
  board.clock_hz = wiring.value("clock_hz", std::uint32_t{0});
  board.sync_pins = wiring.value("sync_pins", std::vector<std::string>{});
  board.i2c_pins = wiring.value("i2c_pins", std::vector<std::string>{});
  board.serial = serial_of(wiring.at("serial"));
  if (wiring.contains("probe")) board.probe = probe_of(wiring.at("probe"));
  board.agent = agent_of(json.at("agent"));
  if (json.contains("emulator")) board.emulator = emulator_of(json.at("emulator"));
  return board;
}

}  // namespace hil::boards
