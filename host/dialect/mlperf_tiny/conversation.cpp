// SPDX-License-Identifier: Apache-2.0
// Conversation: writing a command, gathering lines until m-ready, telling silence from work.
#include "host/dialect/mlperf_tiny/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "host/dialect/mlperf_tiny/protocol.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

using Clock = Deadline::Clock;

/// How long a wish to stop may go unseen.
constexpr std::chrono::milliseconds kLook{200};
/// Most of a command that an error quotes.
constexpr std::size_t kQuoted = 24;
/// Most bytes of one answer: `db print` of the largest buffer takes 122,000.
constexpr std::uint64_t kMostAnswerBytes = 256 * 1024;
/// Most time of one answer, besides computing; that one takes 127 s at 9,600 baud.
constexpr std::chrono::minutes kMostAnswerTime{5};
/// Most bytes that are read before a command because they are there.
constexpr std::size_t kMostPending = 64 * 1024;
constexpr const char* kCheckLine =
    "check the cable, the baud rate and that nobody else uses the port";

std::string quoted(std::string_view command) {
  if (command.size() <= kQuoted) return fmt::format("'{}'", command);
  return fmt::format("'{}...'", command.substr(0, kQuoted));
}

/// Lines that only an answer has.
bool answers(const Reply& reply) {
  return reply.kind != ReplyKind::kText && reply.kind != ReplyKind::kMessage;
}

}  // namespace

/// Everything that came after one command.
struct Conversation::Answer {
  Replies replies;
  std::optional<Error> fault;  ///< the first one
  unsigned stamps = 0;
  bool began = false, done = false;

  /// Whether the board may be at work, so that its silence means nothing.
  [[nodiscard]] bool computing() const { return began && !done; }

  void take(TimedReply timed, std::string_view command) {
    const ReplyKind kind = timed.reply.kind;
    began = true;
    if (kind == ReplyKind::kStamp) ++stamps;
    done = done || stamps >= 2 || kind == ReplyKind::kInferDone || kind == ReplyKind::kResults ||
           kind == ReplyKind::kError;
    if (kind == ReplyKind::kGarbled) {
      blame({Blame::kLink,
             fmt::format("a garbled line in the answer to {}: {}", quoted(command),
                         quoted(timed.reply.text)),
             kCheckLine});
    }
    if (kind == ReplyKind::kError || kind == ReplyKind::kTooLarge) {
      const bool error = kind == ReplyKind::kError;
      blame({Blame::kDevice,
             fmt::format("the board answers {} with {}{}{}", quoted(command), error ? "e-[" : "'",
                         timed.reply.text, error ? "]" : "'"),
             "check that the dataset has the samples that this firmware's model takes"});
    }
    replies.push_back(std::move(timed));
  }

  void blame(Error error) {
    if (!fault) fault = std::move(error);
  }
};

Conversation::Conversation(Link& link, std::chrono::milliseconds silence,
                           std::function<bool()> stopped)
    : link_(link), silence_(silence), stopped_(std::move(stopped)), last_byte_(Clock::now()) {}

Result<Replies> Conversation::exchange(std::string_view command,
                                       std::chrono::milliseconds computing) {
  HIL_TRY(check_in_step());
  HIL_TRY(send(command));
  ++traffic_.commands;
  const Deadline patience = Deadline::after(computing + silence_);
  last_byte_ = Clock::now();
  const std::uint64_t most_bytes = traffic_.bytes_received + kMostAnswerBytes;
  Answer answer;
  const Deadline end = Deadline::after(computing + kMostAnswerTime);
  while (traffic_.bytes_received < most_bytes && !end.expired()) {
    const bool may_compute = computing.count() > 0 && answer.computing();
    const Deadline lost = Deadline::until(last_byte_ + silence_);
    const auto before = last_byte_;
    HIL_ASSIGN(auto reply, next(may_compute ? patience : lost));
    if (!may_compute) {
      traffic_.longest_silence = std::max(traffic_.longest_silence, last_byte_ - before);
    }
    if (!reply && Clock::now() < last_byte_ + silence_) continue;  // part of a line came
    if (!reply) break;
    if (reply->reply.kind == ReplyKind::kReady) {
      if (answer.fault) return *answer.fault;
      return std::move(answer.replies);
    }
    answer.take(*std::move(reply), command);
  }
  ++traffic_.lost_replies;
  if (answer.fault) return *answer.fault;
  return Error{Blame::kLink,
               fmt::format("{} on {} was not answered to the end", quoted(command), link_.name()),
               kCheckLine};
}

