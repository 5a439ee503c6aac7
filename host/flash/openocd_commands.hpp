// SPDX-License-Identifier: Apache-2.0
// What OpenOCD is told: its command line, made of argv and of quoted Tcl words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/flash/flash.hpp"

namespace hil::flash {

/// Every line of OpenOCD that begins with this was written by our commands: the name of a phase
/// that begins, or one of the words below.
constexpr std::string_view kMark = "hilbench: ";
constexpr std::string_view kDone = "done";  ///< all commands were carried out
constexpr std::string_view kAlreadyThere = "already there";
constexpr std::string_view kWrongChip = "wrong chip";  ///< behind "id 0x..."
constexpr std::string_view kWrongCore = "wrong core";  ///< behind "core 0x..."
constexpr std::string_view kId = "id ";
constexpr std::string_view kCore = "core ";

/// A file for OpenOCD, and what is in it.
struct FileForOpenocd {
  std::string path;  ///< absolute: a relative one could read like an option ("erase")
  Format format = Format::kBin;
  std::uint64_t base = 0;  ///< of a BIN file

  static FileForOpenocd of(const Image& image, const std::filesystem::path& file);
};

/// The script of the chip of @p board beside the board's file, as openocd/ has them; nothing if the
/// script that the file names is OpenOCD's own.
std::optional<std::filesystem::path> own_script(const boards::Board& board);

/// Commands to write @p file, which @p board was found to have room for; with @p compare only if
/// the chip does not hold it yet.
///   kConfig  the board's file names no probe or no script
Result<std::vector<std::string>> program_commands(const boards::Board& board,
                                                  const ProbeAddress& probe,
                                                  const FileForOpenocd& file, bool compare);

/// Commands to read memory into the file at @p path.
///   kConfig  as above
Result<std::vector<std::string>> read_commands(const boards::Board& board,
                                               const ProbeAddress& probe, std::uint64_t address,
                                               std::uint64_t size_bytes, const std::string& path);

/// argv of @p program with @p commands, each behind a -c.
std::vector<std::string> openocd_argv(const std::string& program,
                                      const std::vector<std::string>& commands);

}  // namespace hil::flash
