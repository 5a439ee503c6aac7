// SPDX-License-Identifier: Apache-2.0
// TraceBuilder: blocks between time stamps, edges, and what the meter remarks.
#include "host/energy/lpm01a/trace_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace hil::energy::lpm01a {
namespace {

/// Seconds have three digits in text, so times of day-long acquisitions begin anew.
constexpr std::uint32_t kWrapMilliseconds = 1'000'000;
/// A stamp further ahead than this is a damaged one: so long a loss would have ended it all.
constexpr std::uint64_t kMostBlocksLost = 10;
constexpr unsigned kBufferWarning = 50, kBufferCalm = 25;
/// No meter of this kind has ever carried it; the supply is cut at 59 mA.
constexpr double kImpossibleAmps = 1.0;
/// UM2243 promises 1 %; a contradiction is further off than any of its tolerances.
constexpr double kVoltageTolerance = 0.05;
/// Strays and remarks that are listed, and events altogether: nothing may fill the memory.
constexpr std::uint64_t kMostRemarks = 100;
constexpr std::size_t kMostEvents = 1'000'000;

void note(Trace& trace, const char* kind, std::string text) {
  trace.events.push_back({trace.size(), kind, std::move(text)});
}

}  // namespace

void TraceBuilder::begin(Trace& trace) {
  trace.rate_hz = acquisition_.rate_hz;
  trace.rails.assign(1, Rail{});
  trace.rails[0].name = "main";
  trace.rails[0].quantity = acquisition_.energy ? Quantity::kPower : Quantity::kCurrent;
  trace.logic_bits = acquisition_.edges == EdgeSource::kNone ? 0 : 1;
  trace.logic.clear();
  trace.flags.clear();
  trace.events.clear();
  trace.seen_hz.reset();
}

Status TraceBuilder::add(const StreamRecord& record, Trace& trace) {
  switch (record.kind) {
    case RecordKind::kSample:
      if (stamped_) {
        add_sample(record.value, trace);
      } else if (early_.size() <= kBlock) {
        early_.push_back(record.value);
      }
      if (trace.size() - block_begin_ <= 2 * kBlock && early_.size() <= kBlock) return {};
      return Error{Blame::kLink, "the LPM01A sends samples and no time stamps to count them by",
                   "check its cable; another program must not use its port"};
    case RecordKind::kTimeStamp:
      return add_stamp(record, trace);
    case RecordKind::kEdge:
      return add_edge(record, trace);
    case RecordKind::kOvercurrent:
      return add_overcurrent(trace);
    case RecordKind::kVoltage:
      return check_voltage(record.value, trace);
    case RecordKind::kError:
      last_error_ = record.text;
      remark(trace, "text", record.text);
      return {};
    case RecordKind::kPower:
      remark(trace, "power", record.value != 0 ? "supply on" : "supply off");
      return {};
    case RecordKind::kStray:
      ++strays_;
      remark(trace, "stray", record.text);
      return {};
    case RecordKind::kEnd:
      ended_ = true;
      return {};
    case RecordKind::kCompleted:
      ended_ = completed_ = true;
      return {};
    case RecordKind::kText:
      remark(trace, "text", record.text);
      return {};
    case RecordKind::kSummary:
    case RecordKind::kTemperature:
      return {};
  }
  return {};
}

void TraceBuilder::add_sample(double value, Trace& trace) {
  const double scale = acquisition_.energy ? acquisition_.rate_hz : 1;  // joule to mean watt
  const double limit = acquisition_.energy ? kMostAmps * acquisition_.volts : kMostAmps;
  double reading = value * scale;
  std::uint8_t flags = 0;
  if (reading > limit * kImpossibleAmps / kMostAmps) {
    flags = flag::kInvalid;
    reading = 0;
  } else if (reading > limit) {
    flags = flag::kSaturated;
  }
  trace.rails[0].values.push_back(static_cast<float>(reading));
  trace.flags.push_back(flags);
  if (trace.logic_bits > 0) trace.logic.push_back(level_ ? 1 : 0);
  level_ = next_level_;
}

void TraceBuilder::add_first_stamp(const StreamRecord& stamp, Trace& trace) {
  stamped_ = true;
  if (stamp.milliseconds != 0) {
    for (const double value : early_)
      add_sample(value, trace);
  } else if (!early_.empty()) {
    strays_ += early_.size();
    note(trace, "stray", fmt::format("{} samples of an earlier run", early_.size()));
  }
  early_.clear();
  if (acquisition_.start_on_edge) note(trace, "trigger", "started by an edge on the sync wire");
}

