// SPDX-License-Identifier: Apache-2.0
// What became of each operator's models, and what that says of the port.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "host/conform/operator_models.hpp"
#include "host/conform/report.hpp"

namespace hil::conform {

class OperatorTally {
 public:
  /// @p any_type: one model for each operator will do, whatever its type.
  explicit OperatorTally(bool any_type) : any_type_(any_type) {}

  void add_lacking() { ++lacking_; }
  void add_too_large(const OperatorModel& entry);
  /// @p wrong: what kept it from being right; empty if nothing.
  void add_run(const OperatorModel& entry, const std::string& wrong);

  [[nodiscard]] std::uint32_t right() const { return right_; }
  [[nodiscard]] std::uint32_t wrong() const { return wrong_; }
  [[nodiscard]] std::uint32_t lacking() const { return lacking_; }  ///< not built in
  [[nodiscard]] std::uint32_t too_large() const { return too_large_; }
  /// Whether a model of the operator of @p entry has run, with its type unless any will do.
  [[nodiscard]] bool has_run(const OperatorModel& entry) const;

  /// Fills verdict, finding and advice: failed if one was wrong or none ran, not judged if an
  /// operator had only models that were too large.
  void judge(Check& check) const;

 private:
  using Key = std::pair<std::uint32_t, plan::TypeSet>;  ///< opcode and type
  [[nodiscard]] Key key_of(const OperatorModel& entry) const;
  [[nodiscard]] std::string never_run() const;

  bool any_type_;
  std::uint32_t right_ = 0, wrong_ = 0, lacking_ = 0, too_large_ = 0;
  std::string first_wrong_;
  std::set<Key> ran_;
  std::map<Key, std::string> too_large_names_;  ///< of the first model of each
};

}  // namespace hil::conform
