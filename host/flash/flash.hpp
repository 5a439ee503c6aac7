// SPDX-License-Identifier: Apache-2.0
// An image onto a board, and bytes into and out of its memory, by OpenOCD and a debug probe.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/boards/board.hpp"
#include "host/flash/image.hpp"

namespace hil::flash {

/// Which of the probes on this machine; what is not given the board's file says.
struct ProbeAddress {
  /// A virtual board's ST-LINK on loopback; none: a probe on USB, as the board's file has it.
  std::optional<std::uint16_t> stlink_tcp_port;
  std::string serial;  ///< of the probe; empty: whichever is there
};

/// What a run of OpenOCD does, in this order; a phase that has nothing to do is left out.
enum class Phase : std::uint8_t {
  kConnect,   ///< OpenOCD starts, finds the probe, and the probe the chip
  kIdentify,  ///< the chip's id and core are read; the wrong ones end the run
  kCompare,   ///< halts the core, looks whether everything is there already
  kProgram,   ///< erases and writes
  kVerify,    ///< compares what the chip holds now
  kRead,      ///< reads memory (read_bytes() alone)
  kReset,     ///< resets the chip and lets it run
};

/// "connect", "identify", ...
const char* name_of(Phase phase);

/// The longest each phase may take.
struct PhaseLimits {
  std::chrono::milliseconds connect{15'000};
  std::chrono::milliseconds identify{5'000};
  std::chrono::milliseconds compare{30'000};
  std::chrono::milliseconds program{60'000};
  std::chrono::milliseconds verify{30'000};
  std::chrono::milliseconds read{30'000};
  std::chrono::milliseconds reset{10'000};

  /// What the slowest probe and flash that work need for @p size_bytes: 4 KB/s to write (a probe at
  /// 1 MHz without a loader in RAM does half of it), 16 KB/s to read, on top of the above.
  static PhaseLimits for_bytes(std::uint64_t size_bytes);
  [[nodiscard]] std::chrono::milliseconds of(Phase phase) const;
};

struct FlashOptions {
  /// Called when a phase begins; may be empty.
  std::function<void(Phase)> progress;
  /// Gets the command line, then every line OpenOCD prints, also of runs that fail; may be empty.
  std::function<void(std::string_view)> log;
  std::optional<PhaseLimits> limits;  ///< none: PhaseLimits::for_bytes()
  bool force = false;                 ///< write even if everything is there already
  const StopRequest* stop = nullptr;  ///< null: nobody can stop it
  std::string openocd;                ///< the program; empty: $HILBENCH_OPENOCD, else "openocd"
};

/// What a run did and how.
struct FlashReport {
  struct PhaseTime {
    Phase phase;
    std::chrono::milliseconds took;
  };
  std::vector<PhaseTime> phases;    ///< those that ran
  std::uint64_t bytes = 0;          ///< of the image, or that were read
  bool already_there = false;       ///< nothing was written: the chip held all of it
  std::string command_line;         ///< quoted for a shell; runs again as it is, but for a
                                    ///< virtual board's port and files of ours (/proc/self/fd/0)
  std::string tool_version;         ///< "Open On-Chip Debugger 0.12.0"
  std::vector<std::string> output;  ///< OpenOCD's last 200 lines
};

/// The command line of program() without running it, quoted for a shell.
///   kConfig  the board's file names no probe or no script of OpenOCD
Result<std::string> program_command_line(const boards::Board& board, const Image& image,
                                         const std::filesystem::path& file,
                                         const ProbeAddress& probe, const FlashOptions& options);

/// Writes @p image, which was read from @p file, into the chip of @p board, compares it, resets the
/// chip and lets it run. Nothing is written if all of it is there (unless options.force). A chip
/// whose id or core is not the board's is left as it is. Blocks until then, at most for
/// options.limits; OpenOCD is ended whatever happens.
///   kUser    the image does not fit (check_fit()); it was stopped (options.stop)
///   kConfig  the board's file names no probe or no script of OpenOCD
///   kLab     no such probe or none at all, it is busy or not ours to open; no chip answers; it is
///            the wrong one
///   kTool    OpenOCD is missing, can't be started, was ended by a signal or by us (`what` names
///            the phase), or failed in a way that is not known (with its last lines)
///   kDevice  flash that is protected, can't be erased or written, or does not hold what was
///            written; the chip went away
Result<FlashReport> program(const boards::Board& board, const Image& image,
                            const std::filesystem::path& file, const ProbeAddress& probe,
                            const FlashOptions& options = {});

/// Writes @p bytes at @p address: into the model slot of @p board, or anywhere on a chip that has
/// RAM alone. In flash whole sectors are erased, which is why only the slot is allowed. Else like
/// program(), the reset at the end included. No file is left behind.
///   kUser  nothing to write, or [address, address + size) is not where it may be written
///   and every other error of program()
Result<FlashReport> write_bytes(const boards::Board& board, std::uint64_t address,
                                std::span<const std::uint8_t> bytes, const ProbeAddress& probe,
                                const FlashOptions& options = {});

struct MemoryContent {
  std::vector<std::uint8_t> bytes;
  FlashReport report;
};

/// Reads @p size_bytes from @p address on. The core goes on running.
///   kUser  nothing to read, or not all of it lies in one memory of the chip
///   and every kConfig, kLab, kTool and kDevice of program()
Result<MemoryContent> read_bytes(const boards::Board& board, std::uint64_t address,
                                 std::uint64_t size_bytes, const ProbeAddress& probe,
                                 const FlashOptions& options = {});

}  // namespace hil::flash
