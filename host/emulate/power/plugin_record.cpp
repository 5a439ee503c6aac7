// SPDX-License-Identifier: Apache-2.0
// PluginRecordReader: 72 bytes a record.
#include "host/emulate/power/plugin_record.hpp"

#include <algorithm>
#include <cstring>

namespace hil::emulate {
namespace {

template <class T>
T number_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  T number = 0;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

std::optional<PluginRecord> record_of(std::span<const std::uint8_t> bytes) {
  const std::uint8_t kind = bytes[0];
  if (kind < static_cast<std::uint8_t>(PluginRecord::Kind::kBegin) ||
      kind > static_cast<std::uint8_t>(PluginRecord::Kind::kEnd))
    return std::nullopt;
  PluginRecord record;
  record.kind = static_cast<PluginRecord::Kind>(kind);
  record.pins = bytes[1];
  record.sleeps = number_at<std::uint16_t>(bytes, 2);
  record.lost = number_at<std::uint32_t>(bytes, 4);
  record.host_ns = number_at<std::uint64_t>(bytes, 8);
  record.ticks = number_at<std::uint64_t>(bytes, 16);
  for (std::size_t i = 0; i < kInstructionKinds; ++i)
    record.counts[i] = number_at<std::uint64_t>(bytes, 24 + 8 * i);
  return record;
}

}  // namespace

bool PluginRecordReader::take(std::span<const std::uint8_t> bytes,
                              std::vector<PluginRecord>& records) {
  while (!bytes.empty() && !broken_) {
    const std::size_t count = std::min(bytes.size(), kBytes - held_);
    std::copy_n(bytes.begin(), count, part_.begin() + static_cast<std::ptrdiff_t>(held_));
    held_ += count;
    bytes = bytes.subspan(count);
    if (held_ < kBytes) break;
    held_ = 0;
    const auto record = record_of(part_);
    if (record) records.push_back(*record);
    broken_ = !record;
  }
  return !broken_;
}

}  // namespace hil::emulate
