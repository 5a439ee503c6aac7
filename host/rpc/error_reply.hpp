// SPDX-License-Identifier: Apache-2.0
// An agent's ErrorReply as an Error.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/error.hpp"

namespace hil::rpc {

/// The kDevice error that @p body (an ErrorReply as it travels) says: status, text and, if the
/// agent gave any, both details.
Error error_of_reply(std::span<const std::uint8_t> body);

}  // namespace hil::rpc
