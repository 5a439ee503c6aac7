// SPDX-License-Identifier: Apache-2.0
// Answers: a service's reply, or an ErrorReply in its place.
#include "target/agent/reply.hpp"

#include "protocol/messages/error.nano.pb.h"

namespace hil::agent {

void reply_error(State& state, const frame::MessageHead& head, const Failure& failure) {
  hilbench_v1_ErrorReply error{};
  error.status = static_cast<std::uint32_t>(failure.status);
  error.detail_a = failure.detail_a;
  error.detail_b = failure.detail_b;
  error.sample = failure.sample;
  TextWriter(error.text).put(failure.text);
  frame::MessageHead answer = head;
  answer.kind = Kind::kError;
  const auto try_send = [&] {
    return send(state.link.endpoint(), state.link.most_message(), answer,
                hilbench_v1_ErrorReply_fields, &error);
  };
  if (try_send() == Sent::kTooLong) {
    error.text[0] = '\0';  // status and numbers fit the smallest limits there are
    static_cast<void>(try_send());
  }
  state.link.endpoint().push();
}

void reply_error(State& state, const frame::MessageHead& head, StatusCode status,
                 const char* text) {
  reply_error(state, head, {status, text});
}

bool decode_or_refuse(State& state, const Message& message, const pb_msgdesc_t* fields, void* out) {
  if (decode(message, fields, out)) return true;
  reply_error(state, message.head, StatusCode::kMalformed,
              "the body is not the message it should be");
  return false;
}

void reply(State& state, const frame::MessageHead& head, const pb_msgdesc_t* fields,
           const void* message) {
  frame::MessageHead answer = head;
  answer.kind = Kind::kReply;
  const std::size_t most = state.link.most_message();
  if (send(state.link.endpoint(), most, answer, fields, message) == Sent::kYes) {
    return state.link.endpoint().push();
  }
  reply_error(state, head,
              {StatusCode::kTooLarge, "the answer is longer than the host takes", 0, most});
}

}  // namespace hil::agent
