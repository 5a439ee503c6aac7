// SPDX-License-Identifier: Apache-2.0
// What the tests of the LPM01A's readers share: streams in, records out, whole or in pieces.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/energy/lpm01a/stream_record.hpp"

namespace hil::energy::lpm01a {

inline bool operator==(const StreamRecord& a, const StreamRecord& b) {
  return a.kind == b.kind && a.value == b.value && a.milliseconds == b.milliseconds &&
         a.number == b.number && a.buffer_percent == b.buffer_percent && a.past_end == b.past_end &&
         a.falling == b.falling && a.text == b.text;
}

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Records of @p stream by a new reader that gets it in pieces cut at @p cuts (ascending).
template <class Reader>
std::vector<StreamRecord> records_of(std::string_view stream,
                                     std::span<const std::size_t> cuts = {}) {
  Reader reader;
  std::vector<StreamRecord> records;
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    reader.push(bytes_of(stream.substr(at, cut - at)), records);
    at = cut;
  }
  reader.push(bytes_of(stream.substr(at)), records);
  return records;
}

/// The same in pieces of @p size bytes.
template <class Reader>
std::vector<StreamRecord> records_in_pieces(std::string_view stream, std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = size; at < stream.size(); at += size)
    cuts.push_back(at);
  return records_of<Reader>(stream, cuts);
}

inline std::size_t count_of(const std::vector<StreamRecord>& records, RecordKind kind) {
  return static_cast<std::size_t>(std::count_if(
      records.begin(), records.end(), [&](const StreamRecord& r) { return r.kind == kind; }));
}

inline std::vector<double> samples_of(const std::vector<StreamRecord>& records) {
  std::vector<double> values;
  for (const StreamRecord& record : records)
    if (record.kind == RecordKind::kSample) values.push_back(record.value);
  return values;
}

}  // namespace hil::energy::lpm01a
