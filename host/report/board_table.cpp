// SPDX-License-Identifier: Apache-2.0
// Rows out of records; a column that no record has is left out.
#include "host/report/board_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "host/report/text.hpp"
#include "host/report/words.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

using Row = std::vector<std::string>;

/// What the run was for: the first figure over the dataset.
const Metric* main_metric(const Record& record) {
  const auto found = std::find_if(record.metrics.begin(), record.metrics.end(),
                                  [](const Metric& metric) { return metric.scope == "dataset"; });
  return found == record.metrics.end() ? nullptr : &*found;
}

/// "latency_us" or "latency_instructions", whole inferences.
const Metric* latency(const Record& record) {
  const auto found =
      std::find_if(record.metrics.begin(), record.metrics.end(), [](const Metric& metric) {
        return metric.name == "latency_us" || metric.name == "latency_instructions";
      });
  return found == record.metrics.end() ? nullptr : &*found;
}

std::string value_text(const Metric* metric) {
  if (metric == nullptr) return "-";
  if (metric->unit == "fraction") return percent(metric->value);
  return fmt::format("{} {}", number_text(metric->value), metric->unit);
}

std::string verdict_text(const Verdict& verdict) {
  const std::string status(word_of(verdict.status));
  if (!verdict.error) return status;
  return fmt::format("{} ({})", status, word_of(verdict.error->blame));
}

std::string samples_text(const Verdict& verdict) {
  if (verdict.samples_done == verdict.samples_planned) return grouped(verdict.samples_done);
  return fmt::format("{} of {}", grouped(verdict.samples_done), grouped(verdict.samples_planned));
}

/// "12 lost, 1 reconnect"; empty if the link was good.
std::string link_text(const LinkInfo& link) {
  const std::uint64_t lost = link.frames_lost_to_board + link.frames_lost_from_board;
  return joined({lost > 0 ? grouped(lost) + " lost" : "",
                 link.reconnects > 0 ? counted(link.reconnects, "reconnect") : ""});
}

std::string origin_text(const Record& record) {
  const Metric* metric = main_metric(record) != nullptr ? main_metric(record) : latency(record);
  return metric == nullptr ? "-" : std::string(word_of(metric->origin));
}

/// The header first. The metric's name is that of the first board which has one.
std::vector<Row> rows_of(const std::vector<BoardRow>& boards) {
  std::string name;
  bool timed = false;
  bool lossy = false;
  for (const BoardRow& board : boards) {
    const Metric* metric = main_metric(*board.record);
    if (name.empty() && metric != nullptr) name = metric->name;
    timed = timed || latency(*board.record) != nullptr;
    lossy = lossy || !link_text(board.record->link).empty();
  }
  std::vector<Row> rows{{"board", "verdict"}};
  const auto add = [&](const char* title, bool wanted) {
    if (wanted) rows.front().emplace_back(title);
  };
  add(name.c_str(), !name.empty());
  add("latency", timed);
  add("origin", !name.empty() || timed);
  add("samples", true);
  add("time", true);
  add("link", lossy);
  for (const BoardRow& board : boards) {
    const Record& record = *board.record;
    Row row{printable(board.name), verdict_text(record.verdict)};
    if (!name.empty()) row.push_back(value_text(main_metric(record)));
    if (timed) row.push_back(value_text(latency(record)));
    if (!name.empty() || timed) row.push_back(origin_text(record));
    row.push_back(samples_text(record.verdict));
    row.push_back(fmt::format("{:.1f} s", record.duration_s));
    const std::string link = link_text(record.link);
    if (lossy) row.push_back(link.empty() ? "-" : link);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// "62 of 64 boards passed, 1 failure, 1 error".
std::string sum_text(const std::vector<BoardRow>& boards) {
  std::array<std::size_t, kWords<VerdictStatus>.size()> counts{};
  for (const BoardRow& board : boards)
    ++counts.at(static_cast<std::size_t>(board.record->verdict.status));
  const auto count = [&](VerdictStatus status) {
    return counts.at(static_cast<std::size_t>(status));
  };
  const bool pass = count(VerdictStatus::kPass) == boards.size();
  const char* word = pass                               ? "PASS"
                     : count(VerdictStatus::kError) > 0 ? "ERROR"
                     : count(VerdictStatus::kFail) > 0  ? "FAIL"
                                                        : "INTERRUPTED";
  std::string text =
      fmt::format("{}  {} of {} boards passed", word, count(VerdictStatus::kPass), boards.size());
  const auto add = [&](VerdictStatus status, const char* one, const char* more) {
    const std::size_t number = count(status);
    if (number > 0) text += fmt::format(", {} {}", number, number == 1 ? one : more);
  };
  add(VerdictStatus::kFail, "failure", "failures");
  add(VerdictStatus::kError, "error", "errors");
  add(VerdictStatus::kInterrupted, "interrupted", "interrupted");
  return text;
}

/// What --inject said; it is the same for all boards of a run.
std::string injected_plan(const std::vector<BoardRow>& boards) {
  for (const BoardRow& board : boards) {
    if (board.record->link.injected) return board.record->link.injected->plan;
  }
  return "";
}

/// Every line of @p text cut to @p width columns.
std::string cut(std::string_view text, std::size_t width) {
  std::string lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    lines += fitted(line, width) + "\n";
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return lines;
}

}  // namespace

std::string board_table(const std::vector<BoardRow>& rows, const std::string& records,
                        std::size_t width) {
  std::string text;
  if (!rows.empty()) {
    const Record& first = *rows.front().record;
    const std::string model = std::filesystem::path(first.model.file).filename().string();
    text = printable(fmt::format("{} {} on {} boards", first.command, model, rows.size())) + "\n\n";
  }
  text += table(rows_of(rows), {1});
  if (!records.empty()) text += fmt::format("\n  records  {}\n", printable(records));
  const std::string plan = injected_plan(rows);
  if (!plan.empty()) {
    text += fmt::format("{}  injected  {}\n", records.empty() ? "\n" : "", printable(plan));
  }
  return cut(fmt::format("{}\n{}\n", text, sum_text(rows)), width);
}

std::string board_line(const Record& record) {
  const Verdict& verdict = record.verdict;
  std::string text =
      fmt::format("{}, {} of {} in {:.1f} s", verdict_text(verdict), grouped(verdict.samples_done),
                  grouped(verdict.samples_planned), record.duration_s);
  if (const Metric* metric = main_metric(record)) {
    text += fmt::format(", {} {}", metric->name, value_text(metric));
  } else if (const Metric* time = latency(record)) {
    text += fmt::format(", latency {}", value_text(time));
  }
  return text;
}

}  // namespace hil::report
