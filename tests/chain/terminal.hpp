// SPDX-License-Identifier: Apache-2.0
// A program on a terminal of a given width, and what it prints there.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hil::test {

/// A child process whose standard input, output and error are a pseudo-terminal of 24 lines.
class Terminal {
 public:
  /// Starts @p argv with @p columns; @p environment is added to that of this process, with
  /// TERM=xterm and neither NO_COLOR nor COLUMNS.
  Terminal(const std::vector<std::string>& argv, std::uint16_t columns,
           const std::vector<std::pair<std::string, std::string>>& environment = {});
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  /// Ends the child if it still runs.
  ~Terminal();

  void type(const std::string& keys) const;
  /// Reads until @p holds of all that was printed so far; false if the child ends or @p limit
  /// passes before.
  bool wait_for(const std::function<bool(const std::string&)>& holds,
                std::chrono::seconds limit = std::chrono::seconds(20));
  /// Reads until the child ends, at most a minute. Its exit code; -1 if a signal ended it.
  int finish();
  [[nodiscard]] const std::string& printed() const { return printed_; }

 private:
  bool read_more(int timeout_ms);

  int master_ = -1;
  int child_ = -1;
  std::string printed_;
};

/// The lines of @p printed as they stand on the screen in the end: without colours, and without
/// what a carriage return or an erased line overwrote.
std::vector<std::string> screen_lines(const std::string& printed);

}  // namespace hil::test
