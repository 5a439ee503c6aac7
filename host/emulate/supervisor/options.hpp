// SPDX-License-Identifier: Apache-2.0
// What hilbench-virtual-board takes on its command line.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/meter/meter_request.hpp"
#include "host/emulate/probe/flash_faults.hpp"

namespace hil::emulate {

struct SupervisorOptions {
  std::string board;
  unsigned instance = 0;        ///< from 1; 0: the first free one
  std::filesystem::path image;  ///< empty: none
  bool erase = false;
  bool help = false;  ///< the rest was not checked
  FlashFaults faults;
  std::chrono::microseconds turnaround{0};  ///< LineRelay's
  MeterRequest meter;
};

/// Takes the words behind the program's name.
///   kUser  unknown option, missing or bad value, no board
Result<SupervisorOptions> parse_supervisor_options(const std::vector<std::string>& words);

/// The text of --help.
std::string supervisor_help();

}  // namespace hil::emulate
