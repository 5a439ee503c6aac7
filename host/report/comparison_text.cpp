// SPDX-License-Identifier: Apache-2.0
// Tables of a comparison.
#include "host/report/comparison_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"
#include "host/report/uncertain_text.hpp"
#include "host/report/words.hpp"

namespace hil::report {
namespace {

using namespace hil::results;
using Row = std::vector<std::string>;

constexpr std::size_t kMinWidth = 60;
constexpr std::size_t kDigestDigits = 12;
constexpr std::size_t kFieldIndent = 29;
constexpr std::size_t kFieldIndentNarrow = 4;
constexpr std::size_t kLeastNameWidth = 12;
constexpr std::size_t kNamedFields = 3;
constexpr const char* kExpanded = "k=2";  ///< Interval::method of energies

/// Rows whose columns may be cut or left out until they fit.
struct FlexibleTable {
  std::vector<Row> rows;
  std::size_t name = 0;  ///< column that may be cut
  std::vector<std::size_t>
      optional;                   ///< columns that may go, first to last, each right of the next
  std::vector<std::size_t> left;  ///< columns aligned left, besides the first

  [[nodiscard]] std::string text() const { return table(rows, left); }

  /// Cuts names so that @p excess columns are won, if they are long enough for that or @p anyway.
  bool cut_names(std::size_t excess, bool anyway) {
    std::size_t longest = 0;
    for (const Row& row : rows)
      longest = std::max(longest, width_of(row[name]));
    if (!anyway && longest < kLeastNameWidth + excess) return false;
    const std::size_t room = std::max(kLeastNameWidth, longest - std::min(longest, excess));
    for (Row& row : rows)
      row[name] = fitted(row[name], room);
    return true;
  }

