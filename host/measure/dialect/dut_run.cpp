// SPDX-License-Identifier: Apache-2.0
// Filling the record of a run over the DUT protocol.
#include "host/measure/dialect/dut_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/dialect/mlperf_tiny/protocol.hpp"
#include "host/measure/record_parts.hpp"
#include "host/results/link_quality.hpp"

namespace hil::measure {
namespace {

namespace mlperf_tiny = dialect::mlperf_tiny;
using results::VerdictStatus;

/// Of a comparison of decimal numbers with binary ones.
constexpr double kRounding = 1e-9;

double milliseconds_of(Deadline::Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

const char* read_back_text(mlperf_tiny::ReadBack read_back) {
  switch (read_back) {
    case mlperf_tiny::ReadBack::kNever:
      return "no sample was read back";
    case mlperf_tiny::ReadBack::kFirst:
      return "the first sample was read back and compared, no other";
    case mlperf_tiny::ReadBack::kEvery:
      break;
  }
  return "every sample was read back and compared";
}

std::string firmware_text(const mlperf_tiny::Identity& identity) {
  const auto or_none = [](const std::string& text) { return text.empty() ? "not told" : text; };
  return fmt::format("vendor {}, profile {}, model id {}, time stamps {}", identity.vendor,
                     or_none(identity.profile), or_none(identity.model),
                     identity.has_stamps ? "as text" : "not as text (energy firmware)");
}

}  // namespace

bool is_hilbench_dut(const DutBoard& board) {
  return board.identity.vendor.starts_with("hilbench ");
}

bool is_emulated(const DutBoard& board) {
  return is_hilbench_dut(board) && board.identity.vendor.ends_with(" emulated");
}

results::Origin origin_of(const DutBoard& board) {
  return is_emulated(board) ? results::Origin::kEmulated : results::Origin::kMeasured;
}

results::Record begin_dut_record(const char* command, const DutBoard& board,
                                 const DutModelView& view) {
  results::Record record;
  record.command = command;
  record.board.id = "mlperf_tiny:" + board.identity.vendor;
  record.board.agent_version = board.identity.profile;
  record.board.emulated = is_emulated(board);
  if (view.model != nullptr) {
    record.model = describe_model(*view.model);
    record.model.plan_bytes = 0;  // the firmware has its own runtime, and says nothing of it
    record.model.arena_bytes = 0;
  }
  record.conditions = describe_host(Deadline::Clock::utc_now());
  record.conditions.baud = board.link.baud();
  record.conditions.dialect = "mlperf_tiny";
  record.events.push_back({0, "firmware", firmware_text(board.identity)});
  return record;
}

void note_dut_link(const DutBoard& board, std::uint64_t payload_sent,
                   std::uint64_t payload_received, Deadline::Clock::time_point start,
                   results::Record& record) {
  const mlperf_tiny::Traffic& traffic = board.client.traffic();
  results::LinkInfo& link = record.link;
  link.name = board.link.name();
  link.baud = board.link.baud();
  link.bytes_sent = traffic.bytes_sent;
  link.bytes_received = traffic.bytes_received;
  link.frames_sent = traffic.commands;
  link.frames_received = traffic.lines;
  link.retransmitted_frames = traffic.retries;
  link.malformed_frames = traffic.garbled_lines;
  link.resyncs = traffic.resyncs;
  link.longest_silence_ms = milliseconds_of(traffic.longest_silence);
  link.payload_bytes_sent = payload_sent;
  link.payload_bytes_received = payload_received;
  link.stream_s = milliseconds_of(Deadline::Clock::now() - start) / 1000;
  results::fill_rates(link);
  if (auto share = results::line_share_metric(link)) record.metrics.push_back(*std::move(share));
  record.duration_s = link.stream_s;
}

void note_unchecked(const DutBoard& board, const DutModelView& view, results::Record& record) {
  const auto add = [&](std::string text) {
    record.events.push_back({0, "unchecked", std::move(text)});
  };
  add(fmt::format("the line has no checksums: {}; results have three decimals and no digest",
                  read_back_text(board.read_back)));
  add(view.model == nullptr
          ? "no output was compared with a reference: the model file is not given"
          : "whether the firmware runs this very model file; its memory; its clock rate");
  for (const std::string& remark : board.client.remarks())
    add(remark);
  const mlperf_tiny::Traffic& traffic = board.client.traffic();
  if (traffic.retries == 0) return;
  record.events.push_back(
      {record.duration_s * 1000, "retry",
       fmt::format("{} samples were sent again: {} garbled lines, {} error replies, {} answers "
                   "lost, {} samples that were not as sent when read back",
                   traffic.retries, traffic.garbled_lines, traffic.error_replies,
                   traffic.lost_replies, traffic.differing_read_backs)});
}

Result<PrintedCheck> PrintedCheck::make(const DutModelView& view) {
  std::vector<DutReference> reference;
  if (view.model != nullptr) {
    HIL_ASSIGN(auto made, DutReference::make(view));
    reference.push_back(std::move(made));
  }
  return PrintedCheck(std::move(reference));
}

Status PrintedCheck::check(std::span<const std::uint8_t> sample, const std::vector<double>& printed,
                           const std::string& name) {
  if (reference_.empty()) return {};
  const auto expected = reference_.front().values(sample);
  if (!expected) return expected.error().within(name);
  double worst = 0;
  for (std::size_t i = 0; i < std::min(expected->size(), printed.size()); ++i) {
    const double difference = std::abs((*expected)[i] - printed[i]);
    const bool both_nan = std::isnan((*expected)[i]) && std::isnan(printed[i]);
    if (!both_nan && !(difference <= worst)) worst = difference;  // a lone NaN is the worst
  }
  ++checked_;
  if (!(worst <= largest_)) largest_ = worst;
  const double allowed = mlperf_tiny::kPrintedStep + kRounding;
  if (worst <= allowed && expected->size() == printed.size()) return {};
  if (differing_++ == 0) first_ = name;
  return {};
}

void PrintedCheck::finish(const DutBoard& board, results::Record& record) const {
  record.verdict.outputs_checked = checked_;
  record.verdict.outputs_differing = differing_;
  if (checked_ == 0 || !std::isfinite(largest_)) return;
  results::Metric metric;
  metric.name = "output_difference_max";
  metric.unit = "1";
  metric.better = results::Better::kLower;
  metric.origin = origin_of(board);
  metric.scope = "printed/reference";
  metric.value = largest_;
  record.metrics.push_back(std::move(metric));
  if (differing_ == 0) return;
  record.events.push_back(
      {record.duration_s * 1000, "difference",
       fmt::format("{} of {} printed results differ from the host reference by more than {}, first "
                   "that of {}: other kernels, another model, or a fault of the firmware",
                   differing_, checked_, mlperf_tiny::kPrintedStep, first_)});
}

void judge_dut_run(const Status& status, bool complete, results::Record& record) {
  results::Verdict& verdict = record.verdict;
  verdict.complete = complete;
  if (!status.ok()) {
    verdict.error = status.error();
    verdict.status =
        status.error().blame == Blame::kModel ? VerdictStatus::kFail : VerdictStatus::kError;
  } else if (!complete) {
    verdict.status = VerdictStatus::kInterrupted;
  }
}

}  // namespace hil::measure
