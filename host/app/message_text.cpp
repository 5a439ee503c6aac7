// SPDX-License-Identifier: Apache-2.0
// Message types by service and method, and their fields by reflection.
#include "host/app/message_text.hpp"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>

#include "host/report/text.hpp"
#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/crash.pb.h"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/infer.pb.h"
#include "protocol/messages/line.pb.h"
#include "protocol/messages/log.pb.h"
#include "protocol/messages/model.pb.h"
#include "protocol/messages/profile.pb.h"
#include "protocol/messages/stream.pb.h"
#include "protocol/messages/time_sync.pb.h"

namespace hil::app {
namespace {

namespace v1 = hilbench::v1;
using google::protobuf::Message;

/// Bytes and strings beyond this are cut.
constexpr int kMostFieldBytes = 24;

struct MethodTypes {
  Service service;
  std::uint8_t method;
  const char* name;        ///< "infer.begin"
  const Message* request;  ///< null: there is none
  const Message* reply;
  const Message* stream;
};

template <class T>
const Message* type() {
  return &T::default_instance();
}

std::span<const MethodTypes> all_methods() {
  static const MethodTypes kMethods[] = {
      {Service::kHello, method::kHello, "hello", type<v1::HelloRequest>(), type<v1::HelloReply>(),
       nullptr},
      {Service::kModel, method::kModelBegin, "model.begin", type<v1::ModelBeginRequest>(),
       type<v1::ModelBeginReply>(), nullptr},
      {Service::kModel, method::kModelData, "model.data", nullptr, nullptr, type<v1::ModelData>()},
      {Service::kModel, method::kModelCommit, "model.commit", type<v1::ModelCommitRequest>(),
       type<v1::ModelCommitReply>(), nullptr},
      {Service::kInfer, method::kInferBegin, "infer.begin", type<v1::InferBeginRequest>(),
       type<v1::InferBeginReply>(), nullptr},
      {Service::kInfer, method::kInferInput, "infer.input", nullptr, nullptr,
       type<v1::InferInput>()},
      {Service::kInfer, method::kInferOutput, "infer.output", nullptr, nullptr,
       type<v1::InferOutput>()},
      {Service::kProfile, method::kTrace, "profile.trace", type<v1::TraceRequest>(),
       type<v1::TraceReply>(), nullptr},
      {Service::kProfile, method::kReadOutput, "profile.read_output", type<v1::ReadOutputRequest>(),
       type<v1::ReadOutputReply>(), nullptr},
      {Service::kProfile, method::kFacts, "profile.facts", type<v1::FactsRequest>(),
       type<v1::FactsReply>(), nullptr},
      {Service::kStream, method::kStreamBegin, "stream.begin", type<v1::StreamBeginRequest>(),
       type<v1::StreamBeginReply>(), nullptr},
      {Service::kStream, method::kStreamData, "stream.data", nullptr, nullptr,
       type<v1::StreamData>()},
      {Service::kStream, method::kStreamEnd, "stream.end", type<v1::StreamEndRequest>(),
       type<v1::StreamEndReply>(), nullptr},
      {Service::kStream, method::kStreamList, "stream.list", type<v1::StreamListRequest>(),
       type<v1::StreamListReply>(), nullptr},
      {Service::kTimeSync, method::kTimeSync, "time_sync", type<v1::TimeSyncRequest>(),
       type<v1::TimeSyncReply>(), nullptr},
      {Service::kLog, method::kLogLine, "log.line", nullptr, nullptr, type<v1::LogLine>()},
      {Service::kLog, method::kLogRead, "log.read", type<v1::LogReadRequest>(),
       type<v1::LogReadReply>(), nullptr},
      {Service::kCrash, method::kForce, "crash.force", type<v1::ForceRequest>(), nullptr, nullptr},
      {Service::kCancel, method::kCancel, "cancel", type<v1::CancelRequest>(),
       type<v1::CancelReply>(), nullptr},
      {Service::kLine, method::kSetRate, "line.set_rate", type<v1::SetRateRequest>(),
       type<v1::SetRateReply>(), nullptr},
      {Service::kLine, method::kEcho, "line.echo", type<v1::EchoRequest>(), type<v1::EchoReply>(),
       nullptr},
  };
  return kMethods;
}

const MethodTypes* find_method(const frame::MessageHead& head) {
  const auto methods = all_methods();
  const auto found = std::find_if(methods.begin(), methods.end(), [&](const MethodTypes& known) {
    return known.service == head.service && known.method == head.method;
  });
  return found == methods.end() ? nullptr : &*found;
}

const Message* type_of(const frame::MessageHead& head, const MethodTypes* known) {
  if (head.kind == Kind::kError) return type<v1::ErrorReply>();
  if (known == nullptr) return nullptr;
  if (head.kind == Kind::kRequest) return known->request;
  return head.kind == Kind::kReply ? known->reply : known->stream;
}

const char* name_of(Kind kind) {
  constexpr const char* kNames[] = {"request", "reply", "error", "stream"};
  const auto at = static_cast<std::size_t>(kind);
  return at < std::size(kNames) ? kNames[at] : "?";
}

std::string method_name(const frame::MessageHead& head) {
  const MethodTypes* known = find_method(head);
  if (known != nullptr) return known->name;
  return fmt::format("service {} method {}", static_cast<unsigned>(head.service), head.method);
}

/// The fields in one line; its size where they can't be known.
std::string fields_of(const tape::LoggedMessage& message) {
  const Message* type = type_of(message.head, find_method(message.head));
  if (type == nullptr) return fmt::format("({} B)", message.body.size());
  const std::unique_ptr<Message> parsed(type->New());
  if (!parsed->ParseFromArray(message.body.data(), static_cast<int>(message.body.size()))) {
    return fmt::format("({} B, not a {})", message.body.size(), type->GetTypeName());
  }
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetTruncateStringFieldLongerThan(kMostFieldBytes);
  std::string text;
  printer.PrintToString(*parsed, &text);
  while (text.ends_with(' '))
    text.pop_back();
  return report::printable(text);
}

}  // namespace

std::string message_text(const tape::LoggedMessage& message) {
  const frame::MessageHead& head = message.head;
  const std::string fields = fields_of(message);
  return fmt::format("{} {} {}{}{}", name_of(head.kind), head.call, method_name(head),
                     fields.empty() ? "" : " ", fields);
}

nlohmann::ordered_json message_json(const tape::LoggedMessage& message) {
  const frame::MessageHead& head = message.head;
  return {{"kind", name_of(head.kind)},
          {"call", head.call},
          {"method", method_name(head)},
          {"body_bytes", message.body.size()},
          {"fields", fields_of(message)}};
}

}  // namespace hil::app
