// SPDX-License-Identifier: Apache-2.0
// Counting verdicts.
#include "host/conform/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::conform {

std::size_t ConformReport::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [=](const Check& c) { return c.verdict == verdict; }));
}

bool ConformReport::passed() const {
  return complete && count(Verdict::kFail) == 0 && count(Verdict::kNotRun) == 0;
}

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kNotJudged:
      return "not judged";
    case Verdict::kNotRun:
      break;
  }
  return "not run";
}

std::string tally(const ConformReport& report) {
  std::string text =
      fmt::format("{} checks: {} passed", report.checks.size(), report.count(Verdict::kPass));
  const auto add = [&](Verdict verdict, const char* words) {
    if (const std::size_t n = report.count(verdict); n > 0)
      text += fmt::format(", {} {}", n, words);
  };
  add(Verdict::kFail, "failed");
  add(Verdict::kNotJudged, "not judged");
  add(Verdict::kNotRun, "not run");
  return text;
}

}  // namespace hil::conform
