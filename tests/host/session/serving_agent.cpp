// SPDX-License-Identifier: Apache-2.0
// ServingAgent: the least that each service must do.
#include "tests/host/session/serving_agent.hpp"

#include <algorithm>
#include <array>

#include "host/rpc/typed_call.hpp"
#include "protocol/frame/crc32.hpp"
#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/ids.hpp"
#include "protocol/status.hpp"

namespace hil::session {
namespace v1 = hilbench::v1;

ServingAgent::ServingAgent(const Settings& settings) : FakeAgent(settings) {
  hello.set_protocol_major(kProtocolMajor);
  hello.set_agent_version("0.1.0");
  hello.set_board("linux");
  hello.set_core("host");
  hello.set_engine("hilbench-plan 1");
  hello.set_unique_id("\x01\x02");
  hello.set_tick_hz(1'000'000'000);
  hello.set_plan_capacity_bytes(10'000);
  hello.set_arena_capacity_bytes(5'000);
  hello.set_plan_major(1);
  hello.set_model_formats(1);
  hello.set_features(1);
  hello.set_services(0x271E);
  hello.set_trace_capacity(100);
  facts.set_timer_cost_min(20);
  facts.set_timer_cost_median(21);
  facts.set_timer_step(1);
  facts.set_timer_readings(33);
  hello.set_operators("\x19\x02");  // 0, 3, 4, 9
  on_message = [this](const rpc::Message& message) { serve(message); };
}

void ServingAgent::serve(const rpc::Message& message) {
  switch (message.head.service) {
    case Service::kHello:
      return serve_hello(message);
    case Service::kTimeSync:
      return serve_time_sync(message);
    case Service::kModel:
      return serve_model(message);
    case Service::kInfer:
      return serve_infer(message);
    case Service::kProfile:
      return serve_profile(message);
    case Service::kCancel:
      return serve_cancel(message);
    case Service::kLog:
      return serve_log(message);
    case Service::kCrash:
      return serve_crash(message);
    default:
      return send_error(message, 1, "no such service");
  }
}

void ServingAgent::serve_hello(const rpc::Message& message) {
  reply(message, hello);
}

void ServingAgent::serve_time_sync(const rpc::Message& message) {
  v1::TimeSyncReply answer;
  answer.set_host_send_ns(rpc::parse<v1::TimeSyncRequest>(message.body)->host_send_ns());
  answer.set_device_receive_ticks(1000);
  answer.set_device_send_ticks(1010);
  if (change_time_sync) change_time_sync(answer);
  reply(message, answer);
}

void ServingAgent::serve_model(const rpc::Message& message) {
  if (message.head.method == method::kModelBegin) {
    const auto request = rpc::parse<v1::ModelBeginRequest>(message.body);
    v1::ModelBeginReply answer;
    answer.set_already_held(!held.empty() && request->crc32() == frame::crc32(held));
    answer.set_held_bytes(held_part);
    model.resize(std::min<std::size_t>(held_part, model.size()));
    return reply(message, answer);
  }
  if (message.head.method == method::kModelData) {
    const auto data = rpc::parse<v1::ModelData>(message.body);
    if (refuse_data && !refused_) send_error(message, 9, "offset");
    refused_ = refuse_data;
    if (data->offset() == model.size())
      model.insert(model.end(), data->data().begin(), data->data().end());
    return;
  }
  if (refused_) return send_error(message, 8, "nothing was begun");
  v1::ModelCommitReply answer;
  answer.set_load_ticks(77);
  answer.set_arena_bytes(4000);
  reply(message, answer);
}

void ServingAgent::serve_infer(const rpc::Message& message) {
  if (message.head.method == method::kInferBegin) {
    begun = *rpc::parse<v1::InferBeginRequest>(message.body);
    sample_ = begun.first_sample();
    input_.clear();
    v1::InferBeginReply answer;
    answer.set_quiet_ms(begun.budget_ms());
    return reply(message, answer);
  }
  const auto part = rpc::parse<v1::InferInput>(message.body);
  input_.insert(input_.end(), part->data().begin(), part->data().end());
  if (!part->more() && !deaf_to_inputs) run_sample(message);
}

void ServingAgent::run_sample(const rpc::Message& message) {
  if (fail_at == sample_) return send_error(message, 6, "op 3 took too long", sample_);
  std::string output(input_.begin(), input_.end());
  for (char& byte : output)
    byte = static_cast<char>(byte + 1);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(output.data());
  const std::uint32_t crc = frame::crc32({bytes, output.size()});
  std::size_t offset = 0;
  do {
    const std::size_t count =
        begun.crc_only() ? output.size() : std::min(output_part_bytes, output.size() - offset);
    v1::InferOutput part;
    part.set_sample(sample_);
    part.set_offset(static_cast<std::uint32_t>(begun.crc_only() ? 0 : offset));
    if (!begun.crc_only()) part.set_data(output.substr(offset, count));
    offset += count;
    part.set_more(offset < output.size());
    if (!part.more()) {
      part.set_crc32(crc);
      part.set_device_ticks(500);
    }
    if (change_output) change_output(part);
    rpc::Message head = message;
    head.head.method = method::kInferOutput;
    reply(head, part, Kind::kStream);
  } while (offset < output.size());
  input_.clear();
  ++sample_;
}

void ServingAgent::serve_profile(const rpc::Message& message) {
  if (message.head.method == method::kFacts) return reply(message, facts);
  if (message.head.method == method::kTrace) return serve_trace(message);
  serve_read_output(message);
}

void ServingAgent::serve_trace(const rpc::Message& message) {
  const auto request = rpc::parse<v1::TraceRequest>(message.body);
  const v1::TraceOptions& asked = begun.trace();
  v1::TraceReply answer;
  answer.set_sample(sample_ - 1);
  answer.set_recorded(asked.count());
  const std::uint32_t end =
      std::min({asked.count(), request->first() + request->count(), request->first() + trace_page});
  for (std::uint32_t i = request->first(); i < end; ++i) {
    if (asked.ticks()) answer.add_ticks(100 + i);
    if (asked.digests()) answer.add_digests(7 * i);
  }
  if (change_trace) change_trace(answer);
  reply(message, answer);
}

void ServingAgent::serve_read_output(const rpc::Message& message) {
  const auto request = rpc::parse<v1::ReadOutputRequest>(message.body);
  constexpr std::uint32_t kSize = 500;
  std::string data;
  for (std::uint32_t i = request->offset(); i < kSize && data.size() < 200; ++i)
    data.push_back(static_cast<char>(i));
  v1::ReadOutputReply answer;
  answer.set_size_bytes(kSize);
  answer.set_data(data);
  if (change_read) change_read(answer);
  reply(message, answer);
}

void ServingAgent::serve_cancel(const rpc::Message& message) {
  cancelled_call = rpc::parse<v1::CancelRequest>(message.body)->call();
  v1::CancelReply answer;
  answer.set_stopped(true);
  reply(message, answer);
}

void ServingAgent::say(const std::string& text, bool lost) {
  v1::LogLine line;
  line.set_number(log.empty() ? 1 : log.back().number() + 1);
  line.set_level(v1::LOG_LEVEL_INFO);
  line.set_device_ticks(1000 * line.number());
  line.set_text(text);
  log.push_back(line);
  if (lost) return skip_datagram();
  send_datagram({0, Service::kLog, method::kLogLine, Kind::kStream, 0}, rpc::bytes_of(line));
}

void ServingAgent::serve_log(const rpc::Message& message) {
  ++log_reads;
  const auto request = rpc::parse<v1::LogReadRequest>(message.body);
  v1::LogReadReply answer;
  answer.set_oldest_line(log.empty() ? 1 : log.front().number());
  answer.set_next_line(log.empty() ? 1 : log.back().number() + 1);
  for (const v1::LogLine& line : log) {
    const auto have = static_cast<std::size_t>(answer.lines_size());
    if (line.number() >= request->first_line() && have < log_page) *answer.add_lines() = line;
  }
  if (change_log) change_log(answer);
  reply(message, answer);
}

void ServingAgent::serve_crash(const rpc::Message& message) {
  forced = rpc::parse<v1::ForceRequest>(message.body)->kind();
  switch (on_force) {
    case OnForce::kRefuse:
      return send_error(message, 9, "no such end");
    case OnForce::kReply:
      return answer(message, Kind::kReply, {});
    case OnForce::kDie:
      mute = true;
      return;
    case OnForce::kEnd:
      break;
  }
  forget_session();
  std::array<std::uint8_t, 8> payload;
  const frame::Reset notice{Settings{}.boot_count + 1, frame::ResetCause::kSoftware};
  send_frame(frame::Type::kReset, frame::write(notice, payload));
}

void ServingAgent::send_error(const rpc::Message& message, std::uint32_t status, const char* text,
                              std::uint32_t sample) {
  v1::ErrorReply error;
  error.set_status(status);
  error.set_text(text);
  error.set_sample(sample);
  reply(message, error, Kind::kError);
}

}  // namespace hil::session
