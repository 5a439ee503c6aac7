// SPDX-License-Identifier: Apache-2.0
// InferRun: cuts samples into messages, puts results together and checks them.
#include "host/session/infer_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/rpc/error_reply.hpp"
#include "host/rpc/typed_call.hpp"
#include "host/session/profile_client.hpp"
#include "protocol/frame/crc32.hpp"
#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/infer.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

/// Samples take alike: a silence so many times longer than any before is not computing.
constexpr int kPaceMargin = 5;

/// A quiet run's result is not overdue before this, however fast the ones before it came.
constexpr std::chrono::milliseconds kLeastQuiet{500};

/// Of an InferInput besides its bytes: five tags, two 32-bit numbers, a length below 2^16, two
/// flags.
constexpr std::size_t kInputOverhead = 5 + 5 + 5 + 3 + 2;
/// The last samples leave in frames of their own, so that the agent has computed the ones before
/// when the last one comes.
constexpr std::uint32_t kOwnFrames = 4;
/// Agents from this minor of the protocol on drop the samples of a run that they have refused, and
/// take several samples in one message.
constexpr std::uint32_t kStreamingMinor = 2;
/// Samples share a message up to so many bytes: its 7 bytes then cost 0.4 %. No larger, because the
/// agent begins with a message when it has all of it; and no more than this part of its memory.
constexpr std::size_t kMostPackBytes = 2000;
constexpr std::size_t kPacksInMemory = 4;
/// Longest silence that an agent is believed to need.
constexpr std::uint32_t kMostQuietMs = 3'600'000;

Error broken(std::string what) {
  return Error{Blame::kDevice, std::move(what),
               "run it again; if it happens again, flash the agent again and report it"};
}

Status add_trace(const AgentInfo& agent, const InferOptions& options,
                 v1::InferBeginRequest& request) {
  const TraceOptions& trace = *options.trace;
  HIL_TRY(check_traces(agent, trace));
  if (trace.stop_after && options.count != 1) {
    return Error{Blame::kBug, "a run of several samples was to stop behind an operator", ""};
  }
  v1::TraceOptions& wanted = *request.mutable_trace();
  wanted.set_first(trace.first);
  wanted.set_stride(trace.stride);
  wanted.set_count(trace.count);
  wanted.set_ticks(trace.ticks);
  wanted.set_digests(trace.digests);
  wanted.set_stop_after(trace.stop_after);
  return {};
}

}  // namespace

void InferRun::Hold::release(bool settled) {
  if (channel_ == nullptr) return;
  channel_->expect_streams(false);
  channel_->hush(false);
  channel_->set_quiet(std::chrono::milliseconds(0));
  channel_->limit_frames(0);
  channel_->drop_call(call_, settled);
  channel_ = nullptr;
}

Result<InferRun> InferRun::begin(Session& session, const InferOptions& options,
                                 std::vector<std::size_t> output_bytes, Deadline deadline) {
  if (options.count == 0) return Error{Blame::kBug, "a run of 0 samples was asked for", ""};
  v1::InferBeginRequest request;
  request.set_first_sample(options.first_sample);
  request.set_count(options.count);
  request.set_budget_ms(options.budget_ms);
  request.set_crc_only(options.crc_only);
  request.set_reset_state(options.reset_state);
  request.set_quiet(options.quiet);
  if (options.quiet) HIL_TRY(check_profiles(session.agent()));
  if (options.trace) HIL_TRY(add_trace(session.agent(), options, request));
  rpc::Channel& channel = session.channel();
  if (!options.quiet && !options.trace && session.agent().protocol_minor >= kStreamingMinor) {
    HIL_ASSIGN(const std::uint8_t call, channel.start_call(Service::kInfer, method::kInferBegin,
                                                           rpc::bytes_of(request), deadline));
    return InferRun(session, options, std::move(output_bytes), call);
  }
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::InferBeginReply>(channel, Service::kInfer, method::kInferBegin, request,
                                            deadline));
  InferRun run(session, options, std::move(output_bytes), reply.call);
  run.note_begun(reply.body.quiet_ms());
  return run;
}

void InferRun::note_begun(std::uint32_t quiet_ms) {
  begun_ = true;
  quiet_ = std::chrono::milliseconds(std::min(quiet_ms, kMostQuietMs));
  channel().set_quiet(quiet_);
}

Status InferRun::take_begin_reply(std::span<const std::uint8_t> body) {
  HIL_ASSIGN(const auto reply, rpc::parse<v1::InferBeginReply>(body));
  if (begun_) return broken("the agent accepted a run twice");
  note_begun(reply.quiet_ms());
  return {};
}

void InferRun::learn_pace() {
  const auto now = Deadline::Clock::now();
  longest_gap_ = std::max(longest_gap_, now - last_result_);
  last_result_ = now;
  const auto expected = std::chrono::ceil<std::chrono::milliseconds>(kPaceMargin * longest_gap_);
  channel().set_quiet(std::min(quiet_, expected));
}

