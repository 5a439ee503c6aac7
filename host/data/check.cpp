// SPDX-License-Identifier: Apache-2.0
// What is wrong with a dataset, or may be: every sample is read once.
#include "host/data/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "host/base/digest.hpp"
#include "host/data/findings.hpp"
#include "host/data/formats/decode.hpp"
#include "host/data/sample.hpp"
#include "host/data/value_check.hpp"

namespace hil::data {
namespace {

constexpr std::size_t kMaxChannels = 4096;
constexpr std::uint64_t kImbalance = 10;

/// The shape that channels are counted in: of one sample, without a batch.
std::vector<std::int32_t> sample_shape(const Dataset& dataset, const Expectation& expectation) {
  if (!dataset.shape.empty() || expectation.shape.empty()) return dataset.shape;
  return {expectation.shape.begin() + 1, expectation.shape.end()};
}

std::size_t channels_of(const Dataset& dataset, const Expectation& expectation) {
  const auto shape = sample_shape(dataset, expectation);
  const bool has_channels = shape.size() > 1 || dataset.layout == Layout::kCsvRows;
  if (shape.empty() || !has_channels || shape.back() < 1) return 1;
  const auto channels = static_cast<std::size_t>(shape.back());
  return channels <= kMaxChannels ? channels : 1;
}

bool is_audio(const Dataset& dataset) {
  return dataset.sample_rate_hz != 0;
}

/// Reads sample after sample and sorts what it sees into lists.
class Checker {
 public:
  Checker(const Dataset& dataset, const Expectation& expectation)
      : dataset_(dataset),
        type_(expectation.type ? expectation.type : dataset.element_type),
        values_(channels_of(dataset, expectation), is_audio(dataset)) {
    if (!dataset.raw) type_ = dataset.element_type;
    const auto shape = sample_shape(dataset, expectation);
    if (!shape.empty() && type_) {
      const auto count = element_count_of(shape);
      if (count) expected_bytes_ = *count * size_of(*type_);
    }
  }

  void read(std::size_t index) {
    const Sample& sample = dataset_.samples[index];
    auto tensor = load_sample(dataset_, sample);
    if (!tensor) {
      unreadable_.add(tensor.error().what);
      return;
    }
    by_content_[sha256_of(tensor->bytes)].push_back(index);
    for (const float target : sample.targets) {
      if (!std::isfinite(target)) bad_targets_.add(text_of(dataset_, sample));
    }
    if (!dataset_.raw && dataset_.rows == nullptr) {
      const Status alike = check_alike(dataset_, *tensor, where_of(dataset_, sample));
      if (!alike.ok()) return differs_.add(alike.error().what);
    } else if (!check_size(sample, index, tensor->bytes.size())) {
      return;
    }
    if (!type_) return;
    tensor->type = *type_;
    values_.add(*tensor, text_of(dataset_, sample));
  }

  void finish(std::vector<Finding>& findings) {
    unreadable_.move_to(findings);
    compare_sizes();
    wrong_size_.move_to(findings);
    differs_.move_to(findings);
    bad_targets_.move_to(findings);
    compare_contents(findings);
    if (type_) values_.move_to(findings);
    unused_.move_to(findings);
  }

  [[nodiscard]] bool knows_type() const { return type_.has_value(); }

 private:
  bool check_size(const Sample& sample, std::size_t index, std::uint64_t bytes) {
    if (sample.window_bytes != 0) {
      const std::uint64_t rest =
          bytes < sample.window_bytes ? 0 : (bytes - sample.window_bytes) % sample.stride_bytes;
      if (rest != 0) unused_.add(fmt::format("{}: {} bytes", text_of(dataset_, sample), rest));
      return true;
    }
    if (!expected_bytes_) {
      by_size_[bytes].push_back(index);
      return true;
    }
    if (bytes == *expected_bytes_) return true;
    wrong_size_.add(fmt::format("{}: {} bytes, expected {}", text_of(dataset_, sample), bytes,
                                *expected_bytes_));
    return false;
  }

