// SPDX-License-Identifier: Apache-2.0
// Ends the agent on purpose, to see that it comes back and says why.
#pragma once

#include <cstdint>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/session.hpp"

namespace hil::session {

/// How the agent ends.
enum class ForcedEnd : std::uint8_t {
  kNote,   ///< a broken invariant: it leaves the crash note "forced..." and restarts
  kFault,  ///< a fault of the core: its note names the fault, and where the agent was
  kReset,  ///< a reset that it asks for; no note
};

/// Makes the agent end in that way. Returns when the agent has said that it was restarted, which
/// ends this session: a new one tells boot count, cause and note. Blocks until then or @p deadline.
///   kDevice  no crash service, the agent refuses, or it goes on as if nothing were
///   kLink    it never comes back, or the link failed
Status force_end(Session& session, ForcedEnd how, Deadline deadline);

}  // namespace hil::session
