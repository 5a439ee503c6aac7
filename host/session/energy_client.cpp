// SPDX-License-Identifier: Apache-2.0
// EnergyRun: begins runs, leaves the line alone, takes and checks what has come of them.
#include "host/session/energy_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/rpc/error_reply.hpp"
#include "host/rpc/typed_call.hpp"
#include "host/session/energy_messages.hpp"
#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/energy.pb.h"
#include "protocol/messages/ids.hpp"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

/// Longest silence that an agent is believed to need.
constexpr std::uint32_t kMostQuietMs = 24 * 3'600'000;

Error broken(std::string what) {
  return Error{Blame::kDevice, std::move(what),
               "run it again; if it happens again, flash the agent again and report it"};
}

Status check_options(const EnergyRunOptions& options) {
  const bool repeated = std::all_of(options.steps.begin(), options.steps.end(),
                                    [](const EnergyStep& step) { return step.repetitions != 0; });
  if (options.steps.empty() || options.windows == 0 || options.budget_ms == 0 || !repeated) {
    return Error{Blame::kBug, "an energy run of no windows, steps, repetitions or time", ""};
  }
  return {};
}

/// The rest that the agent says there was.
Result<EnergyRest> rest_of(v1::EnergyRest rest) {
  switch (rest) {
    case v1::ENERGY_REST_BUSY:
      return EnergyRest::kBusy;
    case v1::ENERGY_REST_WAIT:
      return EnergyRest::kWait;
    case v1::ENERGY_REST_STOP:
      return EnergyRest::kStop;
    default:
      return broken(
          fmt::format("the agent rested in a way that has no name ({})", static_cast<int>(rest)));
  }
}

std::optional<EnergyCounterReading> reading_of(const v1::EnergyCounterReading& reading) {
  if (reading.failed()) return std::nullopt;
  return EnergyCounterReading{reading.ticks(), reading.took_ticks(), reading.energy(),
                              reading.charge()};
}

}  // namespace

// Not in the header: g++ 12 warns of uninitialised members where it inlines such a default.
std::vector<EnergyStep> one_inference() {
  return {EnergyStep{}};
}

void EnergyRun::Hold::release(bool settled) {
  if (channel_ == nullptr) return;
  channel_->expect_streams(false);
  channel_->hush(false);
  channel_->set_quiet(std::chrono::milliseconds(0));
  channel_->drop_call(call_, settled);
  channel_ = nullptr;
}

EnergyRun::EnergyRun(Session& session, EnergyRunOptions options, std::uint32_t samples,
                     std::uint8_t call, std::chrono::milliseconds quiet)
    : session_(&session),
      options_(std::move(options)),
      samples_(samples),
      quiet_(quiet),
      quiet_until_(Deadline::after(quiet)),
      call_(call),
      hold_(session.channel(), call) {
  session.channel().set_quiet(quiet);
}

Result<EnergyRun> EnergyRun::begin(Session& session, const EnergyRunOptions& options,
                                   const EnergyStash& stash, Deadline deadline) {
  HIL_TRY(check_energy(session.agent()));
  HIL_TRY(check_options(options));
  const v1::EnergyRunRequest request = energy_request(options, stash);
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::EnergyRunReply>(session.channel(), Service::kEnergy, method::kEnergyRun,
                                           request, deadline));
  const std::chrono::milliseconds quiet(std::min(reply.body.quiet_ms(), kMostQuietMs));
  return EnergyRun(session, options, stash.samples, reply.call, quiet);
}

Result<std::optional<EnergyResult>> EnergyRun::wait(Deadline deadline) {
  rpc::Channel& channel = session_->channel();
  while (true) {
    HIL_ASSIGN(const bool complete, take_messages());
    if (complete) {
      hold_.release(true);
      return std::optional<EnergyResult>(std::move(result_));
    }
    if (deadline.expired()) return std::optional<EnergyResult>{};
    // The agent's results are owed once it has been silent for as long as it may be; to ask
    // before would be a byte on the line.
    const bool still = !quiet_until_.expired() && result_.windows.empty();
    channel.expect_streams(!still);
    channel.hush(still);
    HIL_TRY(channel.pump(still ? Deadline::earlier(deadline, quiet_until_) : deadline));
  }
}

