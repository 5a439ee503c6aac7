// SPDX-License-Identifier: Apache-2.0
// GdbGuard: whole packets, looked at.
#include "host/emulate/probe/fronts/gdb_guard.hpp"

#include <string_view>
#include <utility>

#include "host/emulate/probe/doors/gdb_packets.hpp"

namespace hil::emulate {
namespace {

constexpr std::size_t kTailBytes = 3;  // '#' and two digits
constexpr std::uint8_t kInterrupt = 0x03;

void append(std::string_view text, std::vector<std::uint8_t>& to) {
  to.insert(to.end(), text.begin(), text.end());
}

/// Whether the last bytes of @p packet are the end of one.
bool is_whole(std::string_view packet) {
  return packet.size() > kTailBytes && packet[packet.size() - kTailBytes] == '#';
}

}  // namespace

bool GdbGuard::take(std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>& pass,
                    std::vector<std::uint8_t>& answers) {
  for (const std::uint8_t byte : bytes) {
    const auto character = static_cast<char>(byte);
    if (!packet_.empty()) {
      packet_ += character;
      if (is_whole(packet_)) end_packet(pass, answers);
      if (packet_.size() > GdbPacketReader::kMaxPacketBytes) return false;
    } else if (character == '$') {
      packet_.assign(1, character);
    } else if (character == '+' || character == '-' || byte == kInterrupt) {
      pass.push_back(byte);
    }
  }
  return true;
}

void GdbGuard::end_packet(std::vector<std::uint8_t>& pass, std::vector<std::uint8_t>& answers) {
  const std::string packet = std::exchange(packet_, std::string());
  const std::string_view body = std::string_view(packet).substr(1, packet.size() - 1 - kTailBytes);
  GdbPacketReader reader;
  reader.buffer() = packet;
  const auto plain = reader.next();
  // gdb compresses nothing; QEMU would take what follows a '*' or '}' otherwise than we do.
  const bool odd = body.find_first_of("*#$") != std::string_view::npos || body.ends_with('}');
  if (!plain || odd) {
    append("-", answers);
  } else if (plain->starts_with("qRcmd")) {
    append("+$#00", answers);
  } else {
    append(packet, pass);
  }
}

}  // namespace hil::emulate
