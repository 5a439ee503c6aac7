// SPDX-License-Identifier: Apache-2.0
// Programming and reading: checks, commands, one run of OpenOCD, its outcome.
#include "host/flash/flash.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "host/flash/failures.hpp"
#include "host/flash/fit.hpp"
#include "host/flash/memory_file.hpp"
#include "host/flash/openocd_commands.hpp"
#include "host/flash/openocd_run.hpp"
#include "host/flash/quoting.hpp"

namespace hil::flash {
namespace {

using std::chrono::milliseconds;

std::string program_of(const FlashOptions& options) {
  if (!options.openocd.empty()) return options.openocd;
  const char* given = std::getenv("HILBENCH_OPENOCD");
  return given != nullptr && *given != 0 ? given : "openocd";
}

/// Runs @p commands and makes a report of @p bytes, or the error of what went wrong.
Result<FlashReport> carry_out(const boards::Board& board, const ProbeAddress& probe,
                              const std::vector<std::string>& commands, int stdin_fd,
                              std::uint64_t bytes, const FlashOptions& options) {
  const auto argv = openocd_argv(program_of(options), commands);
  FlashReport report;
  report.command_line = shell_line(argv);
  if (options.log) options.log(report.command_line);
  const PhaseLimits limits = options.limits.value_or(PhaseLimits::for_bytes(bytes));
  HIL_ASSIGN(OpenocdRun run, run_openocd(argv, stdin_fd, limits, options));
  if (!run.done || run.ending != Ending::kByItself || !run.exit.clean()) {
    return error_of(run, board, probe, limits);
  }
  report.phases = std::move(run.phases);
  report.bytes = bytes;
  report.already_there = run.already_there;
  report.tool_version = std::move(run.tool_version);
  report.output = std::move(run.output);
  return report;
}

/// True if [address, address + size) lies in @p memory; no sum of theirs overflows.
bool lies_in(const boards::Memory& memory, std::uint64_t address, std::uint64_t size) {
  return address >= memory.base && address - memory.base <= memory.size_bytes &&
         size <= memory.size_bytes - (address - memory.base);
}

Error no_place(const boards::Board& board, std::uint64_t address, std::uint64_t size,
               const char* where) {
  return {Blame::kUser,
          fmt::format("{} bytes at 0x{:08x} are not {} of {}", size, address, where, board.id),
          "see the memories and the model slot in the board's file"};
}

/// One memory of the chip that holds all of it, null if there is none.
const boards::Memory* memory_of(const boards::Board& board, std::uint64_t address,
                                std::uint64_t size) {
  for (const boards::Memory& memory : board.chip.memory) {
    if (lies_in(memory, address, size)) return &memory;
  }
  return nullptr;
}

}  // namespace

const char* name_of(Phase phase) {
  constexpr const char* kNames[] = {"connect", "identify", "compare", "program",
                                    "verify",  "read",     "reset"};
  return kNames[static_cast<std::size_t>(phase)];
}

PhaseLimits PhaseLimits::for_bytes(std::uint64_t size_bytes) {
  PhaseLimits limits;
  const auto to_read = milliseconds(size_bytes / 16);
  limits.compare += to_read;
  limits.verify += to_read;
  limits.read += to_read;
  limits.program += milliseconds(size_bytes / 4);
  return limits;
}

milliseconds PhaseLimits::of(Phase phase) const {
  switch (phase) {
    case Phase::kConnect:
      return connect;
    case Phase::kIdentify:
      return identify;
    case Phase::kCompare:
      return compare;
    case Phase::kProgram:
      return program;
    case Phase::kVerify:
      return verify;
    case Phase::kRead:
      return read;
    case Phase::kReset:
      return reset;
  }
  return connect;
}

Result<std::string> program_command_line(const boards::Board& board, const Image& image,
                                         const std::filesystem::path& file,
                                         const ProbeAddress& probe, const FlashOptions& options) {
  HIL_ASSIGN(const auto commands,
             program_commands(board, probe, FileForOpenocd::of(image, file), !options.force));
  return shell_line(openocd_argv(program_of(options), commands));
}

Result<FlashReport> program(const boards::Board& board, const Image& image,
                            const std::filesystem::path& file, const ProbeAddress& probe,
                            const FlashOptions& options) {
  HIL_TRY(check_fit(board, image));
  HIL_ASSIGN(const auto commands,
             program_commands(board, probe, FileForOpenocd::of(image, file), !options.force));
  return carry_out(board, probe, commands, -1, image.size_bytes(), options);
}

Result<FlashReport> write_bytes(const boards::Board& board, std::uint64_t address,
                                std::span<const std::uint8_t> bytes, const ProbeAddress& probe,
                                const FlashOptions& options) {
  if (bytes.empty()) return Error{Blame::kUser, "there is nothing to write", ""};
  const auto& slot = board.agent.model_slot;
  const bool in_slot = slot && lies_in(*slot, address, bytes.size());
  const bool in_ram = is_ram_chip(board.chip) && memory_of(board, address, bytes.size()) != nullptr;
  if (!in_slot && !in_ram) {
    return no_place(board, address, bytes.size(),
                    "in the model slot or (of a chip without flash) in one RAM");
  }
  HIL_ASSIGN(const auto file, MemoryFile::create(bytes));
  const FileForOpenocd named{kStandardInputPath, Format::kBin, address};
  HIL_ASSIGN(const auto commands, program_commands(board, probe, named, !options.force));
  return carry_out(board, probe, commands, file.descriptor(), bytes.size(), options);
}

Result<MemoryContent> read_bytes(const boards::Board& board, std::uint64_t address,
                                 std::uint64_t size_bytes, const ProbeAddress& probe,
                                 const FlashOptions& options) {
  if (size_bytes == 0) return Error{Blame::kUser, "there is nothing to read", ""};
  if (memory_of(board, address, size_bytes) == nullptr) {
    return no_place(board, address, size_bytes, "in one memory");
  }
  HIL_ASSIGN(const auto file, MemoryFile::create({}));
  HIL_ASSIGN(const auto commands,
             read_commands(board, probe, address, size_bytes, kStandardInputPath));
  HIL_ASSIGN(auto report,
             carry_out(board, probe, commands, file.descriptor(), size_bytes, options));
  HIL_ASSIGN(auto bytes, file.content(size_bytes));
  return MemoryContent{std::move(bytes), std::move(report)};
}

}  // namespace hil::flash
