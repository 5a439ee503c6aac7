// SPDX-License-Identifier: Apache-2.0
// Answers: a service's reply, or an ErrorReply in its place. They leave at once.
#pragma once

#include <cstdint>

#include "target/agent/message_io.hpp"
#include "target/agent/state.hpp"
#include "target/agent/text.hpp"

namespace hil::agent {

/// What went wrong with a call.
struct Failure {
  StatusCode status;
  const char* text;            ///< one sentence for people, cut at 95 bytes
  std::uint64_t detail_a = 0;  ///< two numbers that the text speaks of
  std::uint64_t detail_b = 0;
  std::uint32_t sample = 0;  ///< in a run: the sample concerned
};

/// Room for the text of a Failure.
struct ErrorText {
  char bytes[96];
  TextWriter writer{bytes};
  [[nodiscard]] const char* get() const { return bytes; }
};

/// Answers @p head with an ErrorReply of the same service, method and call. The text is cut to what
/// the peer takes. There must be room (the dispatcher sees to it).
void reply_error(State& state, const frame::MessageHead& head, const Failure& failure);
/// The same without numbers.
void reply_error(State& state, const frame::MessageHead& head, StatusCode status, const char* text);

/// Answers @p head with @p message; an answer longer than the peer takes becomes kTooLarge.
void reply(State& state, const frame::MessageHead& head, const pb_msgdesc_t* fields,
           const void* message);
template <class M>
void reply(State& state, const frame::MessageHead& head, const M& message) {
  reply(state, head, nanopb::MessageDescriptor<M>::fields(), &message);
}

/// decode(), and an ErrorReply if the body is not such a message.
bool decode_or_refuse(State& state, const Message& message, const pb_msgdesc_t* fields, void* out);
template <class M>
bool decode_or_refuse(State& state, const Message& message, M& out) {
  return decode_or_refuse(state, message, nanopb::MessageDescriptor<M>::fields(), &out);
}

}  // namespace hil::agent
