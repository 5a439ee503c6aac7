// SPDX-License-Identifier: Apache-2.0
// Messages of the protocol in words and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "host/link/tape/frame_log.hpp"

namespace hil::app {

/// "reply 1 hello.hello board: \"linux\" ...": kind, call, service, method and fields; long bytes
/// are cut. What this program does not know is said by its numbers and size.
std::string message_text(const tape::LoggedMessage& message);

/// The same as an object.
nlohmann::ordered_json message_json(const tape::LoggedMessage& message);

}  // namespace hil::app
