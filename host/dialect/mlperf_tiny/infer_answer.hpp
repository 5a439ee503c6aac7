// SPDX-License-Identifier: Apache-2.0
// What the replies to `infer` say, and whether they are the ones that were asked for.
#pragma once

#include "host/base/result.hpp"
#include "host/dialect/mlperf_tiny/client.hpp"

namespace hil::dialect::mlperf_tiny {

/// Reads @p replies to the `infer` of @p request. @p has_stamps: two time stamps must be among
/// them.
///   kLink  a line is missing, doubled or out of order, or repeats other counts than were asked for
Result<InferAnswer> read_answer(const Replies& replies, const InferRequest& request,
                                bool has_stamps);

}  // namespace hil::dialect::mlperf_tiny
