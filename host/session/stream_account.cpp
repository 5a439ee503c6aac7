// SPDX-License-Identifier: Apache-2.0
// StreamAccount: gaps in the indices, by place.
#include "host/session/stream_account.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::session {
namespace {

constexpr const char* kHint = "put the agent that belongs to this hilbench on the board";

Error contradiction(const std::string& what) {
  return {Blame::kDevice, "the stream's account does not add up: " + what, kHint};
}

}  // namespace

/// Counts the gap from next_ to @p first, with @p dropped the device's count so far and @p bytes of
/// samples that the host had no room for.
Result<StreamLosses> StreamAccount::take_gap(std::uint64_t first, std::uint64_t dropped,
                                             std::uint64_t bytes) {
  if (first < next_) {
    return contradiction(fmt::format("sample {} came after sample {}", first, next_ - 1));
  }
  if (dropped < dropped_) {
    return contradiction(
        fmt::format("the device had dropped {} samples, and then {}", dropped_, dropped));
  }
  const std::uint64_t gap = first - next_;
  StreamLosses lost{0, dropped - dropped_, bytes / sample_bytes_};
  if (lost.on_device > gap || lost.on_host > gap - lost.on_device) {
    return contradiction(fmt::format("{} samples are missing before sample {}, and {} were dropped",
                                     gap, first, lost.on_device + lost.on_host));
  }
  lost.on_line = gap - lost.on_device - lost.on_host;
  losses_ = {losses_.on_line + lost.on_line, losses_.on_device + lost.on_device,
             losses_.on_host + lost.on_host};
  gaps_ += gap != 0 ? 1 : 0;
  longest_gap_ = std::max(longest_gap_, gap);
  dropped_ = dropped;
  next_ = first;
  return lost;
}

Result<StreamLosses> StreamAccount::add(const rpc::StreamBlock& block) {
  const std::uint64_t samples = block.samples.size() / sample_bytes_;
  if (samples == 0 || samples > block_samples_ || block.samples.size() % sample_bytes_ != 0) {
    return Error{Blame::kDevice,
                 fmt::format("the agent sent {} bytes of a stream whose datagrams have at most {} "
                             "samples of {} bytes",
                             block.samples.size(), block_samples_, sample_bytes_),
                 kHint};
  }
  if (block.first_index > UINT64_MAX - samples) {
    return contradiction(fmt::format("sample {} is beyond any count", block.first_index));
  }
  HIL_ASSIGN(const StreamLosses lost,
             take_gap(block.first_index, block.dropped, block.overrun_bytes));
  next_ += samples;
  received_ += samples;
  ++datagrams_;
  return lost;
}

/// Lost samples travelled in lost datagrams, at least one sample in each and none too many.
bool StreamAccount::fits_datagrams(std::uint64_t on_host) const {
  const std::uint64_t arrived = datagrams_ + on_host;
  if (end_.datagrams < arrived) return false;
  const std::uint64_t lost = end_.datagrams - arrived;
  const std::uint64_t full = losses_.on_line / block_samples_;
  const std::uint64_t least = full + (losses_.on_line % block_samples_ != 0 ? 1 : 0);
  return least <= lost && lost <= losses_.on_line;
}

Result<StreamLosses> StreamAccount::close(const StreamEnd& end, const rpc::StreamQueue& queue) {
  HIL_ASSIGN(const StreamLosses lost, take_gap(end.produced, end.dropped, queue.overrun_bytes()));
  end_ = end;
  if (!fits_datagrams(queue.overruns())) {
    return contradiction(fmt::format("{} datagrams were sent, {} came, and {} samples are missing",
                                     end.datagrams, datagrams_ + queue.overruns(),
                                     losses_.on_line));
  }
  closed_ = true;
  return lost;
}

}  // namespace hil::session
