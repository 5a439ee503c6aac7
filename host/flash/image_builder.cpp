// SPDX-License-Identifier: Apache-2.0
// Sorting and joining segments.
#include "host/flash/image_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace hil::flash {
namespace {

/// Joins what lies side by side in @p sorted.
///   kUser  two of them overlap
Result<std::vector<Segment>> joined(std::vector<Segment> sorted) {
  std::vector<Segment> result;
  for (Segment& segment : sorted) {
    if (result.empty() || result.back().end() < segment.address) {
      result.push_back(std::move(segment));
      continue;
    }
    Segment& before = result.back();
    if (before.end() > segment.address) {
      return Error{Blame::kUser,
                   fmt::format("two pieces overlap at 0x{:08x}: one goes on to 0x{:08x}",
                               segment.address, before.end() - 1),
                   "an image says each byte once; make it again"};
    }
    before.bytes.insert(before.bytes.end(), segment.bytes.begin(), segment.bytes.end());
  }
  return result;
}

}  // namespace

Status ImageBuilder::add(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() > std::numeric_limits<std::uint64_t>::max() - address) {
    return Error{
        Blame::kUser,
        fmt::format("{} bytes at 0x{:x} go beyond the last address", bytes.size(), address),
        "check that this is the right file"};
  }
  if (bytes.size() > kMaxImageBytes - size_bytes_) {
    return Error{Blame::kUser,
                 fmt::format("it holds more than the {} MiB allowed", kMaxImageBytes >> 20),
                 "check that this is the right file"};
  }
  size_bytes_ += bytes.size();
  std::vector<Segment>& segments = image_.segments;
  if (!segments.empty() && segments.back().end() == address) {
    segments.back().bytes.insert(segments.back().bytes.end(), bytes.begin(), bytes.end());
    return {};
  }
  if (segments.size() == kMaxSegments) {
    return Error{Blame::kUser,
                 fmt::format("it is in more than the {} pieces allowed", kMaxSegments),
                 "check that this is the right file"};
  }
  segments.push_back({address, {bytes.begin(), bytes.end()}});
  return {};
}

Result<Image> ImageBuilder::finish(Format format) {
  Image image = std::exchange(image_, {});
  size_bytes_ = 0;
  if (image.segments.empty()) {
    return Error{Blame::kUser, "there is nothing in it to write",
                 "check that this is the right file"};
  }
  std::stable_sort(image.segments.begin(), image.segments.end(),
                   [](const Segment& a, const Segment& b) { return a.address < b.address; });
  HIL_ASSIGN(image.segments, joined(std::move(image.segments)));
  image.format = format;
  return image;
}

}  // namespace hil::flash