InferRun::InferRun(Session& session, const InferOptions& options,
                   std::vector<std::size_t> output_bytes, std::uint8_t call)
    : session_(&session),
      options_(options),
      output_bytes_(std::move(output_bytes)),
      call_(call),
      hold_(session.channel(), call) {
  start_result();
}

bool InferRun::wants_input() const {
  return sent_ < options_.count && parts_.empty() && (!options_.quiet || received_ == sent_);
}

Status InferRun::send(std::span<const std::vector<std::uint8_t>> inputs, bool reset_state) {
  if (!wants_input() || inputs.empty()) {
    return Error{Blame::kBug, "a sample was sent that the run did not want", ""};
  }
  const bool near_end = options_.count - sent_ <= kOwnFrames;
  if (inputs.size() == 1 && !reset_state && !near_end &&
      2 * inputs.front().size() <= most_pack_bytes()) {
    if (pack_.size() + inputs.front().size() > most_pack_bytes()) queue_pack();
    pack_.append(inputs.front().begin(), inputs.front().end());
  } else {
    queue_pack();
    HIL_TRY(write_parts());
    if (near_end && !options_.quiet) {
      channel().limit_frames(inputs.back().size() + kInputOverhead);
      channel().push();
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      queue_parts(static_cast<std::uint32_t>(i), inputs[i], i + 1 == inputs.size(),
                  reset_state && i == 0);
    }
  }
  ++sent_;
  channel().expect_streams(true);
  return write_parts();
}

/// Room for samples that share a message; 0: none may.
std::size_t InferRun::most_pack_bytes() const {
  if (options_.quiet || session_->agent().protocol_minor < kStreamingMinor) return 0;
  const frame::Limits& agent = session_->start().limits;
  const std::size_t memory = std::size_t{agent.window} * agent.payload_bytes;
  return std::min(
      {kMostPackBytes, memory / kPacksInMemory, channel().most_body_bytes() - kInputOverhead});
}

/// Puts the samples that share a message behind the parts that wait.
void InferRun::queue_pack() {
  if (pack_.empty()) return;
  v1::InferInput part;
  part.set_data(std::exchange(pack_, {}));
  parts_.push_back(rpc::bytes_of(part));
}

void InferRun::queue_parts(std::uint32_t tensor, std::span<const std::uint8_t> bytes,
                           bool last_tensor, bool reset_state) {
  const std::size_t most = channel().most_body_bytes() - kInputOverhead;
  std::size_t offset = 0;
  do {
    const std::size_t count = std::min(most, bytes.size() - offset);
    v1::InferInput part;
    part.set_tensor(tensor);
    part.set_offset(static_cast<std::uint32_t>(offset));
    part.set_data(bytes.data() + offset, count);
    part.set_reset_state(reset_state && offset == 0);
    offset += count;
    part.set_more(!last_tensor || offset < bytes.size());
    parts_.push_back(rpc::bytes_of(part));
  } while (offset < bytes.size());
}

/// Moves parts into the send window as far as they fit. Frames are not pushed, so that the next
/// sample shares the last one's frame.
Status InferRun::write_parts() {
  const frame::MessageHead head{0, Service::kInfer, method::kInferInput, Kind::kStream, call_};
  while (!parts_.empty() && channel().can_send(parts_.front().size())) {
    HIL_TRY(channel().send(head, parts_.front()));
    parts_.pop_front();
  }
  return {};
}

Result<std::optional<SampleResult>> InferRun::receive(Deadline deadline) {
  auto result = pull(deadline);
  if (!result.ok()) {
    if (!begun_) return result.error();
    return result.error().within(fmt::format("sample {}", blamed_sample_));
  }
  return result;
}

Result<std::optional<SampleResult>> InferRun::pull(Deadline deadline) {
  const bool caller_has_none = wants_input();
  while (true) {
    HIL_TRY(write_parts());
    if (caller_has_none && !deadline.expired()) {
      queue_pack();
      HIL_TRY(write_parts());
    }
    const bool last = sent_ == options_.count || options_.quiet;
    const bool all_written = last && parts_.empty();
    if (all_written || (caller_has_none && !deadline.expired())) channel().push();
    HIL_ASSIGN(auto result, take_result());
    if (result || done()) return result;
    if (wants_input() && !caller_has_none) return std::optional<SampleResult>{};
    const bool last_look = deadline.expired();
    HIL_TRY(channel().pump(keep_quiet(deadline)));
    if (last_look) return take_result();
  }
}

Deadline InferRun::keep_quiet(Deadline deadline) {
  if (!options_.quiet || received_ == sent_) return deadline;
  const bool all_sent = parts_.empty() && !answering_;
  if (!quiet_until_ && all_sent && !channel().in_flight()) {
    const auto learned =
        std::max<Deadline::Clock::duration>(kPaceMargin * longest_gap_, kLeastQuiet);
    quiet_until_ = Deadline::after(
        received_ == 0 ? quiet_ : std::min<Deadline::Clock::duration>(quiet_, learned));
  }
  const bool overdue = quiet_until_ && quiet_until_->expired();
  // The agent may begin before its last acknowledgement is here. Every frame of the sample has said
  // that the result before it has come, so that to say it once more helps nobody.
  channel().hush(all_sent && !overdue);
  const bool still = quiet_until_ && !overdue && !answering_;
  channel().expect_streams(!still);
  return still ? Deadline::earlier(deadline, *quiet_until_) : deadline;
}

