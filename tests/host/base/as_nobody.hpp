// SPDX-License-Identifier: Apache-2.0
// Gives up root's rights, to which permissions do not apply.
#pragma once

#include <unistd.h>

#include <cstdlib>

namespace hil {

/// For the child process of a death test only; does nothing unless root runs it.
inline void become_nobody() {
  constexpr unsigned kNobody = 65534;
  if (::getuid() != 0) return;
  if (::setresgid(kNobody, kNobody, kNobody) != 0 || ::setresuid(kNobody, kNobody, kNobody) != 0) {
    std::_Exit(99);
  }
}

}  // namespace hil