  /// Where nothing states a size, that of most samples counts.
  void compare_sizes() {
    if (by_size_.size() < 2) return;
    const auto usual = std::max_element(
        by_size_.begin(), by_size_.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    for (const auto& [bytes, indices] : by_size_) {
      if (bytes == usual->first) continue;
      for (const std::size_t index : indices) {
        wrong_size_.add(fmt::format("{}: {} bytes, most have {}",
                                    text_of(dataset_, dataset_.samples[index]), bytes,
                                    usual->first));
      }
    }
  }

  void compare_contents(std::vector<Finding>& findings) {
    std::vector<const std::vector<std::size_t>*> groups;
    for (const auto& [digest, indices] : by_content_) {
      if (indices.size() > 1) groups.push_back(&indices);
    }
    std::sort(groups.begin(), groups.end(),
              [](const auto* a, const auto* b) { return a->front() < b->front(); });
    for (const auto* group : groups) {
      const std::uint32_t label = dataset_.samples[group->front()].label;
      const bool same =
          !dataset_.has_labels || std::all_of(group->begin(), group->end(), [&](std::size_t index) {
            return dataset_.samples[index].label == label;
          });
      for (std::size_t i = 1; i < group->size(); ++i)
        (same ? duplicates_ : conflicts_).add(pair_text(group->front(), (*group)[i]));
    }
    conflicts_.move_to(findings);
    duplicates_.move_to(findings);
  }

  /// "b.bin (class dog) = a.bin (class cat)"
  [[nodiscard]] std::string pair_text(std::size_t first, std::size_t second) const {
    const auto text = [&](std::size_t index) {
      const Sample& sample = dataset_.samples[index];
      return dataset_.has_labels
                 ? fmt::format("{} (class {})", sample.name, label_text(dataset_, sample.label))
                 : sample.name;
    };
    return text(second) + " = " + text(first);
  }

  const Dataset& dataset_;
  std::optional<ElementType> type_;
  std::optional<std::uint64_t> expected_bytes_;
  ValueCheck values_;
  std::map<Sha256, std::vector<std::size_t>> by_content_;
  std::map<std::uint64_t, std::vector<std::size_t>> by_size_;
  FaultList unreadable_{Severity::kError, "unreadable", "the file cannot be read",
                        "get the files again, or take them out"};
  FaultList wrong_size_{Severity::kError, "wrong-size", "the file has the wrong size",
                        "get the files again, or state the right type and shape"};
  FaultList differs_{Severity::kError, "differs", "another type, shape or rate than the first",
                     "prepare all samples alike, as in training"};
  FaultList bad_targets_{Severity::kError, "not-finite", "NaN or infinity among the targets",
                         "correct the targets"};
  FaultList conflicts_{Severity::kError, "label-conflict",
                       "the same content as another, under another label",
                       "one of the labels is wrong: correct it, or take both out"};
  FaultList duplicates_{Severity::kWarning, "duplicate", "the same content as another",
                        "take the copies out: they count twice in every metric"};
  FaultList unused_{Severity::kNote, "unused-bytes", "bytes at the end that no window reaches", ""};
};

void note_problems(const Problems& problems, std::vector<Finding>& findings) {
  if (problems.empty()) return;
  Finding finding{Severity::kError, "bad-entry", "", problems.size(), {}, problems.front().hint};
  finding.what = fmt::format("{} {} of the label file cannot be used", problems.size(),
                             problems.size() == 1 ? "entry" : "entries");
  for (std::size_t i = 0; i < std::min(problems.size(), kMaxExamples); ++i)
    finding.examples.push_back(problems[i].what);
  findings.push_back(std::move(finding));
}

void note_label_range(const Dataset& dataset, const Expectation& expectation,
                      std::vector<Finding>& findings) {
  if (!dataset.has_labels || !expectation.class_count) return;
  const std::uint64_t outputs = *expectation.class_count;
  FaultList beyond(Severity::kError, "label-range",
                   fmt::format("a label that the model's {} outputs do not have", outputs),
                   "use the model that belongs to the dataset, or correct the labels");
  for (const Sample& sample : dataset.samples) {
    if (sample.label < outputs) continue;
    beyond.add(
        fmt::format("{}: class {}", text_of(dataset, sample), label_text(dataset, sample.label)));
  }
  const bool covered = !beyond.empty();
  beyond.move_to(findings);
  if (covered || dataset.class_count == outputs) return;
  findings.push_back({Severity::kWarning,
                      "label-range",
                      fmt::format("the dataset has {} classes, the model {} outputs",
                                  dataset.class_count, outputs),
                      0,
                      {},
                      "state all \"labels\" in dataset.json, in the order of the outputs"});
}

void note_classes(const Dataset& dataset, std::vector<Finding>& findings) {
  const auto counts = class_counts(dataset);
  if (counts.empty()) return;
  Finding missing{Severity::kWarning,
                  "class-missing",
                  "",
                  0,
                  {},
                  "metrics say nothing of a class without samples"};
  std::uint64_t absent = 0, least = UINT64_MAX, most = 0;
  std::uint32_t rarest = 0, commonest = 0;
  for (std::uint32_t label = 0; label < counts.size(); ++label) {
    const std::uint64_t count = counts[label];
    if (count == 0) {
      ++absent;
      if (missing.examples.size() < kMaxExamples)
        missing.examples.push_back("class " + label_text(dataset, label));
      continue;
    }
    if (count < least) rarest = label;
    if (count > most) commonest = label;
    least = std::min(least, count);
    most = std::max(most, count);
  }
  if (absent != 0) {
    missing.what = fmt::format("{} of {} classes have no sample", absent, counts.size());
    findings.push_back(std::move(missing));
  }
  if (most / kImbalance < least) return;
  findings.push_back(
      {Severity::kWarning,
       "imbalance",
       fmt::format("class {} has {} samples, class {} only {}", label_text(dataset, commonest),
                   most, label_text(dataset, rarest), least),
       0,
       {},
       "look at recall per class: top-1 follows the large classes"});
}

void note_silence(const Dataset& dataset, bool knows_type, std::vector<Finding>& findings) {
  const auto note = [&](const char* kind, const char* what, const char* hint) {
    findings.push_back({Severity::kNote, kind, what, 0, {}, hint});
  };
  if (!dataset.has_labels && dataset.target_names.empty()) {
    note("no-labels", "there are no labels: accuracy cannot be measured", "");
  }
  if (!knows_type) {
    note("no-type", "the element type is not known: values were not checked",
         "state \"element_type\" in dataset.json, or give --model or --input-type");
  }
  if (dataset.license.empty()) {
    note("no-licence", "no licence is stated", "state \"license\" in dataset.json");
  }
}

}  // namespace

void DatasetCheck::add(std::vector<Finding> more) {
  findings.insert(findings.end(), more.begin(), more.end());
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
}

std::size_t DatasetCheck::count_of(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.severity == severity; }));
}

DatasetCheck check_dataset(const Dataset& dataset, const Problems& problems,
                           const Expectation& expectation,
                           const std::function<bool(std::size_t)>& keep_on) {
  DatasetCheck check;
  Checker checker(dataset, expectation);
  for (std::size_t i = 0; i < dataset.samples.size() && !check.stopped; ++i) {
    check.stopped = keep_on && !keep_on(i);
    if (!check.stopped) checker.read(i);
  }
  check.values_checked = checker.knows_type();
  note_problems(problems, check.findings);
  checker.finish(check.findings);
  note_label_range(dataset, expectation, check.findings);
  note_classes(dataset, check.findings);
  note_silence(dataset, check.values_checked, check.findings);
  check.add({});
  return check;
}

std::vector<std::uint64_t> class_counts(const Dataset& dataset) {
  if (!dataset.has_labels) return {};
  std::vector<std::uint64_t> counts(dataset.class_count);
  for (const Sample& sample : dataset.samples)
    ++counts[sample.label];
  return counts;
}

std::string label_text(const Dataset& dataset, std::uint32_t label) {
  return label < dataset.label_names.size() ? dataset.label_names[label] : std::to_string(label);
}

}  // namespace hil::data
