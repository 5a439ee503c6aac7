// SPDX-License-Identifier: Apache-2.0
// Finds open frames and encodes them again without their lease.
#include "host/link/tape/lease_mask.hpp"

#include <algorithm>
#include <array>

#include "protocol/frame/control.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"

namespace hil::tape {
namespace {

/// No open frame is longer on the line; one that has grown in a later version is masked by that.
constexpr std::size_t kMostOpenBytes = frame::max_wire_size(frame::kMostControlBytes);

}  // namespace

std::span<const std::uint8_t> LeaseMask::mask(std::span<const std::uint8_t> offered) {
  bytes_.assign(offered.begin(), offered.end());
  if (rest_.size() > bytes_.size()) rest_.clear();  // the writer gave up
  std::copy(rest_.begin(), rest_.end(), bytes_.begin());
  std::size_t from = rest_.size();
  while (from < bytes_.size()) {
    const auto start = bytes_.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = std::find(start, bytes_.end(), frame::kDelimiter);
    if (end == bytes_.end()) break;
    const auto to = static_cast<std::size_t>(end - bytes_.begin());
    mask_frame(from, to);
    from = to + 1;
  }
  return bytes_;
}

void LeaseMask::taken(std::size_t count) {
  rest_.assign(bytes_.begin() + static_cast<std::ptrdiff_t>(count), bytes_.end());
}

void LeaseMask::mask_frame(std::size_t from, std::size_t to) {
  if (to - from > kMostOpenBytes) return;
  std::array<std::uint8_t, frame::body_size(frame::kMostControlBytes)> buffer;
  frame::Decoder decoder(buffer);
  auto event = frame::Decoder::Event::kNone;
  for (std::size_t at = from; at <= to; ++at)
    event = decoder.push(bytes_[at]);
  if (event != frame::Decoder::Event::kFrame) return;
  const auto body = decoder.body();
  const frame::Header header = frame::header_of(body);
  auto open = frame::read_open(body.subspan(frame::kHeaderBytes));
  if (header.type != frame::Type::kOpen || !open || open->lease == 0) return;
  open->lease = 0;
  std::array<std::uint8_t, frame::kMostControlBytes> payload;
  std::array<std::uint8_t, kMostOpenBytes> wire;
  const std::size_t size = frame::encode(header, frame::write(*open, payload), wire);
  if (size != to - from + 1) return;
  std::copy_n(wire.begin(), size, bytes_.begin() + static_cast<std::ptrdiff_t>(from));
}

}  // namespace hil::tape
