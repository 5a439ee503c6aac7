// SPDX-License-Identifier: Apache-2.0
// jsdrv_stream_signal_s, field by field.
#include "host/energy/joulescope/stream_block.hpp"

#include <cstring>

#include "host/energy/joulescope/jsdrv_abi.hpp"

namespace hil::energy {
namespace {

template <class Number>
Number at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  Number number{};
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

}  // namespace

std::optional<StreamBlock> parse_stream_block(std::span<const std::uint8_t> bytes) {
  namespace layout = jsdrv::stream;
  if (bytes.size() < layout::kData) return std::nullopt;
  if (bytes[layout::kVersion] != layout::kSupportedVersion) return std::nullopt;
  StreamBlock block;
  block.first = at<std::uint64_t>(bytes, layout::kSampleId);
  block.step = at<std::uint32_t>(bytes, layout::kDecimateFactor);
  block.ids_per_second = at<std::uint32_t>(bytes, layout::kSampleRate);
  if (block.step == 0 || block.ids_per_second == 0) return std::nullopt;
  const auto type = bytes[layout::kElementType];
  const auto bits = bytes[layout::kElementBits];
  const std::size_t count = at<std::uint32_t>(bytes, layout::kElementCount);
  const auto data = bytes.subspan(layout::kData);
  if (type == layout::kFloat && bits == 32) {
    if (data.size() / sizeof(float) < count) return std::nullopt;
    block.floats.resize(count);
    if (count != 0) std::memcpy(block.floats.data(), data.data(), count * sizeof(float));
    return block;
  }
  if (type != layout::kUnsigned || bits != 1 || data.size() < (count + 7) / 8) return std::nullopt;
  block.bits.reserve(count);
  for (std::size_t k = 0; k < count; ++k)
    block.bits.push_back((data[k / 8] >> (k % 8)) & 1u);
  return block;
}

}  // namespace hil::energy
