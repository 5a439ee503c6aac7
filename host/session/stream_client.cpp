// SPDX-License-Identifier: Apache-2.0
// StreamRun: begin, blocks, and an end that knows of all that was sent.
#include "host/session/stream_client.hpp"

#include <fmt/format.h>

#include <chrono>

#include "host/rpc/printable.hpp"
#include "host/rpc/typed_call.hpp"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/stream.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

/// After stop(): how long to wait for a datagram before the device is asked how many it still has.
constexpr std::chrono::milliseconds kBetweenQuestions{20};

Error nonsense(std::string what) {
  return {Blame::kDevice, std::move(what),
          "put the agent that belongs to this hilbench on the board"};
}

}  // namespace

Result<std::vector<StreamChannel>> list_streams(Session& session, Deadline deadline) {
  std::vector<StreamChannel> channels;
  if (!session.agent().has_service(Service::kStream)) return channels;
  HIL_ASSIGN(const auto reply, rpc::call<v1::StreamListReply>(session.channel(), Service::kStream,
                                                              method::kStreamList,
                                                              v1::StreamListRequest(), deadline));
  for (const v1::StreamChannel& channel : reply.body.channels()) {
    const auto number = static_cast<std::uint32_t>(channels.size());
    if (channel.sample_bytes() == 0 || channel.most_hz() == 0) {
      return nonsense(fmt::format("the agent has a stream of {}-byte samples at up to {} Hz",
                                  channel.sample_bytes(), channel.most_hz()));
    }
    channels.push_back(
        {number, rpc::printable(channel.name()), channel.sample_bytes(), channel.most_hz()});
  }
  return channels;
}

StreamRun::Hold::Hold(rpc::Channel& channel, std::uint8_t call) : channel_(&channel) {
  if (channel.stream().call() != call) channel.stream().open(call);
  channel.expect_streams(true);
}

StreamRun::Hold::~Hold() {
  if (channel_ == nullptr) return;
  channel_->expect_streams(false);
  channel_->stream().open(0);
}

StreamRun::StreamRun(Session& session, const StreamOptions& options, std::uint8_t call)
    : session_(&session), options_(options), hold_(session.channel(), call) {}

Result<StreamRun> StreamRun::begin(Session& session, const StreamOptions& options,
                                   Deadline deadline) {
  HIL_ASSIGN(const auto channels, list_streams(session, deadline));
  if (channels.empty()) {
    return Error{Blame::kUser, "this board's agent has no streams", "the board linux has some"};
  }
  if (options.channel >= channels.size()) {
    return Error{
        Blame::kUser,
        fmt::format("there is no stream number {}: there are {}", options.channel, channels.size()),
        ""};
  }
  const StreamChannel& channel = channels[options.channel];
  if (options.rate_hz == 0 || options.rate_hz > channel.most_hz) {
    return Error{
        Blame::kUser,
        fmt::format("{} does not give {} samples per second", channel.name, options.rate_hz),
        fmt::format("1 to {} Hz", channel.most_hz)};
  }
  v1::StreamBeginRequest request;
  request.set_channel(options.channel);
  request.set_rate_hz(options.rate_hz);
  request.set_count(options.count);
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::StreamBeginReply>(session.channel(), Service::kStream,
                                             method::kStreamBegin, request, deadline));
  StreamRun run(session, options, reply.call);
  if (reply.body.rate_hz() == 0 || reply.body.sample_bytes() != channel.sample_bytes ||
      reply.body.block_samples() == 0) {
    return nonsense(fmt::format("the agent began a stream of {} samples of {} bytes at {} Hz",
                                reply.body.block_samples(), reply.body.sample_bytes(),
                                reply.body.rate_hz()));
  }
  run.rate_hz_ = reply.body.rate_hz();
  run.sample_bytes_ = reply.body.sample_bytes();
  run.block_samples_ = reply.body.block_samples();
  run.account_ = StreamAccount(run.sample_bytes_, run.block_samples_);
  return run;
}

Result<std::optional<Samples>> StreamRun::take_block() {
  auto block = channel().stream().pop();
  if (!block) return std::optional<Samples>();
  HIL_ASSIGN(const StreamLosses lost, account_.add(*block));
  return std::optional(
      Samples{block->at, block->first_index, block->device_ticks, lost, std::move(block->samples)});
}

Result<std::optional<Samples>> StreamRun::next(Deadline deadline) {
  while (!done()) {
    HIL_ASSIGN(auto samples, take_block());
    if (samples) return samples;
    if (end_ && waiting_ == 0) {
      // The device's answer came behind all that it had sent: what is not here is lost.
      HIL_TRY(account_.close(*end_, channel().stream()));
      break;
    }
    if (deadline.expired()) break;
    HIL_TRY(move_on(deadline));
  }
  return std::optional<Samples>();
}

/// Waits for samples; asks the device for the end when there are no more to come, and again while
/// it still has some.
Status StreamRun::move_on(Deadline deadline) {
  if (!end_ && options_.count != 0 && account_.produced() >= options_.count) {
    return ask_end(deadline);
  }
  if (!end_) return channel().pump(deadline);
  const std::uint64_t before = channel().stream().pushed();
  const Deadline pause = Deadline::earlier(deadline, Deadline::after(kBetweenQuestions));
  while (channel().stream().pushed() == before && !pause.expired())
    HIL_TRY(channel().pump(pause));
  return channel().stream().pushed() == before && !deadline.expired() ? ask_end(deadline)
                                                                      : Status{};
}

Status StreamRun::stop(Deadline deadline) {
  return end_ ? Status{} : ask_end(deadline);
}

Status StreamRun::ask_end(Deadline deadline) {
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::StreamEndReply>(channel(), Service::kStream, method::kStreamEnd,
                                           v1::StreamEndRequest(), deadline));
  const v1::StreamEndReply& body = reply.body;
  const StreamEnd end{body.produced(), body.dropped(), body.datagrams()};
  const bool changed = end_ && (end.produced != end_->produced || end.dropped != end_->dropped ||
                                end.datagrams != end_->datagrams || body.waiting() > waiting_);
  if (changed || end.dropped > end.produced) {
    return nonsense(fmt::format("the agent ended a stream with {} samples, {} of them dropped",
                                end.produced, end.dropped));
  }
  end_ = end;
  waiting_ = body.waiting();
  return {};
}

}  // namespace hil::session
