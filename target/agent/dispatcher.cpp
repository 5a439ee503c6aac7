// SPDX-License-Identifier: Apache-2.0
// Takes messages off the reliable stream and gives each to its service.
#include "target/agent/dispatcher.hpp"

#include <algorithm>

#include "protocol/messages/error.nano.pb.h"
#include "protocol/messages/hello.nano.pb.h"
#include "target/agent/crash_note.hpp"
#include "target/agent/extension.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"

namespace hil::agent {
namespace {

struct Entry {
  Service service;
  std::uint8_t method;
  Kind kind;
  void (*handle)(State& state, const Message& message);
};

/// Every message a host may send.
constexpr Entry kTable[] = {
    {Service::kHello, method::kHello, Kind::kRequest, hello::say},
    {Service::kModel, method::kModelBegin, Kind::kRequest, model::begin},
    {Service::kModel, method::kModelData, Kind::kStream, model::take_data},
    {Service::kModel, method::kModelCommit, Kind::kRequest, model::commit},
    {Service::kInfer, method::kInferBegin, Kind::kRequest, infer::begin},
    {Service::kInfer, method::kInferInput, Kind::kStream, infer::take_input},
    {Service::kProfile, method::kTrace, Kind::kRequest, profile::trace},
    {Service::kProfile, method::kReadOutput, Kind::kRequest, profile::read_output},
    {Service::kProfile, method::kFacts, Kind::kRequest, profile::say_facts},
    {Service::kTimeSync, method::kTimeSync, Kind::kRequest, time_sync::stamp},
    {Service::kLog, method::kLogRead, Kind::kRequest, log::read},
    {Service::kCrash, method::kForce, Kind::kRequest, crash::force},
    {Service::kCancel, method::kCancel, Kind::kRequest, cancel::stop},
    {Service::kLine, method::kSetRate, Kind::kRequest, line::set_rate},
    {Service::kLine, method::kEcho, Kind::kRequest, line::echo},
};

std::optional<frame::MessageHead> head_at(const State& state, std::size_t at) {
  const frame::ByteRing& ring = state.link.endpoint().bytes();
  if (at > ring.size() || ring.size() - at < frame::kMessageHeadBytes) return std::nullopt;
  std::uint8_t bytes[frame::kMessageHeadBytes];
  ring.peek(at, bytes);
  return frame::read_message_head(bytes);
}

void drop(State& state, std::size_t count) {
  state.link.endpoint().drop(count);
  state.scanned_bytes -= std::min(state.scanned_bytes, count);
}

/// Drops what is left of a refused message; true if anything was dropped.
bool skip(State& state) {
  const std::size_t count = std::min(state.skip_bytes, state.link.endpoint().bytes().size());
  if (count == 0) return false;
  drop(state, count);
  state.skip_bytes -= count;
  return true;
}

void refuse_unknown(State& state, const frame::MessageHead& head) {
  ErrorText text;
  text.writer.put("service ").put(static_cast<std::uint8_t>(head.service));
  text.writer.put(" has no method ").put(head.method).put(" here");
  reply_error(state, head, StatusCode::kUnsupported, text.get());
}

void handle(State& state, const Message& message) {
  const frame::MessageHead& head = message.head;
  // Answers to what was never asked: answering them could go on for ever.
  if (head.kind == Kind::kReply || head.kind == Kind::kError) return;
  for (const Entry& entry : kTable) {
    if (entry.service != head.service || entry.method != head.method) continue;
    if (entry.kind != head.kind) {
      return reply_error(state, head, StatusCode::kMalformed, "wrong kind of message");
    }
    return entry.handle(state, message);
  }
  if (kExtension.handle != nullptr && kExtension.handle(state, message)) return;
  refuse_unknown(state, head);
}

void refuse_long(State& state, const frame::MessageHead& head) {
  const std::uint64_t bytes = head.body_bytes + frame::kMessageHeadBytes;
  const std::uint64_t most = state.link.own().message_bytes;
  ErrorText text;
  text.writer.put("message of ").put(bytes).put(" bytes, at most ").put(most).put(" fit");
  reply_error(state, head, {StatusCode::kTooLarge, text.get(), bytes, most});
  state.skip_bytes = static_cast<std::size_t>(bytes);
}

}  // namespace

std::size_t most_answer(const State& state, Kind kind) {
  const std::size_t body =
      kind == Kind::kStream ? hilbench_v1_ErrorReply_size : hilbench_v1_HelloReply_size;
  return std::min(state.link.most_message(), frame::kMessageHeadBytes + body);
}

bool room_for_answer(const State& state, Kind kind) {
  return state.link.endpoint().writable() >= most_answer(state, kind);
}

/// An answer may also be as long as its request (line echo), as far as there can ever be room.
static bool room_to_handle(const State& state, const frame::MessageHead& head) {
  const std::size_t size = frame::kMessageHeadBytes + head.body_bytes;
  return room_for_answer(state, head.kind) &&
         (head.service != Service::kLine ||
          state.link.endpoint().writable() >= std::min(state.link.most_message(), size));
}

std::optional<Message> message_at(const State& state, std::size_t at) {
  const auto head = head_at(state, at);
  if (!head) return std::nullopt;
  const frame::ByteRing& ring = state.link.endpoint().bytes();
  const std::size_t body_at = at + frame::kMessageHeadBytes;
  if (ring.size() - body_at < head->body_bytes) return std::nullopt;
  return Message{*head, &ring, body_at};
}

bool dispatch(State& state) {
  if (!state.link.endpoint().is_open()) return false;
  if (skip(state)) return true;
  const auto head = head_at(state, 0);
  if (!head || infer::busy(state) || !room_to_handle(state, *head)) return false;
  if (head->body_bytes + frame::kMessageHeadBytes > state.link.own().message_bytes) {
    refuse_long(state, *head);
    return true;
  }
  const auto message = message_at(state, 0);
  if (!message) return false;
  crash::at_message(head->service, head->method);
  handle(state, *message);
  if (state.run.used != 0) return true;  // it holds more samples
  drop(state, frame::kMessageHeadBytes + head->body_bytes);
  return true;
}

std::uint32_t built_in_services() {
  std::uint32_t bits = kExtension.services;
  for (const Entry& entry : kTable)
    bits |= 1u << static_cast<unsigned>(entry.service);
  return bits;
}

}  // namespace hil::agent
