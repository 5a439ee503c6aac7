// SPDX-License-Identifier: Apache-2.0
// What hilbench list shows: ports and probes with the boards they may belong to.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/boards/board.hpp"
#include "host/lab/ports.hpp"
#include "host/lab/probes.hpp"
#include "host/report/shaped_table.hpp"

namespace hil::app {

/// All that is plugged in.
struct Bench {
  std::vector<lab::Port> ports;
  std::vector<lab::Probe> probes;
};

/// Two tables, then for each device that may not be used why, and what to do. @p boards are those
/// that are guessed at.
std::string bench_text(const Bench& bench, const std::vector<boards::Board>& boards,
                       std::size_t width = report::kNoWidth);

/// {"ports": [...], "probes": [...]}; "usb" is null for ports that are not on USB, "why_not" and
/// "hint" are empty for what may be used.
nlohmann::ordered_json bench_json(const Bench& bench, const std::vector<boards::Board>& boards);

}  // namespace hil::app
