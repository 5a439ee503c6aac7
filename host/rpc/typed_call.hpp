// SPDX-License-Identifier: Apache-2.0
// A call whose request and reply are protobuf messages.
#pragma once

#include <string>

#include "host/rpc/channel.hpp"

namespace hil::rpc {

/// A parsed reply and the call id that its streams repeat.
template <class T>
struct Reply {
  T body;
  std::uint8_t call = 0;
};

/// The bytes of @p message as they travel.
template <class T>
std::vector<std::uint8_t> bytes_of(const T& message) {
  std::vector<std::uint8_t> bytes(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(bytes.data());
  return bytes;
}

/// @p body as a T.
///   kDevice  it is not one
template <class T>
Result<T> parse(std::span<const std::uint8_t> body) {
  T message;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Error{Blame::kDevice,
                 "the agent sent a message that is not a valid " + message.GetTypeName(),
                 "agent and host may be of different versions: flash the agent again"};
  }
  return message;
}

/// Channel::call() with both bodies typed.
///   kDevice  the reply can't be parsed
///   and every error of Channel::call()
template <class T, class Request>
Result<Reply<T>> call(Channel& channel, Service service, std::uint8_t method,
                      const Request& request, Deadline deadline) {
  const auto body = bytes_of(request);
  HIL_ASSIGN(const Message reply, channel.call(service, method, body, deadline));
  HIL_ASSIGN(T parsed, parse<T>(reply.body));
  return Reply<T>{std::move(parsed), reply.head.call};
}

}  // namespace hil::rpc
