// SPDX-License-Identifier: Apache-2.0
// Channel: opening, sending, calls and time; receiving is in channel_receive.cpp.
#include "host/rpc/channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "host/link/line_rate.hpp"
#include "host/rpc/error_reply.hpp"

namespace hil::rpc {
namespace {

/// Most bytes of frames that wait for the link: few, so that acknowledgements are fresh.
constexpr std::size_t kMostOutBytes = 4096;
/// Largest frame sent, whatever the agent would take: keeps the send slots small.
constexpr std::uint16_t kMostSendPayload = 4096;
/// Broken frames in a row that an agent must get over without going back to its first rate. Polls,
/// which are short, go ahead of what is sent again: only frames of one window can do that.
constexpr std::size_t kBrokenFrames = 4;
/// Largest frame at a raised rate, so that so many of them stay below frame::kMostUnheardBytes.
constexpr std::size_t kMostRaisedPayload = 2016;
static_assert(kBrokenFrames * frame::max_wire_size(kMostRaisedPayload) < frame::kMostUnheardBytes);

std::uint32_t draw_session_id() {
  std::random_device device;
  std::uint32_t id = 0;
  while (id == 0)
    id = device();
  return id;
}

/// On a line with a rate a frame takes at most a sixth of a second: acknowledgements of results
/// wait behind it. The agent gathers results meanwhile, so that its window does not run dry.
constexpr std::uint32_t kFramesPerSecond = 6;
constexpr std::uint32_t kBitsPerByte = 10;
/// Kept under way beyond what two round trips take, in tenths of a second of the line.
constexpr double kSpareSeconds = 0.1;

frame::Limits clipped(frame::Limits peer) {
  peer.payload_bytes = std::min(peer.payload_bytes, kMostSendPayload);
  return peer;
}

/// Frames that hold one largest message behind a partial frame.
std::size_t message_frames(const frame::Limits& peer, std::size_t payload_bytes) {
  return peer.message_bytes / payload_bytes + 2;
}

/// Send slots: the agent's window, and room for one largest message in the smallest frames.
std::size_t slot_count(const frame::Limits& peer) {
  const auto least = std::min<std::size_t>(FrameSize::kLeast, peer.payload_bytes - 2u);
  return std::max<std::size_t>(peer.window, message_frames(peer, least));
}

double seconds_of(Deadline::Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Result<std::unique_ptr<Channel>> Channel::open(Link& link, const ChannelOptions& options,
                                               Deadline deadline) {
  ChannelOptions chosen = options;
  if (chosen.session == 0) chosen.session = draw_session_id();
  const OpenRequest request{chosen.board,         chosen.lease,      chosen.session,
                            chosen.open_interval, chosen.other_rate, chosen.stop};
  HIL_ASSIGN(const Opened opened, open_session(link, request, deadline));
  std::unique_ptr<Channel> channel(new Channel(link, chosen, opened));
  HIL_TRY(channel->take_bytes(opened.bytes_after));
  return channel;
}

Channel::Channel(Link& link, const ChannelOptions& options, const Opened& opened)
    : link_(link),
      options_(options),
      start_(opened.start),
      buffers_(clipped(opened.start.limits)),
      decoder_(buffers_.decode),
      endpoint_({buffers_.send_slots, buffers_.send_lengths, buffers_.receive}),
      reader_(kHostLimits.message_bytes),
      clock_(options.clock),
      counted_(opened.counted) {
  endpoint_.open(options.session, kHostLimits, clipped(opened.start.limits),
                 opened.start.abilities);
  clock_.measured(opened.round_trip);
  shape_frames();
}

Channel::Buffers::Buffers(const frame::Limits& peer)
    : send_slots(slot_count(peer) * frame::SelectiveSender::slot_size(peer.payload_bytes)),
      send_lengths(slot_count(peer)),
      receive(std::size_t{kHostLimits.window} * kHostLimits.payload_bytes),
      decode(frame::body_size(
          std::max<std::size_t>(kHostLimits.payload_bytes, frame::kMostControlBytes))) {}

Channel::~Channel() {
  close(Error{Blame::kBug, "the session has ended", ""});
}

void Channel::close(Error why) {
  if (failed_) return;
  std::array<std::uint8_t, frame::kMostControlBytes> payload;
  append(endpoint_.header_for(frame::Type::kClose),
         frame::write(frame::Close{frame::CloseReason::kDone, frame::kLinkVersion}, payload));
  // One try: a goodbye is not worth waiting for, the agent takes the next open without it.
  [[maybe_unused]] const auto written =
      link_.write(std::span<const std::uint8_t>(out_).subspan(out_at_));
  failed_ = std::move(why);
}

LinkStatistics Channel::statistics() const {
  LinkStatistics statistics = counted_;
  const frame::Counters& counters = endpoint_.counters();
  statistics.retransmitted_frames = counters.data_sent_again;
  statistics.device_duplicate_frames = counters.duplicates;
  statistics.resend_requests = counters.resends_asked + counters.resends_granted;
  statistics.device_resend_requests = counters.resends_granted;
  statistics.longest_silence =
      std::max<Clock::duration>(counted_.longest_silence, clock_.longest_silence());
  return statistics;
}

std::size_t Channel::most_body_bytes() const {
  return start_.limits.message_bytes - frame::kMessageHeadBytes;
}

bool Channel::can_send(std::size_t body_bytes) const {
  return body_bytes <= most_body_bytes() &&
         frame::kMessageHeadBytes + body_bytes <= endpoint_.writable();
}

Status Channel::send(frame::MessageHead head, std::span<const std::uint8_t> body) {
  if (failed_) return *failed_;
  if (!can_send(body.size())) {
    return Error{Blame::kBug,
                 fmt::format("a message of {} bytes was sent where it does not fit", body.size()),
                 ""};
  }
  head.body_bytes = static_cast<std::uint16_t>(body.size());
  std::array<std::uint8_t, frame::kMessageHeadBytes> bytes;
  frame::write(head, bytes);
  endpoint_.write(bytes);
  endpoint_.write(body);
  return {};
}

Status Channel::pump(Deadline deadline) {
  if (failed_) return *failed_;
  clock_.resume(Clock::now());
  const Status status = run_pump(deadline);
  clock_.pause(Clock::now());
  return status.ok() ? Status{} : fail(status.error());
}

Status Channel::run_pump(Deadline deadline) {
  news_ = false;
  HIL_TRY(take_messages());  // take() may have made room for them
  while (true) {
    HIL_TRY(flush(false));
    // Silence is judged by when the line was looked at, not by when what was found has been taken:
    // on a busy machine seconds may lie between.
    const auto looked = Clock::now();
    clock_.resume(looked);
    HIL_TRY(read_all());
    HIL_TRY(keep_time(looked));
    HIL_TRY(flush(true));
    if (news_ || deadline.expired()) return {};
    const auto wake = std::min(deadline.at(), clock_.next());
    HIL_TRY(link_.wait(out_at_ < out_.size(), Deadline::until(wake)));
    clock_.pause(std::min(wake, Clock::now()));
  }
}

Status Channel::flush(bool idle) {
  while (true) {
    gather_frames(idle);
    if (out_at_ == out_.size()) return {};
    HIL_ASSIGN(const std::size_t count,
               link_.write(std::span<const std::uint8_t>(out_).subspan(out_at_)));
    if (count == 0) return {};
    counted_.bytes_sent += count;
    out_at_ += count;
  }
}

void Channel::gather_frames(bool idle) {
  if (out_at_ == out_.size()) {
    out_.clear();
    out_at_ = 0;
  }
  clock_.set_due(is_due(), Clock::now());
  frame::Endpoint::Outgoing outgoing;
  // On a line with a rate one frame at a time: an acknowledgement behind several, gathered with
  // them, comes too late for the agent's window, which then waits with its results.
  const std::size_t most = link_.baud() == 0 ? kMostOutBytes : 1;
  while (out_.size() - out_at_ < most && endpoint_.next(outgoing, idle)) {
    if (outgoing.header.type == frame::Type::kData ||
        outgoing.header.type == frame::Type::kPlaced) {
      note_sent(outgoing.header, outgoing.payload.size());
    }
    if (outgoing.header.type == frame::Type::kPoll) reset_probed_ = true;
    append(outgoing.header, outgoing.payload);
  }
}

void Channel::append(const frame::Header& header, std::span<const std::uint8_t> payload) {
  const std::size_t at = out_.size();
  out_.resize(at + frame::max_wire_size(payload.size()));
  const std::size_t size =
      frame::encode(header, payload, std::span<std::uint8_t>(out_).subspan(at));
  out_.resize(at + size);
  ++counted_.frames_sent;
}

void Channel::note_sent(const frame::Header& header, std::size_t bytes) {
  time_frame(header);
  const std::uint64_t again = endpoint_.counters().data_sent_again;
  frame_size_.sent(bytes, again != sent_again_);
  sent_again_ = again;
  shape_frames();
}

/// Of the stream: its place, where a frame says it, takes two bytes of what the agent takes.
std::size_t Channel::most_payload() const {
  const bool placed = (start_.abilities & frame::kTakesPlaced) != 0;
  const std::size_t taken =
      clipped(start_.limits).payload_bytes - (placed ? frame::kPlaceBytes : std::size_t{0});
  const std::size_t most =
      frame_limit_ == 0 ? taken
                        : std::clamp(frame_limit_, std::min(FrameSize::kLeast, taken), taken);
  const std::uint32_t baud = link_.baud();
  if (baud == 0) return most;
  const std::size_t bound = is_raised() ? std::min(most, kMostRaisedPayload) : most;
  return std::clamp<std::size_t>(baud / kBitsPerByte / kFramesPerSecond,
                                 std::min(FrameSize::kLeast, bound), bound);
}

/// Frames as large as the line's rate and its losses make best, and no more of them under way than
/// keep it busy: what waits behind them (a cancel) and what is lost with them costs little.
void Channel::shape_frames() {
  const std::size_t payload = frame_size_.best(most_payload());
  const std::size_t message = message_frames(start_.limits, payload);
  std::size_t in_flight = frame::kMostWindow;
  if (const std::uint32_t baud = link_.baud(); baud != 0) {
    const double seconds = 2 * seconds_of(clock_.round_trip()) + kSpareSeconds;
    const double bytes = std::min(seconds * baud / kBitsPerByte, 1e6);
    in_flight = 2 + static_cast<std::size_t>(bytes) / payload;
  }
  const std::size_t window = std::min<std::size_t>(start_.limits.window, in_flight);
  endpoint_.sender().shape(payload, std::max(window, message), in_flight);
}

void Channel::limit_frames(std::size_t payload_bytes) {
  if (frame_limit_ == payload_bytes) return;
  frame_limit_ = payload_bytes;
  shape_frames();
}

void Channel::line_changed() {
  frame_size_.forget();
  timed_from_.reset();
  shape_frames();
}

/// Times one frame at a time from its leaving to its acknowledgement. A frame that is sent again
/// says nothing (which of the two was acknowledged?), so its timing is dropped: Karn's rule.
void Channel::time_frame(const frame::Header& header) {
  if (!timed_from_) {
    timed_from_ = Clock::now();
    timed_seq_ = header.seq;
  } else if (header.seq == timed_seq_) {
    timed_from_.reset();
  }
}

bool Channel::is_due() const {
  return endpoint_.waiting() || call_.call != 0 || streams_expected_ || reset_doubt_;
}

Status Channel::keep_time(Clock::time_point now) {
  clock_.set_due(is_due(), now);
  if (const std::uint32_t baud = link_.baud(); baud != 0) {
    const std::size_t bytes = endpoint_.sender().bytes_in_flight();
    clock_.set_line_time(std::chrono::microseconds(10'000'000ull * bytes / baud));
  }
  if (clock_.silent(now) && !return_to_first_rate(now)) {
    counted_.longest_silence = clock_.silence(now);  // the clock counts those that have ended
    return silence_error(now);
  }
  if (clock_.poll_due(now)) {
    endpoint_.poll();
    clock_.polled(now);
    ++counted_.polls;
    timed_from_.reset();
  }
  return {};
}

void Channel::expect_streams(bool expected) {
  streams_expected_ = expected;
}

void Channel::set_quiet(std::chrono::milliseconds quiet) {
  quiet_asked_ = quiet;
  quiet_announced_ = std::chrono::milliseconds(0);
  apply_quiet();
}

void Channel::apply_quiet() {
  clock_.set_quiet(std::max(quiet_asked_, quiet_announced_));
}

bool Channel::is_raised() const {
  return first_baud_ != 0 && !rate_fits(first_baud_, link_.baud());
}

/// At a raised rate an agent that has reset since, or has heard nothing but noise for long, is only
/// heard at the rate it starts with: its notice, or its answer to a poll, tells which it was.
bool Channel::return_to_first_rate(Clock::time_point now) {
  constexpr std::chrono::milliseconds kTimeToListen{500};
  if (!is_raised()) return false;
  if (!link_.set_baud(first_baud_).ok()) return false;
  line_changed();
  out_.push_back(frame::kDelimiter);  // ends what the agent has heard at the wrong rate
  clock_.heard(now - clock_.silence(now) + kTimeToListen);
  clock_.progressed(now);
  endpoint_.poll();
  ++counted_.polls;
  return true;
}

Status Channel::fail(Error error) {
  failed_ = std::move(error);
  return *failed_;
}

Error Channel::silence_error(Clock::time_point now) const {
  return Error{Blame::kLink,
               fmt::format("no answer from {} for {:.1f} s", options_.board,
                           seconds_of(clock_.silence(now))),
               "check that the board has power and the cable is in; a hung agent needs a reset"};
}

Result<Message> Channel::call(Service service, std::uint8_t method,
                              std::span<const std::uint8_t> body, Deadline deadline) {
  HIL_TRY(wait_for_room(body.size(), deadline));
  HIL_ASSIGN(const std::uint8_t id, next_call_id());
  const frame::MessageHead head{0, service, method, Kind::kRequest, id};
  HIL_TRY(send(head, body));
  push();
  call_ = head;
  const Status status = wait_for_reply(deadline);
  call_ = {};
  if (!status.ok()) return status.error();
  const Message reply = *std::exchange(reply_, std::nullopt);
  if (reply.head.kind == Kind::kError) return error_of_reply(reply.body);
  return reply;
}

Result<std::uint8_t> Channel::start_call(Service service, std::uint8_t method,
                                         std::span<const std::uint8_t> body, Deadline deadline) {
  HIL_TRY(wait_for_room(body.size(), deadline));
  HIL_ASSIGN(const std::uint8_t id, next_call_id());
  HIL_TRY(send({0, service, method, Kind::kRequest, id}, body));
  hold_call(id);
  started_.set(id);
  return id;
}

Status Channel::wait_for_room(std::size_t body_bytes, Deadline deadline) {
  if (failed_) return *failed_;
  if (body_bytes > most_body_bytes()) {
    return Error{Blame::kBug,
                 fmt::format("a request of {} bytes is longer than the agent takes ({})",
                             body_bytes, most_body_bytes()),
                 ""};
  }
  const auto began = Clock::now();
  while (!can_send(body_bytes)) {
    push();
    if (deadline.expired()) return late_error(began);
    HIL_TRY(pump(deadline));
  }
  return {};
}

Status Channel::wait_for_reply(Deadline deadline) {
  const auto began = Clock::now();
  while (!reply_) {
    HIL_TRY(pump(deadline));
    if (reply_) break;
    if (inbox_full()) {
      return fail(
          Error{Blame::kDevice,
                fmt::format("the agent sent {} messages that nobody asked for", inbox_.size()),
                "reset the board"});
    }
    if (deadline.expired()) {
      abandoned_.set(call_.call);
      return late_error(began);
    }
  }
  return {};
}

Error Channel::late_error(Clock::time_point since) const {
  return Error{Blame::kDevice,
               fmt::format("no reply from {} within {:.1f} s, though its link is alive",
                           options_.board, seconds_of(Clock::now() - since)),
               "allow more time, or reset the board"};
}

Result<std::uint8_t> Channel::next_call_id() {
  for (int i = 0; i < frame::kMostCallId; ++i) {
    last_call_ = static_cast<std::uint8_t>(last_call_ % frame::kMostCallId + 1);  // 1..63
    if (!held_.test(last_call_) && !abandoned_.test(last_call_)) return last_call_;
  }
  return Error{Blame::kDevice, "the agent has left too many calls without a reply",
               "reset the board"};
}

void Channel::drop_call(std::uint8_t call, bool settled) {
  held_.reset(call);
  abandoned_.set(call, !settled);
}

}  // namespace hil::rpc
