// SPDX-License-Identifier: Apache-2.0
// The log's last lines, numbered; the oldest make room for new ones.
#include "target/agent/log_ring.hpp"

#include <algorithm>
#include <cstring>

namespace hil::agent {

// Nobody but this file reads what lies in the ring: ticks have the core's byte order.
namespace {
constexpr std::size_t kLevelAt = 1, kTicksAt = 2;
static_assert(kTicksAt + sizeof(std::uint64_t) == LogRing::kHeadBytes);
}  // namespace

void LogRing::add(std::uint8_t level, std::uint64_t ticks, const char* text) {
  std::uint8_t line[kHeadBytes + kMostText];
  std::size_t size = kHeadBytes;
  const std::size_t most = std::min(sizeof(line), bytes_.size() + bytes_.free());
  for (; size < most && *text != '\0'; ++text) {
    const auto byte = static_cast<std::uint8_t>(*text);
    line[size++] = byte < 0x80 ? byte : '?';  // half a character would fail the whole message
  }
  line[0] = static_cast<std::uint8_t>(size - kHeadBytes);
  line[kLevelAt] = level;
  std::memcpy(line + kTicksAt, &ticks, sizeof(ticks));
  for (; bytes_.free() < size; ++oldest_) {
    std::uint8_t text_bytes[1];
    bytes_.peek(0, text_bytes);
    bytes_.drop(kHeadBytes + text_bytes[0]);
  }
  bytes_.push({line, size});
  ++next_;
}

LogRing::Head LogRing::read(std::uint32_t number, std::span<char> text) const {
  std::uint8_t head[kHeadBytes];
  std::size_t at = 0;
  for (std::uint32_t i = oldest_;; ++i) {
    bytes_.peek(at, head);
    at += kHeadBytes;
    if (i == number) break;
    at += head[0];
  }
  Head known;
  known.text_bytes = head[0];
  known.level = head[kLevelAt];
  std::memcpy(&known.ticks, head + kTicksAt, sizeof(known.ticks));
  if (text.empty()) return known;
  const std::size_t size = std::min<std::size_t>(head[0], text.size() - 1);
  bytes_.peek(at, {reinterpret_cast<std::uint8_t*>(text.data()), size});
  text[size] = '\0';
  return known;
}

}  // namespace hil::agent
