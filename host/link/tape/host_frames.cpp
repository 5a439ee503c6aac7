// SPDX-License-Identifier: Apache-2.0
// Sifts frames by type and number.
#include "host/link/tape/host_frames.hpp"

#include <utility>

#include "protocol/frame/control.hpp"

namespace hil::tape {
namespace {

constexpr std::size_t kMostPayload = 65535;  // of any frame, by the width of its limit

}  // namespace

HostFrames::HostFrames() : buffer_(frame::body_size(kMostPayload)), decoder_(buffer_) {}

std::vector<HostFrame> HostFrames::take(std::span<const std::uint8_t> bytes) {
  std::vector<HostFrame> frames;
  for (const std::uint8_t byte : bytes) {
    if (decoder_.push(byte) != frame::Decoder::Event::kFrame) continue;
    const auto body = decoder_.body();
    const frame::Header header = frame::header_of(body);
    auto payload = body.subspan(frame::kHeaderBytes);
    if (header.type == frame::Type::kPoll) poll_ = header.seq;
    if (!is_new(header, payload)) continue;
    if (header.type == frame::Type::kPlaced) payload = payload.subspan(kPlaceBytes);
    frames.push_back({header.type == frame::Type::kOpen, {payload.begin(), payload.end()}});
  }
  return frames;
}

bool HostFrames::is_new(const frame::Header& header, std::span<const std::uint8_t> payload) {
  if (header.type == frame::Type::kOpen) {
    const auto open = frame::read_open(payload);
    if (!open || open->session == session_) return false;
    session_ = open->session;
    next_seq_ = 0;
    poll_.reset();
    return true;
  }
  const bool placed = header.type == frame::Type::kPlaced && payload.size() >= kPlaceBytes;
  if ((header.type != frame::Type::kData && !placed) || header.seq != next_seq_) return false;
  ++next_seq_;
  return true;
}

std::optional<std::uint8_t> HostFrames::take_poll() {
  return std::exchange(poll_, std::nullopt);
}

}  // namespace hil::tape
