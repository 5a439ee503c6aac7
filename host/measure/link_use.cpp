// SPDX-License-Identifier: Apache-2.0
// From what channel, board and fault link count to the record.
#include "host/measure/link_use.hpp"

#include <chrono>
#include <vector>

#include "host/link/fault_text.hpp"
#include "host/results/link_quality.hpp"

namespace hil::measure {
namespace {

std::uint64_t size_of(const std::vector<model::TensorSpec>& tensors) {
  std::uint64_t bytes = 0;
  for (const model::TensorSpec& tensor : tensors)
    bytes += tensor.size_bytes();
  return bytes;
}

void put_counts(const rpc::LinkStatistics& counted, results::LinkInfo& info) {
  info.bytes_sent = counted.bytes_sent;
  info.bytes_received = counted.bytes_received;
  info.frames_sent = counted.frames_sent;
  info.frames_received = counted.frames_received;
  info.retransmitted_frames = counted.retransmitted_frames;
  info.device_duplicate_frames = counted.device_duplicate_frames;
  info.crc_errors = counted.crc_errors;
  info.malformed_frames = counted.malformed_frames;
  info.discarded_bytes = counted.discarded_bytes;
  info.resyncs = counted.resyncs;
  info.resend_requests = counted.resend_requests;
  info.polls = counted.polls;
  info.datagrams_lost = counted.datagrams_lost;
  const rpc::LostFrames lost = rpc::lost_frames(counted);
  info.frames_lost_to_board = lost.to_board;
  info.frames_lost_from_board = lost.from_board;
  info.longest_silence_ms =
      std::chrono::duration<double, std::milli>(counted.longest_silence).count();
}

}  // namespace

LinkUse::LinkUse(lab::ReadyBoard& board)
    : board_(board), before_(board.link_statistics()), reconnects_before_(board.reconnects()) {}

void LinkUse::streamed(const model::CompiledModel& model, std::size_t inferences,
                       Deadline::Clock::time_point start) {
  payload_sent_ += inferences * size_of(model.inputs);
  payload_received_ += inferences * size_of(model.outputs);
  stream_time_ += Deadline::Clock::now() - start;
}

results::LinkInfo LinkUse::describe(const std::optional<results::LinkLimit>& limit) const {
  results::LinkInfo info;
  info.name = board_.link().name();
  put_counts(board_.link_statistics() - before_, info);
  info.baud = board_.link().baud();
  info.reconnects = board_.reconnects() - reconnects_before_;
  info.payload_bytes_sent = payload_sent_;
  info.payload_bytes_received = payload_received_;
  info.stream_s = std::chrono::duration<double>(stream_time_).count();
  results::fill_rates(info);
  info.limit = limit;
  info.injected = injected_faults(board_);
  return info;
}

void note_link(const LinkUse& use, const std::optional<results::LinkLimit>& limit,
               results::Record& record) {
  record.link = use.describe(limit);
  if (auto share = results::line_share_metric(record.link)) {
    record.metrics.push_back(std::move(*share));
  }
}

std::optional<results::InjectedFaults> injected_faults(const lab::ReadyBoard& board) {
  const auto report = board.fault_report();
  if (!report || !*report) return std::nullopt;
  const FaultCounts& counts = (*report)->counts;
  results::InjectedFaults injected;
  injected.plan = fault_text((*report)->plan);
  injected.frames = counts.frames;
  injected.dropped_frames = counts.dropped;
  injected.duplicated_frames = counts.duplicated;
  injected.swapped_frames = counts.swapped;
  injected.flipped_bits = counts.flipped_bits;
  injected.cut_bytes = counts.bytes_cut;
  injected.stalls = (*report)->stalls;
  injected.cuts = (*report)->cuts;
  return injected;
}

}  // namespace hil::measure
