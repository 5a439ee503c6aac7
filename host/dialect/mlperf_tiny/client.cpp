// SPDX-License-Identifier: Apache-2.0
// Client: a sample at a time, whole or again.
#include "host/dialect/mlperf_tiny/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/dialect/mlperf_tiny/commands.hpp"
#include "host/dialect/mlperf_tiny/infer_answer.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

/// Tries of a question that changes nothing on the board.
constexpr unsigned kAsks = 3;
/// Tries to find both ends at the start of a command.
constexpr unsigned kSynchronisations = 6;

const Reply* find(const Replies& replies, ReplyKind kind) {
  const auto found = std::find_if(replies.begin(), replies.end(), [&](const TimedReply& timed) {
    return timed.reply.kind == kind;
  });
  return found == replies.end() ? nullptr : &found->reply;
}

Error lost(std::string what) {
  return {Blame::kLink, std::move(what), "check the cable and the baud rate"};
}

std::vector<std::uint8_t> printed_bytes(const Replies& replies) {
  std::vector<std::uint8_t> bytes;
  for (const TimedReply& timed : replies)
    bytes.insert(bytes.end(), timed.reply.bytes.begin(), timed.reply.bytes.end());
  return bytes;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return x == y || (x != x && y != y);  // nan is printed as nan again
  });
}

}  // namespace

Client::Client(Link& link, const ClientOptions& options)
    : options_(options), conversation_(link, options.silence, options.stopped) {}

Result<Identity> Client::identify(Deadline deadline) {
  Identity identity;
  while (true) {
    HIL_TRY(conversation_.settle(deadline));
    const auto name = ask_name();
    if (name) {
      identity.vendor = *name;
      break;
    }
    if (conversation_.ended()) return name.error();
    if (!deadline.expired()) continue;
    const std::uint64_t bytes = traffic().bytes_received;
    return Error{Blame::kLink,
                 fmt::format("no firmware with MLPerf Tiny's DUT API answers on {}: {} bytes came "
                             "in answer to {} commands",
                             conversation_.link().name(), bytes, traffic().commands),
                 bytes == 0 ? "check the port, that the firmware runs, and its baud rate (--baud)"
                            : "its rate may be another (--baud 115200, 921600, 9600), or the "
                              "firmware is another one"};
  }
  in_step_ = true;
  HIL_ASSIGN(const Replies profile, ask(kProfileCommand));
  if (const Reply* reply = find(profile, ReplyKind::kProfile)) identity.profile = reply->text;
  if (const Reply* reply = find(profile, ReplyKind::kModel)) identity.model = reply->text;
  HIL_ASSIGN(const Replies stamp, ask(kTimestampCommand));
  has_stamps_ = find(stamp, ReplyKind::kStamp) != nullptr;
  identity.has_stamps = has_stamps_;
  identity.mode = conversation_.boot_mode();
  return identity;
}

Result<InferAnswer> Client::run(std::span<const std::uint8_t> sample, const InferRequest& request) {
  if (sample.empty()) return Error{Blame::kUser, "a sample is empty", "check the dataset"};
  Error last;
  for (unsigned attempt = 1; attempt <= std::max(options_.attempts, 1u); ++attempt) {
    if (attempt > 1) ++conversation_.traffic().retries;
    if (!in_step_) HIL_TRY(resynchronise());
    in_step_ = false;
    auto answer = try_once(sample, request);
    if (answer) {
      in_step_ = true;
      answer->attempts = attempt;
      return answer;
    }
    if (conversation_.ended()) return answer.error();
    last = answer.error();
  }
  last.what = fmt::format("failed {} times, at last: {}", options_.attempts, last.what);
  return last;
}

Result<InferAnswer> Client::try_once(std::span<const std::uint8_t> sample,
                                     const InferRequest& request) {
  HIL_TRY(load(sample));
  HIL_TRY(read_back(sample));
  HIL_ASSIGN(const Replies replies,
             conversation_.exchange(infer_command(request.count, request.warmup), request.time));
  HIL_ASSIGN(InferAnswer answer, read_answer(replies, request, has_stamps_));
  HIL_TRY(confirm(answer));
  return answer;
}

