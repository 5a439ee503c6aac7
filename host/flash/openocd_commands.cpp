// SPDX-License-Identifier: Apache-2.0
// Commands of OpenOCD 0.12 (its User's Guide, chapters 8, 12, 15 and 16).
#include "host/flash/openocd_commands.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/flash/core_id.hpp"
#include "host/flash/fit.hpp"
#include "host/flash/quoting.hpp"

namespace hil::flash {
namespace {

namespace fs = std::filesystem;
using Commands = std::vector<std::string>;

std::string say(std::string_view text) {
  return fmt::format("echo {{{}{}}}", kMark, text);
}

std::string say(Phase phase) {
  return say(name_of(phase));
}

Status add_probe(const boards::Board& board, const ProbeAddress& probe, Commands& commands) {
  if (probe.stlink_tcp_port) {
    commands.emplace_back("script interface/stlink-dap.cfg");
    commands.push_back(fmt::format("st-link backend tcp {}", *probe.stlink_tcp_port));
  } else if (board.probe) {
    commands.push_back("script " + tcl_word(board.probe->openocd_interface));
  } else {
    return Error{Blame::kConfig, fmt::format("the file of {} names no debug probe", board.id),
                 board.emulator ? "use --emulate, or name a probe in the board's file"
                                : "name one in the board's file, or a board that has one"};
  }
  if (!probe.serial.empty()) commands.push_back("adapter serial " + tcl_word(probe.serial));
  const bool named = !probe.stlink_tcp_port && !board.probe->transport.empty();
  if (probe.stlink_tcp_port || named) {
    commands.push_back("transport select " +
                       tcl_word(named ? board.probe->transport : "dapdirect_swd"));
  }
  return {};
}

/// Connects to the chip. No port for gdb, telnet or Tcl: several may run side by side.
Status add_connect(const boards::Board& board, const ProbeAddress& probe, Commands& commands) {
  if (board.chip.openocd_target.empty()) {
    return Error{Blame::kConfig, fmt::format("{} has no debug port", board.id),
                 "it starts with its image; there is nothing to flash"};
  }
  HIL_TRY(add_probe(board, probe, commands));
  std::error_code ignored;
  const auto own = own_script(board);
  commands.push_back(
      "script " + tcl_word(own ? fs::absolute(*own, ignored).string() : board.chip.openocd_target));
  for (const char* server : {"gdb", "telnet", "tcl"})
    commands.push_back(fmt::format("{}_port disabled", server));
  commands.push_back(say(Phase::kConnect));
  commands.emplace_back("init");
  return {};
}

/// A word of the chip that tells it from others.
struct Check {
  std::string_view name;  ///< kId or kCore
  std::uint32_t address = 0;
  std::uint32_t mask = 0;
  unsigned shift = 0;  ///< of the bits in the mask
  std::string_view refusal;
};

/// Reads the word, says what its bits are, and ends with an error unless @p expected has them.
void add_check(const Check& check, const std::vector<std::uint32_t>& expected, Commands& commands) {
  std::string list;
  for (const std::uint32_t value : expected)
    list += fmt::format("{}0x{:08x}", list.empty() ? "" : " ", value);
  commands.push_back(fmt::format(
      "set word [format 0x%08x [expr {{([read_memory 0x{:08x} 32 1] & 0x{:08x}) >> {}}}]]",
      check.address, check.mask, check.shift));
  commands.push_back(fmt::format("echo \"{}{}$word\"", kMark, check.name));
  commands.push_back(
      fmt::format("if {{$word ni {{{}}}}} {{error {{{}{}}}}}", list, kMark, check.refusal));
}

/// Ends with an error before anything is changed if the chip or its core is another one.
void add_identify(const boards::Chip& chip, Commands& commands) {
  commands.push_back(say(Phase::kIdentify));
  if (chip.id) {
    add_check({kId, chip.id->address, chip.id->mask, 0, kWrongChip}, chip.id->values, commands);
  }
  std::vector<std::uint32_t> parts;
  for (const CorePart& core : cores_that_run(chip.core))
    parts.push_back(core.part);
  if (!parts.empty()) add_check({kCore, kCpuidAddress, 0xFFF0, 4, kWrongCore}, parts, commands);
}

void add_end(Commands& commands) {
  commands.push_back(say(kDone));
  commands.emplace_back("shutdown");
}

/// "/path/image.elf 0x00000000 elf": how all commands that take an image name it.
std::string image_words(const FileForOpenocd& file) {
  constexpr const char* kTypes[] = {"elf", "ihex", "s19", "bin"};
  return fmt::format("{} 0x{:08x} {}", tcl_word(file.path), file.base,
                     kTypes[static_cast<std::size_t>(file.format)]);
}

}  // namespace

std::optional<fs::path> own_script(const boards::Board& board) {
  const fs::path beside = board.file.parent_path() / board.chip.openocd_target;
  std::error_code ignored;
  if (board.file.empty() || !fs::is_regular_file(beside, ignored)) return std::nullopt;
  return beside;
}

FileForOpenocd FileForOpenocd::of(const Image& image, const fs::path& file) {
  std::error_code ignored;
  const bool bin = image.format == Format::kBin;
  return {fs::absolute(file, ignored).string(), image.format,
          bin ? image.segments.front().address : 0};
}

Result<Commands> program_commands(const boards::Board& board, const ProbeAddress& probe,
                                  const FileForOpenocd& file, bool compare) {
  Commands commands;
  HIL_TRY(add_connect(board, probe, commands));
  add_identify(board.chip, commands);
  const std::string image = image_words(file);
  const std::string write =
      fmt::format("{} {}; {}; verify_image {}",
                  is_ram_chip(board.chip) ? "load_image" : "flash write_image erase", image,
                  say(Phase::kVerify), image);
  commands.push_back(say(compare ? Phase::kCompare : Phase::kProgram));
  commands.emplace_back("reset init");
  if (compare) {
    commands.push_back(
        fmt::format("if {{[catch {{verify_image_checksum {}}}]}} {{{}; {}}} else {{{}}}", image,
                    say(Phase::kProgram), write, say(kAlreadyThere)));
  } else {
    commands.push_back(write);
  }
  commands.push_back(say(Phase::kReset));
  commands.emplace_back("reset run");
  add_end(commands);
  return commands;
}

Result<Commands> read_commands(const boards::Board& board, const ProbeAddress& probe,
                               std::uint64_t address, std::uint64_t size_bytes,
                               const std::string& path) {
  Commands commands;
  HIL_TRY(add_connect(board, probe, commands));
  add_identify(board.chip, commands);
  commands.push_back(say(Phase::kRead));
  commands.push_back(fmt::format("dump_image {} 0x{:08x} {}", tcl_word(path), address, size_bytes));
  add_end(commands);
  return commands;
}

std::vector<std::string> openocd_argv(const std::string& program, const Commands& commands) {
  std::vector<std::string> argv = {program};
  for (const std::string& command : commands) {
    argv.emplace_back("-c");
    argv.push_back(command);
  }
  return argv;
}

}  // namespace hil::flash
