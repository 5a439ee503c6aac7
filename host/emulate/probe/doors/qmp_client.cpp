// SPDX-License-Identifier: Apache-2.0
// QmpClient: JSON lines of QEMU's machine protocol.
#include "host/emulate/probe/doors/qmp_client.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace hil::emulate {
namespace {

using Json = nlohmann::json;
using Kind = QmpMessage::Kind;

/// The text at object[key], "" if there is none.
std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

QmpMessage event_of(const Json& message) {
  const auto data = message.find("data");
  return QmpMessage{Kind::kEvent, text_at(message, "event"),
                    data == message.end() ? std::string() : text_at(*data, "reason"), ""};
}

}  // namespace

std::optional<QmpMessage> parse_qmp(std::string_view line) {
  const Json message = Json::parse(line, nullptr, false);
  if (!message.is_object()) return std::nullopt;
  if (message.contains("QMP")) return QmpMessage{Kind::kGreeting, "", "", ""};
  if (message.contains("return")) return QmpMessage{Kind::kReturn, "", "", ""};
  if (message.contains("error")) {
    return QmpMessage{Kind::kError, "", "", text_at(message["error"], "desc")};
  }
  if (text_at(message, "event").empty()) return std::nullopt;
  return event_of(message);
}

Result<QmpMessage> QmpClient::next(std::string_view doing, Deadline deadline) {
  while (true) {
    if (const auto line = reader_.next()) {
      auto message = parse_qmp(*line);
      if (!message) return stream_.strange_answer(doing, *line);
      if (message->kind == Kind::kError) return stream_.strange_answer(doing, message->description);
      return *std::move(message);
    }
    if (reader_.overflowed()) return stream_.strange_answer(doing, "a line without end");
    HIL_ASSIGN(const bool came, stream_.receive(reader_.buffer(), deadline));
    if (!came) return stream_.no_answer(doing);
  }
}

Status QmpClient::send(std::string_view command, Deadline deadline) {
  return stream_.send(fmt::format("{{\"execute\":\"{}\"}}\n", command), deadline);
}

Status QmpClient::open(Deadline deadline) {
  HIL_ASSIGN(QmpMessage message, next("the connection", deadline));
  if (message.kind != Kind::kGreeting)
    return stream_.strange_answer("the connection", "no greeting");
  HIL_TRY(send("qmp_capabilities", deadline));
  while (message.kind != Kind::kReturn) {
    HIL_ASSIGN(message, next("qmp_capabilities", deadline));
  }
  return {};
}

Status QmpClient::reset() {
  const Deadline deadline = Deadline::after(kAnswerTime);
  HIL_TRY(send("system_reset", deadline));
  // The event may come before the return. One of an earlier reset by the firmware may wait, too.
  bool returned = false;
  bool reset = false;
  while (!returned || !reset) {
    HIL_ASSIGN(const QmpMessage message, next("system_reset", deadline));
    returned = returned || message.kind == Kind::kReturn;
    reset = reset || (message.kind == Kind::kEvent && message.event == "RESET" &&
                      message.reason == "host-qmp-system-reset");
  }
  return {};
}

}  // namespace hil::emulate
