// SPDX-License-Identifier: Apache-2.0
// From the rate that a session was opened at to the fastest one that board, adapter and cable do.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/lab/known_rates.hpp"
#include "host/session/session.hpp"

namespace hil::lab {

/// What to raise the line to.
struct RaisePlan {
  std::vector<std::uint32_t> bauds;  ///< that the board's file lists, bits per second, any order
  std::uint32_t wanted = 0;          ///< exactly this one; 0: the fastest that works
  bool forgiving = false;            ///< faults are injected: lost frames say nothing of the line
  std::uint32_t known = 0;           ///< that this run has proven before; 0: none yet
  std::string key;                   ///< whose rate is remembered; empty: nobody's
  std::optional<KnownRates> memory;  ///< nothing: nothing is remembered
};

/// The session on the line, and how to get another one.
struct RaiseLine {
  std::function<session::Session&()> session;
  /// Ends the session, sets the link to its first rate, and opens a new session with an agent that
  /// may be at another rate.
  std::function<Status()> reopen;
};

struct Raised {
  std::uint32_t baud = 0;  ///< that the line has now
  std::string text;        ///< one sentence for the record; empty: there was nothing to try
};

/// Raises the line of a session that has just been opened at its first rate: sets both ends, proves
/// the line by session::prove_line(), and goes to the next lower rate where that fails, twice. Ends
/// at the first rate if none works. Blocks until then: a rate that works takes the time of 16
/// frames there and back, one that does not up to 5 seconds.
///   kUser    plan.wanted is no rate of the agent, or the line has none
///   kConfig  the adapter does not do plan.wanted
///   kLink    plan.wanted does not carry the proof
///   and every error of line.reopen()
Result<Raised> raise_line(const RaiseLine& line, const RaisePlan& plan);

}  // namespace hil::lab
