// SPDX-License-Identifier: Apache-2.0
// hilbench stream: samples that a board takes by itself, and where those went that are missing.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "host/app/board_options.hpp"
#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/link_options.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/app/sample_csv.hpp"
#include "host/app/stream_text.hpp"
#include "host/app/streaming.hpp"
#include "host/base/signals.hpp"
#include "host/report/color.hpp"

namespace hil::app {
namespace {

using session::StreamChannel;
using std::chrono::seconds;

constexpr auto kTimeToAnswer = seconds(5);
constexpr double kMostSeconds = 1e7;
constexpr std::int64_t kUsualHz = 1000;

/// Files and wishes, all known before the board is touched.
struct Job {
  bool json_on_stdout = false;
  std::optional<AtomicFile> json;
  std::optional<SampleCsv> csv;
  std::chrono::duration<double> length{10};
};

Result<Job> job_of(const Arguments& arguments) {
  Job job;
  if (arguments.has("seconds")) {
    HIL_ASSIGN(const double length, arguments.real("seconds"));
    if (!(length > 0 && length <= kMostSeconds)) {
      return Error{Blame::kUser,
                   fmt::format("--seconds {} is no time to stream", arguments.get("seconds")),
                   "for example: --seconds 10"};
    }
    job.length = std::chrono::duration<double>(length);
  }
  const auto json = arguments.find("json");
  job.json_on_stdout = json == "-";
  if (json && !job.json_on_stdout) {
    HIL_ASSIGN(job.json, AtomicFile::create(*json));
  }
  if (const auto path = arguments.find("csv")) {
    HIL_ASSIGN(job.csv, SampleCsv::create(*path));
  }
  return job;
}

Status check(const Arguments& arguments) {
  if (arguments.has("channel")) return {};
  for (const char* name : {"rate", "seconds", "csv", "no-loss"}) {
    if (!arguments.has(name)) continue;
    return Error{Blame::kUser, fmt::format("--{} goes with --channel", name),
                 "without --channel the board's channels are listed"};
  }
  return {};
}

Result<StreamChannel> find_channel(const std::vector<StreamChannel>& channels,
                                   const std::string& name) {
  const auto found = std::find_if(channels.begin(), channels.end(),
                                  [&](const auto& channel) { return channel.name == name; });
  if (found != channels.end()) return *found;
  std::vector<std::string> names;
  for (const StreamChannel& channel : channels)
    names.push_back(channel.name);
  return Error{Blame::kUser, fmt::format("the board has no channel '{}'", name),
               names.empty() ? "its agent has no streams; the board linux has some"
                             : fmt::format("it has {}", fmt::join(names, ", "))};
}

Result<std::uint32_t> rate_of(const Arguments& arguments, const StreamChannel& channel) {
  std::int64_t rate = std::min<std::int64_t>(kUsualHz, channel.most_hz);
  if (arguments.has("rate")) {
    HIL_ASSIGN(rate, arguments.number("rate", 1, channel.most_hz));
  }
  return static_cast<std::uint32_t>(rate);
}

Status save(const StreamOutcome& outcome, Job& job) {
  note_record(stream_json(outcome));
  const std::string json = stream_json(outcome).dump(2) + "\n";
  HIL_TRY(
      print(job.json_on_stdout ? json : stream_text(outcome, report::colors_for(STDOUT_FILENO))));
  if (job.json) {
    HIL_TRY(job.json->write(json));
    HIL_TRY(job.json->commit());
  }
  return job.csv ? job.csv->finish() : Status{};
}

/// For --no-loss: the place that lost most has to act.
Status whole(const session::StreamLosses& lost) {
  if (lost.total() == 0) return {};
  const std::string what = fmt::format(
      "{} samples were lost: {} on the line, {} on the board, {} "
      "on the host",
      lost.total(), lost.on_line, lost.on_device, lost.on_host);
  if (lost.on_line >= lost.on_device && lost.on_line >= lost.on_host) {
    return Error{Blame::kLink, what, "try another cable or port, or a lower line rate"};
  }
  if (lost.on_device >= lost.on_host) {
    return Error{Blame::kDevice, what,
                 "its line is too slow or this machine too busy: lower --rate"};
  }
  return Error{Blame::kLab, what, "this machine is too busy: lower --rate"};
}

Status list_channels(const std::vector<StreamChannel>& channels, Job& job) {
  note_record(channels_json(channels));
  const std::string json = channels_json(channels).dump(2) + "\n";
  if (job.json) {
    HIL_TRY(job.json->write(json));
    HIL_TRY(job.json->commit());
  }
  if (job.json_on_stdout) return print(json);
  if (channels.empty()) return print("this board's agent has no streams\n");
  return print(channels_text(channels, table_width()));
}

}  // namespace

Options stream_options() {
  Options options(
      "stream",
      "Takes the samples of one of a board's channels as they come, and says how many were\n"
      "lost, and where: on the line, on the board, or on the host. Without --channel, lists the\n"
      "channels. Exits with 0 if every sample is accounted for, lost or not.",
      "hilbench stream --board linux --channel counter16 --rate 25000 --seconds 2");
  options.option("channel", "NAME", "what to stream (default: list the channels)")
      .option("rate", "HZ", "samples per second (default: 1000, or the channel's most)")
      .option("seconds", "S", "how long (default: 10); Ctrl-C ends it sooner")
      .option("json", "FILE", "write the figures as JSON; - for standard output, and no table")
      .option("csv", "FILE", "write index, device time and value of each sample as CSV")
      .flag("no-loss", "a lost sample is an error: of the place that lost most");
  add_board_options(options, BoardUse::kAsks);
  return options;
}

Result<int> stream_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(stream_options(), words));
  if (!arguments) return 0;
  HIL_TRY(check(*arguments));
  HIL_ASSIGN(Job job, job_of(*arguments));
  const StopRequest stop;
  HIL_ASSIGN(const auto board, start_board(*arguments, &stop, BoardUse::kAsks));
  HIL_ASSIGN(const auto channels,
             session::list_streams(board->session(), Deadline::after(kTimeToAnswer)));
  if (!arguments->has("channel")) {
    HIL_TRY(list_channels(channels, job));
    tell_faults(*board);
    return 0;
  }
  StreamOutcome outcome;
  outcome.board = board->board().id;
  HIL_ASSIGN(outcome.channel, find_channel(channels, arguments->get("channel")));
  HIL_ASSIGN(outcome.rate_hz, rate_of(*arguments, outcome.channel));
  const Status streamed =
      run_stream(*board, {job.length, job.csv ? &*job.csv : nullptr, &stop}, outcome);
  tell_faults(*board);
  const Status saved = outcome.begun ? save(outcome, job) : Status{};
  if (!streamed.ok()) return board->explain(streamed.error());
  HIL_TRY(saved);
  if (arguments->has("no-loss")) HIL_TRY(whole(outcome.account.losses()));
  return stop.requested() ? 128 + stop.signal() : 0;
}

}  // namespace hil::app
