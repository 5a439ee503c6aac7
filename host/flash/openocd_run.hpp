// SPDX-License-Identifier: Apache-2.0
// One run of OpenOCD: started, followed phase by phase, ended in time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/base/subprocess.hpp"
#include "host/flash/flash.hpp"

namespace hil::flash {

/// Why a run came to its end.
enum class Ending : std::uint8_t {
  kByItself,
  kTimeLimit,  ///< ended by us: a phase took longer than it may
  kStopped,    ///< ended by us: options.stop
};

/// How a run went.
struct OpenocdRun {
  Phase phase = Phase::kConnect;  ///< the last one that began
  std::vector<FlashReport::PhaseTime> phases;
  std::vector<std::string> phase_lines;  ///< what was printed in that phase, its last 200 lines
  std::vector<std::string> output;       ///< the last 200 lines of all
  std::string tool_version;              ///< the first line, if it names OpenOCD
  std::string id, core;                  ///< what was read of the chip ("0x00000413"); may be empty
  bool already_there = false;
  bool done = false;  ///< every command was carried out
  Ending ending = Ending::kByItself;
  ExitStatus exit;
};

/// Runs @p argv with @p stdin_fd (-1: /dev/null) as its standard input until it ends, at most as
/// long as @p limits say. Control characters in its output become '?', lines are cut after 1,000
/// characters. A run that failed is a result like any other.
///   kTool  the program is missing or can't be started
Result<OpenocdRun> run_openocd(const std::vector<std::string>& argv, int stdin_fd,
                               const PhaseLimits& limits, const FlashOptions& options);

}  // namespace hil::flash
