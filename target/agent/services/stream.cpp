// SPDX-License-Identifier: Apache-2.0
// Samples that a source of the port gives by itself, on their way to the host as datagrams.
#include <algorithm>

#include "protocol/messages/hello.nano.pb.h"
#include "protocol/messages/stream.nano.pb.h"
#include "target/agent/memory.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/agent/stream_state.hpp"

namespace hil::agent::stream {
namespace {

// The dispatcher keeps room for the longest answer, hello's.
static_assert(hilbench_v1_StreamListReply_size <= hilbench_v1_HelloReply_size);

// Head of the message; tags and numbers of a StreamData around its samples.
constexpr std::size_t kAroundSamples = frame::kMessageHeadBytes + 3 * (1 + 10) + 1 + 3;
// A block waits until it is full, but no longer than this.
constexpr std::uint32_t kBlocksPerSecond = 20;  // 50 ms
// Fewer would leave the source without room while the line is busy with one of them.
constexpr std::size_t kLeastBlocks = 4;

void say_channels(State& state, const Message& message) {
  hilbench_v1_StreamListRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  hilbench_v1_StreamListReply answer{};
  for (const port::StreamSource& source : port::stream_sources()) {
    if (answer.channels_count == std::size(answer.channels)) break;
    hilbench_v1_StreamChannel& channel = answer.channels[answer.channels_count++];
    TextWriter(channel.name).put(source.name);
    channel.sample_bytes = source.sample_bytes;
    channel.most_hz = source.most_hz;
  }
  reply(state, message.head, answer);
}

/// Samples of one datagram: as many as fit, but no more than the source gives in 50 ms, and a few
/// blocks must fit the ring. 0: not even one.
std::size_t block_samples(const State& state, const port::StreamSource& source,
                          std::uint32_t rate_hz) {
  const std::size_t datagram =
      std::min(state.link.most_datagram(), memory::stream().datagram.size());
  const std::size_t ring =
      memory::stream().memory.size() / kLeastBlocks - port::SampleRing::kBlockHeadBytes;
  if (datagram <= kAroundSamples) return 0;
  const std::size_t most = std::min(datagram - kAroundSamples, ring) / source.sample_bytes;
  return std::min<std::size_t>(
      {most, std::max<std::uint32_t>(rate_hz / kBlocksPerSecond, 1), 0xFFFF});
}

void halt(StreamState& stream) {
  if (stream.source == nullptr) return;
  stream.source->stop();
  stream.source = nullptr;
  stream.ring.finish();
}

/// A stream ends with its session, and nobody waits for what is left of it.
void follow_session(const State& state, StreamState& stream) {
  if (stream.generation == state.link.generation()) return;
  halt(stream);
  stream.call = 0;
}

bool refuse_begin(State& state, const Message& message,
                  const hilbench_v1_StreamBeginRequest& request) {
  const auto refuse = [&](const Failure& failure) {
    reply_error(state, message.head, failure);
    return true;
  };
  const StreamState& stream = memory::stream();
  if (stream.source != nullptr || (stream.call != 0 && stream.ring.waiting() != 0)) {
    return refuse({StatusCode::kBadState, "a stream is going on"});
  }
  const auto sources = port::stream_sources();
  if (request.channel >= sources.size()) {
    return refuse(
        {StatusCode::kBadArgument, "there is no such channel", request.channel, sources.size()});
  }
  const std::uint32_t most_hz = sources[request.channel].most_hz;
  if (request.rate_hz == 0 || request.rate_hz > most_hz) {
    return refuse({StatusCode::kBadArgument, "the channel does not have this rate", request.rate_hz,
                   most_hz});
  }
  if (block_samples(state, sources[request.channel], request.rate_hz) == 0) {
    return refuse({StatusCode::kTooLarge, "no sample fits a datagram that the host takes", 0,
                   state.link.most_datagram()});
  }
  return false;
}

void begin(State& state, const Message& message) {
  hilbench_v1_StreamBeginRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  StreamState& stream = memory::stream();
  follow_session(state, stream);
  if (refuse_begin(state, message, request)) return;
  const port::StreamSource& source = port::stream_sources()[request.channel];
  const std::size_t samples = block_samples(state, source, request.rate_hz);
  stream.ring.begin(stream.memory,
                    {source.sample_bytes, static_cast<std::uint16_t>(samples), request.count});
  hilbench_v1_StreamBeginReply answer{};
  answer.rate_hz = source.start(request.rate_hz, stream.ring);
  if (answer.rate_hz == 0) {
    return reply_error(state, message.head, {StatusCode::kBadState, "the source does not start"});
  }
  stream.source = &source;
  stream.datagrams = 0;
  stream.generation = state.link.generation();
  stream.call = message.head.call;
  answer.sample_bytes = source.sample_bytes;
  answer.block_samples = static_cast<std::uint32_t>(samples);
  log::say(log::Level::kDebug, "stream begins: ", source.name);
  reply(state, message.head, answer);
}

/// May be asked again: then it says what still waits.
void end(State& state, const Message& message) {
  hilbench_v1_StreamEndRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  StreamState& stream = memory::stream();
  follow_session(state, stream);
  if (stream.call == 0) {
    return reply_error(state, message.head, {StatusCode::kBadState, "no stream has begun"});
  }
  if (stream.source != nullptr && stream.source->serve != nullptr) stream.source->serve();
  const bool goes_on = stream.source != nullptr;
  halt(stream);
  hilbench_v1_StreamEndReply answer{};
  answer.produced = stream.ring.produced();
  answer.dropped = stream.ring.dropped();
  answer.waiting = stream.ring.waiting();
  answer.datagrams = stream.datagrams + answer.waiting;
  if (goes_on) log::say(log::Level::kDebug, "stream ended: samples ", answer.produced, "");
  reply(state, message.head, answer);
}

/// Writes @p block as a datagram's payload.
std::span<const std::uint8_t> write(const port::SampleRing::Block& block, StreamState& stream) {
  hilbench_v1_StreamData data{};
  data.first_index = block.first_index;
  data.device_ticks = block.ticks;
  data.dropped = block.dropped;
  std::span<const std::uint8_t> samples = block.bytes;
  send_from(data.data, samples);
  const auto body = stream.datagram.subspan(frame::kMessageHeadBytes);
  pb_ostream_t out = pb_ostream_from_buffer(body.data(), body.size());
  if (!pb_encode(&out, hilbench_v1_StreamData_fields, &data)) return {};
  const frame::MessageHead head{static_cast<std::uint16_t>(out.bytes_written), Service::kStream,
                                method::kStreamData, Kind::kStream, stream.call};
  frame::write(head, stream.datagram.first<frame::kMessageHeadBytes>());
  return stream.datagram.first(frame::kMessageHeadBytes + out.bytes_written);
}

}  // namespace

bool handle(State& state, const Message& message) {
  constexpr struct {
    std::uint8_t method;
    void (*handle)(State& state, const Message& message);
  } kTable[] = {{method::kStreamList, say_channels},
                {method::kStreamBegin, begin},
                {method::kStreamEnd, end}};
  if (message.head.service != Service::kStream) return false;
  for (const auto& entry : kTable) {
    if (entry.method != message.head.method) continue;
    if (message.head.kind != Kind::kRequest) {
      reply_error(state, message.head, {StatusCode::kMalformed, "wrong kind of message"});
    } else {
      entry.handle(state, message);
    }
    return true;
  }
  return false;
}

/// After each datagram the reliable stream has its turn: whatever the source gives, replies and
/// results get half of the line, and whatever is sent reliably, the source does.
std::span<const std::uint8_t> next_datagram(State& state) {
  StreamState& stream = memory::stream();
  follow_session(state, stream);
  if (stream.call == 0) return {};
  if (stream.source != nullptr && stream.source->serve != nullptr) stream.source->serve();
  const bool quiet = state.run.quiet && state.run.phase != RunState::Phase::kIdle;
  stream.yields = !stream.yields && !quiet && stream.ring.waiting() != 0;
  if (!stream.yields) return {};
  const auto datagram = write(stream.ring.front(), stream);
  stream.ring.pop();
  ++stream.datagrams;
  return datagram;
}

}  // namespace hil::agent::stream
