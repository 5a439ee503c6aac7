// SPDX-License-Identifier: Apache-2.0
// A tape as lines for people, or as JSON: frames with what their messages say.
#pragma once

#include <cstddef>
#include <string>

#include "host/base/result.hpp"
#include "host/link/tape/format.hpp"
#include "host/link/tape/frame_log.hpp"

namespace hil::app {

struct TapeStyle {
  bool json = false;      ///< one object per line
  bool raw = false;       ///< what passed the link as it is, in hexadecimal, instead of frames
  std::size_t width = 0;  ///< lines are cut there (not of JSON)
};

/// Tells a tape record by record; keeps no more than what belongs together.
class TapeTeller {
 public:
  explicit TapeTeller(const TapeStyle& style) : style_(style) {}

  /// What stands above the first line; empty for JSON.
  [[nodiscard]] std::string head() const;
  /// The lines of @p record, each with its newline; often none.
  std::string tell(const tape::Record& record);
  /// What all came to. @p whole: the tape has an end; @p cut_off_bytes: behind its last block.
  [[nodiscard]] std::string summary(bool whole, std::size_t cut_off_bytes);

 private:
  [[nodiscard]] std::string frame_lines(const tape::LoggedFrame& frame);
  [[nodiscard]] std::string event_line(const tape::Record& record) const;
  [[nodiscard]] std::string raw_line(const tape::Record& record) const;
  [[nodiscard]] std::string fitted_line(std::string line) const;

  TapeStyle style_;
  tape::FrameLog log_;
  std::uint64_t last_ns_ = 0;
  std::uint64_t failures_ = 0, rates_ = 0;
};

}  // namespace hil::app
