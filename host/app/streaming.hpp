// SPDX-License-Identifier: Apache-2.0
// One stream of hilbench stream, from its begin to its account.
#pragma once

#include <chrono>

#include "host/app/sample_csv.hpp"
#include "host/app/stream_text.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/lab/ready_board.hpp"

namespace hil::app {

struct StreamWishes {
  std::chrono::duration<double> length{10};
  SampleCsv* csv = nullptr;  ///< gets a row for each sample; may be null
  const StopRequest* stop = nullptr;
};

/// Streams channel outcome.channel at outcome.rate_hz and fills in the rest of @p outcome, as far
/// as it is known when something fails. Blocks for the length asked for, or until the stop.
///   every error of session::StreamRun and of writing the samples
Status run_stream(lab::ReadyBoard& board, const StreamWishes& wishes, StreamOutcome& outcome);

}  // namespace hil::app
