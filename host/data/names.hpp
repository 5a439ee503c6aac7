// SPDX-License-Identifier: Apache-2.0
// What files say in names: whether it may be opened, and whether it may be printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace hil::data {

/// Whether a file of that name lies inside the folder it is relative to, and holds no control
/// characters.
bool is_inside(std::string_view name);

/// Whether @p text holds no control characters.
bool is_printable(std::string_view text);

/// @p text with every control character replaced by '?'.
std::string printable(std::string text);

/// All of @p text as a whole number without sign, if it is one.
std::optional<std::uint32_t> whole_number_of(std::string_view text);

/// All of @p text as a number; "nan" and "inf" are numbers. Nothing if it is none or beyond
/// float32.
std::optional<float> number_of(std::string_view text);

}  // namespace hil::data
