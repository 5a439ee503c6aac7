// SPDX-License-Identifier: Apache-2.0
// Checks of a plan's header and section table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/crc32.hpp"
#include "protocol/plan/fault.hpp"
#include "protocol/plan/limits.hpp"
#include "protocol/plan/view.hpp"

namespace hil::plan::checks {

/// Bytes before the part that Header::crc32 covers.
inline constexpr std::size_t kCrcStart = 8;

/// Header up to and including the CRC-32. @p blob may be longer than the plan.
inline Fault check_header(std::span<const std::uint8_t> blob) {
  if (blob.size() < sizeof(Header)) return Fault::kTruncated;
  const auto header = load_at<Header>(blob, 0);
  if (header.magic != kMagic) return Fault::kNotAPlan;
  if (header.major != kMajor) return Fault::kOtherMajor;
  if (header.total_bytes < sizeof(Header) || header.total_bytes > blob.size()) {
    return Fault::kTruncated;
  }
  const auto covered = blob.first(header.total_bytes).subspan(kCrcStart);
  return frame::crc32(covered) == header.crc32 ? Fault::kNone : Fault::kCrc;
}

/// What the plan asks of the engine.
inline Fault check_needs(const Header& header, const Limits& limits) {
  if (header.core != Core::kReference) return Fault::kCore;
  if ((header.features & ~limits.features) != 0) return Fault::kFeatures;
  if (header.arena_bytes % kAlignment != 0) return Fault::kArenaSize;
  const std::uint64_t needed = std::uint64_t{header.arena_bytes} + header.state_bytes;
  return needed <= limits.arena_bytes ? Fault::kNone : Fault::kArenaSize;
}

/// Bytes of one record of a section type; 1 for free bytes, 0 for an unknown type.
constexpr std::uint32_t record_bytes(SectionType type) {
  switch (type) {
    case SectionType::kTensors:
      return sizeof(TensorRecord);
    case SectionType::kOperators:
      return 4;
    case SectionType::kConstants:
    case SectionType::kNames:
      return 1;
    case SectionType::kSubgraphs:
      return sizeof(SubgraphRecord);
    case SectionType::kIndices:
      return 2;
    case SectionType::kState:
      return sizeof(StateRecord);
  }
  return 0;
}

/// One entry. @p cursor is the first byte not taken yet, @p seen the types so far; both move on.
inline Fault check_section(const Section& section, std::uint32_t total_bytes, std::uint64_t& cursor,
                           std::uint32_t& seen) {
  const std::uint64_t end = std::uint64_t{section.offset} + section.size;
  if (end > total_bytes) return Fault::kSectionBounds;
  if (section.offset % kAlignment != 0) return Fault::kSectionAlignment;
  if (section.offset < cursor) return Fault::kSectionOverlap;
  cursor = end;
  const std::uint32_t record = record_bytes(section.type);
  if (record == 0) {
    return (section.flags & kSectionCritical) != 0 ? Fault::kSectionUnknown : Fault::kNone;
  }
  const std::uint32_t bit = 1u << static_cast<std::uint16_t>(section.type);
  if ((seen & bit) != 0) return Fault::kSectionTwice;
  seen |= bit;
  if (section.place != Place::kInPlace && section.place != Place::kRam) {
    return Fault::kSectionPlace;
  }
  return section.size % record == 0 ? Fault::kNone : Fault::kSectionSize;
}

inline Fault check_sections(const PlanView& plan) {
  const Header& header = plan.header();
  std::uint64_t cursor = sizeof(Header) + std::uint64_t{header.section_count} * sizeof(Section);
  if (cursor > header.total_bytes) return Fault::kSectionTable;
  std::uint32_t seen = 0;
  for (std::uint32_t i = 0; i < header.section_count; ++i) {
    const Fault fault = check_section(plan.section_record(i), header.total_bytes, cursor, seen);
    if (fault != Fault::kNone) return fault;
  }
  constexpr std::uint32_t kRequired = 1u << static_cast<std::uint16_t>(SectionType::kTensors) |
                                      1u << static_cast<std::uint16_t>(SectionType::kOperators) |
                                      1u << static_cast<std::uint16_t>(SectionType::kSubgraphs) |
                                      1u << static_cast<std::uint16_t>(SectionType::kIndices);
  if ((seen & kRequired) != kRequired || plan.subgraph_count() == 0) return Fault::kSectionMissing;
  if (plan.tensor_count() > kNoTensor) return Fault::kSectionSize;
  const auto names = plan.section(SectionType::kNames);
  return names.empty() || names.back() == 0 ? Fault::kNone : Fault::kNames;
}

}  // namespace hil::plan::checks
