// SPDX-License-Identifier: Apache-2.0
// measure_ours(): everything but the runs themselves is before or after the clock.
#include "bench/link/ours.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "bench/link/stopwatch.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace hil::bench {
namespace {

/// Compares what came of @p count samples with what must come; counts into @p row.
void check(const measure::StreamResult& result, std::uint32_t count, const Task& task, Row& row) {
  row.missing += count - static_cast<std::uint32_t>(result.samples.size());
  for (std::size_t i = 0; i < result.samples.size(); ++i) {
    const session::SampleResult& sample = result.samples[i];
    if (sample.sample != i || sample.crc32 != task.answers[i].crc32) ++row.wrong;
  }
}

Status run_all(lab::ReadyBoard& board, const Task& task, Row& row) {
  for (std::uint32_t done = 0; done < row.samples;) {
    const auto all = static_cast<std::uint32_t>(task.answers.size());
    const std::uint32_t count = std::min(row.samples - done, all);
    const auto result = measure::stream(board, task.model, task.source, count,
                                        measure::StateRule::kReset, measure::Watch{});
    check(result, count, task, row);
    if (result.error) return board.explain(*result.error);
    done += count;
  }
  return {};
}

Result<Row> measure_once(lab::ReadyBoard& board, LineBoard& line, const Task& task, Row row) {
  HIL_ASSIGN(const auto before, line.counts());
  const Stopwatch watch;
  HIL_TRY(run_all(board, task, row));
  watch.stop(row);
  HIL_ASSIGN(const auto after, line.counts());
  fill_from_line(before, after, row);
  return row;
}

/// Whether the relay kept the line's rate all the time.
bool undisturbed(const Row& row) {
  return row.put_off_ms < 1;
}

/// The one in the middle, with the range of all; a sample that is bad in one is bad in the row.
/// Runs on a line that was slower than it should be are left out, if there are others.
Row median(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Row& one, const Row& other) { return one.seconds < other.seconds; });
  std::vector<Row> good;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(good), undisturbed);
  const std::vector<Row>& chosen = good.empty() ? rows : good;
  Row row = chosen[chosen.size() / 2];
  row.repeats = static_cast<unsigned>(rows.size());
  row.least_line_share = rows.back().line_share();
  row.most_line_share = rows.front().line_share();
  for (const Row& each : rows) {
    row.wrong = std::max(row.wrong, each.wrong);
    row.missing = std::max(row.missing, each.missing);
  }
  return row;
}

}  // namespace

Result<Row> measure_ours(const boards::Board& board, const LineCase& where, const Task& task,
                         const Load& load) {
  HIL_ASSIGN(const auto line, start_line_board(board, where));
  HIL_ASSIGN(const auto ready, open_line_board(board, where, *line, load.faults));
  HIL_ASSIGN(const auto placed, measure::upload(*ready, task.model, measure::Watch{}));
  static_cast<void>(placed);
  const Row row = row_for("hilbench", where, task, load.samples);
  std::vector<Row> rows;
  for (unsigned i = 0; i < load.repeats; ++i) {
    HIL_ASSIGN(rows.emplace_back(), measure_once(*ready, *line, task, row));
  }
  return median(std::move(rows));
}

}  // namespace hil::bench
