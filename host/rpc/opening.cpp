// SPDX-License-Identifier: Apache-2.0
// The handshake: repeats the open frame and looks for the answer in whatever the line brings.
#include "host/rpc/opening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "host/rpc/printable.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"

namespace hil::rpc {
namespace {

using Clock = Deadline::Clock;

/// The open, counted from 1, ahead of which the first burst goes.
constexpr unsigned kFirstBurst = 3;
constexpr unsigned kBurstEvery = 3;
constexpr std::chrono::milliseconds kHaste{50};
/// A UART at another rate sees at least one byte for each of ours, but for the first few.
constexpr std::size_t kMoreToBeSure = 512;
/// Edges in every second bit: a faster UART sees several bytes in one.
constexpr std::uint8_t kNoise = 0x55;

constexpr const char* kOtherAgent = "put the agent that belongs to this hilbench on the board";

class Handshake {
 public:
  Handshake(Link& link, const OpenRequest& request)
      : link_(link),
        request_(request),
        buffer_(frame::body_size(frame::kMostControlBytes + kHostLimits.payload_bytes)),
        decoder_(buffer_) {}

  Result<Opened> run(Deadline deadline) {
    HIL_TRY(send(std::array<std::uint8_t, 1>{frame::kDelimiter}, deadline));
    while (!accepted_) {
      if (burst_due()) HIL_TRY(send_burst(deadline));
      if (accepted_) break;
      HIL_TRY(send_open(deadline));
      const Deadline again = Deadline::after(interval());
      while (!accepted_ && !again.expired() && !deadline.expired()) {
        HIL_TRY(listen(Deadline::earlier(again, deadline)));
      }
      if (!accepted_ && deadline.expired()) return no_answer();
      if (!accepted_ && is_stopped()) return stopped();
    }
    return std::move(opened_);
  }

 private:
  /// An agent that is probably at another rate is not waited for long before it is told so.
  [[nodiscard]] Clock::duration interval() const {
    const bool hasty = request_.other_rate && opens_ == 1;
    return hasty ? std::min<Clock::duration>(request_.interval, kHaste) : request_.interval;
  }

  [[nodiscard]] bool burst_due() {
    const unsigned first = request_.other_rate ? kFirstBurst - 1 : kFirstBurst;
    ++opens_;
    return link_.baud() != 0 && opens_ >= first && (opens_ - first) % kBurstEvery == 0;
  }

  /// No frame at any rate. A late answer to an open before it ends it.
  Status send_burst(Deadline deadline) {
    std::vector<std::uint8_t> burst(frame::kMostUnheardBytes + kMoreToBeSure, kNoise);
    burst.back() = frame::kDelimiter;
    std::span<const std::uint8_t> left(burst);
    while (!left.empty() && !accepted_ && !deadline.expired() && !is_stopped()) {
      HIL_ASSIGN(const std::size_t count, link_.write(left));
      opened_.counted.bytes_sent += count;
      left = left.subspan(count);
      HIL_TRY(listen(Deadline::after({})));
      if (count == 0) HIL_TRY(link_.wait(true, deadline));
    }
    return {};
  }

  Status send_open(Deadline deadline) {
    std::array<std::uint8_t, frame::kMostControlBytes> payload;
    std::array<std::uint8_t, frame::max_wire_size(frame::kMostControlBytes)> wire;
    const frame::Open open{request_.session, request_.lease, kHostLimits};
    frame::Header header;
    header.type = frame::Type::kOpen;
    header.session = static_cast<std::uint8_t>(request_.session);
    const std::size_t size = frame::encode(header, frame::write(open, payload), wire);
    sent_at_ = Clock::now();
    ++opened_.counted.frames_sent;
    return send(std::span<const std::uint8_t>(wire).first(size), deadline);
  }

  Status send(std::span<const std::uint8_t> bytes, Deadline deadline) {
    while (!bytes.empty()) {
      HIL_ASSIGN(const std::size_t count, link_.write(bytes));
      opened_.counted.bytes_sent += count;
      bytes = bytes.subspan(count);
      if (bytes.empty()) break;
      if (deadline.expired()) return blocked();
      HIL_TRY(link_.wait(true, deadline));
    }
    return {};
  }

  Status listen(Deadline deadline) {
    std::array<std::uint8_t, 4096> bytes;
    HIL_ASSIGN(const std::size_t count, link_.read(bytes, deadline));
    opened_.counted.bytes_received += count;
    for (std::size_t i = 0; i < count && !accepted_; ++i) {
      HIL_TRY(take(decoder_.push(bytes[i])));
      if (accepted_) opened_.bytes_after.assign(&bytes[i] + 1, bytes.data() + count);
    }
    return {};
  }

