// SPDX-License-Identifier: Apache-2.0
// Streaming samples through the loaded model: inputs out, checked results in, in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/session.hpp"
#include "host/session/trace_options.hpp"

namespace hil::session {

struct InferOptions {
  std::uint32_t first_sample = 0;    ///< number of the first one
  std::uint32_t count = 0;           ///< samples that will be sent, at least 1
  std::uint32_t budget_ms = 10'000;  ///< most that one inference may take on the device
  bool crc_only = false;             ///< results carry digests, no output bytes
  bool reset_state = false;          ///< before the first sample
  /// A timed run: one sample at a time, and silence on the line while it is computed.
  bool quiet = false;
  /// What is recorded of each inference's operators.
  std::optional<TraceOptions> trace = std::nullopt;
};

struct SampleResult {
  std::uint32_t sample = 0;
  std::vector<std::vector<std::uint8_t>> outputs;  ///< one per model output; empty with crc_only
  std::uint32_t crc32 = 0;         ///< CRC-32 over all outputs in order, as the agent sent it;
                                   ///< checked against the output bytes if there are any
  std::uint64_t device_ticks = 0;  ///< spent in the inference (AgentInfo::tick_hz)
  /// Bytes that reached the agent while it computed in a quiet run: unless 0, device_ticks is not
  /// to be trusted (the outputs are).
  std::uint32_t overlap_bytes = 0;
  bool stopped = false;  ///< as trace.stop_after asked: no outputs, no digest
};

/// One run, pulled by its caller:
///
///   while (!run.done()) {
///     while (run.wants_input()) send(next sample);
///     receive(deadline), which may give a result;
///   }
///
/// Small samples share messages. Keeps at most one message of them, or one sample, in host memory
/// beyond the link's send window. Destroyed before done(),
/// it leaves the agent computing: call cancel(), or close the session. Every error of receive()
/// names the sample, once the run has begun.
class InferRun {
 public:
  /// Announces a run over @p session, which must outlive it. @p output_bytes: size of each output
  /// of the loaded model. Waits for the agent's reply only if the run is quiet or traced, or the
  /// agent is an older one (protocol 1.1): else samples follow at once, and receive() gives the
  /// error of a run that was refused.
  ///   kBug     count is 0
  ///   kBug     a trace that stops a run of several samples, or of no operators
  ///   kDevice  the agent has no profile service (for quiet and trace), or the trace is too long
  ///   every error of rpc::Channel::call()
  static Result<InferRun> begin(Session& session, const InferOptions& options,
                                std::vector<std::size_t> output_bytes, Deadline deadline);

  /// True when another sample can be handed over by send().
  [[nodiscard]] bool wants_input() const;
  /// Hands over the next sample: one buffer per input, in order. Never blocks. With @p reset_state
  /// the model starts it from its initial state.
  ///   kBug  wants_input() was false, or there are no inputs
  Status send(std::span<const std::vector<std::uint8_t>> inputs, bool reset_state = false);

  /// The next result. Blocks until there is one; returns nothing when wants_input() turns true
  /// meanwhile or @p deadline passes. Called while wants_input() is true already, it takes it that
  /// nothing more can be sent for now, and lets the last partial frame go.
  ///   kDevice  an error of the agent (its text, and the sample), a result that is out of order,
  ///            out of range, incomplete, or whose bytes do not match its digest
  ///   and every error of rpc::Channel::pump()
  Result<std::optional<SampleResult>> receive(Deadline deadline);

  [[nodiscard]] std::uint32_t sent() const { return sent_; }          ///< samples handed over
  [[nodiscard]] std::uint32_t received() const { return received_; }  ///< results taken
  /// True when the agent has accepted the run: an error before that is not about a sample.
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] bool done() const { return received_ == options_.count; }
  /// Longest silence that the agent announced.
  [[nodiscard]] std::chrono::milliseconds quiet() const { return quiet_; }

  /// Stops the run; results not yet received are lost.
  ///   every error of rpc::Channel::call()
  Status cancel(Deadline deadline);

 private:
  /// Keeps the channel expecting this run's streams, for as long as it lives.
  class Hold {
   public:
    Hold(rpc::Channel& channel, std::uint8_t call) : channel_(&channel), call_(call) {
      channel.hold_call(call);
    }
    Hold(Hold&& other) noexcept
        : channel_(std::exchange(other.channel_, nullptr)), call_(other.call_) {}
    Hold& operator=(Hold&& other) noexcept {
      release(false);
      channel_ = std::exchange(other.channel_, nullptr);
      call_ = other.call_;
      return *this;
    }
    ~Hold() { release(false); }
    /// @p settled: nothing more of this run can come.
    void release(bool settled);

   private:
    rpc::Channel* channel_;
    std::uint8_t call_;
  };

  InferRun(Session& session, const InferOptions& options, std::vector<std::size_t> output_bytes,
           std::uint8_t call);
  [[nodiscard]] std::size_t most_pack_bytes() const;
  void queue_parts(std::uint32_t tensor, std::span<const std::uint8_t> bytes, bool last_tensor,
                   bool reset_state);
  void queue_pack();
  Status write_parts();
  /// In a quiet run: says nothing to what comes twice once all of the sample has left, and polls no
  /// more once the agent has all of it, until its result comes or is overdue. Returns when that is,
  /// or @p deadline if nothing is to be kept quiet.
  Deadline keep_quiet(Deadline deadline);
  Result<std::optional<SampleResult>> pull(Deadline deadline);
  Result<std::optional<SampleResult>> take_result();
  Result<bool> take_output(std::span<const std::uint8_t> body);
  Status add_bytes(std::uint32_t tensor, std::uint32_t offset, const std::string& data);
  Status check_complete() const;
  Status take_begin_reply(std::span<const std::uint8_t> body);
  void note_begun(std::uint32_t quiet_ms);
  Error take_error(std::span<const std::uint8_t> body);
  void start_result();
  /// Shortens the quiet time to what the results so far make likely.
  void learn_pace();
  [[nodiscard]] rpc::Channel& channel() const { return session_->channel(); }
  [[nodiscard]] std::uint32_t next_sample() const { return options_.first_sample + received_; }

  Session* session_;
  InferOptions options_;
  std::vector<std::size_t> output_bytes_;
  std::chrono::milliseconds quiet_{0};
  Deadline::Clock::time_point last_result_ = Deadline::Clock::now();
  Deadline::Clock::duration longest_gap_{0};  ///< between results, the first from begin()
  std::optional<Deadline> quiet_until_;       ///< of the sample that is being computed
  std::uint8_t call_;
  Hold hold_;
  bool begun_ = false;
  std::uint32_t sent_ = 0;
  std::uint32_t received_ = 0;
  std::deque<std::vector<std::uint8_t>> parts_;  ///< of the sample not yet in the send window
  std::string pack_;                             ///< whole samples that will share a message
  SampleResult result_;                          ///< being gathered
  bool answering_ = false;                       ///< some of it has come
  std::uint32_t blamed_sample_ = 0;              ///< that an error is about
  std::size_t tensor_ = 0;                       ///< output that the next bytes belong to
};

}  // namespace hil::session
