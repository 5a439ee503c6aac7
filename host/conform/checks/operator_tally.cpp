// SPDX-License-Identifier: Apache-2.0
// Counting operators.
#include "host/conform/checks/operator_tally.hpp"

#include <fmt/format.h>

namespace hil::conform {
namespace {

constexpr const char* kMoreRoom =
    "give the agent more room for models and activations in the board file";

}  // namespace

OperatorTally::Key OperatorTally::key_of(const OperatorModel& entry) const {
  return {entry.opcode, any_type_ ? plan::TypeSet{} : entry.type};
}

void OperatorTally::add_too_large(const OperatorModel& entry) {
  ++too_large_;
  too_large_names_.emplace(key_of(entry), entry.name);
}

void OperatorTally::add_run(const OperatorModel& entry, const std::string& wrong) {
  ran_.insert(key_of(entry));
  if (wrong.empty()) {
    ++right_;
  } else if (wrong_++ == 0) {
    first_wrong_ = entry.name + ": " + wrong;
  }
}

bool OperatorTally::has_run(const OperatorModel& entry) const {
  return ran_.count(key_of(entry)) != 0;
}

std::string OperatorTally::never_run() const {
  std::string names;
  for (const auto& [key, name] : too_large_names_) {
    if (ran_.count(key) == 0) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

void OperatorTally::judge(Check& check) const {
  check.verdict = Verdict::kPass;
  if (wrong_ > 0) {
    check.verdict = Verdict::kFail;
    check.finding = first_wrong_;
    if (wrong_ > 1) check.finding += fmt::format("; and {} more", wrong_ - 1);
    check.advice =
        "run hilbench verify with a model that has this operator; look at compiler flags "
        "of the core (fused multiply-add, fast maths) and at the board's memory";
  } else if (right_ == 0) {
    check.verdict = Verdict::kFail;
    check.finding = "no operator could be run";
    check.advice = kMoreRoom;
  } else if (const std::string names = never_run(); !names.empty()) {
    check.verdict = Verdict::kNotJudged;
    check.finding = "too large for the agent in every form, so never run: " + names;
    check.advice = kMoreRoom;
  } else if (too_large_ > 0) {
    check.finding = fmt::format(
        "{} more were too large for the agent; each operator ran in another form", too_large_);
  }
}

}  // namespace hil::conform
