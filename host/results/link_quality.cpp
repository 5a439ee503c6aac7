// SPDX-License-Identifier: Apache-2.0
// Judging a link by its counts.
#include "host/results/link_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hil::results {
namespace {

constexpr double kBitsPerByte = 10;

constexpr const char* kHint =
    "every result is right, what was lost was sent again; try another cable, port or hub, or a "
    "lower --baud; --link-limit says how much may be lost";

/// 0.0123 as "1.23 %"; four digits, so that a share just above a limit is seen to be above it.
std::string percent(double share) {
  return fmt::format("{:.4g} %", 100 * share);
}

bool is_too_much(const FrameLoss& loss, const LinkLimit& limit) {
  if (limit.lost_share == 0) return loss.lost > 0;
  return loss.lost > LinkLimit::kFewLostFrames && loss.share() > limit.lost_share;
}

Error too_lossy(const char* way, const FrameLoss& loss, const LinkLimit& limit) {
  return Error{
      Blame::kLink,
      fmt::format("{} of {} frames {} the board were lost or damaged ({}); the limit is {}",
                  loss.lost, loss.frames, way, percent(loss.share()),
                  limit.lost_share == 0 ? "none" : percent(limit.lost_share)),
      kHint};
}

}  // namespace

double FrameLoss::share() const {
  if (frames == 0) return 0;
  return static_cast<double>(lost) / static_cast<double>(frames);
}

FrameLoss loss_to_board(const LinkInfo& link) {
  return {link.frames_lost_to_board, std::max(link.frames_sent, link.frames_lost_to_board)};
}

FrameLoss loss_from_board(const LinkInfo& link) {
  return {link.frames_lost_from_board, link.frames_received + link.frames_lost_from_board};
}

void fill_rates(LinkInfo& link) {
  link.goodput_bytes_per_s.reset();
  link.line_share.reset();
  const std::uint64_t payload = std::max(link.payload_bytes_sent, link.payload_bytes_received);
  if (payload == 0 || !(link.stream_s > 0)) return;
  const double goodput = static_cast<double>(payload) / link.stream_s;
  link.goodput_bytes_per_s = goodput;
  if (link.baud > 0) link.line_share = goodput * kBitsPerByte / link.baud;
}

std::optional<Metric> line_share_metric(const LinkInfo& link) {
  if (!link.line_share) return std::nullopt;
  Metric metric;
  metric.name = "line_share";
  metric.unit = "fraction";
  metric.kind = MetricKind::kNoisy;
  metric.scope = "link";
  metric.value = *link.line_share;
  return metric;
}

std::string limit_text(const LinkLimit& limit) {
  if (limit.lost_share == 0) return "no frame lost, no reconnect";
  return fmt::format("{} of frames lost (from {} on), {} reconnect{}", percent(limit.lost_share),
                     LinkLimit::kFewLostFrames + 1, limit.reconnects,
                     limit.reconnects == 1 ? "" : "s");
}

Status check_link(const LinkInfo& link) {
  if (!link.limit) return {};
  const LinkLimit& limit = *link.limit;
  const FrameLoss to_board = loss_to_board(link);
  const FrameLoss from_board = loss_from_board(link);
  const bool to_bad = is_too_much(to_board, limit);
  const bool from_bad = is_too_much(from_board, limit);
  if (to_bad && !(from_bad && from_board.share() > to_board.share())) {
    return too_lossy("to", to_board, limit);
  }
  if (from_bad) return too_lossy("from", from_board, limit);
  const std::uint32_t most = limit.lost_share == 0 ? 0 : limit.reconnects;
  if (link.reconnects <= most) return {};
  return Error{Blame::kLink,
               fmt::format("the line failed and was opened again {} time{}; the limit is {}",
                           link.reconnects, link.reconnects == 1 ? "" : "s", most),
               kHint};
}

void hold_to_limit(Record& record) {
  Verdict& verdict = record.verdict;
  if (verdict.status != VerdictStatus::kPass) return;
  const Status checked = check_link(record.link);
  if (checked.ok()) return;
  verdict.status = VerdictStatus::kError;
  verdict.error = checked.error();
}

}  // namespace hil::results
