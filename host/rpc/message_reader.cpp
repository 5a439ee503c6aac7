// SPDX-License-Identifier: Apache-2.0
// MessageReader: four bytes of head, then as many of body as it says.
#include "host/rpc/message_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace hil::rpc {

Result<MessageReader::Taken> MessageReader::take(const frame::ByteRing& bytes) {
  std::size_t taken = 0;
  if (!partial_) {
    if (bytes.size() < frame::kMessageHeadBytes) return Taken{0, false};
    std::array<std::uint8_t, frame::kMessageHeadBytes> head;
    bytes.peek(0, head);
    taken = head.size();
    partial_.emplace();
    partial_->head = frame::read_message_head(head);
    const std::size_t size = frame::kMessageHeadBytes + partial_->head.body_bytes;
    if (size > most_bytes_) {
      return Error{
          Blame::kDevice,
          fmt::format("the agent sent a message of {} bytes, {} were agreed", size, most_bytes_),
          "flash the agent again; report it if it happens again"};
    }
  }
  auto& body = partial_->body;
  const std::size_t have = body.size();
  const std::size_t count = std::min(bytes.size() - taken, partial_->head.body_bytes - have);
  body.resize(have + count);
  bytes.peek(taken, std::span<std::uint8_t>(body).subspan(have));
  return Taken{taken + count, body.size() == partial_->head.body_bytes};
}

}  // namespace hil::rpc
