// SPDX-License-Identifier: Apache-2.0
// CommandPort: one command, its reply, and the reason if it is refused.
#include "host/energy/lpm01a/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace hil::energy::lpm01a {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPrompt = "PowerShield >";
constexpr std::size_t kMostLine = 400;
/// A refused command is followed by its reason within this time, if there is one.
constexpr milliseconds kDetailTime{200};
/// An acquisition is silent between two samples at 1 Hz, but a stopped meter for good: pauses are
/// those of the host's own scheduling and of USB.
constexpr milliseconds kPause{60};
constexpr std::chrono::seconds kMostStopTime{3};

bool take(std::string_view& text, std::string_view expected) {
  if (text.substr(0, expected.size()) != expected) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// @p text without the prompts in front of it.
std::string_view unprompted(std::string_view text) {
  text = trimmed(text);
  while (take(text, kPrompt))
    text = trimmed(text);
  return text;
}

Deadline within(milliseconds time, Deadline deadline) {
  return Deadline::earlier(Deadline::after(time), deadline);
}

}  // namespace

std::optional<Reply> parse_reply(std::string_view line, std::string_view command) {
  std::string_view rest = unprompted(line);
  Reply reply;
  reply.accepted = take(rest, "ack ");
  if (!reply.accepted && !take(rest, "error ") && !take(rest, "err ")) return {};
  rest = trimmed(rest);
  if (!take(rest, command) || (!rest.empty() && rest.front() != ' ')) return {};
  reply.value = std::string(trimmed(rest));
  return reply;
}

std::optional<std::string> parse_detail(std::string_view line) {
  std::string_view rest = unprompted(line);
  if (!take(rest, "Error detail:") && !take(rest, "error detail:")) return {};
  return std::string(trimmed(rest));
}

Result<std::optional<std::string>> CommandPort::line(Deadline deadline) {
  // A line that never falls silent must not keep this here, either.
  for (bool late = false;; late = deadline.expired()) {
    const auto end = std::find(bytes_.begin(), bytes_.end(), std::uint8_t{'\n'});
    if (end != bytes_.end()) {
      std::string text;
      for (auto at = bytes_.begin(); at != end && text.size() < kMostLine; ++at) {
        if (*at == 0 || *at == '\r') continue;
        text.push_back(*at >= 0x20 && *at <= 0x7E ? static_cast<char>(*at) : '?');
      }
      bytes_.erase(bytes_.begin(), end + 1);
      return std::optional<std::string>(std::move(text));
    }
    if (late) return std::optional<std::string>();
    if (bytes_.size() > kMostLine) bytes_.clear();  // binary left-overs
    std::array<std::uint8_t, 512> buffer{};
    HIL_ASSIGN(const std::size_t count, link_.read(buffer, deadline));
    if (count == 0) return std::optional<std::string>();
    bytes_.insert(bytes_.end(), buffer.begin(),
                  buffer.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

Result<std::string> CommandPort::detail(Deadline deadline) {
  const Deadline until = within(kDetailTime, deadline);
  for (;;) {
    HIL_ASSIGN(const auto text, line(until));
    if (!text) return std::string();
    if (const auto found = parse_detail(*text)) return *found;
    if (until.expired()) return std::string();
  }
}

Result<std::optional<Reply>> CommandPort::try_ask(std::string_view command, Deadline deadline,
                                                  milliseconds patience) {
  bytes_.clear();
  HIL_TRY(send(command, deadline));
  const Deadline until = within(patience, deadline);
  for (;;) {
    HIL_ASSIGN(const auto text, line(until));
    if (!text) return std::optional<Reply>();
    auto reply = parse_reply(*text, command);
    if (!reply && until.expired()) return std::optional<Reply>();
    if (!reply) continue;
    if (!reply->accepted) {
      HIL_ASSIGN(reply->detail, detail(deadline));
    }
    return reply;
  }
}

Result<Reply> CommandPort::ask(std::string_view command, Deadline deadline) {
  HIL_ASSIGN(auto reply, try_ask(command, deadline, kMostAnswerTime));
  if (reply) return *std::move(reply);
  return Error{Blame::kLink,
               fmt::format("the LPM01A on {} does not answer '{}'", link_.name(), command),
               "unplug it and plug it in again; it must not be in use by another program"};
}

Result<std::string> CommandPort::demand(std::string_view command, Deadline deadline) {
  HIL_ASSIGN(Reply reply, ask(command, deadline));
  if (reply.accepted) return std::move(reply.value);
  return Error{Blame::kLab,
               fmt::format("the LPM01A on {} refuses '{}'{}{}", link_.name(), command,
                           reply.detail.empty() ? "" : ": ", reply.detail),
               "press its reset button; firmware before 1.0.6 refuses commands that later ones "
               "take: update it"};
}

Status CommandPort::send(std::string_view command, Deadline deadline) {
  const std::string text = std::string(command) + "\r\n";
  std::size_t at = 0;
  while (at < text.size()) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
    HIL_ASSIGN(const std::size_t count, link_.write(std::span(data, text.size()).subspan(at)));
    at += count;
    if (count > 0) continue;
    if (deadline.expired()) {
      return Error{Blame::kLink, fmt::format("{} takes no bytes", link_.name()),
                   "unplug the meter and plug it in again"};
    }
    HIL_TRY(link_.wait(true, deadline));
  }
  return {};
}

Result<std::size_t> CommandPort::drop(milliseconds pause, Deadline deadline) {
  std::array<std::uint8_t, 4096> buffer{};
  std::size_t dropped = 0;
  for (;;) {
    HIL_ASSIGN(const std::size_t count, link_.read(buffer, within(pause, deadline)));
    dropped += count;
    if (count == 0 || deadline.expired()) return dropped;
  }
}

Status CommandPort::quiet(Deadline deadline) {
  bytes_.clear();
  const Deadline until = within(kMostStopTime, deadline);
  HIL_ASSIGN(const std::size_t first, drop(kPause, within(kPause, until)));
  return first == 0 ? Status{} : halt(until);
}

Status CommandPort::halt(Deadline deadline) {
  bytes_.clear();
  const Deadline until = within(kMostStopTime, deadline);
  HIL_TRY(send("stop", until));
  HIL_TRY(drop(kPause, until));
  if (!until.expired()) return {};
  return Error{Blame::kLink, fmt::format("what is on {} sends without end", link_.name()),
               "check that it is an LPM01A, and press its reset button"};
}

std::vector<std::uint8_t> CommandPort::take_rest() {
  return std::exchange(bytes_, {});
}

}  // namespace hil::energy::lpm01a
