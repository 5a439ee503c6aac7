// SPDX-License-Identifier: Apache-2.0
// Collects the pieces that a file's records hold into a checked image.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/flash/image.hpp"

namespace hil::flash {

class ImageBuilder {
 public:
  /// Adds @p bytes at @p address, in any order; bytes behind the ones before join them.
  ///   kUser  beyond 64 bits of address, kMaxImageBytes or kMaxSegments
  Status add(std::uint64_t address, std::span<const std::uint8_t> bytes);

  /// Where the image wants to be started.
  void set_entry(std::uint64_t address) { image_.entry = address; }

  /// The image, its segments sorted and joined; nothing is left in this builder.
  ///   kUser  no bytes at all, or two pieces that overlap
  Result<Image> finish(Format format);

 private:
  Image image_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace hil::flash
