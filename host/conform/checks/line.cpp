// SPDX-License-Identifier: Apache-2.0
// line to board, from board, both ways: what the line carries, and whether anything is lost.
#include <fmt/format.h>

#include "host/conform/checks/checks.hpp"
#include "host/conform/link_models.hpp"
#include "host/conform/losses.hpp"
#include "host/conform/traffic.hpp"

namespace hil::conform {
namespace {

using Make = std::vector<std::uint8_t> (*)(std::size_t);

/// 8 data bits, start and stop bit.
constexpr double kBitsPerByte = 10;
/// Below that share of the line's rate it is worth a remark.
constexpr double kFairShare = 0.5;

const char* advice_for(const Losses& losses) {
  if (losses.towards_board >= losses.from_board) {
    return "look at the port's receive interrupt: it must be taken before the next byte is over, "
           "its ring must hold what comes meanwhile; then at cable and clock of the UART";
  }
  return "look at the port's write(): every byte it takes must leave; then at cable and clock of "
         "the UART, and at the host's port";
}

/// Goodput each way and, on a line that has a rate, the share of it that was used.
void note_rates(const Bench& bench, const Traffic& traffic, Way way, Check& check) {
  const auto rate = [&](std::uint64_t bytes) {
    return static_cast<double>(bytes) / traffic.seconds;
  };
  const auto busiest = std::max(traffic.to_board_bytes, traffic.from_board_bytes);
  check.figures.push_back(
      bench.figure(way == Way::kBoth ? "goodput each way" : "goodput", rate(busiest), "B/s"));
  const std::uint32_t baud = bench.board().link().baud();
  if (baud == 0) return;
  const double share = rate(busiest) * kBitsPerByte / baud;
  check.figures.push_back(bench.figure("share of the line", 100 * share, "%"));
  if (share >= kFairShare) return;
  check.finding = "slow: less than half of what the line carries";
  check.advice = bench.agent().emulated
                     ? "run it again on an idle machine: an emulator that gets little of it is slow"
                     : "look at frame size and window that hilbench info shows, and at the port's "
                       "rings";
}

void judge(const Traffic& traffic, Way way, Check& check) {
  check.verdict = Verdict::kPass;
  const Losses losses = losses_of(traffic.counted);
  if (losses.any()) {
    check.verdict = Verdict::kFail;
    check.finding = losses_text(losses, way);
    check.advice = advice_for(losses);
  }
  if (traffic.wrong_samples == 0) return;
  check.verdict = Verdict::kFail;
  check.finding = fmt::format("{} of {} samples came back wrong although every frame was right",
                              traffic.wrong_samples, traffic.samples);
  check.advice = "look for memory that two things use: the stack, the rings, the arena";
}

Status check_line(Bench& bench, Check& check, Make make, Way way) {
  check.limit = "no byte lost";
  HIL_ASSIGN(const auto model, largest_that_fits(bench, make));
  HIL_ASSIGN(const Traffic traffic, stream_through(bench, model));
  if (traffic.samples == 0) return {};  // stopped
  note_rates(bench, traffic, way, check);
  const rpc::LinkStatistics& counted = traffic.counted;
  check.figures.push_back(bench.host_figure(
      "CRC errors", static_cast<double>(counted.crc_errors + counted.malformed_frames), ""));
  check.figures.push_back(
      bench.host_figure("sent again", static_cast<double>(counted.retransmitted_frames), ""));
  check.figures.push_back(
      bench.host_figure("discarded", static_cast<double>(counted.discarded_bytes), "B"));
  judge(traffic, way, check);
  return {};
}

}  // namespace

Status check_line_to_board(Bench& bench, Check& check) {
  return check_line(bench, check, sink_model, Way::kToBoard);
}

Status check_line_from_board(Bench& bench, Check& check) {
  return check_line(bench, check, source_model, Way::kFromBoard);
}

Status check_line_both_ways(Bench& bench, Check& check) {
  return check_line(bench, check, echo_model, Way::kBoth);
}

}  // namespace hil::conform
