// SPDX-License-Identifier: Apache-2.0
// Opens a session with a fake agent for a test.
#pragma once

#include <memory>

#include "host/session/session.hpp"

namespace hil::session {

inline Deadline soon(int ms = 3000) {
  return Deadline::after(std::chrono::milliseconds(ms));
}

inline SessionOptions quick() {
  SessionOptions options;
  options.host_version = "test";
  options.channel.board = "linux";
  options.channel.clock.poll_after = std::chrono::milliseconds(5);
  options.channel.clock.silence_limit = std::chrono::milliseconds(500);
  return options;
}

}  // namespace hil::session
