// SPDX-License-Identifier: Apache-2.0
// error_of_reply(): status, text and details in one sentence.
#include "host/rpc/error_reply.hpp"

#include <fmt/format.h>

#include "host/rpc/printable.hpp"
#include "protocol/messages/error.pb.h"
#include "protocol/status.hpp"

namespace hil::rpc {
namespace {

namespace v1 = hilbench::v1;

const char* status_text(std::uint32_t status) {
  return status <= 0xFF ? hil::text_of(static_cast<StatusCode>(status)) : "unknown status";
}

const char* hint_of(std::uint32_t status) {
  switch (static_cast<StatusCode>(status <= 0xFF ? status : 0xFF)) {
    case StatusCode::kUnsupported:
      return "put an agent on the board that has it built in";
    case StatusCode::kTooLarge:
      return "take a smaller model or a board with more memory";
    case StatusCode::kBudget:
      return "allow more time per inference";
    case StatusCode::kBadDigest:
      return "try again; a digest that differs twice is a fault";
    default:
      return "run it again; if it happens again, flash the agent again and report it";
  }
}

}  // namespace

Error error_of_reply(std::span<const std::uint8_t> body) {
  v1::ErrorReply reply;
  if (!reply.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Error{Blame::kDevice, "the agent sent an error that can't be read",
                 "flash the agent again; report it if it happens again"};
  }
  std::string what = fmt::format("the agent says: {}", status_text(reply.status()));
  if (!reply.text().empty()) what += fmt::format(" ({})", printable(reply.text()));
  if (reply.detail_a() != 0 || reply.detail_b() != 0) {
    what += fmt::format(" [{}, {}]", reply.detail_a(), reply.detail_b());
  }
  return Error{Blame::kDevice, what, hint_of(reply.status())};
}

}  // namespace hil::rpc