Status Client::load(std::span<const std::uint8_t> sample) {
  HIL_ASSIGN(const Replies expecting, conversation_.exchange(load_command(sample.size())));
  const Reply* expected = find(expecting, ReplyKind::kExpecting);
  if (expected == nullptr || expected->number != sample.size()) {
    return lost(fmt::format("the board does not expect the {} bytes of the sample", sample.size()));
  }
  while (!sample.empty()) {
    const auto chunk = sample.first(std::min(kChunkBytes, sample.size()));
    sample = sample.subspan(chunk.size());
    HIL_ASSIGN(const Replies replies, conversation_.exchange(chunk_command(chunk)));
    const bool done = find(replies, ReplyKind::kLoadDone) != nullptr;
    if (done == sample.empty()) continue;
    return lost(done ? "the board says m-load-done before the end of the sample"
                     : "the board does not say m-load-done at the end of the sample");
  }
  return {};
}

Result<std::optional<Replies>> Client::ask_for_proof(std::string_view command, ReplyKind kind,
                                                     Proof& proof, const char* remark) {
  for (unsigned i = 1;; ++i) {
    auto replies = conversation_.exchange(command);
    const bool refused =
        replies ? find(*replies, kind) == nullptr : replies.error().blame == Blame::kDevice;
    if (!refused) proof.seen = true;
    if (!replies && !refused) return replies.error();
    if (!refused) return std::optional(*std::move(replies));
    if (proof.seen) return lost(fmt::format("'{}' was not answered as before", command));
    if (i == kAsks) break;
  }
  proof.possible = false;
  remarks_.emplace_back(remark);
  return std::optional<Replies>();
}

Status Client::read_back(std::span<const std::uint8_t> sample) {
  const bool wanted = options_.read_back == ReadBack::kEvery ||
                      (options_.read_back == ReadBack::kFirst && !read_back_once_);
  if (!wanted || !print_.possible) return {};
  HIL_ASSIGN(const auto printed,
             ask_for_proof(kPrintCommand, ReplyKind::kBuffer, print_,
                           "the firmware has no 'db print': whether samples arrive as they are is "
                           "unchecked"));
  if (!printed) return {};
  ++conversation_.traffic().read_backs;
  const auto bytes = printed_bytes(*printed);
  read_back_once_ = std::equal(bytes.begin(), bytes.end(), sample.begin(), sample.end());
  if (read_back_once_) return {};
  ++conversation_.traffic().differing_read_backs;
  return lost("what the board prints of the sample is not what was sent");
}

Status Client::confirm(const InferAnswer& answer) {
  if (!options_.confirm_results || !repeat_.possible) return {};
  HIL_ASSIGN(const auto again,
             ask_for_proof(kResultsCommand, ReplyKind::kResults, repeat_,
                           "the firmware has no 'results': whether results arrive as they are is "
                           "unchecked"));
  if (!again || same(find(*again, ReplyKind::kResults)->values, answer.values)) return {};
  return lost("the results printed twice are not the same");
}

Status Client::resynchronise() {
  ++conversation_.traffic().resyncs;
  for (unsigned i = 0; i < kSynchronisations; ++i) {
    HIL_TRY(conversation_.settle(Deadline::after(conversation_.silence() * 4)));
    const auto name = ask_name();
    if (conversation_.ended()) return name.error();
    if (!name) continue;
    in_step_ = true;
    return {};
  }
  return lost(fmt::format("{} does not come back into step: 'name' was asked {} times in vain",
                          conversation_.link().name(), kSynchronisations));
}

Result<std::string> Client::ask_name() {
  HIL_ASSIGN(const Replies replies, conversation_.exchange(kNameCommand));
  if (replies.size() == 1 && replies.front().reply.kind == ReplyKind::kName) {
    return replies.front().reply.text;
  }
  return lost("'name' was answered with something else");
}

Result<Replies> Client::ask(std::string_view command) {
  for (unsigned i = 1;; ++i) {
    auto replies = conversation_.exchange(command);
    if (replies || conversation_.ended() || i == kAsks) return replies;
    HIL_TRY(resynchronise());
  }
}

}  // namespace hil::dialect::mlperf_tiny
