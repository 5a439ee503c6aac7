// SPDX-License-Identifier: Apache-2.0
// Text of a comparison of models.
#include "host/report/model_comparison_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "host/report/outputs_csv.hpp"
#include "host/report/text.hpp"
#include "host/results/model_comparison.hpp"

namespace hil::report {
namespace {

using namespace hil::results;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kFlips = 10;
constexpr std::size_t kSlices = 10;
constexpr std::size_t kClassWidth = 12;

const Metric* find_metric(const std::vector<Metric>& metrics, std::string_view name,
                          std::string_view scope) {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) {
    return metric.name == name && metric.scope == scope;
  });
  return found == metrics.end() ? nullptr : &*found;
}

std::string share_of(const Metric* metric) {
  return metric == nullptr ? "-" : percent(metric->value);
}

std::string value_of(const Metric* metric) {
  return metric == nullptr ? "-" : number_text(metric->value);
}

/// @p rows as a table, without the columns @p dispensable (in ascending order) if it is too wide.
std::string table_that_fits(Rows rows, const std::vector<std::size_t>& left, std::size_t width,
                            const std::vector<std::size_t>& dispensable) {
  std::string whole = table(rows, left);
  if (fits(whole, width)) return whole;
  for (std::vector<std::string>& row : rows) {
    for (auto column = dispensable.rbegin(); column != dispensable.rend(); ++column)
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(*column));
  }
  return table(rows, left);
}

class Text {
 public:
  Text(const Record& record, std::size_t width)
      : record_(record), comparison_(*record.model_comparison), width_(width) {}

  std::string text() {
    shares();
    differences();
    mcnemar();
    flips();
    slices();
    return std::move(text_);
  }

 private:
  void gap() {
    if (!text_.empty() && !text_.ends_with("\n\n")) text_ += "\n";
  }

  /// Top-1 of the passes and agreement of the pairs.
  void shares() {
    Rows rows{{"share", "of", "value", "interval"}};
    for (const Metric& metric : record_.metrics) {
      if (metric.unit != "fraction" || !is_of_models(metric)) continue;
      std::string interval;
      if (metric.interval) {
        interval =
            fmt::format("{:.1f} to {}", 100 * metric.interval->low, percent(metric.interval->high));
      }
      rows.push_back({metric.name == "top1" ? "top-1" : printable(metric.name),
                      printable(metric.scope), percent(metric.value), interval});
    }
    if (rows.size() > 1) text_ += table_that_fits(std::move(rows), {1, 3}, width_, {3});
  }

  void differences() {
    if (comparison_.pairs.empty()) return;
    gap();
    Rows rows{{"output difference", "largest", "mean", "largest at"}};
    for (const ComparedPair& pair : comparison_.pairs) {
      rows.push_back(
          {fitted(printable(pair.scope), 23),
           value_of(find_metric(record_.metrics, "output_difference_max", pair.scope)),
           value_of(find_metric(record_.metrics, "output_difference_mean", pair.scope)),
           pair.largest_at.empty() ? "-" : fitted(printable(pair.largest_at), width_ - 40)});
    }
    text_ += table_that_fits(std::move(rows), {3}, width_, {2});
    samples_compared();
  }

