// SPDX-License-Identifier: Apache-2.0
// One whole message as it came from the agent.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/frame/message.hpp"

namespace hil::rpc {

struct Message {
  frame::MessageHead head;
  std::vector<std::uint8_t> body;  ///< protobuf, not yet parsed
};

}  // namespace hil::rpc
