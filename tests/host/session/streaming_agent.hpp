// SPDX-License-Identifier: Apache-2.0
// A fake agent with two streams, whose datagrams the test sends or loses, and which may lie.
#pragma once

#include <functional>
#include <string>

#include "protocol/messages/error.pb.h"
#include "protocol/messages/stream.pb.h"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {

/// Samples are 2 bytes: their index. Datagrams have at most 10 of them.
class StreamingAgent : public ServingAgent {
 public:
  StreamingAgent() {
    hello.set_services(hello.services() | 1u << static_cast<unsigned>(Service::kStream));
    on_message = [this, others = on_message](const rpc::Message& message) {
      if (message.head.service != Service::kStream) return others(message);
      serve_stream(message);
    };
    add_channel("counter", 2, 1000);
    add_channel("wide\x1b", 4, 7);
    begun.set_rate_hz(1000);
    begun.set_sample_bytes(2);
    begun.set_block_samples(10);
  }

  hilbench::v1::StreamListReply channels;
  hilbench::v1::StreamBeginReply begun;                  ///< the answer to begin
  hilbench::v1::StreamBeginRequest asked;                ///< the last begin
  std::function<void()> ahead_of_begin;                  ///< called before its reply is sent
  std::function<hilbench::v1::StreamEndReply()> on_end;  ///< instead of the truth
  bool refuse = false;                                   ///< begin is answered with an error
  unsigned ends = 0;                                     ///< times that end was asked
  std::uint64_t produced = 0, dropped = 0, datagrams = 0;

  /// The next @p samples samples as a datagram, on its way or lost.
  void give(std::uint64_t samples, bool lost = false) {
    hilbench::v1::StreamData data;
    data.set_first_index(produced);
    data.set_device_ticks(1000 * produced);
    data.set_dropped(dropped);
    for (std::uint64_t i = 0; i < samples; ++i, ++produced)
      data.mutable_data()->append({static_cast<char>(produced), static_cast<char>(produced >> 8)});
    ++datagrams;
    if (lost) return skip_datagram();
    send(data);
  }
  void drop(std::uint64_t samples) {
    produced += samples;
    dropped += samples;
  }
  void send(const hilbench::v1::StreamData& data) {
    last = data.SerializeAsString();
    send_last();
  }
  /// The last datagram once more.
  void send_last() {
    send_datagram({0, Service::kStream, method::kStreamData, Kind::kStream, call},
                  {reinterpret_cast<const std::uint8_t*>(last.data()), last.size()});
  }
  [[nodiscard]] hilbench::v1::StreamEndReply truth() const {
    hilbench::v1::StreamEndReply end;
    end.set_produced(produced);
    end.set_dropped(dropped);
    end.set_datagrams(datagrams);
    return end;
  }
  std::string last;
  std::uint8_t call = 0;  ///< of the last begin

 private:
  void add_channel(const char* name, std::uint32_t sample_bytes, std::uint32_t most_hz) {
    auto& channel = *channels.add_channels();
    channel.set_name(name);
    channel.set_sample_bytes(sample_bytes);
    channel.set_most_hz(most_hz);
  }
  void serve_stream(const rpc::Message& message) {
    if (message.head.method == method::kStreamList) return reply(message, channels);
    if (message.head.method == method::kStreamEnd) {
      ++ends;
      return reply(message, on_end ? on_end() : truth());
    }
    if (refuse) {
      hilbench::v1::ErrorReply error;
      error.set_status(8);
      error.set_text("a stream is going on");
      return reply(message, error, Kind::kError);
    }
    asked.ParseFromArray(message.body.data(), static_cast<int>(message.body.size()));
    call = message.head.call;
    produced = dropped = datagrams = 0;
    if (ahead_of_begin) ahead_of_begin();
    reply(message, begun);
  }
};

}  // namespace hil::session
