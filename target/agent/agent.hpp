// SPDX-License-Identifier: Apache-2.0
// The agent as a port sees it: start it, then let it step for ever.
#pragma once

namespace hil::agent {

/// Counts the start, and tells a waiting host that no session is open. Call once, before step().
void start();

/// One pass of the one loop: received bytes, at most one message, at most one inference, bytes to
/// send. Rests in port::idle() when there was nothing to do. A port's main is
/// `start(); for (;;) step();`.
void step();

}  // namespace hil::agent