Result<std::optional<SampleResult>> InferRun::take_result() {
  while (const auto message = channel().take()) {
    if (message->head.call != call_) continue;  // of a call that has ended
    if (message->head.kind == Kind::kError) return take_error(message->body);
    if (message->head.kind == Kind::kReply) {
      HIL_TRY(take_begin_reply(message->body));
      continue;
    }
    if (!begun_ || message->head.service != Service::kInfer ||
        message->head.method != method::kInferOutput) {
      return broken("the agent sent something else than results during a run");
    }
    HIL_ASSIGN(const bool complete, take_output(message->body));
    if (!complete) continue;
    ++received_;
    quiet_until_.reset();
    channel().hush(false);
    channel().expect_streams(sent_ > received_);
    learn_pace();
    if (done()) hold_.release(true);
    SampleResult result = std::move(result_);
    start_result();
    return std::optional<SampleResult>(std::move(result));
  }
  return std::optional<SampleResult>{};
}

Error InferRun::take_error(std::span<const std::uint8_t> body) {
  v1::ErrorReply reply;
  if (reply.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    blamed_sample_ = std::max(next_sample(), reply.sample());  // earlier ones are done
  }
  return rpc::error_of_reply(body);
}

void InferRun::start_result() {
  blamed_sample_ = next_sample();
  result_ = SampleResult{};
  result_.sample = next_sample();
  answering_ = false;
  if (!options_.crc_only) result_.outputs.resize(output_bytes_.size());
  tensor_ = 0;
}

/// Takes one part of an output; true if it was the last of its sample.
Result<bool> InferRun::take_output(std::span<const std::uint8_t> body) {
  HIL_ASSIGN(const v1::InferOutput part, rpc::parse<v1::InferOutput>(body));
  if (part.sample() != result_.sample || received_ >= sent_) {
    return broken(fmt::format("the agent sent a result of sample {} instead", part.sample()));
  }
  answering_ = true;
  if (!part.data().empty()) HIL_TRY(add_bytes(part.tensor(), part.offset(), part.data()));
  if (part.more()) return false;
  result_.device_ticks = part.device_ticks();
  result_.crc32 = part.crc32();
  result_.overlap_bytes = part.overlap_bytes();
  result_.stopped = part.stopped();
  if (result_.stopped != (options_.trace && options_.trace->stop_after)) {
    return broken(result_.stopped ? "the agent stopped an inference that was to go on"
                                  : "the agent did not stop the inference where it was to");
  }
  if (result_.stopped) {
    result_.outputs.clear();
  } else if (!options_.crc_only) {
    HIL_TRY(check_complete());
  }
  return true;
}

/// Bytes come in the order of outputs and offsets, without gaps.
Status InferRun::add_bytes(std::uint32_t tensor, std::uint32_t offset, const std::string& data) {
  if (options_.crc_only) return broken("the agent sent output bytes, but only digests were wanted");
  while (tensor_ < output_bytes_.size() &&
         result_.outputs[tensor_].size() == output_bytes_[tensor_])
    ++tensor_;
  const bool in_order = tensor == tensor_ && tensor < output_bytes_.size() &&
                        offset == result_.outputs[tensor].size();
  if (!in_order || data.size() > output_bytes_[tensor] - offset) {
    return broken(
        fmt::format("the agent sent {} bytes at {} of output {}, which do not belong there",
                    data.size(), offset, tensor));
  }
  result_.outputs[tensor].insert(result_.outputs[tensor].end(), data.begin(), data.end());
  return {};
}

Status InferRun::check_complete() const {
  frame::Crc32 crc;
  for (std::size_t i = 0; i < output_bytes_.size(); ++i) {
    if (result_.outputs[i].size() != output_bytes_[i]) {
      return broken(fmt::format("the agent sent {} of the {} bytes of output {}",
                                result_.outputs[i].size(), output_bytes_[i], i));
    }
    crc.update(result_.outputs[i]);
  }
  if (crc.value() != result_.crc32) {
    return broken(fmt::format("the outputs have digest {:08x}, the agent computed {:08x}",
                              crc.value(), result_.crc32));
  }
  return {};
}

Status InferRun::cancel(Deadline deadline) {
  parts_.clear();
  pack_.clear();
  hold_.release(false);  // results that still come are thrown away, so that they can't block
  while (channel().take()) {
  }
  channel().set_quiet(quiet_);
  v1::CancelRequest request;
  request.set_call(call_);
  const auto reply =
      rpc::call<v1::CancelReply>(channel(), Service::kCancel, method::kCancel, request, deadline);
  channel().set_quiet(std::chrono::milliseconds(0));
  if (!reply.ok()) return reply.error().within("stopping the run");
  channel().drop_call(call_, true);
  return {};
}

}  // namespace hil::session
