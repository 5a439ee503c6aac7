// SPDX-License-Identifier: Apache-2.0
// StlinkFront: requests, their sizes and answers.
#include "host/emulate/probe/fronts/stlink_front.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "host/emulate/probe/fronts/little_endian.hpp"

namespace hil::emulate {
namespace {

enum Request : std::uint8_t {
  kRefresh = 0,
  kCount = 1,
  kInfo = 2,
  kOpen = 3,
  kClose = 4,
  kUsbCommand = 5,
  kGetVersion = 6,
};
constexpr std::array<std::size_t, 7> kRequestBytes = {2, 1, 8, 8, 8, 32, 4};

// Fields of a USB command.
constexpr std::size_t kCommandAt = 8;
constexpr std::size_t kDirectionAt = 24;
constexpr std::size_t kSizeAt = 28;
constexpr std::uint8_t kDirectionRead = 1;
/// More than any command brings or wants (their length fields have 16 bits).
constexpr std::uint32_t kMaxDataBytes = 0x1'0000;

constexpr std::uint32_t kStatusOk = 1;
constexpr std::uint32_t kDeviceId = 1;
constexpr std::uint32_t kConnection = 1;
constexpr std::uint32_t kApiVersion = 2;

void append_u32(std::vector<std::uint8_t>& to, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i)
    to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

std::optional<std::size_t> StlinkFront::request_bytes(Bytes bytes) {
  if (bytes.empty()) return 0;
  if (bytes[0] >= kRequestBytes.size()) return std::nullopt;
  const std::size_t head = kRequestBytes[bytes[0]];
  if (bytes[0] != kUsbCommand) return head;
  if (bytes.size() < head) return 0;
  const std::uint32_t size = u32_at(bytes, kSizeAt);
  if (size > kMaxDataBytes) return std::nullopt;
  return bytes[kDirectionAt] == kDirectionRead ? head : head + size;
}

Result<bool> StlinkFront::take(Bytes bytes, std::vector<std::uint8_t>& answers) {
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  std::size_t done = 0;
  while (true) {
    const Bytes rest = Bytes(waiting_).subspan(done);
    const auto size = request_bytes(rest);
    if (!size) return false;
    if (*size == 0 || rest.size() < *size) break;
    HIL_ASSIGN(const bool more, answer(rest.first(*size), answers));
    if (!more) return false;
    done += *size;
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done));
  return true;
}

Result<bool> StlinkFront::answer(Bytes request, std::vector<std::uint8_t>& answers) {
  if (request[0] == kUsbCommand) {
    HIL_TRY(answer_usb(request, answers));
    return true;
  }
  if (request[0] == kInfo) {
    const auto info = device_info();
    answers.insert(answers.end(), info.begin(), info.end());
    return true;
  }
  if (request[0] == kGetVersion) {
    append_u32(answers, kApiVersion);
    append_u32(answers, kApiVersion);  // of the server: major, minor, build
    append_u32(answers, 0);
    append_u32(answers, 0);
    return true;
  }
  append_u32(answers, kStatusOk);  // of kCount: there is one
  if (request[0] == kOpen) append_u32(answers, kConnection);
  return request[0] != kClose;
}

std::vector<std::uint8_t> StlinkFront::device_info() const {
  std::vector<std::uint8_t> info;
  append_u32(info, kStatusOk);
  append_u32(info, kDeviceId);
  info.resize(40, 0);
  std::copy_n(serial_.begin(), std::min<std::size_t>(serial_.size(), 32), info.begin() + 8);
  const std::array<std::uint8_t, 5> ids = {0x83, 0x04, 0x48, 0x37, 0};  // VID, PID, not in use
  info.insert(info.end(), ids.begin(), ids.end());
  return info;
}

Status StlinkFront::answer_usb(Bytes request, std::vector<std::uint8_t>& answers) {
  const bool reads = request[kDirectionAt] == kDirectionRead;
  const std::size_t size = reads ? u32_at(request, kSizeAt) : 0;
  const std::size_t start = answers.size();
  append_u32(answers, kStatusOk);
  answers.resize(start + 4 + size, 0);
  return commands_.run(request.subspan(kCommandAt, StlinkCommands::kCommandBytes),
                       request.subspan(kRequestBytes[kUsbCommand]),
                       std::span(answers).subspan(start + 4));
}

}  // namespace hil::emulate
