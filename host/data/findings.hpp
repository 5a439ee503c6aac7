// SPDX-License-Identifier: Apache-2.0
// Samples with the same fault, gathered into one finding.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "host/data/check.hpp"

namespace hil::data {

/// Counts samples with one fault and keeps the first few; becomes a Finding if there was any.
class FaultList {
 public:
  /// @p sentence: what is said of them, after "1 sample: " or "7 samples: ".
  FaultList(Severity severity, std::string kind, std::string sentence, std::string hint)
      : finding_{severity, std::move(kind), std::move(sentence), 0, {}, std::move(hint)} {}

  void add(std::string example) {
    ++finding_.count;
    if (finding_.examples.size() < kMaxExamples) finding_.examples.push_back(std::move(example));
  }
  [[nodiscard]] bool empty() const { return finding_.count == 0; }

  /// Appends the finding to @p findings, if there is one.
  void move_to(std::vector<Finding>& findings) {
    if (empty()) return;
    finding_.what = fmt::format("{} {}: {}", finding_.count,
                                finding_.count == 1 ? "sample" : "samples", finding_.what);
    findings.push_back(std::move(finding_));
  }

 private:
  Finding finding_;
};

}  // namespace hil::data
