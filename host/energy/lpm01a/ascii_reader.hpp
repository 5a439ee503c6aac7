// SPDX-License-Identifier: Apache-2.0
// Records out of the text that an LPM01A sends in format ascii_dec.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/energy/lpm01a/stream_record.hpp"

namespace hil::energy::lpm01a {

/// One line is one record: a sample `dddd` + sign + `ee` (6409-07 is 6409e-7), or metadata, which
/// starts with a letter. Empty lines and NUL bytes (the meter puts one behind a time stamp) count
/// for nothing. Whatever else comes is a kStray. Resumable at any byte; its memory is one line.
/// Grammar: UM2269 rev 6; `event` and the marks of TimeStamp as MLPerf Tiny's runner takes them.
class AsciiReader {
 public:
  /// Appends what @p bytes complete to @p records.
  void push(std::span<const std::uint8_t> bytes, std::vector<StreamRecord>& records);

 private:
  StreamRecord record_of(std::string_view line);

  std::string line_;
  bool cut_ = false;            ///< the line was longer than kMostText
  unsigned summary_lines_ = 0;  ///< left of a summary; 0: not in one
};

/// The record of one whole @p line without its end, outside a summary.
StreamRecord parse_line(std::string_view line);

}  // namespace hil::energy::lpm01a
