// SPDX-License-Identifier: Apache-2.0
// One thing that the doctor looked at: how it is, and what to do about it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hil::lab::doctor {

enum class State : std::uint8_t {
  kOk,
  kRemark,   ///< the bench works; worth knowing, or missing for boards that nobody asked for
  kProblem,  ///< a board that is plugged in or asked for can't be used, or no board at all
};

struct Finding {
  std::string area;  ///< "tools"; findings of one area stand together
  std::string name;  ///< of the thing: "openocd", "/dev/ttyACM0"
  State state = State::kOk;
  std::string what;  ///< how it is: "0.12.0"; safe for a terminal
  std::string fix;   ///< the exact command or step; empty for kOk
};

using Findings = std::vector<Finding>;

/// True if nothing is a problem.
inline bool is_fit(const Findings& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.state == State::kProblem; });
}

/// Findings of one area in the making.
class Area {
 public:
  explicit Area(std::string name) : name_(std::move(name)) {}

  void ok(const std::string& name, const std::string& what) { add(name, State::kOk, what, ""); }
  void remark(const std::string& name, const std::string& what, const std::string& fix) {
    add(name, State::kRemark, what, fix);
  }
  void problem(const std::string& name, const std::string& what, const std::string& fix) {
    add(name, State::kProblem, what, fix);
  }
  void add(const std::string& name, State state, const std::string& what, const std::string& fix) {
    findings_.push_back({name_, name, state, what, fix});
  }
  [[nodiscard]] Findings take() { return std::move(findings_); }

 private:
  std::string name_;
  Findings findings_;
};

}  // namespace hil::lab::doctor
