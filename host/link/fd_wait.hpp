// SPDX-License-Identifier: Apache-2.0
// Waiting for a descriptor until a deadline.
#pragma once

#include "host/base/deadline.hpp"

namespace hil {

enum class Wakening {
  kReady,   ///< something can be read or written, the deadline passed, or a signal came
  kHangUp,  ///< the other end is gone, and nothing is left to be read
  kError,   ///< the system refused to wait; errno says why
};

/// Blocks until @p descriptor can be read, or (if @p want_write) written, or @p deadline passes.
Wakening wait_for(int descriptor, bool want_write, Deadline deadline);

}  // namespace hil
