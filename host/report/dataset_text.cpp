// SPDX-License-Identifier: Apache-2.0
// A dataset, and what its check found, as text for a terminal.
#include "host/report/dataset_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/report/color.hpp"
#include "host/report/json_layout.hpp"
#include "host/report/text.hpp"

namespace hil::report {
namespace {

using data::Dataset;
using data::Severity;

constexpr std::size_t kMinWidth = 60;
constexpr std::size_t kIndent = 14;
constexpr std::size_t kMaxRows = 40;
constexpr std::size_t kMaxValues = 6;
constexpr std::size_t kBarColumns = 24;

std::string plural(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

/// "360 samples, 10 classes"
std::string samples_text(const Dataset& dataset) {
  std::string text = plural(dataset.samples.size(), "sample", "samples");
  std::uint64_t inferences = 0;
  for (const data::Sample& sample : dataset.samples)
    inferences += sample.window_count();
  if (inferences != dataset.samples.size()) {
    text += fmt::format(", {}", plural(inferences, "window", "windows"));
  }
  if (dataset.has_labels) return text + ", " + plural(dataset.class_count, "class", "classes");
  if (!dataset.target_names.empty()) {
    return text + ", " + plural(dataset.target_names.size(), "target", "targets");
  }
  return text + ", no labels";
}

/// "i8, 8x8x1"
std::string values_text(const Dataset& dataset) {
  std::string text = dataset.element_type ? std::string(data::name_of(*dataset.element_type))
                                          : "raw bytes of unknown type";
  if (!dataset.shape.empty()) text += ", " + data::shape_text(dataset.shape);
  if (dataset.scale > 0) {
    text += fmt::format(", scale {}, zero point {}", dataset.scale, dataset.zero_point);
  }
  if (dataset.sample_rate_hz != 0) {
    text += fmt::format(", {} Hz", grouped(dataset.sample_rate_hz));
  }
  return text;
}

std::string or_silence(const std::string& text) {
  return text.empty() ? "not stated" : printable(text);
}

std::string head(const Dataset& dataset, std::size_t width) {
  return paragraph("dataset", printable(dataset.folder.string()), kIndent, width) +
         paragraph("layout", data::name_of(dataset.layout), kIndent, width) +
         paragraph("samples", samples_text(dataset), kIndent, width) +
         paragraph("values", values_text(dataset), kIndent, width);
}

std::string class_table(const Dataset& dataset, std::size_t width) {
  const auto counts = data::class_counts(dataset);
  if (counts.empty()) return "";
  const std::uint64_t most = *std::max_element(counts.begin(), counts.end());
  std::vector<std::vector<std::string>> rows{{"class", "name", "samples", "share", ""}};
  for (std::uint32_t label = 0; label < std::min(counts.size(), kMaxRows); ++label) {
    const std::uint64_t count = counts[label];
    const std::string name = label < dataset.label_names.size() ? dataset.label_names[label] : "";
    const std::uint64_t bar = most == 0 ? 0 : (count * kBarColumns + most - 1) / most;
    const double share = static_cast<double>(count) / static_cast<double>(dataset.samples.size());
    rows.push_back({std::to_string(label), fitted(printable(name), width - 56), grouped(count),
                    percent(share), std::string(static_cast<std::size_t>(bar), '#')});
  }
  std::string text = "\n" + table(rows, {1, 4});
  if (counts.size() > kMaxRows) {
    text += fmt::format("  and {} more classes\n", grouped(counts.size() - kMaxRows));
  }
  return text;
}

/// "slice speaker 12 values: anna (40), ben (31), and 6 more"
std::string slice_text(const Dataset& dataset, std::size_t slice, std::size_t width) {
  std::map<std::string, std::uint64_t> counts;
  for (const data::Sample& sample : dataset.samples) {
    if (slice < sample.slices.size()) ++counts[sample.slices[slice]];
  }
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text = plural(sorted.size(), "value", "values") + ": ";
  for (std::size_t i = 0; i < std::min(sorted.size(), kMaxValues); ++i) {
    text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", printable(sorted[i].first),
                        grouped(sorted[i].second));
  }
  if (sorted.size() > kMaxValues) {
    text += fmt::format(", and {} more", grouped(sorted.size() - kMaxValues));
  }
  return paragraph(fitted(printable("slice " + dataset.slice_names[slice]), kIndent - 1), text,
                   kIndent, width);
}

Tone tone_of(Severity severity) {
  if (severity == Severity::kError) return Tone::kBad;
  return severity == Severity::kWarning ? Tone::kWarning : Tone::kDim;
}

std::string finding_text(const data::Finding& finding, std::size_t width, bool color) {
  constexpr std::size_t kColumn = 9;
  const std::string dash = std::string(kColumn, ' ') + "-";
  const std::string severity = name_of(finding.severity);
  const std::string what = paragraph(severity, printable(finding.what), kColumn, width);
  std::string text =
      paint(tone_of(finding.severity), severity, color) + what.substr(severity.size());
  for (const std::string& example : finding.examples)
    text += paragraph(dash, printable(example), kColumn + 2, width);
  const std::uint64_t shown = finding.examples.size();
  if (shown != 0 && finding.count > shown) {
    text +=
        std::string(kColumn, ' ') + fmt::format("  and {} more\n", grouped(finding.count - shown));
  }
  return text + paragraph("", printable(finding.hint), kColumn, width);
}

}  // namespace

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "?";
}

std::string dataset_text(const Dataset& dataset, std::size_t width) {
  width = std::max(width, kMinWidth);
  std::string text = head(dataset, width) +
                     paragraph("licence", or_silence(dataset.license), kIndent, width) +
                     paragraph("source", or_silence(dataset.source), kIndent, width);
  for (std::size_t slice = 0; slice < dataset.slice_names.size(); ++slice)
    text += slice_text(dataset, slice, width);
  return text + class_table(dataset, width);
}

std::string check_text(const Dataset& dataset, const data::DatasetCheck& check, std::size_t width,
                       bool color) {
  width = std::max(width, kMinWidth);
  std::string text = head(dataset, width) + "\n";
  for (const data::Finding& finding : check.findings)
    text += finding_text(finding, width, color) + "\n";
  const auto count = [&](Severity severity, const char* one, const char* many) {
    return plural(check.count_of(severity), one, many);
  };
  return text + fmt::format("{}{}, {}, {}\n", check.stopped ? "stopped early: " : "",
                            count(Severity::kError, "error", "errors"),
                            count(Severity::kWarning, "warning", "warnings"),
                            count(Severity::kNote, "note", "notes"));
}

std::string check_json(const Dataset& dataset, const data::DatasetCheck& check) {
  using nlohmann::ordered_json;
  ordered_json findings = ordered_json::array();
  for (const data::Finding& finding : check.findings) {
    findings.push_back({{"severity", name_of(finding.severity)},
                        {"kind", finding.kind},
                        {"what", finding.what},
                        {"samples", finding.count},
                        {"examples", finding.examples},
                        {"hint", finding.hint}});
  }
  const ordered_json json = {{"schema", "hilbench-dataset-check/1"},
                             {"dataset", dataset.folder.string()},
                             {"layout", data::name_of(dataset.layout)},
                             {"samples", dataset.samples.size()},
                             {"classes", dataset.class_count},
                             {"values_checked", check.values_checked},
                             {"complete", !check.stopped},
                             {"errors", check.count_of(Severity::kError)},
                             {"warnings", check.count_of(Severity::kWarning)},
                             {"notes", check.count_of(Severity::kNote)},
                             {"findings", findings}};
  return laid_out(json) + "\n";
}

}  // namespace hil::report
