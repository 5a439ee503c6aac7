// SPDX-License-Identifier: Apache-2.0
// The agent's line service: requests, and patterns that come back.
#include "host/session/rate_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "host/rpc/typed_call.hpp"
#include "protocol/frame/frame.hpp"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/line.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

/// For the first answer at a new rate; a poll finds what was lost after 60 ms.
constexpr std::chrono::milliseconds kTimeToMeet{700};
/// For the acknowledgement on which the agent changes its rate: to leave what lies behind the link
/// (no pty says what it still has), and for the agent to take it.
constexpr std::chrono::milliseconds kTimeToLeave{20};
constexpr std::chrono::milliseconds kTimeToChange{5};
constexpr std::chrono::seconds kTimeToSpare{2};
constexpr std::uint64_t kBitsPerByte = 10;
/// Tag and length of the bytes in an echo message.
constexpr std::size_t kAroundBytes = 4;

/// Longer frames would prove no more, and take longer.
constexpr std::uint16_t kMostPattern = 1024;

constexpr std::uint8_t kRuns[] = {0x00, 0xFF, 0x55};

Error no_service(const Session& session) {
  const AgentInfo& agent = session.agent();
  return {Blame::kDevice,
          fmt::format("the agent on {} (version {}) has no line service", agent.board,
                      agent.agent_version),
          "put the agent that belongs to this hilbench on the board"};
}

std::size_t pattern_bytes(const Session& session) {
  const frame::Limits& limits = session.start().limits;
  const std::size_t window = std::size_t{limits.window} * limits.payload_bytes;
  const std::size_t most = std::min<std::size_t>(limits.message_bytes, window);
  return std::min<std::size_t>(std::min(limits.payload_bytes, kMostPattern),
                               most - frame::kMessageHeadBytes - kAroundBytes);
}

std::vector<std::uint8_t> all_values(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

/// What goes there and back, in order.
std::vector<std::vector<std::uint8_t>> patterns_of(Proof proof, std::size_t size) {
  std::vector<std::vector<std::uint8_t>> patterns{all_values(size)};
  if (proof == Proof::kShort) return patterns;
  for (const std::uint8_t byte : kRuns)
    patterns.emplace_back(size, byte);
  const std::size_t round = patterns.size();
  for (std::size_t i = 0; i < round; ++i)
    patterns.push_back(patterns[i]);
  return patterns;
}

Deadline time_for(std::size_t bytes, std::uint32_t baud) {
  const std::uint64_t there_and_back = 2 * kBitsPerByte * bytes;
  const std::chrono::milliseconds line(baud == 0 ? 0 : 4 * 1000 * there_and_back / baud);
  return Deadline::after(line + kTimeToSpare);
}

/// The rate in the words of the protocol: the agent's first one need not be in its list.
std::uint32_t baud_to_ask_for(const Session& session, std::uint32_t baud) {
  return baud == session.first_baud() ? 0 : baud;
}

Status meet(Session& session, std::uint32_t baud) {
  rpc::Channel& channel = session.channel();
  HIL_TRY(channel.pump(Deadline::after(kTimeToChange)));
  // Whatever the agent has heard of the change itself ends here.
  constexpr std::uint8_t kEnd[] = {frame::kDelimiter};
  HIL_ASSIGN([[maybe_unused]] const std::size_t written, channel.link().write(kEnd));
  const Status heard = echo(session, all_values(16), Deadline::after(kTimeToMeet));
  if (heard.ok() || heard.error().blame != Blame::kDevice) return heard;
  return Error{Blame::kLink, fmt::format("nothing that made sense came back at {} baud", baud),
               "take a lower rate by --baud"};
}

}  // namespace

Status change_rate(Session& session, std::uint32_t baud, Deadline deadline) {
  if (!session.agent().has_service(Service::kLine)) return no_service(session);
  v1::SetRateRequest request;
  request.set_baud(baud_to_ask_for(session, baud));
  rpc::Channel& channel = session.channel();
  HIL_ASSIGN(
      [[maybe_unused]] const auto reply,
      rpc::call<v1::SetRateReply>(channel, Service::kLine, method::kSetRate, request, deadline));
  // The acknowledgement of the answer goes at the old rate: the agent waits for it.
  const Deadline left = Deadline::after(kTimeToLeave);
  while (!left.expired())
    HIL_TRY(channel.pump(left));
  HIL_TRY(channel.link().set_baud(baud));
  channel.line_changed();
  return meet(session, baud);
}

Status echo(Session& session, std::span<const std::uint8_t> bytes, Deadline deadline) {
  if (!session.agent().has_service(Service::kLine)) return no_service(session);
  const std::string data(bytes.begin(), bytes.end());
  v1::EchoRequest request;
  request.set_data(data);
  HIL_ASSIGN(const auto reply, rpc::call<v1::EchoReply>(session.channel(), Service::kLine,
                                                        method::kEcho, request, deadline));
  if (reply.body.data() == data) return {};
  return Error{
      Blame::kDevice,
      fmt::format("the agent on {} sent other bytes back than it got", session.agent().board),
      "put the agent that belongs to this hilbench on the board"};
}

Status prove_line(Session& session, Proof proof, bool forgiving) {
  const auto patterns = patterns_of(proof, pattern_bytes(session));
  const std::uint32_t baud = session.channel().link().baud();
  const rpc::LinkStatistics before = session.channel().statistics();
  const Deadline deadline = time_for(patterns.size() * patterns.front().size(), baud);
  for (const auto& pattern : patterns)
    HIL_TRY(echo(session, pattern, deadline));
  const rpc::LostFrames lost = rpc::lost_frames(session.channel().statistics() - before);
  if (forgiving || lost.to_board + lost.from_board == 0) return {};
  return Error{Blame::kLink,
               fmt::format("{} frames to the board and {} from it were damaged at {} baud",
                           lost.to_board, lost.from_board, baud),
               "take a lower rate by --baud, or another cable"};
}

}  // namespace hil::session