/// True if the run's last message has been taken.
Result<bool> EnergyRun::take_messages() {
  while (const auto message = session_->channel().take()) {
    const frame::MessageHead& head = message->head;
    if (head.call != call_) continue;  // of a call that has ended
    if (head.kind == Kind::kError) return rpc::error_of_reply(message->body);
    if (head.service != Service::kEnergy || head.kind != Kind::kStream) {
      return broken("the agent sent something else than windows during an energy run");
    }
    if (head.method == method::kEnergyWindow) {
      HIL_TRY(take_window(message->body));
    } else {
      HIL_TRY(take_end(message->body));
      return true;
    }
  }
  return false;
}

Status EnergyRun::take_window(std::span<const std::uint8_t> body) {
  HIL_ASSIGN(const v1::EnergyWindow window, rpc::parse<v1::EnergyWindow>(body));
  const auto number = static_cast<std::uint32_t>(result_.windows.size());
  if (window.window() != number || number == options_.windows) {
    return broken(fmt::format("the agent sent window {} where window {} of {} was due",
                              window.window(), number, options_.windows));
  }
  const auto step = static_cast<std::uint32_t>(number % options_.steps.size());
  const bool in_order = window.begin_ticks() <= window.end_ticks() &&
                        (number == 0 || result_.windows.back().end_ticks <= window.begin_ticks());
  if (!in_order || window.repetitions() != options_.steps[step].repetitions) {
    return broken(fmt::format("the agent's window {} is from tick {} to {}, with {} repetitions",
                              number, window.begin_ticks(), window.end_ticks(),
                              window.repetitions()));
  }
  EnergyWindow taken;
  taken.step = step;
  taken.begin_ticks = window.begin_ticks();
  taken.end_ticks = window.end_ticks();
  taken.repetitions = window.repetitions();
  taken.crc32 = window.crc32();
  taken.sample = samples_ != 0 ? number % samples_ : 0;
  taken.overlap_bytes = window.overlap_bytes();
  HIL_ASSIGN(taken.rested, rest_of(window.rested()));
  if (options_.ina228_address) {
    taken.before = reading_of(window.before());
    taken.behind = reading_of(window.behind());
  }
  result_.windows.push_back(taken);
  return {};
}

Status EnergyRun::take_end(std::span<const std::uint8_t> body) {
  HIL_ASSIGN(const v1::EnergyEnd end, rpc::parse<v1::EnergyEnd>(body));
  const bool in_order = result_.windows.size() == options_.windows &&
                        end.begin_ticks() <= result_.windows.front().begin_ticks &&
                        end.end_ticks() >= result_.windows.back().end_ticks;
  if (!in_order) {
    return broken(fmt::format("the agent ended an energy run after {} of {} windows, at tick {}",
                              result_.windows.size(), options_.windows, end.end_ticks()));
  }
  result_.begin_ticks = end.begin_ticks();
  result_.end_ticks = end.end_ticks();
  if (options_.mark_ticks != 0) {
    result_.marks = std::pair(end.first_mark_ticks(), end.last_mark_ticks());
  }
  HIL_ASSIGN(result_.rested, rest_of(end.rested()));
  result_.late_windows = end.late_windows();
  return {};
}

Status EnergyRun::cancel(Deadline deadline) {
  rpc::Channel& channel = session_->channel();
  hold_.release(false);  // results that still come are thrown away, so that they can't block
  while (channel.take()) {
  }
  channel.set_quiet(quiet_);
  v1::CancelRequest request;
  request.set_call(call_);
  const auto reply =
      rpc::call<v1::CancelReply>(channel, Service::kCancel, method::kCancel, request, deadline);
  channel.set_quiet(std::chrono::milliseconds(0));
  if (!reply.ok()) return reply.error().within("stopping the energy run");
  channel.drop_call(call_, true);
  return {};
}

}  // namespace hil::session
