// SPDX-License-Identifier: Apache-2.0
// Cuts the received byte stream into messages.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "host/base/result.hpp"
#include "host/rpc/message.hpp"
#include "protocol/frame/byte_ring.hpp"

namespace hil::rpc {

/// Resumable at any byte: a message that has come in part waits here, so that it may be larger
/// than the receive window.
class MessageReader {
 public:
  /// @p most_message_bytes: as announced to the agent, head included.
  explicit MessageReader(std::size_t most_message_bytes) : most_bytes_(most_message_bytes) {}

  /// Takes bytes from @p endpoint up to the end of a message; nothing if it is not whole yet.
  ///   kDevice  the head says more bytes than were announced
  template <class End>
  Result<std::optional<Message>> next(End& endpoint) {
    HIL_ASSIGN(const Taken taken, take(endpoint.bytes()));
    if (taken.bytes != 0) endpoint.drop(taken.bytes);
    if (!taken.whole) return std::optional<Message>{};
    return std::exchange(partial_, std::nullopt);
  }

 private:
  struct Taken {
    std::size_t bytes;  ///< of the ring
    bool whole;         ///< partial_ is
  };
  Result<Taken> take(const frame::ByteRing& bytes);

  std::size_t most_bytes_;
  std::optional<Message> partial_;  ///< its head has been read
};

}  // namespace hil::rpc
