// SPDX-License-Identifier: Apache-2.0
// Tables and lines of a profile.
#include "host/report/console_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "host/report/summary_words.hpp"
#include "host/report/text.hpp"
#include "host/report/words.hpp"

namespace hil::report {
namespace {

using namespace hil::results;
using Row = std::vector<std::string>;

constexpr std::size_t kLeastNameWidth = 16;  ///< "whole inference" is not cut
constexpr std::size_t kShapeWidth = 20;
constexpr std::size_t kUnitWidth = 12;

enum Column : std::size_t { kLayer, kOperator, kOutput, kMacs, kTime, kShare, kRate };
/// Columns that may go, first to last.
constexpr std::array<Column, 4> kToDrop{kRate, kOutput, kMacs, kShare};

/// Digits behind the point of every time in a table whose largest is @p largest.
int decimals_for(double largest) {
  if (largest >= 10'000) return 0;
  if (largest >= 1'000) return 1;
  return largest >= 10 ? 2 : 3;
}

double sum_of(const OperatorTable& operators) {
  double sum = 0;
  for (const OperatorTime& row : operators.rows)
    sum += row.time;
  return sum;
}

std::uint64_t macs_of(const OperatorTable& operators) {
  std::uint64_t macs = 0;
  for (const OperatorTime& row : operators.rows)
    macs += row.macs;
  return macs;
}

std::string share_of(double part, double sum) {
  const double share = part / sum;
  return std::isfinite(share) ? percent(share) : "-";
}

/// How the last column says what a MAC costs.
struct Rate {
  std::string title;
  bool inverse = false;  ///< time per MAC, not MACs per time
};

Rate rate_in(const std::string& unit) {
  if (unit == "instructions") return {"instr/MAC", true};  // always more than one
  return {"MAC/" + unit, false};
}

/// None for what multiplies nothing.
std::string rate_of(const Rate& rate, std::uint64_t macs, double time) {
  const double macs_per_time = static_cast<double>(macs) / time;
  const double value = rate.inverse ? 1 / macs_per_time : macs_per_time;
  return macs > 0 && std::isfinite(value) ? fixed_text(value, 1) : "-";
}

std::vector<Row> rows_of(const OperatorTable& operators) {
  const double sum = sum_of(operators);
  const int decimals = decimals_for(std::max(sum, operators.total));
  const std::string unit = fitted(printable(operators.unit), kUnitWidth);
  const Rate rate = rate_in(unit);
  std::vector<Row> rows{{"#", "operator", "output", "MACs", unit, "share", rate.title}};
  for (const OperatorTime& row : operators.rows) {
    rows.push_back({std::to_string(row.layer), row.op, fitted(shape_text(row.output), kShapeWidth),
                    grouped(row.macs), fixed_text(row.time, decimals), share_of(row.time, sum),
                    rate_of(rate, row.macs, row.time)});
  }
  const std::uint64_t macs = macs_of(operators);
  rows.push_back({"", "all operators", "", grouped(macs), fixed_text(sum, decimals),
                  share_of(sum, sum), rate_of(rate, macs, sum)});
  rows.push_back({"", "in no operator", "", "", fixed_text(operators.total - sum, decimals)});
  rows.push_back({"", "whole inference", "", "", fixed_text(operators.total, decimals)});
  for (Row& row : rows) {
    row.resize(kRate + 1);
    for (std::string& cell : row)
      cell = printable(cell);
  }
  return rows;
}

/// @p rows without the columns @p dropped and with operators' names cut to @p name_width.
std::string laid_out(const std::vector<Row>& rows, const std::vector<Column>& dropped,
                     std::size_t name_width) {
  std::vector<Row> shown;
  for (const Row& row : rows) {
    Row& cells = shown.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (std::find(dropped.begin(), dropped.end(), i) != dropped.end()) continue;
      cells.push_back(i == kOperator ? fitted(row[i], name_width) : row[i]);
    }
  }
  const bool shapes = std::find(dropped.begin(), dropped.end(), kOutput) == dropped.end();
  return table(shown, shapes ? std::vector<std::size_t>{1, 2} : std::vector<std::size_t>{1});
}

/// Columns left for operators' names in a table of @p width.
std::size_t name_width_for(const std::vector<Row>& rows, const std::vector<Column>& dropped,
                           std::size_t width) {
  const std::size_t others = widest_line(laid_out(rows, dropped, 0));
  return std::max(kLeastNameWidth, width - std::min(width, others));
}

const Metric* find(const std::vector<Metric>& metrics, std::string_view name) {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const Metric& metric) { return metric.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

/// "arena 16,000 B": a fact of a device line, and where it is to be found.
struct Fact {
  const char* title;  ///< of the line
  const char* name;   ///< of the metric
  const char* words;  ///< {} is the number with its unit
};
constexpr std::array<Fact, 13> kFacts{
    {{"memory", "arena_bytes", "arena {}"},
     {"memory", "agent_static_bytes", "agent static {}"},
     {"memory", "stack_bytes", "stack {}"},
     {"memory", "plan_bytes", "plan {}"},
     {"loading", "load_us", "{}"},
     {"loading", "load_instructions", "{}"},
     {"clock", "clock_ppm", "{} against the host's"},
     {"timer", "timer_resolution_us", "resolution {}"},
     {"timer", "timer_resolution_instructions", "resolution {}"},
     {"timer", "timer_cost_us", "reading it takes {}"},
     {"timer", "timer_cost_instructions", "reading it takes {}"},
     {"hooks", "hooks_us", "timing operators adds {}"},
     {"hooks", "hooks_instructions", "timing operators adds {}"}}};

std::string words_of(const Fact& fact, const Metric& metric) {
  std::string number = number_text(metric.value);
  if (metric.unit == "ppm" && metric.value > 0) number = "+" + number;
  if (metric.uncertainty) {
    number += fmt::format(" +- {}", number_text(2 * *metric.uncertainty));
  }
  number += " " + metric.unit;
  if (metric.uncertainty) number += " (twice the standard uncertainty)";
  return fmt::format(fmt::runtime(fact.words), number);
}

}  // namespace

std::string operator_table(const OperatorTable& operators, std::size_t width) {
  const std::vector<Row> rows = rows_of(operators);
  std::vector<Column> dropped;
  std::string text = laid_out(rows, dropped, width);
  for (std::size_t next = 0; !fits(text, width); ++next) {
    text = laid_out(rows, dropped, name_width_for(rows, dropped, width));
    if (fits(text, width) || next == kToDrop.size()) break;
    dropped.push_back(kToDrop[next]);
    text = laid_out(rows, dropped, width);
  }
  return text + paragraph("",
                          printable(fmt::format(
                              "  operators in the order of execution; medians of {} run{}, {}",
                              grouped(operators.runs), operators.runs == 1 ? "" : "s",
                              word_of(operators.origin))),
                          2, width);
}

bool is_device_metric(std::string_view name) {
  return std::any_of(kFacts.begin(), kFacts.end(),
                     [&](const Fact& fact) { return fact.name == name; });
}

std::vector<std::pair<std::string, std::string>> device_lines(const std::vector<Metric>& metrics) {
  std::vector<std::pair<std::string, std::string>> lines;
  const Metric* last = nullptr;
  const auto name_origin = [&] {
    if (last != nullptr) lines.back().second += fmt::format(" ({})", word_of(last->origin));
  };
  for (const Fact& fact : kFacts) {
    const Metric* metric = find(metrics, fact.name);
    if (metric == nullptr) continue;
    const bool same_line = !lines.empty() && lines.back().first == fact.title;
    if (!same_line || last->origin != metric->origin) name_origin();
    if (same_line) lines.back().second += ", ";
    if (!same_line) lines.emplace_back(fact.title, "");
    lines.back().second += words_of(fact, *metric);
    last = metric;
  }
  name_origin();
  return lines;
}

}  // namespace hil::report
