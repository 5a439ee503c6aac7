// SPDX-License-Identifier: Apache-2.0
// What channels count, added up and weighed.
#include "host/rpc/statistics.hpp"

#include <algorithm>
#include <array>

namespace hil::rpc {
namespace {

using Count = std::uint64_t LinkStatistics::*;

constexpr std::array kCounts{
    &LinkStatistics::bytes_sent,
    &LinkStatistics::bytes_received,
    &LinkStatistics::frames_sent,
    &LinkStatistics::frames_received,
    &LinkStatistics::retransmitted_frames,
    &LinkStatistics::device_duplicate_frames,
    &LinkStatistics::crc_errors,
    &LinkStatistics::malformed_frames,
    &LinkStatistics::discarded_bytes,
    &LinkStatistics::resend_requests,
    &LinkStatistics::device_resend_requests,
    &LinkStatistics::resyncs,
    &LinkStatistics::polls,
    &LinkStatistics::polls_found_loss_to_board,
    &LinkStatistics::polls_found_loss_from_board,
    &LinkStatistics::datagrams_lost,
};
// A count that is added to the struct must be added here.
static_assert(sizeof(LinkStatistics) ==
              kCounts.size() * sizeof(std::uint64_t) + sizeof(LinkStatistics::longest_silence));

}  // namespace

LinkStatistics& operator+=(LinkStatistics& sum, const LinkStatistics& more) {
  for (const Count count : kCounts)
    sum.*count += more.*count;
  sum.longest_silence = std::max(sum.longest_silence, more.longest_silence);
  return sum;
}

LinkStatistics operator-(LinkStatistics after, const LinkStatistics& before) {
  for (const Count count : kCounts)
    after.*count -= before.*count;
  return after;
}

LostFrames lost_frames(const LinkStatistics& counted) {
  LostFrames lost;
  lost.to_board = counted.device_resend_requests + counted.polls_found_loss_to_board;
  if (lost.to_board == 0 && counted.retransmitted_frames > 0) lost.to_board = 1;
  const std::uint64_t asked_here = counted.resend_requests - counted.device_resend_requests;
  lost.from_board = std::max(counted.crc_errors + counted.malformed_frames,
                             asked_here + counted.polls_found_loss_from_board);
  return lost;
}

}  // namespace hil::rpc
