// SPDX-License-Identifier: Apache-2.0
// An agent inside the test: the protocol's own endpoint behind a Link, with a handler for messages.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/link/link.hpp"
#include "host/rpc/message.hpp"
#include "host/rpc/message_reader.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"

namespace hil::rpc {

/// The host's link to it is the object itself. Everything happens inside the host's calls, so that
/// tests need no second thread.
class FakeAgent : public Link {
 public:
  struct Settings {
    frame::Limits limits{256, 1024, 8};
    std::uint8_t link_version = frame::kLinkVersion;
    std::uint32_t boot_count = 7;
    std::string crash_note;
    bool keeps_ahead = false;  ///< takes placed frames, in any order
  };
  using Handler = std::function<void(const Message&)>;

  FakeAgent() : FakeAgent(Settings{}) {}
  explicit FakeAgent(const Settings& settings);

  /// Called for every whole message from the host.
  Handler on_message;
  bool mute = false;     ///< takes bytes, says nothing
  bool hang_up = false;  ///< the link is gone
  unsigned opens = 0;    ///< open frames taken

  /// Sends a message when the window allows.
  void send(frame::MessageHead head, std::span<const std::uint8_t> body);
  /// Answers @p request with @p kind and @p body.
  void answer(const Message& request, Kind kind, std::span<const std::uint8_t> body);
  /// The same with a protobuf message.
  template <class T>
  void reply(const Message& request, const T& body, Kind kind = Kind::kReply) {
    const std::string bytes = body.SerializeAsString();
    answer(request, kind, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }
  void send_raw_message(std::span<const std::uint8_t> bytes);  ///< into the stream as they are
  void send_datagram(frame::MessageHead head, std::span<const std::uint8_t> body);
  void send_raw_datagram(std::span<const std::uint8_t> payload);  ///< as it is
  void send_frame(frame::Type type, std::span<const std::uint8_t> payload);
  void send_bytes(std::span<const std::uint8_t> bytes);  ///< onto the line as they are
  void send_duplicate();  ///< of the last frame of the stream, which the host has
  void skip_datagram() { endpoint_.header_for_datagram(); }
  /// Forgets the session, as a reset does.
  void forget_session() { endpoint_.close(); }
  [[nodiscard]] bool has_session() const { return endpoint_.is_open(); }

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  [[nodiscard]] std::uint32_t baud() const override { return 0; }
  [[nodiscard]] std::string name() const override { return "fake agent"; }

 private:
  struct Memory {
    explicit Memory(const frame::Limits& limits);
    std::vector<std::uint8_t> slots, receive, decode;
    std::vector<std::uint16_t> lengths;
  };
  void take_frame();
  void take_open();
  void take_messages();
  void step();
  void encode(const frame::Header& header, std::span<const std::uint8_t> payload);

  Settings settings_;
  Memory memory_;
  frame::Decoder decoder_;
  frame::KeptAhead ahead_;
  frame::Endpoint endpoint_;
  MessageReader reader_;
  std::deque<std::uint8_t> outbox_;  ///< messages that wait for the window
  std::vector<std::uint8_t> line_;   ///< on its way to the host
};

}  // namespace hil::rpc
