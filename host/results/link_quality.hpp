// SPDX-License-Identifier: Apache-2.0
// How good a run's link was: rates, shares, and whether it keeps to its limit; pure arithmetic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/results/record.hpp"

namespace hil::results {

/// Frames of one direction that were damaged or vanished.
struct FrameLoss {
  std::uint64_t lost = 0;
  std::uint64_t frames = 0;  ///< that travelled, lost ones included

  /// 0 to 1; 0 if nothing travelled.
  [[nodiscard]] double share() const;
};

FrameLoss loss_to_board(const LinkInfo& link);
FrameLoss loss_from_board(const LinkInfo& link);

/// Fills goodput_bytes_per_s and line_share from payload, stream_s and baud; takes them away where
/// nothing was streamed, the share where there is no rate. 10 bits to a byte (8N1).
void fill_rates(LinkInfo& link);

/// line_share as a metric of the record; nothing if the link has none.
std::optional<Metric> line_share_metric(const LinkInfo& link);

/// "1 % of frames lost (from 5 on), 3 reconnects": what may not be exceeded, in either direction.
std::string limit_text(const LinkLimit& limit);

/// Whether @p link keeps to its limit; without one it always does.
///   kLink  it does not: what was lost, by how much, and what to try
Status check_link(const LinkInfo& link);

/// Makes a record that passed an error of the link where its link does not keep to its limit: its
/// results are right, but the line they came over is not fit. Any other verdict stands.
void hold_to_limit(Record& record);

}  // namespace hil::results
