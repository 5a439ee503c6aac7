// SPDX-License-Identifier: Apache-2.0
// MLPerf Tiny's protocol on the same kind of line.
#pragma once

#include "bench/link/line_board.hpp"
#include "bench/link/row.hpp"
#include "bench/link/task.hpp"

namespace hil::bench {

/// Sends @p samples of @p task's samples as the published runners do: 31 bytes a command, stop and
/// wait, `infer 1 0` for each. Both ends are ours (host/dialect), so neither a Python thread nor a
/// slow microcontroller is in the way: the board is a thread of this process that computes with the
/// engine's own kernels. Nothing is read back or asked twice.
///   every error of the dialect's client, LineRelay, Pty and TtyLink
Result<Row> measure_peer(const LineCase& where, const Task& task, std::uint32_t samples);

}  // namespace hil::bench
