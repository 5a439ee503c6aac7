// SPDX-License-Identifier: Apache-2.0
// Rows as JSON and as lines of a table.
#include "bench/link/row.hpp"

#include <fmt/format.h>

namespace hil::bench {
namespace {

constexpr double kBitsPerByte = 10;  // start, 8 data, stop
constexpr const char* kOurs = "hilbench";

std::string goal_text(const Row& row) {
  if (!row.goal) return "";
  return fmt::format("{:.2f} {}", *row.goal, row.line_share() >= *row.goal ? "ok" : "MISSED");
}

/// "3.9 (2.4)": against the peer as measured, and had the machine cost it no time.
std::string factor_text(const Row& row, const std::vector<Row>& rows) {
  const Row* peer = row.protocol == kOurs ? peer_of(row, rows) : nullptr;
  if (peer == nullptr || peer->goodput() <= 0) return "";
  return fmt::format("{:.1f} ({:.1f})", row.goodput() / peer->goodput(),
                     row.goodput() / peer->best_goodput());
}

}  // namespace

double Row::goodput() const {
  return seconds <= 0 ? 0 : static_cast<double>(sample_bytes) * (samples - missing) / seconds;
}

double Row::line_share() const {
  return baud == 0 ? 0 : goodput() * kBitsPerByte / baud;
}

double Row::best_goodput() const {
  if (least_seconds <= 0) return goodput();
  return static_cast<double>(sample_bytes) * (samples - missing) / least_seconds;
}

double Row::busy_share() const {
  if (baud == 0 || seconds <= 0) return 0;
  return static_cast<double>(wire_bytes_to_device) * kBitsPerByte / baud / seconds;
}

const Row* peer_of(const Row& row, const std::vector<Row>& rows) {
  const Row* found = nullptr;
  for (const Row& other : rows) {
    const bool same = other.protocol != row.protocol && other.baud == row.baud &&
                      other.turnaround_ms == row.turnaround_ms && other.model == row.model &&
                      other.line == row.line;
    if (same && (found == nullptr || other.board == row.board)) found = &other;
  }
  return found;
}

nlohmann::ordered_json json_of(const std::vector<Row>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json one{{"protocol", row.protocol},
                               {"board", row.board},
                               {"baud", row.baud},
                               {"turnaround_ms", row.turnaround_ms},
                               {"line", row.line.empty() ? "clean" : row.line},
                               {"model", row.model},
                               {"sample_bytes", row.sample_bytes},
                               {"samples", row.samples},
                               {"missing", row.missing},
                               {"wrong", row.wrong},
                               {"seconds", row.seconds},
                               {"wire_bytes", row.wire_bytes},
                               {"wire_bytes_to_device", row.wire_bytes_to_device},
                               {"goodput_bytes_per_s", row.goodput()},
                               {"line_share", row.line_share()},
                               {"busy_share", row.busy_share()},
                               {"host_cpu_share", row.host_cpu_share},
                               {"relay_put_off_ms", row.put_off_ms},
                               {"held_up_ms", row.held_up_ms}};
    if (row.repeats > 1) {
      one["repeats"] = row.repeats;
      one["least_line_share"] = row.least_line_share;
      one["most_line_share"] = row.most_line_share;
    }
    if (row.least_seconds > 0) one["least_seconds"] = row.least_seconds;
    if (row.goal) one["goal"] = *row.goal;
    if (const Row* peer = peer_of(row, rows); row.protocol == kOurs && peer != nullptr) {
      one["factor_against_peer"] = row.goodput() / peer->goodput();
      one["least_factor_against_peer"] = row.goodput() / peer->best_goodput();
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::string table_head() {
  return fmt::format(
      "{:<12}{:<16}{:>7}{:>7}{:>7}{:>8}{:>9}{:>11}{:>8}{:>8}  {:<12}{:>6}{:>14}{:>10}{:>8}{:>8}\n",
      "protocol", "board", "baud", "turn", "bytes", "samples", "seconds", "wire bytes", "busy",
      "of line", "goal", "bad", "factor", "host CPU", "late", "held");
}

std::string table_line(const Row& row, const std::vector<Row>& rows) {
  return fmt::format(
      "{:<12}{:<16}{:>7}{:>4} ms{:>7}{:>8}{:>9.2f}{:>11}{:>8.3f}{:>8.3f}  "
      "{:<12}{:>6}{:>14}{:>8.1f} "
      "%{:>5.0f} ms{:>5.0f} ms{}{}\n",
      row.protocol, row.board, row.baud, row.turnaround_ms, row.sample_bytes, row.samples,
      row.seconds, row.wire_bytes, row.busy_share(), row.line_share(), goal_text(row),
      row.wrong + row.missing, factor_text(row, rows), row.host_cpu_share * 100, row.put_off_ms,
      row.held_up_ms, row.line.empty() ? "" : "  ", row.line);
}

std::string table_notes() {
  return "turn: added to every byte towards the host; seconds: first sample handed over to last "
         "result;\n"
         "wire bytes: both ways, counted by the relay; busy: part of the time in which the line to "
         "the board\n"
         "carried bytes; of line: sample bytes x 10 bits over time x baud; bad: samples wrong or "
         "missing;\n"
         "factor: goodput over the peer's on the same line (on linux where the board has no such "
         "firmware);\n"
         "in parentheses: had the machine cost the peer no time, only its bytes and turnarounds;\n"
         "host CPU: getrusage of the thread with the host's side (the relay runs in another), of "
         "one core;\n"
         "late: line time that a relay on a busy machine lost, which no protocol can get back;\n"
         "held: line time lost because the board (its emulator) took no bytes\n"
         "hilbench: the median of 3 runs (921600 baud: 5, bad line: 1), of those without late "
         "bytes "
         "if there are any;\n"
         "mlperf_tiny: both ends by host/dialect, stop and wait with 31 bytes a command, nothing "
         "read back\n";
}

}  // namespace hil::bench
