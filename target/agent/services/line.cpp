// SPDX-License-Identifier: Apache-2.0
// The rate of the line, and bytes that come back as they were, to prove it.
#include "protocol/messages/line.nano.pb.h"

#include <algorithm>

#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/port/port.hpp"

namespace hil::agent::line {
namespace {

/// Bytes on their way from the receive ring into the frames.
struct Echo {
  const frame::ByteRing* ring;
  BytesField bytes;
};

bool write_echo(pb_ostream_t* stream, const pb_field_t* field, void* const* arg) {
  const Echo& echo = *static_cast<const Echo*>(*arg);
  if (!pb_encode_tag_for_field(stream, field) || !pb_encode_varint(stream, echo.bytes.size)) {
    return false;
  }
  std::uint8_t part[32];
  for (std::size_t done = 0; done < echo.bytes.size;) {
    const std::size_t count = std::min(sizeof(part), echo.bytes.size - done);
    echo.ring->peek(echo.bytes.at + done, std::span(part).first(count));
    if (!pb_write(stream, part, count)) return false;
    done += count;
  }
  return true;
}

bool is_offered(std::uint32_t baud) {
  for (const std::uint32_t rate : port::bauds()) {
    if (rate == baud) return true;
  }
  return baud == 0;
}

}  // namespace

// Requests and replies of this service have the same fields: one description does for both.
void set_rate(State& state, const Message& message) {
  hilbench_v1_SetRateRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (!is_offered(request.baud)) {
    return reply_error(state, message.head, StatusCode::kBadArgument, "no such rate");
  }
  reply(state, message.head, request);
  state.link.change_rate(request.baud);
}

void echo(State& state, const Message& message) {
  hilbench_v1_EchoRequest bytes{};
  Echo echo{message.ring, {}};
  note_place(bytes.data, echo.bytes);
  if (!decode_or_refuse(state, message, bytes)) return;
  bytes.data.funcs.encode = write_echo;
  bytes.data.arg = &echo;
  reply(state, message.head, bytes);
}

}  // namespace hil::agent::line