Status Conversation::check_in_step() {
  HIL_TRY(check_stopped());
  for (std::size_t pending = 0; pending < kMostPending;) {
    HIL_ASSIGN(const std::size_t count, read(Deadline::until(Clock::now())));
    if (count == 0) break;
    pending += count;
  }
  bool in_step = true;
  while (const auto line = lines_.next()) {
    const Reply reply = parse_reply(*line);
    count(reply);
    in_step = in_step && !answers(reply);
  }
  if (in_step) return {};
  return Error{Blame::kLink,
               fmt::format("an answer came on {} that nobody had asked for", link_.name()),
               kCheckLine};
}

Status Conversation::send(std::string_view command) {
  std::string text(command);
  text.push_back(kTerminator);
  std::span<const std::uint8_t> rest(reinterpret_cast<const std::uint8_t*>(text.data()),
                                     text.size());
  auto moved = Clock::now();
  while (!rest.empty()) {
    const auto written = link_.write(rest);
    if (!written) return end(written.error());
    rest = rest.subspan(*written);
    traffic_.bytes_sent += *written;
    if (*written > 0) moved = Clock::now();
    if (rest.empty()) break;
    HIL_TRY(check_stopped());
    if (Clock::now() > moved + silence_) {
      return end({Blame::kLink, fmt::format("{} takes no more bytes", link_.name()), kCheckLine});
    }
    const Status waited = link_.wait(true, Deadline::after(kLook));
    if (!waited.ok()) return end(waited.error());
    // What comes meanwhile would keep wait() from waiting.
    HIL_TRY(read(Deadline::until(Clock::now())));
  }
  return {};
}

Result<std::optional<TimedReply>> Conversation::next(Deadline deadline) {
  while (true) {
    if (const auto line = lines_.next()) {
      Reply reply = parse_reply(*line);
      count(reply);
      return std::optional(TimedReply{std::move(reply), last_byte_});
    }
    HIL_TRY(check_stopped());
    const bool late = deadline.expired();
    HIL_TRY(read(Deadline::earlier(deadline, Deadline::after(kLook))));
    if (late) return std::optional<TimedReply>();
  }
}

Result<std::size_t> Conversation::read(Deadline deadline) {
  std::array<std::uint8_t, 512> bytes;
  const auto got = link_.read(bytes, deadline);
  if (!got) return end(got.error());
  if (*got == 0) return *got;
  traffic_.bytes_received += *got;
  last_byte_ = Clock::now();
  lines_.push(std::span(bytes).first(*got));
  return *got;
}

void Conversation::count(const Reply& reply) {
  ++traffic_.lines;
  if (reply.kind == ReplyKind::kGarbled) ++traffic_.garbled_lines;
  if (reply.kind == ReplyKind::kError) ++traffic_.error_replies;
  if (reply.kind == ReplyKind::kMode) boot_mode_ = reply.text;
}

Status Conversation::settle(Deadline deadline) {
  lines_.clear();
  while (true) {
    HIL_TRY(check_stopped());
    const Deadline quiet = Deadline::earlier(deadline, Deadline::after(silence_ / 4));
    HIL_ASSIGN(const std::size_t got, read(quiet));
    while (const auto line = lines_.next())
      count(parse_reply(*line));
    if (got == 0 || deadline.expired()) break;
  }
  lines_.clear();
  return {};
}

Status Conversation::check_stopped() {
  if (!stopped_ || !stopped_()) return {};
  return end({Blame::kUser, "stopped", "run it again to have all of it"});
}

Error Conversation::end(Error error) {
  ended_ = true;
  return error;
}

}  // namespace hil::dialect::mlperf_tiny
