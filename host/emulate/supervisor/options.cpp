// SPDX-License-Identifier: Apache-2.0
// parse_supervisor_options(): one function per option.
#include "host/emulate/supervisor/options.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/emulate/supervisor/state_folder.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kMostBusyMs = 60'000;
constexpr std::uint32_t kMostTurnaroundMs = 1'000;  // LineRelay::kMostTurnaround

/// A whole number, decimal or 0x hexadecimal, up to @p most.
std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
  const bool hex = text.rfind("0x", 0) == 0;
  if (hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [last, failed] = std::from_chars(text.data(), end, value, hex ? 16 : 10);
  if (failed != std::errc() || last != end || value > most) return std::nullopt;
  return value;
}

using Taker = bool (*)(const std::string& value, SupervisorOptions& options);

bool take_board(const std::string& value, SupervisorOptions& options) {
  options.board = value;
  return !value.empty();
}

bool take_instance(const std::string& value, SupervisorOptions& options) {
  const auto instance = number(value, StateFolder::kMostInstances);
  options.instance = instance.value_or(0);
  return options.instance > 0;
}

bool take_image(const std::string& value, SupervisorOptions& options) {
  options.image = value;
  return !value.empty();
}

bool take_protected_sector(const std::string& value, SupervisorOptions& options) {
  const auto sector = number(value, 0xFFFF'FFFF);
  if (sector) options.faults.protected_sectors.push_back(*sector);
  return sector.has_value();
}

bool take_stuck_bit(const std::string& value, SupervisorOptions& options) {
  const std::size_t first = value.find(':');
  const std::size_t second = first == std::string::npos ? first : value.find(':', first + 1);
  if (second == std::string::npos) return false;
  const std::string_view text = value;
  const auto address = number(text.substr(0, first), 0xFFFF'FFFF);
  const auto bit = number(text.substr(first + 1, second - first - 1), 7);
  const auto stuck_at = number(text.substr(second + 1), 1);
  if (!address || !bit || !stuck_at) return false;
  options.faults.stuck_bits.push_back({*address, static_cast<std::uint8_t>(*bit), *stuck_at != 0});
  return true;
}

bool take_busy_ms(const std::string& value, SupervisorOptions& options) {
  const auto ms = number(value, kMostBusyMs);
  if (ms) options.faults.sector_erase_time = std::chrono::milliseconds(*ms);
  return ms.has_value();
}

bool take_turnaround_ms(const std::string& value, SupervisorOptions& options) {
  const auto ms = number(value, kMostTurnaroundMs);
  if (ms) options.turnaround = std::chrono::milliseconds(*ms);
  return ms.has_value();
}

bool take_meter(const std::string& value, SupervisorOptions& options) {
  options.meter.kind = value;
  return !value.empty();
}

bool take_truth(const std::string& value, SupervisorOptions& options) {
  options.meter.truth = value;
  return !value.empty();
}

bool take_meter_fault(const std::string& value, SupervisorOptions& options) {
  options.meter.faults.push_back(value);
  return !value.empty();
}

struct Option {
  const char* name;
  const char* value;
  const char* help;
  Taker take;
};

constexpr std::array<Option, 10> kOptions{{
    {"--board", "ID", "board to emulate", take_board},
    {"--instance", "N", "which of several of one kind (from 1); the first free one if not given",
     take_instance},
    {"--image", "FILE", "firmware to run from the start; for boards without a debug port",
     take_image},
    {"--protect-sector", "N", "a sector of the flash that stays write-protected (may be repeated)",
     take_protected_sector},
    {"--stuck-bit", "ADDRESS:BIT:VALUE",
     "a bit of the flash that keeps its value (may be repeated)", take_stuck_bit},
    {"--busy-ms", "N", "how long the flash controller is busy with erasing a sector", take_busy_ms},
    {"--turnaround-ms", "N",
     "how much later bytes of the board reach the host, as behind an adapter", take_turnaround_ms},
    {"--meter", "KIND", "an emulated power meter on the board: ppk2 or lpm01a", take_meter},
    {"--truth", "FILE", "where to write what the board's energy windows truly take, as JSON",
     take_truth},
    {"--meter-fault", "NAME[=N]", "a fault of the meter: lose=N, voltage-mv=N, ... (repeatable)",
     take_meter_fault},
}};

const Option* find_option(const std::string& word) {
  for (const Option& option : kOptions) {
    if (word == option.name) return &option;
  }
  return nullptr;
}

Error wrong(const std::string& what) {
  return {Blame::kUser, what, "see hilbench-virtual-board --help"};
}

}  // namespace

Result<SupervisorOptions> parse_supervisor_options(const std::vector<std::string>& words) {
  SupervisorOptions options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help") {
      options.help = true;
      return options;
    }
    if (words[i] == "--erase" || words[i] == "--back-powered") {
      (words[i] == "--erase" ? options.erase : options.meter.back_powered) = true;
      continue;
    }
    const Option* option = find_option(words[i]);
    if (option == nullptr) return wrong(fmt::format("there is no option '{}'", words[i]));
    if (++i == words.size()) return wrong(fmt::format("{} needs a value", option->name));
    if (!option->take(words[i], options)) {
      return wrong(fmt::format("{} is no {} for {}", words[i], option->value, option->name));
    }
  }
  if (options.board.empty()) return wrong("no board is given");
  const MeterRequest& meter = options.meter;
  if (!meter.any() && (meter.back_powered || !meter.truth.empty() || !meter.faults.empty()))
    return wrong("--truth, --back-powered and --meter-fault need a --meter");
  return options;
}

std::string supervisor_help() {
  std::string text =
      "usage: hilbench-virtual-board --board ID [options]\n\n"
      "Runs one board in QEMU with a virtual ST-LINK, JTAG and gdb ports, and a paced serial "
      "line.\n"
      "Prints one line of JSON when all are open, then one for each event. Ends with SIGTERM, or\n"
      "when its standard input ends; takes the lines `hang-up` (breaks the serial line),\n"
      "`power-cycle`, `counts` (bytes on the line) and `truth` (what energy windows took) there.\n"
      "`hilbench emulate` is the comfortable way to start it.\n\n";
  for (const Option& option : kOptions) {
    text +=
        fmt::format("  {:<37}{}\n", fmt::format("{} {}", option.name, option.value), option.help);
  }
  return text +
         "  --erase                              start with erased flash\n"
         "  --back-powered                       keep the board running when the meter cuts its "
         "supply\n"
         "  --help                               show this text\n\n"
         "example:\n"
         "  hilbench-virtual-board --board netduino_plus_2\n";
}

}  // namespace hil::emulate
