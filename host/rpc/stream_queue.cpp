// SPDX-License-Identifier: Apache-2.0
// StreamQueue: blocks in, blocks out, and what was left out between them.
#include "host/rpc/stream_queue.hpp"

#include <string>
#include <utility>

#include "protocol/messages/stream.pb.h"

namespace hil::rpc {

void StreamQueue::open(std::uint8_t call) {
  *this = StreamQueue(most_bytes_);
  call_ = call;
}

bool StreamQueue::push(std::span<const std::uint8_t> body) {
  hilbench::v1::StreamData data;
  if (!data.ParseFromArray(body.data(), static_cast<int>(body.size()))) return false;
  if (last_index_ && data.first_index() <= *last_index_) {
    ++stale_;
    return true;
  }
  last_index_ = data.first_index();
  ++pushed_;
  const std::string& samples = data.data();
  if (blocks_.size() >= kMostBlocks || bytes_ + samples.size() > most_bytes_) {
    ++overruns_;
    overrun_bytes_ += samples.size();
    return true;
  }
  bytes_ += samples.size();
  blocks_.push_back({Deadline::Clock::now(), data.first_index(), data.device_ticks(),
                     data.dropped(), std::vector<std::uint8_t>(samples.begin(), samples.end()),
                     std::exchange(overrun_bytes_, 0)});
  return true;
}

std::optional<StreamBlock> StreamQueue::pop() {
  if (blocks_.empty()) return std::nullopt;
  StreamBlock block = std::move(blocks_.front());
  blocks_.pop_front();
  bytes_ -= block.samples.size();
  return block;
}

}  // namespace hil::rpc