  Status take(frame::Decoder::Event event) {
    using Event = frame::Decoder::Event;
    LinkStatistics& counted = opened_.counted;
    if (event == Event::kNone) return {};
    if (event == Event::kFrame) {
      ++counted.frames_received;
      const auto body = decoder_.body();
      return take_frame(frame::header_of(body), body.subspan(frame::kHeaderBytes));
    }
    // What was half under way when we opened the line is not counted as an error of the session.
    counted.discarded_bytes += decoder_.last_raw_bytes() + 1;
    return {};
  }

  Status take_frame(const frame::Header& header, std::span<const std::uint8_t> payload) {
    if (header.type == frame::Type::kClose) {
      const auto close = frame::read_close(payload);
      if (close) return judge(*close);
    }
    if (header.type == frame::Type::kAccept && header.version == frame::kLinkVersion) {
      const auto accept = frame::read_accept(payload);
      if (accept && accept->session == request_.session) take_accept(*accept);
    }
    return {};  // anything else belongs to an earlier session
  }

  void take_accept(const frame::Accept& accept) {
    accepted_ = true;
    opened_.round_trip = Clock::now() - sent_at_;
    const std::string note(accept.crash_note.begin(), accept.crash_note.end());
    opened_.start = AgentStart{accept.boot_count, accept.reset_cause, accept.agent, printable(note),
                               accept.abilities};
  }

  [[nodiscard]] Status judge(const frame::Close& close) const {
    if (close.reason == frame::CloseReason::kVersion) {
      return Error{Blame::kDevice,
                   fmt::format("the agent on {} speaks link version {}, this host speaks {}",
                               request_.board, close.version, frame::kLinkVersion),
                   close.version < frame::kLinkVersion
                       ? kOtherAgent
                       : "use the hilbench that the agent belongs to, or put this one's agent on "
                         "the board"};
    }
    if (close.reason == frame::CloseReason::kMalformed) {
      return Error{Blame::kDevice,
                   fmt::format("the agent on {} found the opening malformed", request_.board),
                   kOtherAgent};
    }
    return {};  // the end of an earlier session
  }

  [[nodiscard]] double waited_s() const {
    return std::chrono::duration<double>(Clock::now() - began_).count();
  }

  /// An agent that is there answers before this looks at the wish to stop.
  [[nodiscard]] bool is_stopped() const {
    return request_.stop != nullptr && request_.stop->requested() && waited_s() > 1;
  }

  [[nodiscard]] Error stopped() const {
    return Error{Blame::kUser,
                 fmt::format("stopped while {} on {} did not answer", request_.board, link_.name()),
                 ""};
  }

  /// Where opens have left before, it is the board that reads no more of them.
  [[nodiscard]] Error blocked() const {
    if (opened_.counted.frames_sent > 1) return no_answer();
    return Error{Blame::kLink,
                 fmt::format("the line to {} on {} took no bytes for {:.1f} s", request_.board,
                             link_.name(), waited_s()),
                 "unplug the board and plug it in again; see that no other program holds its port"};
  }

  [[nodiscard]] Error no_answer() const {
    const auto& counted = opened_.counted;
    std::string seen = "nothing came back";
    std::string hint = "check that the board has power, runs the agent, and is on this line";
    if (counted.frames_received != 0) {
      seen = "only frames of another session came back";
      hint = "reset the board";
    } else if (counted.bytes_received != 0) {
      seen = fmt::format("{} bytes came back, none of them a valid frame", counted.bytes_received);
      hint = "check the baud rate, and that the board runs the hilbench agent";
    }
    return Error{Blame::kLink,
                 fmt::format("no answer from {} on {} for {:.1f} s: {}", request_.board,
                             link_.name(), waited_s(), seen),
                 hint};
  }

  Link& link_;
  const OpenRequest& request_;
  std::vector<std::uint8_t> buffer_;
  frame::Decoder decoder_;
  Opened opened_{};
  const Clock::time_point began_ = Clock::now();
  Clock::time_point sent_at_{};
  bool accepted_ = false;
  unsigned opens_ = 0;  ///< those begun
};

}  // namespace

Result<Opened> open_session(Link& link, const OpenRequest& request, Deadline deadline) {
  return Handshake(link, request).run(deadline);
}

}  // namespace hil::rpc
