// SPDX-License-Identifier: Apache-2.0
// What the columns of an exported table are, by their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hil::energy {

struct CsvColumn {
  enum class What : std::uint8_t { kSkipped, kTime, kCurrent, kVoltage, kPower, kBit, kBits };
  What what = What::kSkipped;
  double scale = 1;  ///< to s, A, V, W
  unsigned bit = 0;  ///< for kBit
};

/// A column by its name, as csv_trace.hpp says.
CsvColumn column_of(std::string_view name);

/// Splits @p line at @p separator into @p fields; spaces and quotes around a field are taken off.
void split_fields(std::string_view line, char separator, std::vector<std::string_view>& fields);

/// The separator of a header line: tab, semicolon or comma, the first of these that is in it.
char separator_of(std::string_view header);

/// A decimal number, whatever the locale; nothing if the field holds anything else, or inf or nan.
std::optional<double> number_of(std::string_view field);

}  // namespace hil::energy
