// SPDX-License-Identifier: Apache-2.0
// Names of the .tflite builtin operators, for messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hil::model {

inline constexpr std::int32_t kCustomOperator = 32;

/// "CONV_2D", `CUSTOM "name"`, or "code 201" for numbers this table does not know.
std::string operator_name(std::int32_t code, std::string_view custom_code = {});

/// @p text with unprintable bytes as '?' and cut to @p limit characters: names come from files.
std::string printable(std::string_view text, std::size_t limit = 60);

}  // namespace hil::model