std::optional<std::uint64_t> TraceBuilder::due(const StreamRecord& stamp) const {
  const double block_ms = static_cast<double>(kBlock) * 1000 / acquisition_.rate_hz;
  // From its overflow on the clock's digits say nothing.
  if (stamp.past_end || block_ms >= kWrapMilliseconds) return kBlock;
  std::int64_t elapsed = static_cast<std::int64_t>(stamp.milliseconds) - stamp_ms_;
  if (acquisition_.energy && elapsed < 0) elapsed += kWrapMilliseconds;
  if (elapsed < 0) return {};
  const auto samples =
      static_cast<std::uint64_t>(std::llround(static_cast<double>(elapsed) / block_ms * kBlock));
  if (samples == 0 || samples > kMostBlocksLost * kBlock) return {};
  return samples;
}

Status TraceBuilder::add_stamp(const StreamRecord& stamp, Trace& trace) {
  const bool first = !stamped_;
  if (first) add_first_stamp(stamp, trace);
  note_buffer(stamp.buffer_percent, trace);
  if (!first || stamp.milliseconds != 0) {
    const auto samples = due(stamp);
    if (!samples) {
      return Error{Blame::kLink,
                   fmt::format("the LPM01A's time stamps make no sense: {} ms behind {} ms",
                               stamp.milliseconds, stamp_ms_),
                   "check its cable; another program must not use its port"};
    }
    HIL_TRY(close_block(*samples, trace));
  }
  stamp_ms_ = stamp.milliseconds;
  block_begin_ = trace.size();
  return {};
}

Status TraceBuilder::close_block(std::uint64_t due_samples, Trace& trace) {
  const std::uint64_t came = trace.size() - block_begin_;
  if (came == due_samples) return {};
  if (came > due_samples) {
    return Error{Blame::kLink,
                 fmt::format("the LPM01A sent {} samples between two time stamps, {} were due",
                             came, due_samples),
                 "check its cable; another program must not use its port"};
  }
  note(trace, "loss",
       fmt::format("{} of {} samples were lost; which ones is not known, none of them is used",
                   due_samples - came, due_samples));
  const std::size_t size = static_cast<std::size_t>(block_begin_ + due_samples);
  auto& values = trace.rails[0].values;
  const auto from = static_cast<std::ptrdiff_t>(block_begin_);
  values.resize(size);
  std::fill(values.begin() + from, values.end(), 0.0F);
  trace.flags.resize(size);
  std::fill(trace.flags.begin() + from, trace.flags.end(), flag::kGap);
  if (trace.logic_bits > 0) trace.logic.resize(size, next_level_ ? 1 : 0);
  level_ = next_level_;
  return {};
}

void TraceBuilder::note_buffer(unsigned percent, Trace& trace) {
  if (percent >= kBufferWarning && !buffer_noted_) {
    note(trace, "buffer",
         fmt::format("the meter's buffer is {} % full: this machine reads late", percent));
    buffer_noted_ = true;
  } else if (percent < kBufferCalm) {
    buffer_noted_ = false;
  }
}

void TraceBuilder::remark(Trace& trace, const char* kind, const std::string& text) {
  if (remarks_++ < kMostRemarks) note(trace, kind, text);
}

Status TraceBuilder::add_edge(const StreamRecord& edge, Trace& trace) {
  if (trace.events.size() >= kMostEvents) {
    return Error{Blame::kLab, "the LPM01A tells of a million edges on the sync wire",
                 "connect the wire: a floating input reads noise"};
  }
  if (any_edge_ && edge.number != edge_number_ + 1) {
    note(trace, "loss",
         fmt::format("edges on the sync wire are missing: {} follows {}", edge.number,
                     edge_number_));
  }
  any_edge_ = true;
  edge_number_ = edge.number;
  any_fall_word_ = any_fall_word_ || edge.falling;
  bool rise = false;
  if (acquisition_.edges != EdgeSource::kFalling) {
    rise = !edge.falling && (any_fall_word_ || !next_level_);
    next_level_ = rise;
  }
  note(trace, "edge", rise ? "rise" : "fall");
  return {};
}

Status TraceBuilder::add_overcurrent(Trace& trace) {
  if (!trace.flags.empty()) {
    trace.flags.back() = static_cast<std::uint8_t>(trace.flags.back() | flag::kOvercurrent);
  }
  note(trace, "overcurrent", "the meter has cut the board's supply");
  return Error{Blame::kLab, "the LPM01A has cut the board's supply: more than its 50 mA were drawn",
               "take other loads off the supply, or use a meter with more range"};
}

Status TraceBuilder::check_voltage(double volts, Trace& trace) {
  remark(trace, "voltage", fmt::format("{:.3f} V", volts));
  if (std::abs(volts - acquisition_.volts) <= kVoltageTolerance * acquisition_.volts) return {};
  return Error{
      Blame::kLab,
      fmt::format("the LPM01A supplies {:.3f} V, {:.3f} V was set", volts, acquisition_.volts),
      "look for another supply of the board that works against it"};
}

void TraceBuilder::end(Trace& trace) {
  for (const double value : std::exchange(early_, {}))
    add_sample(value, trace);
  std::stable_sort(trace.events.begin(), trace.events.end(),
                   [](const MeterEvent& a, const MeterEvent& b) { return a.index < b.index; });
}

}  // namespace hil::energy::lpm01a
