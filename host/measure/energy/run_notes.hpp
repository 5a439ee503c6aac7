// SPDX-License-Identifier: Apache-2.0
// Remarks on a run for its record, each with the time at which it was made.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

class RunNotes {
 public:
  using Clock = Deadline::Clock;

  /// @p kind: a word for what it is about ("alignment", "meter").
  void add(const char* kind, std::string text) {
    const std::chrono::duration<double, std::milli> at = Clock::now() - start_;
    events_.push_back({at.count(), kind, std::move(text)});
  }

  /// Since when times count.
  [[nodiscard]] Clock::time_point start() const { return start_; }
  /// In the order in which they were made.
  [[nodiscard]] const std::vector<results::Event>& events() const { return events_; }

 private:
  Clock::time_point start_ = Clock::now();
  std::vector<results::Event> events_;
};

}  // namespace hil::measure
