// SPDX-License-Identifier: Apache-2.0
// A fake agent with every service that the host has a client for, which may be made to lie.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "protocol/messages/crash.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/infer.pb.h"
#include "protocol/messages/log.pb.h"
#include "protocol/messages/model.pb.h"
#include "protocol/messages/profile.pb.h"
#include "protocol/messages/time_sync.pb.h"
#include "tests/host/rpc/fake_agent.hpp"

namespace hil::session {

/// Its "model" has one output: the input bytes of all tensors, each plus one. Entry i of its traces
/// has 100 + i ticks and digest 7 * i; byte i of an operator's output (500 of them) is i modulo
/// 256.
class ServingAgent : public rpc::FakeAgent {
 public:
  explicit ServingAgent(const Settings& settings = Settings{});

  hilbench::v1::HelloReply hello;  ///< sane; change it before the session opens
  std::function<void(hilbench::v1::TimeSyncReply&)> change_time_sync;
  std::function<void(hilbench::v1::InferOutput&)> change_output;
  std::function<void(hilbench::v1::TraceReply&)> change_trace;
  std::function<void(hilbench::v1::ReadOutputReply&)> change_read;
  hilbench::v1::FactsReply facts;        ///< sane; change it before it is asked for
  std::uint32_t trace_page = 3;          ///< entries in one reply
  std::optional<std::uint32_t> fail_at;  ///< sample answered with an error
  std::size_t output_part_bytes = 100;
  std::vector<std::uint8_t> model;  ///< received
  std::vector<std::uint8_t> held;   ///< content of a model that is loaded already
  std::uint32_t held_part = 0;      ///< bytes that it says it has of a broken upload
  bool refuse_data = false;         ///< answers the first piece with an error
  hilbench::v1::InferBeginRequest begun;
  std::uint32_t cancelled_call = 0;
  bool deaf_to_inputs = false;             ///< takes inputs, sends no results
  std::vector<hilbench::v1::LogLine> log;  ///< kept, oldest first, numbered
  std::size_t log_page = 3;                ///< lines in one reply
  std::function<void(hilbench::v1::LogReadReply&)> change_log;
  unsigned log_reads = 0;
  /// Adds a line behind the last one (the first has number 1) and sends it, or loses it.
  void say(const std::string& text, bool lost = false);
  enum class OnForce : std::uint8_t { kEnd, kRefuse, kReply, kDie };
  OnForce on_force = OnForce::kEnd;                                ///< what a forced end does
  hilbench::v1::ForcedEnd forced = hilbench::v1::FORCED_END_NONE;  ///< the last one asked for

 private:
  void serve(const rpc::Message& message);
  void serve_hello(const rpc::Message& message);
  void serve_time_sync(const rpc::Message& message);
  void serve_model(const rpc::Message& message);
  void serve_infer(const rpc::Message& message);
  void serve_profile(const rpc::Message& message);
  void serve_trace(const rpc::Message& message);
  void serve_read_output(const rpc::Message& message);
  void serve_cancel(const rpc::Message& message);
  void serve_crash(const rpc::Message& message);
  void serve_log(const rpc::Message& message);
  void run_sample(const rpc::Message& message);
  void send_error(const rpc::Message& message, std::uint32_t status, const char* text,
                  std::uint32_t sample = 0);

  std::vector<std::uint8_t> input_;
  std::uint32_t sample_ = 0;
  bool refused_ = false;
};

}  // namespace hil::session
