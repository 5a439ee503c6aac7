// SPDX-License-Identifier: Apache-2.0
// Commands to an LPM01A and its replies, while no acquisition runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/link/link.hpp"

namespace hil::energy::lpm01a {

struct Reply {
  bool accepted = false;
  std::string value;   ///< what follows the command: "1.0.6" of "ack version 1.0.6"; printable
  std::string detail;  ///< why it was refused, if the meter says so; printable
};

/// What @p line, without its end, answers to @p command: "PowerShield > ack COMMAND VALUE" or
/// "... error COMMAND" ("err" by the manual). Nothing if it is no answer, or one to something else.
std::optional<Reply> parse_reply(std::string_view line, std::string_view command);

/// What follows "Error detail:" in @p line, if it says that.
std::optional<std::string> parse_detail(std::string_view line);

/// Talks to one meter over a link that must outlive it. One owner.
class CommandPort {
 public:
  /// How long an answer may take; `volt` ends with a calibration.
  static constexpr std::chrono::seconds kMostAnswerTime{3};

  explicit CommandPort(Link& link) : link_(link) {}

  /// Sends @p command and waits for its reply, for @p patience or until @p deadline at the latest;
  /// what else comes is dropped.
  /// @returns nothing if there was none
  ///   kLink  the link is gone
  Result<std::optional<Reply>> try_ask(std::string_view command, Deadline deadline,
                                       std::chrono::milliseconds patience);

  /// As try_ask() with kMostAnswerTime.
  ///   kLink  no reply, or the link is gone
  Result<Reply> ask(std::string_view command, Deadline deadline);

  /// As ask(), and the reply's value.
  ///   kLab   refused, with the meter's reason
  ///   kLink  as ask()
  Result<std::string> demand(std::string_view command, Deadline deadline);

  /// Makes sure that nothing is being sent: a running acquisition is stopped, and what comes until
  /// then dropped.
  ///   kLink  it does not stop within three seconds or by @p deadline, or the link is gone
  Status quiet(Deadline deadline);

  /// Stops an acquisition and drops what comes until there is silence.
  ///   kLink  as quiet()
  Status halt(Deadline deadline);

  /// Writes @p command and does not wait for its reply.
  ///   kLink  the link is gone or takes nothing until @p deadline
  Status send(std::string_view command, Deadline deadline);

  /// What came behind the reply to the last ask(); given once.
  std::vector<std::uint8_t> take_rest();

 private:
  /// The next line without its end; nothing at @p deadline.
  Result<std::optional<std::string>> line(Deadline deadline);
  Result<std::string> detail(Deadline deadline);
  /// Drops what comes until it has been silent for @p pause. @returns bytes dropped
  Result<std::size_t> drop(std::chrono::milliseconds pause, Deadline deadline);

  Link& link_;
  std::vector<std::uint8_t> bytes_;  ///< received, not yet a line
};

}  // namespace hil::energy::lpm01a