  /// Of a run that ended early: figures of passes and pairs are not all of the same samples.
  void samples_compared() {
    const std::uint64_t planned = record_.verdict.samples_planned;
    std::string text;
    for (const ComparedPair& pair : comparison_.pairs) {
      if (pair.samples == planned) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", fitted(printable(pair.scope), 23),
                          grouped(pair.samples));
    }
    if (text.empty()) return;
    gap();
    text_ += paragraph("  samples", fmt::format("{} of {}", text, grouped(planned)), 13, width_);
  }

  void mcnemar() {
    const Metric* p = find_metric(record_.metrics, "mcnemar_p", pair_name(kFloatHost, kInt8Host));
    if (p == nullptr) return;
    gap();
    text_ += paragraph(
        "  right",
        fmt::format("float alone on {}, int8 alone on {}; McNemar's exact p {}",
                    grouped(comparison_.only_float_right), grouped(comparison_.only_int8_right),
                    fmt::format("{:.4g}", p->value)),
        13, width_);
  }

  std::string class_name(std::uint32_t index) const {
    if (index >= comparison_.label_names.size()) return std::to_string(index);
    return fitted(printable(comparison_.label_names[index]), kClassWidth);
  }

  void flips() {
    const std::vector<Flip>& all = comparison_.flips;
    if (all.empty()) return no_flips();
    gap();
    Rows rows{{"flip", "label", "float", "score", "int8", "score"}};
    for (std::size_t i = 0; i < std::min(all.size(), kFlips); ++i) {
      const Flip& flip = all[i];
      rows.push_back({fitted(printable(flip.sample), width_ - 44), class_name(flip.label),
                      class_name(flip.float_class), fmt::format("{:.4g}", flip.float_score),
                      class_name(flip.int8_class), fmt::format("{:.4g}", flip.int8_score)});
    }
    text_ += table_that_fits(std::move(rows), {}, width_, {3, 5});
    if (all.size() > kFlips) {
      text_ +=
          fmt::format("  and {} more (--flips FILE writes all)\n", grouped(all.size() - kFlips));
    }
  }

  void no_flips() {
    const Metric* same =
        find_metric(record_.metrics, "agreement", pair_name(kFloatHost, kInt8Host));
    if (same != nullptr) text_ += "  flips      none\n";
  }

  /// How much of a slice's top-1 int8 loses.
  static double loss(const Slice& slice) {
    const Metric* in_float = find_metric(slice.metrics, "top1", kPassNames[kFloatHost]);
    const Metric* in_int8 = find_metric(slice.metrics, "top1", kPassNames[kInt8Host]);
    return in_float == nullptr || in_int8 == nullptr ? 0 : in_float->value - in_int8->value;
  }

  void slices() {
    const std::vector<Slice>& all = record_.slices;
    for (std::size_t next = 0; next < all.size();) {
      std::vector<Slice> column;
      const std::string name = all[next].column;
      for (; next < all.size() && all[next].column == name; ++next)
        column.push_back(all[next]);
      std::stable_sort(column.begin(), column.end(),
                       [](const Slice& a, const Slice& b) { return loss(a) > loss(b); });
      slices_of(column);
    }
  }

  void slices_of(const std::vector<Slice>& column) {
    gap();
    const std::size_t name_width = width_ - 46;
    Rows rows{{fitted(printable(column.front().column), name_width), "samples", "float", "int8",
               "agreement"}};
    for (std::size_t i = 0; i < std::min(column.size(), kSlices); ++i) {
      const Slice& slice = column[i];
      const std::string name = slice.value.empty() ? "(empty)" : printable(slice.value);
      rows.push_back(
          {fitted(name, name_width), grouped(slice.samples),
           share_of(find_metric(slice.metrics, "top1", kPassNames[kFloatHost])),
           share_of(find_metric(slice.metrics, "top1", kPassNames[kInt8Host])),
           share_of(find_metric(slice.metrics, "agreement", pair_name(kFloatHost, kInt8Host)))});
    }
    text_ += table(rows);
    if (column.size() > kSlices) {
      text_ += fmt::format("  and {} more, which lose less\n", grouped(column.size() - kSlices));
    }
  }

  const Record& record_;
  const ModelComparison& comparison_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

bool is_of_models(const Metric& metric) {
  for (std::size_t a = 0; a < kPassNames.size(); ++a) {
    if (metric.scope == kPassNames.at(a)) return true;
    for (std::size_t b = a + 1; b < kPassNames.size(); ++b) {
      if (metric.scope == pair_name(a, b)) return true;
    }
  }
  return false;
}

std::string model_comparison_text(const Record& record, std::size_t width) {
  if (!record.model_comparison) return "";
  return Text(record, std::max<std::size_t>(width, 60)).text();
}

std::string flips_csv(const ModelComparison& comparison) {
  std::string text = "name,label,float_class,int8_class,float_score,int8_score\n";
  for (const Flip& flip : comparison.flips) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", csv_field(flip.sample),
                   flip.label, flip.float_class, flip.int8_class, flip.float_score,
                   flip.int8_score);
  }
  return text;
}

}  // namespace hil::report
