// SPDX-License-Identifier: Apache-2.0
// What one run makes of its board's link, for its record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "host/base/deadline.hpp"
#include "host/lab/ready_board.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

/// Counts from its making on: what the link went through before (the search for a rate, flashing)
/// says nothing of the run. Injected faults are told since the making of the link.
class LinkUse {
 public:
  /// @p board must outlive this.
  explicit LinkUse(lab::ReadyBoard& board);

  /// @p inferences of @p model have gone through the board since @p start: their inputs and outputs
  /// are the payload, the time until now is what they took.
  void streamed(const model::CompiledModel& model, std::size_t inferences,
                Deadline::Clock::time_point start);

  /// The record's part; its verdict will be held to @p limit.
  [[nodiscard]] results::LinkInfo describe(const std::optional<results::LinkLimit>& limit) const;

 private:
  lab::ReadyBoard& board_;
  rpc::LinkStatistics before_;
  unsigned reconnects_before_;
  std::uint64_t payload_sent_ = 0, payload_received_ = 0;  ///< bytes
  Deadline::Clock::duration stream_time_{};
};

/// Puts the link's part into @p record, with the metric that goes with it.
void note_link(const LinkUse& use, const std::optional<results::LinkLimit>& limit,
               results::Record& record);

/// What was broken on purpose on the way to @p board by now; nothing if nothing was asked for.
std::optional<results::InjectedFaults> injected_faults(const lab::ReadyBoard& board);

}  // namespace hil::measure
