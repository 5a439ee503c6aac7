// SPDX-License-Identifier: Apache-2.0
// LogClient: datagrams and answers put together by their numbers.
#include "host/session/log_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/rpc/typed_call.hpp"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/log.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

Error nonsense(const v1::LogReadReply& reply, std::uint32_t asked) {
  return Error{Blame::kDevice,
               fmt::format("the agent answered a request for log line {} with {} lines of {} to {}",
                           asked, reply.lines_size(), reply.oldest_line(), reply.next_line()),
               "put the agent that belongs to this hilbench on the board"};
}

/// Whether @p reply has consecutive lines from the first that there is on, one at least if any is.
bool sensible(const v1::LogReadReply& reply, std::uint32_t asked) {
  if (reply.oldest_line() == 0 || reply.oldest_line() > reply.next_line()) return false;
  const std::uint32_t first = std::max(asked, reply.oldest_line());
  if (first >= reply.next_line()) return reply.lines_size() == 0;
  const std::uint32_t most = reply.next_line() - first;
  if (reply.lines_size() == 0 || static_cast<std::uint32_t>(reply.lines_size()) > most) {
    return false;
  }
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(reply.lines_size()); ++i) {
    if (reply.lines(static_cast<int>(i)).number() != first + i) return false;
  }
  return true;
}

}  // namespace

LogClient::LogClient(Session& session, From from)
    : session_(session), next_(from == From::kSession ? session.agent().first_log_line : 1) {}

void LogClient::collect() {
  for (rpc::LogLine& line : session_.channel().take_log()) {
    if (line.number == 0) {
      unnumbered_.push_back(std::move(line));
    } else if (line.number >= next_ && line.number != UINT32_MAX) {  // none may be behind the last
      waiting_.emplace(line.number, std::move(line));
    }
  }
}

/// Lines that are lost are passed over; those that came later are at least as old as the next one.
LogLines LogClient::deliver(bool over_gaps) {
  LogLines given{std::exchange(unnumbered_, {}), 0};
  while (!waiting_.empty()) {
    auto first = waiting_.extract(waiting_.begin());
    if (first.key() != next_ && !over_gaps) {
      waiting_.insert(std::move(first));
      break;
    }
    given.lost += first.key() - next_;
    next_ = first.key() + 1;
    given.lines.push_back(std::move(first.mapped()));
  }
  for (std::size_t i = given.lines.size(); i > 1; --i)
    given.lines[i - 2].at = std::min(given.lines[i - 2].at, given.lines[i - 1].at);
  return given;
}

LogLines LogClient::take() {
  collect();
  return deliver(false);
}

LogLines LogClient::take_all() {
  collect();
  return deliver(true);
}

/// Asks for all that is missing, from the first gap to the last line that the agent has now.
Status LogClient::fetch(Deadline deadline) {
  std::uint32_t end = 0;
  for (std::uint32_t first = next_; end == 0 || first < end;) {
    while (waiting_.contains(first))
      ++first;
    if (end != 0 && first >= end) return {};
    v1::LogReadRequest request;
    request.set_first_line(first);
    HIL_ASSIGN(const auto reply, rpc::call<v1::LogReadReply>(session_.channel(), Service::kLog,
                                                             method::kLogRead, request, deadline));
    if (!sensible(reply.body, first)) return nonsense(reply.body, first);
    for (const v1::LogLine& line : reply.body.lines())
      waiting_.emplace(line.number(), rpc::log_line_of(line));
    if (end == 0) end = reply.body.next_line();  // what comes after that comes by itself
    first = std::max(first, reply.body.oldest_line());
    collect();
  }
  return {};
}

Result<LogLines> LogClient::read(Deadline deadline) {
  collect();
  if (session_.agent().first_log_line != 0) HIL_TRY(fetch(deadline));
  return take_all();
}

}  // namespace hil::session
