// SPDX-License-Identifier: Apache-2.0
// The other end of the line: a host made of the protocol's own parts, and the agent's main loop.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"
#include "protocol/frame/message.hpp"
#include "protocol/messages/error.pb.h"

namespace hil::test {

/// A message that came, from the stream or as a datagram.
struct Incoming {
  frame::MessageHead head;
  std::string body;
};

/// A control frame that came.
struct Control {
  frame::Header header;
  std::string payload;
  [[nodiscard]] std::span<const std::uint8_t> bytes() const {
    return {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()};
  }
};

/// Starts the agent anew (power cycle) and talks to it. Every wait is bounded by passes.
class Host {
 public:
  Host();

  /// What happens to each whole frame on its way; gives what arrives instead.
  using Fault = std::function<std::vector<std::string>(const std::string& frame)>;
  Fault on_the_way_out, on_the_way_in;

  frame::Limits limits{1024, 4096, 16};  ///< announced by open()

  /// Opens a session; true once accepted.
  bool open(std::uint32_t session);
  void send_open(std::uint32_t session, std::uint8_t version = frame::kLinkVersion);
  void send_close();
  void send_frame(const frame::Header& header, const std::string& payload);
  void send_raw(const std::string& bytes);

  /// Queues a message for the stream.
  void send(Service service, std::uint8_t method, Kind kind, std::uint8_t call,
            const std::string& body);
  void send(Service service, std::uint8_t method, Kind kind, std::uint8_t call,
            const google::protobuf::MessageLite& body) {
    send(service, method, kind, call, body.SerializeAsString());
  }
  /// Queues a request with the next call id, which it returns.
  std::uint8_t request(Service service, std::uint8_t method,
                       const google::protobuf::MessageLite& body);
  /// Sends a request and gives its answer: a reply or an error. Fails the test if none comes.
  Incoming call(Service service, std::uint8_t method, const google::protobuf::MessageLite& body);
  /// The next message of the stream; none if nothing comes.
  std::optional<Incoming> next();

  /// Moves bytes both ways at the host only; the agent's hooks may call it while it computes.
  void pump();
  /// One pass of host and agent.
  void step();
  void run(int passes) {
    for (int i = 0; i < passes; ++i)
      step();
  }

  std::deque<Incoming> stream, datagrams;
  std::vector<Control> accepts, closes, busies, resets;
  frame::Endpoint& endpoint() { return endpoint_; }
  std::uint64_t data_frames_in = 0;

 private:
  void take_frame(std::span<const std::uint8_t> body);
  void take_accept(const Control& control);
  void take_messages();
  void send_waiting();

  std::vector<std::uint8_t> decoder_memory_, slots_, receive_;
  std::vector<std::uint16_t> lengths_;
  frame::Decoder decoder_;
  frame::Endpoint endpoint_;
  std::string outbox_, raw_in_;
  std::uint32_t opening_ = 0;  ///< session that open() waits for; 0: none
  std::uint8_t next_call_ = 1;
  int quiet_passes_ = 0;
};

/// The body as a message of libprotobuf; fails the test if it is not one.
template <class M>
M parse(const Incoming& message);

/// The ErrorReply of a message, with status 0 if it is not one.
hilbench::v1::ErrorReply error_of(const Incoming& message);

}  // namespace hil::test

#include <gtest/gtest.h>

template <class M>
M hil::test::parse(const Incoming& message) {
  M parsed;
  EXPECT_TRUE(parsed.ParseFromString(message.body));
  EXPECT_NE(message.head.kind, Kind::kError) << error_of(message).text();
  return parsed;
}
