// SPDX-License-Identifier: Apache-2.0
// The handshake that starts a session: open frames out until the agent accepts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/link/link.hpp"
#include "host/rpc/statistics.hpp"
#include "protocol/frame/control.hpp"

namespace hil::rpc {

/// What the host can take; announced in every open.
inline constexpr frame::Limits kHostLimits{2048, 65535, 64};

/// What the agent said when it accepted the session.
struct AgentStart {
  std::uint32_t boot_count = 0;
  frame::ResetCause reset_cause = frame::ResetCause::kUnknown;
  frame::Limits limits;
  std::string crash_note;      ///< empty if none; control characters replaced
  std::uint8_t abilities = 0;  ///< bits of frame::kTakesPlaced
};

struct OpenRequest {
  std::string board;  ///< for messages
  std::uint64_t lease = 0;
  std::uint32_t session = 0;                                           ///< not 0
  Deadline::Clock::duration interval{std::chrono::milliseconds(200)};  ///< between opens
  /// The agent is probably at another rate of its line than the link: see open_session().
  bool other_rate = false;
  /// Ends a wait of more than a second, for an agent that does not answer; null: nobody can.
  const StopRequest* stop = nullptr;
};

struct Opened {
  AgentStart start;
  LinkStatistics counted;                 ///< of the handshake
  Deadline::Clock::duration round_trip;   ///< from the last open to its answer
  std::vector<std::uint8_t> bytes_after;  ///< came behind the accept; not yet decoded
};

/// Opens session @p request.session. Blocks until the agent accepts or @p deadline passes.
///
/// An agent that a host has left at another rate hears no open. It goes back to its first rate when
/// it has received frame::kMostUnheardBytes that made no sense: on a line with a rate, that many
/// and some more go ahead of the third open and of every third one after it (ahead of the second if
/// it is known to be at another rate). They take 0.8 s at 115,200 baud, and nothing of them is a
/// frame.
///   kLink    no answer, or the link failed
///   kDevice  the agent speaks another link version, or finds the open malformed
///   kUser    it was stopped (request.stop)
Result<Opened> open_session(Link& link, const OpenRequest& request, Deadline deadline);

}  // namespace hil::rpc