  void leave_out(std::size_t column) {
    for (Row& row : rows)
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
    for (std::size_t& place : left)
      place -= place > column ? 1 : 0;
  }
};

std::string fitted_table(FlexibleTable table, std::size_t width) {
  for (Row& row : table.rows) {
    for (std::string& cell : row)
      cell = printable(cell);
  }
  for (std::size_t gone = 0;; ++gone) {
    const std::size_t widest = widest_line(table.text());
    if (widest <= width) break;
    const bool last = gone == table.optional.size();
    if (table.cut_names(widest - width, last)) break;
    table.leave_out(table.optional[gone]);
  }
  return table.text();
}

std::string shortened(const FieldDifference& difference, const std::string& value) {
  if (value.empty()) return "(none)";
  const bool digest = difference.field.ends_with("sha256");
  const bool told_apart =
      difference.a.substr(0, kDigestDigits) != difference.b.substr(0, kDigestDigits);
  return printable(digest && told_apart ? value.substr(0, kDigestDigits) : value);
}

std::string difference_lines(const FieldDifference& difference, std::size_t width) {
  const std::string a = "A " + shortened(difference, difference.a);
  const std::string b = "B " + shortened(difference, difference.b);
  const std::string field = "  " + fitted(printable(difference.field), width - 2);
  if (width_of(field) + 1 < kFieldIndent) {
    return paragraph(field, a, kFieldIndent, width) + paragraph("", b, kFieldIndent, width);
  }
  return field + "\n" + paragraph("", a, kFieldIndentNarrow, width) +
         paragraph("", b, kFieldIndentNarrow, width);
}

std::string differences_where(const Comparison& comparison, bool must_agree, const char* title,
                              std::size_t width) {
  std::string text;
  for (const FieldDifference& difference : comparison.differences) {
    if (difference.must_agree == must_agree) text += difference_lines(difference, width);
  }
  return text.empty() ? "" : paragraph("", title, 0, width) + text;
}

std::string headline(const char* side, const ComparedRecord& compared, std::size_t width) {
  const Record& record = *compared.record;
  std::string what = record.command;
  if (!record.model.file.empty()) {
    what += " " + std::filesystem::path(record.model.file).filename().string();
  }
  if (!record.board.id.empty()) what += " on " + record.board.id;
  if (!record.conditions.started_utc.empty()) what += ", " + record.conditions.started_utc;
  return paragraph(fmt::format("  {}", side), printable(compared.file + ": " + what), 5, width);
}

/// What both values of a row share: fractions have four decimals as in the record's own table.
std::string value_text(const std::string& unit, double value) {
  return unit == "fraction" ? fixed_text(value, 4) : number_text(value);
}

/// Half of an interval that stands for an expanded uncertainty; 0 if @p side has none.
double expanded_of(const std::optional<ComparedValue>& side) {
  if (!side || !side->interval || side->interval->method != kExpanded) return 0;
  return (side->interval->high - side->interval->low) / 2;
}

/// A figure with an expanded uncertainty has no digits beyond @p expanded.
std::string value_text(const std::string& unit, double value, double expanded) {
  return expanded > 0 ? rounded(value, expanded).value : value_text(unit, value);
}

std::string side_text(const std::string& unit, const std::optional<ComparedValue>& side) {
  return side ? value_text(unit, side->value, expanded_of(side)) : "-";
}

/// Independent uncertainties add up in squares.
std::string signed_text(const std::string& unit, const ComparedNumber& number) {
  if (!number.difference) return "-";
  const double expanded = std::hypot(expanded_of(number.a), expanded_of(number.b));
  return (*number.difference > 0 ? "+" : "") + value_text(unit, *number.difference, expanded);
}

std::string ratio_text(const std::optional<double>& ratio) {
  return ratio ? fixed_text(*ratio, 3) : "-";
}

std::string finding_text(const ComparedNumber& number) {
  if (!number.a) return "only in B";
  if (!number.b) return "only in A";
  return std::string(word_of(number.finding));
}

/// Name with unit, and with its scope where the name alone is not the only one.
std::vector<std::string> titles_of(const std::vector<ComparedMetric>& metrics) {
  std::map<std::string, int> uses;
  for (const ComparedMetric& metric : metrics)
    ++uses[metric.name];
  std::vector<std::string> titles;
  for (const ComparedMetric& metric : metrics) {
    const bool ambiguous = uses[metric.name] > 1 && !metric.scope.empty();
    titles.push_back(ambiguous ? fmt::format("{} ({})", metric.name, metric.scope) : metric.name);
  }
  return titles;
}

std::string metrics_text(const std::vector<ComparedMetric>& metrics, std::size_t width) {
  if (metrics.empty()) return paragraph("", "Neither record has a metric.", 0, width);
  const std::vector<std::string> titles = titles_of(metrics);
  std::vector<Row> rows{{"metric", "A", "B", "B - A", "B / A", "finding"}};
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const ComparedNumber& number = metrics[i].number;
    rows.push_back({titles[i], side_text(metrics[i].unit, number.a),
                    side_text(metrics[i].unit, number.b), signed_text(metrics[i].unit, number),
                    ratio_text(number.ratio), finding_text(number)});
  }
  return fitted_table({std::move(rows), 0, {4, 3}, {5}}, width);
}

std::string interval_text(const std::string& unit, const std::optional<ComparedValue>& side) {
  if (!side || !side->interval) return "-";
  const Interval& interval = *side->interval;
  const std::string level =
      interval.level == 0.95 ? "" : fmt::format(" ({:.0f} %)", 100 * interval.level);
  const double expanded = expanded_of(side);
  return fmt::format("{} to {}{}", value_text(unit, interval.low, expanded),
                     value_text(unit, interval.high, expanded), expanded > 0 ? " (k = 2)" : level);
}

std::string intervals_text(const std::vector<ComparedMetric>& metrics, std::size_t width) {
  const std::vector<std::string> titles = titles_of(metrics);
  std::vector<Row> rows{{"95 % interval", "A", "B"}};
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const ComparedNumber& number = metrics[i].number;
    const bool any = (number.a && number.a->interval) || (number.b && number.b->interval);
    if (!any) continue;
    rows.push_back({printable(titles[i]), printable(interval_text(metrics[i].unit, number.a)),
                    printable(interval_text(metrics[i].unit, number.b))});
  }
  if (rows.size() == 1) return "";
  TableShape shape;
  shape.flexible = {{0, kLeastNameWidth}, {1, kLeastNameWidth}, {2, kLeastNameWidth}};
  return "\n" + shaped_table(std::move(rows), shape, width).text;
}

std::string operator_name(const ComparedOperator& row) {
  if (row.op_a.empty() || row.op_a == row.op_b) return row.op_b;
  return row.op_b.empty() ? row.op_a : row.op_a + " / " + row.op_b;
}

Row operator_row(std::string layer, std::string name, const ComparedNumber& time,
                 std::string finding) {
  return {std::move(layer),      std::move(name),       side_text("", time.a),
          side_text("", time.b), signed_text("", time), ratio_text(time.ratio),
          std::move(finding)};
}

