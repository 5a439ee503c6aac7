// SPDX-License-Identifier: Apache-2.0
// Lines the agent says on its own, as datagrams.
#include <pb_encode.h>

#include <algorithm>

#include "protocol/messages/log.nano.pb.h"
#include "target/agent/services/services.hpp"
#include "target/agent/text.hpp"
#include "target/port/port.hpp"

namespace hil::agent::log {
namespace {

// Tags and numbers of a LogLine around its text, and the message head.
constexpr std::size_t kAround = frame::kMessageHeadBytes + 2 + 11 + 2;

}  // namespace

void say(State& state, Level level, const char* text) {
  hilbench_v1_LogLine line{};
  line.level = static_cast<hilbench_v1_LogLevel>(level);
  line.device_ticks = port::ticks();
  const std::size_t most = std::max(state.link.most_datagram(), kAround) - kAround;
  const std::size_t room = std::min(sizeof(line.text), most + 1);
  TextWriter({line.text, room}).put(text);

  std::uint8_t bytes[frame::kMessageHeadBytes + hilbench_v1_LogLine_size];
  const auto body = std::span<std::uint8_t>(bytes).subspan<frame::kMessageHeadBytes>();
  pb_ostream_t stream = pb_ostream_from_buffer(body.data(), body.size());
  if (!pb_encode(&stream, hilbench_v1_LogLine_fields, &line)) return;
  const frame::MessageHead head{static_cast<std::uint16_t>(stream.bytes_written), Service::kLog,
                                method::kLogLine, Kind::kStream, 0};
  frame::write(head, std::span<std::uint8_t>(bytes).first<frame::kMessageHeadBytes>());
  const std::size_t size = frame::kMessageHeadBytes + stream.bytes_written;
  state.link.send_datagram(std::span<const std::uint8_t>(bytes).first(size));
}

}  // namespace hil::agent::log
