// SPDX-License-Identifier: Apache-2.0
// Lines out of the bytes that a board sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace hil::dialect::mlperf_tiny {

/// Characters of the longest line that is kept: results of more than 2,000 values.
inline constexpr std::size_t kMostLineChars = 16'384;

struct Line {
  std::string text;      ///< without its end; printable ASCII unless garbled
  bool garbled = false;  ///< too long, or bytes in it are no printable ASCII; text is then safe:
                         ///< such bytes are '?', and what is too long is cut
};

/// Cuts bytes at LF, which a CR may precede, whatever comes: after garbage it is in step again at
/// the next LF. Resumable at any byte; its memory is bounded by one line and what push() was given.
class LineReader {
 public:
  void push(std::span<const std::uint8_t> bytes);
  /// The next whole line, if there is one; empty ones are left out.
  std::optional<Line> next();
  /// Forgets everything that was pushed.
  void clear();
  /// Bytes that wait for the end of their line.
  [[nodiscard]] bool in_line() const { return !line_.empty() || cut_ || at_ < bytes_.size(); }

 private:
  std::string bytes_;  ///< pushed, not looked at from at_ on
  std::size_t at_ = 0;
  std::string line_;  ///< the beginning of one
  bool cut_ = false;  ///< it was longer than kMostLineChars
};

}  // namespace hil::dialect::mlperf_tiny
