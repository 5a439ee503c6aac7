// SPDX-License-Identifier: Apache-2.0
// DatagramFaults: frames apart, the stream's through the lane, all together again.
#include "tests/chain/datagram_faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/frame/frame.hpp"
#include "protocol/frame/message.hpp"
#include "protocol/messages/stream.pb.h"

namespace hil::test {

Result<std::size_t> DatagramFaults::End::read(std::span<std::uint8_t> buffer, Deadline) {
  const std::size_t count = std::min(buffer.size(), bytes.size());
  std::copy_n(bytes.begin(), count, buffer.begin());
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

bool DatagramFaults::Onlooker::push(std::uint8_t byte) {
  if (decoder_.push(byte) != frame::Decoder::Event::kFrame) return false;
  const auto body = decoder_.body();
  if (frame::header_of(body).type != frame::Type::kDatagram) return false;
  const auto message = body.subspan(frame::kHeaderBytes);
  if (message.size() < frame::kMessageHeadBytes) return false;
  const auto head = frame::read_message_head(message.first<frame::kMessageHeadBytes>());
  hilbench::v1::StreamData data;
  const auto samples = message.subspan(frame::kMessageHeadBytes);
  if (head.service != Service::kStream ||
      !data.ParseFromArray(samples.data(), static_cast<int>(samples.size()))) {
    return false;
  }
  first_index = data.first_index();
  bytes = data.data().size();
  return true;
}

/// Gathers a frame and sends it on, by the lane if it is the stream's.
void DatagramFaults::take(std::uint8_t byte) {
  frame_.push_back(byte);
  const bool stream = before_.push(byte);
  if (byte != 0) return;
  const auto frame = std::exchange(frame_, {});
  if (!stream) return pass(frame);
  ++sent_.datagrams;
  sent_.bytes += before_.bytes;
  end_.bytes = frame;
  std::array<std::uint8_t, 8192> broken;
  while (true) {
    const auto count = lane_.read(broken, Deadline::after({}));
    if (!count.ok() || *count == 0) return;
    pass(std::span(broken).first(*count));
  }
}

void DatagramFaults::pass(std::span<const std::uint8_t> bytes) {
  out_.insert(out_.end(), bytes.begin(), bytes.end());
  for (const std::uint8_t byte : bytes) {
    if (!behind_.push(byte) || behind_.first_index < next_index_) continue;
    next_index_ = behind_.first_index + 1;
    ++arrived_.datagrams;
    arrived_.bytes += behind_.bytes;
  }
}

Status DatagramFaults::fill(Deadline deadline) {
  std::array<std::uint8_t, 4096> bytes;
  while (out_.empty()) {
    HIL_ASSIGN(const std::size_t count, inner_.read(bytes, deadline));
    for (const std::uint8_t byte : std::span(bytes).first(count))
      take(byte);
    if (deadline.expired()) break;
  }
  return {};
}

Result<std::size_t> DatagramFaults::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  HIL_TRY(fill(deadline));
  const std::size_t count = std::min(buffer.size(), out_.size());
  std::copy_n(out_.begin(), count, buffer.begin());
  out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

Status DatagramFaults::wait(bool want_write, Deadline deadline) {
  if (!out_.empty()) return {};
  return inner_.wait(want_write, deadline);
}

}  // namespace hil::test
