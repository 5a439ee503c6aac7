// SPDX-License-Identifier: Apache-2.0
// What happened to a board's line while it was used, for the record.
#pragma once

#include <string>

#include "host/base/deadline.hpp"

namespace hil::lab {

struct LinkEvent {
  std::string kind;  ///< "reconnect", "reset", "silence", "rate"
  std::string text;  ///< one sentence, no period
  Deadline::Clock::time_point at = Deadline::Clock::now();  ///< when the host knew of it
};

}  // namespace hil::lab
