// SPDX-License-Identifier: Apache-2.0
// What a ReadyBoard gets from elsewhere than its link, by way of the run's tape.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/flash/flash.hpp"
#include "host/lab/agent_image.hpp"
#include "host/lab/attachment.hpp"
#include "host/link/tape/run_tape.hpp"

namespace hil::lab {

/// Each of these gives what its function returns, and keeps that on @p tape; in a replay it gives
/// what is on the tape and calls nothing. Without a tape (null) it only calls the function.
///   every error of the function; kModel: see tape::RunTape::outside()

Result<AgentFile> taped_agent(tape::RunTape* tape, const std::function<Result<AgentFile>()>& find);

/// The attachment's own answers (but for its link's bytes) come by way of the tape, too. @p tape
/// must outlive it.
Result<std::unique_ptr<Attachment>> taped_attachment(
    tape::RunTape* tape, const std::function<Result<std::unique_ptr<Attachment>>()>& attach);

/// Tools' versions, command lines and what they found; not their output.
Result<flash::FlashReport> taped_flashing(tape::RunTape* tape, std::string_view what,
                                          const std::function<Result<flash::FlashReport>()>& flash);

Result<std::vector<std::uint8_t>> taped_bytes(
    tape::RunTape* tape, std::string_view what,
    const std::function<Result<std::vector<std::uint8_t>>()>& read);

Result<Clock::duration> taped_duration(tape::RunTape* tape, std::string_view what,
                                       const std::function<Clock::duration()>& measure);

/// @p deadline, which was made on the machine's clock, on the tape's.
Result<Deadline> taped_deadline(tape::RunTape* tape, Deadline deadline);

/// A number that is kept from run to run.
Result<std::uint32_t> taped_number(tape::RunTape* tape, std::string_view what,
                                   const std::function<std::uint32_t()>& find);

/// An id for a session; 0 without a tape: the channel draws one.
Result<std::uint32_t> taped_session_id(tape::RunTape* tape);

/// While it lives, the run's link and clock may be the tape's; ends that.
class TapeScope {
 public:
  explicit TapeScope(tape::RunTape* tape) : tape_(tape) {}
  ~TapeScope() {
    if (tape_ != nullptr) tape_->end();
  }
  TapeScope(const TapeScope&) = delete;
  TapeScope& operator=(const TapeScope&) = delete;

 private:
  tape::RunTape* tape_;
};

}  // namespace hil::lab
