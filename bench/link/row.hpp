// SPDX-License-Identifier: Apache-2.0
// What link_bench has measured on one line: one row of its table.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hil::bench {

/// One protocol, one board, one line, one set of samples.
struct Row {
  std::string protocol;  ///< "hilbench" or "mlperf_tiny"
  std::string board;
  std::uint32_t baud = 0;
  unsigned turnaround_ms = 0;
  std::string line;  ///< what is wrong with it; empty: nothing
  std::string model;
  std::size_t sample_bytes = 0;
  std::uint32_t samples = 0;
  std::uint32_t missing = 0;     ///< samples without a result
  std::uint32_t wrong = 0;       ///< results whose outputs are not those of the direct run
  double seconds = 0;            ///< from the first sample handed over to the last result
  std::uint64_t wire_bytes = 0;  ///< both directions, counted by the relay
  std::uint64_t wire_bytes_to_device = 0;
  /// What line and turnarounds alone take, of a protocol that stops and waits; 0: not known.
  double least_seconds = 0;
  double host_cpu_share = 0;  ///< of one core; the thread that ran the host's side
  double put_off_ms = 0;      ///< line time lost by a relay that came too late: a busy machine
  double held_up_ms = 0;      ///< line time lost because the board took no bytes
  unsigned repeats = 1;       ///< this one is the median by time of the undisturbed ones
  double least_line_share = 0, most_line_share = 0;  ///< of all repeats; 0 if there are none
  std::optional<double> goal;                        ///< least line_share

  /// Payload bytes x 10 bits over time x rate, of the direction of the samples: that of the
  /// results carries less.
  [[nodiscard]] double line_share() const;
  /// Goodput had the machine taken no time; that of the row if that is not known.
  [[nodiscard]] double best_goodput() const;
  /// Part of the time in which the line to the board carried bytes, whatever they were for.
  [[nodiscard]] double busy_share() const;
  /// Payload bytes per second.
  [[nodiscard]] double goodput() const;
};

/// The peer's row for the same line and samples; null if there is none. A board that the peer has
/// no firmware for is compared with the peer on `linux`.
const Row* peer_of(const Row& row, const std::vector<Row>& rows);

nlohmann::ordered_json json_of(const std::vector<Row>& rows);

std::string table_head();
std::string table_line(const Row& row, const std::vector<Row>& rows);
/// What the columns mean, for under the table.
std::string table_notes();

}  // namespace hil::bench
