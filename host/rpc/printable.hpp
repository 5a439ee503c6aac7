// SPDX-License-Identifier: Apache-2.0
// Text from a device, made safe for a terminal and a record.
#pragma once

#include <string>
#include <string_view>

namespace hil::rpc {

/// @p text with control characters and bytes that are not UTF-8 replaced by '?'.
std::string printable(std::string_view text);

}  // namespace hil::rpc