std::string operators_text(const ComparedOperators& operators, std::size_t width) {
  const std::string unit = fitted(printable(operators.unit), 8);
  std::vector<Row> rows{{"#", "operator", "A " + unit, "B " + unit, "B - A", "B / A", "finding"}};
  for (const ComparedOperator& row : operators.rows) {
    rows.push_back(operator_row(std::to_string(row.layer), operator_name(row), row.time,
                                finding_text(row.time)));
  }
  rows.push_back(operator_row("", "all operators", operators.sum, ""));
  rows.push_back(operator_row("", "whole inference", operators.total, ""));
  return "\n" + fitted_table({std::move(rows), 1, {5, 4}, {1, 6}}, width);
}

std::string notes_text(const std::vector<std::string>& notes, std::size_t width) {
  std::string text;
  for (const std::string& note : notes)
    text += paragraph("-", printable(note), 2, width);
  return text.empty() ? "" : "\n" + text;
}

/// How to read the table, as far as its findings occur.
std::string legend(const Comparison& comparison, std::size_t width) {
  const auto any = [&](Finding finding) {
    return std::any_of(
        comparison.metrics.begin(), comparison.metrics.end(), [&](const ComparedMetric& metric) {
          return metric.number.a && metric.number.b && metric.number.finding == finding;
        });
  };
  std::string text;
  const bool judged = any(Finding::kBetter) || any(Finding::kWorse) || any(Finding::kDiffers);
  const bool noisy = std::any_of(
      comparison.metrics.begin(), comparison.metrics.end(), [](const ComparedMetric& metric) {
        return metric.number.a && metric.number.b && metric.number.a->interval;
      });
  if (judged && noisy) {
    text +=
        "Better, worse, differs: exact numbers differ, or the 95 % intervals are apart; what "
        "varies only from run to run (temperature, other load) is in no interval. ";
  }
  if (any(Finding::kNoDifference)) {
    text += "No difference seen: the 95 % intervals overlap, which proves no equality. ";
  }
  if (any(Finding::kUnclear)) text += "Unclear: noisy, and a 95 % interval is missing. ";
  return text.empty() ? "" : "\n" + paragraph("", text, 0, width);
}

}  // namespace

std::string differences_text(const Comparison& comparison, std::size_t width) {
  width = std::max(width, kMinWidth);
  const std::string must =
      differences_where(comparison, true, "These conditions differ, and should not:", width);
  const std::string told = differences_where(
      comparison, false, must.empty() ? "These differ:" : "Also different:", width);
  if (must.empty() && told.empty()) return "All conditions are the same.\n";
  return must + (must.empty() || told.empty() ? "" : "\n") + told;
}

std::string comparison_text(const Comparison& comparison, const ComparedRecord& a,
                            const ComparedRecord& b, std::size_t width) {
  width = std::max(width, kMinWidth);
  std::string text = "compare\n" + headline("A", a, width) + headline("B", b, width) + "\n" +
                     differences_text(comparison, width) + "\n";
  if (!comparison.comparable()) {
    const bool models = std::any_of(
        comparison.differences.begin(), comparison.differences.end(),
        [](const FieldDifference& difference) { return difference.field == "model.sha256"; });
    text += paragraph("",
                      std::string("Compared all the same (--force): what follows may come from any "
                                  "of these.") +
                          (models ? " The models are not the same one." : ""),
                      0, width) +
            "\n";
  }
  text += metrics_text(comparison.metrics, width) + intervals_text(comparison.metrics, width);
  text += notes_text(comparison.notes, width);
  if (comparison.operators) text += operators_text(*comparison.operators, width);
  return text + legend(comparison, width);
}

std::string disagreement_text(const Comparison& comparison) {
  std::vector<std::string> fields;
  for (const FieldDifference& difference : comparison.differences) {
    if (difference.must_agree) fields.push_back(printable(difference.field));
  }
  const std::size_t named = fields.size() <= kNamedFields + 1 ? fields.size() : kNamedFields;
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    const bool last = i + 1 == fields.size();
    text += fmt::format("{}{}", i == 0 ? "" : last ? " and " : ", ", fields[i]);
  }
  return named == fields.size()
             ? text
             : fmt::format("{} and {} more", text, grouped(fields.size() - named));
}

}  // namespace hil::report
