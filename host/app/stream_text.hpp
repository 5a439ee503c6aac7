// SPDX-License-Identifier: Apache-2.0
// What hilbench stream says of a stream and its losses, as text and as JSON.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/session/clock_fit.hpp"
#include "host/session/stream_account.hpp"
#include "host/session/stream_client.hpp"
#include "host/session/stream_pace.hpp"

namespace hil::app {

/// A stream that has ended.
struct StreamOutcome {
  bool begun = false;  ///< else nothing is to be said of it
  std::string board;
  session::StreamChannel channel;
  std::uint32_t rate_hz = 0;  ///< nominal
  double seconds = 0;         ///< from begin to the end, host clock
  session::StreamAccount account;
  session::StreamPace pace;
  std::uint64_t stale_datagrams = 0;
  std::optional<session::ClockRatio> clock;  ///< the board's, by the host's; nothing if unknown
};

/// A table of what a board can stream, no line wider than @p width if that can be.
std::string channels_text(const std::vector<session::StreamChannel>& channels, std::size_t width);
nlohmann::ordered_json channels_json(const std::vector<session::StreamChannel>& channels);

/// Rates, losses by place, and whether every sample is accounted for.
std::string stream_text(const StreamOutcome& outcome, bool color);
nlohmann::ordered_json stream_json(const StreamOutcome& outcome);

}  // namespace hil::app
