// SPDX-License-Identifier: Apache-2.0
// One input through a board.
#pragma once

#include <optional>

#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/session/infer_client.hpp"

namespace hil::measure {

/// Uploads @p model if need be, runs @p inputs once and compares with the host reference; gives
/// nothing if @p watch says stop.
///   kLink, kDevice  the board
///   kBug            an output that differs from the reference, repeatably
Result<std::optional<session::SampleResult>> infer(lab::ReadyBoard& board,
                                                   const model::CompiledModel& model,
                                                   const Inputs& inputs, const Watch& watch);

}  // namespace hil::measure
