// SPDX-License-Identifier: Apache-2.0
// Fuzzes what an LPM01A says: its samples in both formats, the trace of them, and its replies.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/energy/lpm01a/ascii_reader.hpp"
#include "host/energy/lpm01a/binary_reader.hpp"
#include "host/energy/lpm01a/command.hpp"
#include "host/energy/lpm01a/number.hpp"
#include "host/energy/lpm01a/trace_builder.hpp"

namespace {

using namespace hil::energy;          // NOLINT: one file, one purpose
using namespace hil::energy::lpm01a;  // NOLINT

void check(bool holds) {
  if (!holds) std::abort();
}

bool is_same(const StreamRecord& a, const StreamRecord& b) {
  return a.kind == b.kind && a.value == b.value && a.milliseconds == b.milliseconds &&
         a.number == b.number && a.buffer_percent == b.buffer_percent && a.past_end == b.past_end &&
         a.falling == b.falling && a.text == b.text;
}

bool is_safe(const StreamRecord& record) {
  return record.text.size() <= kMostText && std::isfinite(record.value) &&
         (record.kind != RecordKind::kSample || record.value >= 0) &&
         std::all_of(record.text.begin(), record.text.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7E; });
}

template <class Reader>
std::vector<StreamRecord> records_of(std::span<const std::uint8_t> stream, std::size_t piece) {
  Reader reader;
  std::vector<StreamRecord> records;
  for (std::size_t at = 0; at < stream.size(); at += piece)
    reader.push(stream.subspan(at, std::min(piece, stream.size() - at)), records);
  return records;
}

/// All that has a size is as long as the trace, events ascend, and a gap has no value.
void check_trace(const Trace& trace) {
  const std::size_t size = trace.size();
  check(trace.rails.size() == 1 && trace.rails[0].values.size() == size);
  check(trace.logic.size() == (trace.logic_bits > 0 ? size : 0));
  for (std::size_t k = 0; k < size; ++k)
    check((trace.flags[k] & flag::kGap) == 0 || trace.rails[0].values[k] == 0);
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    check(trace.events[i].index <= size);
    check(i == 0 || trace.events[i - 1].index <= trace.events[i].index);
  }
}

template <class Reader>
void check_stream(std::span<const std::uint8_t> stream, const Acquisition& acquisition) {
  const std::vector<StreamRecord> whole =
      records_of<Reader>(stream, std::max<std::size_t>(1, stream.size()));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const std::vector<StreamRecord> torn = records_of<Reader>(stream, piece);
    check(torn.size() == whole.size());
    check(std::equal(torn.begin(), torn.end(), whole.begin(), is_same));
  }
  check(std::all_of(whole.begin(), whole.end(), is_safe));
  TraceBuilder builder(acquisition);
  Trace trace;
  builder.begin(trace);
  for (const StreamRecord& record : whole) {
    if (!builder.add(record, trace).ok()) break;
  }
  builder.end(trace);
  check_trace(trace);
}

/// What is taken from a reply is a part of it; a number is one.
void check_reply(std::string_view line) {
  for (const std::string_view command : {"volt get", "pwr get", "start"}) {
    const auto reply = parse_reply(line, command);
    if (!reply) continue;
    check(line.find(reply->value) != std::string_view::npos && reply->detail.empty());
    const auto number = parse_number(reply->value);
    check(!number || (std::isfinite(*number) && *number >= 0));
  }
  if (const auto detail = parse_detail(line)) check(detail->size() < line.size());
}

}  // namespace

/// The first byte says which reader: even for text, odd for binary; from 128 on a reply.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> stream(data + 1, size - 1);
  if (data[0] >= 128) {
    check_reply({reinterpret_cast<const char*>(stream.data()), stream.size()});
    return 0;
  }
  const EdgeSource edges = (data[0] & 2U) != 0 ? EdgeSource::kFalling : EdgeSource::kBoth;
  if ((data[0] & 1U) == 0) {
    check_stream<AsciiReader>(stream, {true, 1000, "1k", 3.3, false, edges});
  } else {
    check_stream<BinaryReader>(stream, {false, 100e3, "100k", 3.3, false, EdgeSource::kNone});
  }
  return 0;
}
