// SPDX-License-Identifier: Apache-2.0
// Lines of hexadecimal bytes, as Intel HEX and S-record files have them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "host/base/result.hpp"

namespace hil::flash {

/// Bytes of one line behind its mark; 255 of data and what is around them at most.
struct RecordBytes {
  std::array<std::uint8_t, 300> bytes{};
  std::size_t count = 0;

  [[nodiscard]] std::span<const std::uint8_t> all() const { return {bytes.data(), count}; }
  /// The big-endian number in bytes [from, from + size); size 4 at most.
  [[nodiscard]] std::uint32_t number(std::size_t from, std::size_t size) const;
  /// The sum of bytes [0, end), modulo 256.
  [[nodiscard]] std::uint8_t sum(std::size_t end) const;
};

/// Takes a text apart into lines that end with LF, CR LF, CR or the text; blanks at the ends of a
/// line are not part of it, and empty lines are left out.
class RecordLines {
 public:
  explicit RecordLines(std::string_view text) : left_(text) {}

  /// Goes on to the next line; false at the end of the text.
  bool next();

  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] std::size_t number() const { return number_; }

  /// "line 7: WHAT", of the user, with the advice to get the file anew.
  [[nodiscard]] Error broken(std::string_view what) const;

  /// The bytes that the digits behind the first @p skip characters of the line stand for.
  ///   kUser  an odd number of digits, something else than digits, or too many
  [[nodiscard]] Result<RecordBytes> bytes(std::size_t skip) const;

 private:
  std::string_view left_;
  std::string_view line_;
  std::size_t number_ = 0;  ///< of the line, from 1 on
};

}  // namespace hil::flash
