// SPDX-License-Identifier: Apache-2.0
// MessageReader: four bytes of head, then as many of body as it says.
#include "host/rpc/message_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace hil::rpc {

Result<std::optional<Message>> MessageReader::next(frame::Endpoint& endpoint) {
  if (!partial_) {
    if (endpoint.bytes().size() < frame::kMessageHeadBytes) return std::optional<Message>{};
    std::array<std::uint8_t, frame::kMessageHeadBytes> head;
    endpoint.bytes().peek(0, head);
    endpoint.drop(head.size());
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
  const std::size_t count = std::min(endpoint.bytes().size(), partial_->head.body_bytes - have);
  body.resize(have + count);
  endpoint.bytes().peek(0, std::span<std::uint8_t>(body).subspan(have));
  if (count != 0) endpoint.drop(count);
  if (body.size() < partial_->head.body_bytes) return std::optional<Message>{};
  return std::optional<Message>(*std::exchange(partial_, std::nullopt));
}

}  // namespace hil::rpc
