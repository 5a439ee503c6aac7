// SPDX-License-Identifier: Apache-2.0
// The agent's line service: another rate, and the proof that the line carries every byte at it.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/session.hpp"

namespace hil::session {

/// Changes both ends of the line to @p baud and waits until they understand each other. Nothing
/// else may be going on. Blocks until then; the first answer at the new rate is waited for 0.7 s.
/// After an error behind the agent's answer nobody knows which rate the agent has: open a new
/// session at the first rate, with rpc::ChannelOptions::other_rate.
///   kConfig  the link has no rate, or its driver does not do this one
///   kDevice  the agent has no line service or does not offer the rate
///   kLink    no answer at the new rate
///   and every error of rpc::Channel::call()
Status change_rate(Session& session, std::uint32_t baud, Deadline deadline);

/// Has the agent send @p bytes back. Blocks until they have come or @p deadline passes.
///   kDevice  other bytes came back, or the agent has no line service
///   and every error of rpc::Channel::call()
Status echo(Session& session, std::span<const std::uint8_t> bytes, Deadline deadline);

enum class Proof : std::uint8_t {
  kFull,   ///< two rounds of all byte values, and of runs of 0x00, 0xFF and 0x55
  kShort,  ///< all byte values once: for a rate that has been proven before
};

/// Sends patterns as long as the agent's largest frame (1,024 bytes at most) through the agent
/// and back. Unless @p forgiving (faults are being injected), not one frame may be damaged or lost
/// either way: what costs one frame in thirty costs more than the next lower rate. Blocks for four
/// times what the line needs and two seconds at most.
///   kLink  frames were damaged or lost (how many in `what`), or no answer
///   and every error of echo()
Status prove_line(Session& session, Proof proof, bool forgiving);

}  // namespace hil::session
