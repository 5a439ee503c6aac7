// SPDX-License-Identifier: Apache-2.0
// The records of several boards as one table.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/results/record.hpp"

namespace hil::report {

/// One board's run.
struct BoardRow {
  std::string name;                         ///< as it was asked for: "linux@3"
  const results::Record* record = nullptr;  ///< never null
};

/// "evaluate digits_int8.tflite on 3 boards", a line per board in the order given (verdict, the
/// first metric of the dataset, latency where it was timed, the origin of both, samples, duration,
/// lost frames and reconnects where there were any), where the records are (@p records, "" for
/// nowhere), what was injected into all lines, and "FAIL  1 of 3 boards passed, 2 errors".
/// Lines are cut to @p width columns. Why a board failed is not in it.
std::string board_table(const std::vector<BoardRow>& rows, const std::string& records,
                        std::size_t width);

/// "pass, 360 of 360 in 3.2 s, top1 99.2 %" or "error (link), 12 of 360 in 2.1 s": one row in one
/// line.
std::string board_line(const results::Record& record);

}  // namespace hil::report
