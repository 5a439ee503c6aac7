// SPDX-License-Identifier: Apache-2.0
// Reading the answer to `infer`, line by line.
#include "host/dialect/mlperf_tiny/infer_answer.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "host/dialect/mlperf_tiny/lap_clock.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

/// Lines that may come in between: debug prints of the firmware.
bool is_remark(ReplyKind kind) {
  return kind == ReplyKind::kText || kind == ReplyKind::kMessage;
}

Error out_of_order(const char* what) {
  return {Blame::kLink, fmt::format("the answer to 'infer' {}", what),
          "check the cable and the baud rate"};
}

Window window_between(const TimedReply& first, const TimedReply& second) {
  Window window;
  window.host_us = std::chrono::duration<double, std::micro>(second.at - first.at).count();
  window.device_us = lap_us(first.reply.number, second.reply.number, window.host_us);
  return window;
}

}  // namespace

Result<InferAnswer> read_answer(const Replies& replies, const InferRequest& request,
                                bool has_stamps) {
  std::vector<ReplyKind> expected{ReplyKind::kWarmupStart, ReplyKind::kWarmupDone,
                                  ReplyKind::kInferStart};
  if (has_stamps) expected.insert(expected.end(), 2, ReplyKind::kStamp);
  expected.insert(expected.end(), {ReplyKind::kInferDone, ReplyKind::kResults});

  std::vector<const TimedReply*> found;
  for (const TimedReply& timed : replies) {
    if (is_remark(timed.reply.kind)) continue;
    if (found.size() == expected.size() || timed.reply.kind != expected[found.size()]) {
      return out_of_order("has its lines in another order, doubled, or lacks one");
    }
    found.push_back(&timed);
  }
  if (found.size() != expected.size()) return out_of_order("lacks lines");
  if (found[0]->reply.number != request.warmup || found[2]->reply.number != request.count) {
    return out_of_order("is about other numbers of inferences");
  }
  InferAnswer answer;
  answer.values = found.back()->reply.values;
  if (has_stamps) answer.window = window_between(*found[3], *found[4]);
  return answer;
}

}  // namespace hil::dialect::mlperf_tiny
