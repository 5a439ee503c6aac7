// SPDX-License-Identifier: Apache-2.0
// The classification part of the console report: classes and confusions.
#include "host/report/console_classes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "host/report/text.hpp"
#include "host/results/classification.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

constexpr std::size_t kMatrixClasses = 12;
constexpr std::size_t kTableClasses = 40;
constexpr std::size_t kWorstClasses = 20;
constexpr std::size_t kLargestConfusions = 10;
constexpr std::size_t kWidthForF1 = 72;

std::string label(const Classification& classification, std::size_t index, std::size_t width) {
  return fitted(printable(label_of(classification, index)), width);
}

std::string share_text(const std::optional<double>& share) {
  return share ? percent(*share) : "-";
}

/// Cells of @p name's row in the table of classes; F1 is the last one.
std::vector<std::string> row_of(const std::string& name, const ClassCounts& counts) {
  return {name,
          grouped(counts.samples),
          grouped(counts.correct),
          share_text(counts.recall()),
          share_text(counts.precision()),
          share_text(counts.f1())};
}

/// Indices of the classes to show: all, or those found least.
std::vector<std::size_t> shown_classes(const std::vector<ClassCounts>& counts) {
  std::vector<std::size_t> shown(counts.size());
  std::iota(shown.begin(), shown.end(), std::size_t{0});
  if (counts.size() <= kTableClasses) return shown;
  std::stable_sort(shown.begin(), shown.end(), [&](std::size_t a, std::size_t b) {
    return counts[a].recall().value_or(2) < counts[b].recall().value_or(2);
  });
  shown.resize(kWorstClasses);
  return shown;
}

/// The matrix with @p headings over its columns; zeros are dots, to be read past.
std::string matrix(const Classification& classification, const std::vector<std::string>& headings,
                   const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> rows{{""}};
  rows[0].insert(rows[0].end(), headings.begin(), headings.end());
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<std::string>& row = rows.emplace_back(1, names[i]);
    for (const std::uint64_t count : classification.confusion[i]) {
      row.push_back(count == 0 ? "." : std::to_string(count));
    }
  }
  return table(rows);
}

bool fits(const std::string& text, std::size_t width) {
  return width_of(text.substr(0, text.find('\n'))) <= width &&
         width_of(text.substr(text.rfind('\n', text.size() - 2) + 1)) <= width + 1;
}

std::string matrix_that_fits(const Classification& classification, std::size_t width) {
  const std::size_t classes = classification.confusion.size();
  std::vector<std::string> names;
  std::vector<std::string> numbers;
  std::vector<std::string> numbered_names;
  for (std::size_t i = 0; i < classes; ++i) {
    names.push_back(label(classification, i, 16));
    numbers.push_back(std::to_string(i));
    const bool named = !classification.label_names.empty();
    numbered_names.push_back(named ? fmt::format("{} {}", right_aligned(numbers[i], 2), names[i])
                                   : names[i]);
  }
  std::string by_name = matrix(classification, names, names);
  if (fits(by_name, width)) return by_name;
  std::string by_number = matrix(classification, numbers, numbered_names);
  if (!fits(by_number, width)) by_number.clear();
  return by_number;
}

std::string largest(const Classification& classification, std::size_t width) {
  const std::vector<Confusion> confusions = largest_confusions(classification, kLargestConfusions);
  if (confusions.empty()) return "  no confusions\n";
  const std::vector<ClassCounts> counts = class_counts(classification);
  const std::size_t name_width = (width - 34) / 2;
  std::vector<std::vector<std::string>> rows{{"label", "taken for", "samples", "of the label"}};
  for (const Confusion& one : confusions) {
    const double share =
        static_cast<double>(one.count) / static_cast<double>(counts[one.label].samples);
    rows.push_back({label(classification, one.label, name_width),
                    label(classification, one.predicted, name_width), grouped(one.count),
                    percent(share)});
  }
  return "  largest confusions\n" + table(rows, {1});
}

}  // namespace

std::string class_table(const Classification& classification, std::size_t width) {
  const std::vector<ClassCounts> counts = class_counts(classification);
  const std::vector<std::size_t> shown = shown_classes(counts);
  const std::size_t name_width = width - (width < kWidthForF1 ? 44 : 53);
  std::vector<std::vector<std::string>> rows{
      {"class", "samples", "correct", "recall", "precision", "F1"}};
  for (const std::size_t i : shown) {
    rows.push_back(row_of(label(classification, i, name_width), counts[i]));
  }
  rows.push_back(row_of("all", total_counts(classification)));
  // Of all samples precision and F1 are the same as recall.
  rows.back()[4] = rows.back()[5] = "";
  if (width < kWidthForF1) {
    for (std::vector<std::string>& row : rows)
      row.pop_back();
  }
  std::string text;
  if (shown.size() < counts.size()) {
    text = fmt::format("  {} of {} classes, lowest recall first\n", shown.size(), counts.size());
  }
  return text + table(rows);
}

std::string confusion_table(const Classification& classification, std::size_t width) {
  if (total_counts(classification).samples == 0) return "";
  if (classification.confusion.size() <= kMatrixClasses) {
    const std::string whole = matrix_that_fits(classification, width);
    if (!whole.empty()) return "  confusion: a row per label, a column per answer\n" + whole;
  }
  return largest(classification, width);
}

}  // namespace hil::report
