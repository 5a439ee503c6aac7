// SPDX-License-Identifier: Apache-2.0
// hilbench log: what the agent on a board has said and says, or what a record kept of it.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/link_options.hpp"
#include "host/app/log_text.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/signals.hpp"
#include "host/report/color.hpp"
#include "host/report/json_record.hpp"
#include "host/report/text.hpp"
#include "host/session/log_client.hpp"

namespace hil::app {
namespace {

using rpc::LogLevel;
using session::LogClient;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr auto kTimeToRead = seconds(20);    ///< a full log over a slow line
constexpr auto kTimeToReturn = seconds(10);  ///< of an agent that was reset
constexpr auto kPause = milliseconds(100);   ///< between looks at Ctrl-C
/// Between questions for what was lost; they also find out that the board is gone.
constexpr auto kBetweenReads = seconds(2);

/// What the options ask for, whatever the lines come from.
class Printer {
 public:
  Printer(const Arguments& arguments, LogLevel least)
      : json_(arguments.has("json")), least_(least) {
    style_.color = report::colors_for(STDOUT_FILENO);
    style_.width = table_width();
  }

  Status begin(const std::string& title, bool numbered, bool time_of_day) {
    style_.numbered = numbered;
    style_.time_of_day = time_of_day;
    if (json_) return {};
    return print(report::paragraph("", report::printable(title), 0, style_.width) +
                 log_head(style_));
  }
  Status show(const LoggedLine& line) {
    const auto level = rpc::level_of(line.level);
    if (level && *level < least_) return {};
    return print(json_ ? log_line_json(line).dump() + "\n" : log_line_text(line, style_));
  }
  /// Something about the lines, between them.
  Status note(const std::string& text, const nlohmann::ordered_json& json) {
    return print(json_ ? json.dump() + "\n"
                       : report::paragraph("--", report::printable(text), 3, style_.width));
  }
  Status lost(std::uint32_t lines) {
    if (lines == 0) return {};
    return note(fmt::format("{} line{} lost: newer ones took the room", lines,
                            lines == 1 ? " is" : "s are"),
                {{"lost", lines}});
  }

 private:
  bool json_;
  LogLevel least_;
  LogStyle style_;
};

/// Device times of a session, by both clocks.
class Times {
 public:
  explicit Times(session::Session& session)
      : tick_hz_(static_cast<double>(session.agent().tick_hz)),
        real_(!session.agent().emulated),
        sync_(session.time_sync()),
        // One instant on both of the host's clocks.
        steady_now_(Deadline::Clock::now()),
        system_now_(Deadline::Clock::utc_now()) {}

  [[nodiscard]] bool real() const { return real_; }
  [[nodiscard]] double device_s(std::uint64_t ticks) const {
    return static_cast<double>(ticks) / tick_hz_;
  }
  /// By the exchange of stamps at the opening: the middles of both sides are the same instant.
  [[nodiscard]] system_clock::time_point when(std::uint64_t ticks) const {
    const double device =
        device_s(ticks) -
        (device_s(sync_.device_receive_ticks) + device_s(sync_.device_send_ticks)) / 2;
    const double host_ns =
        (static_cast<double>(sync_.host_send_ns) + static_cast<double>(sync_.host_receive_ns)) / 2;
    const double now_ns =
        std::chrono::duration<double, std::nano>(steady_now_.time_since_epoch()).count();
    const std::chrono::duration<double> ago(device + (host_ns - now_ns) * 1e-9);
    return system_now_ + std::chrono::duration_cast<system_clock::duration>(ago);
  }

 private:
  double tick_hz_;
  bool real_;
  session::TimeSync sync_;
  Deadline::Clock::time_point steady_now_;
  system_clock::time_point system_now_;
};

std::string title_of(lab::ReadyBoard& board) {
  const rpc::AgentStart& start = board.session().start();
  const char* clock = board.session().agent().emulated
                          ? "device time is virtual (emulated): it follows instructions, not hours"
                          : "device time counts from the agent's start";
  return fmt::format("log of {}: boot {} after {}; {}", board.board().id, start.boot_count,
                     text_of(start.reset_cause), clock);
}

Status show_lines(const session::LogLines& given, const Times& times, Printer& printer) {
  HIL_TRY(printer.lost(given.lost));
  for (const rpc::LogLine& line : given.lines) {
    LoggedLine shown{line.number, {}, times.device_s(line.device_ticks), {}, {}, line.text};
    shown.level = name_of(line.level);
    if (times.real()) shown.when = times.when(line.device_ticks);
    HIL_TRY(printer.show(shown));
  }
  return {};
}

Status note_restart(const rpc::AgentStart& start, Printer& printer) {
  std::string text = fmt::format("the agent restarted: boot {} after {}", start.boot_count,
                                 text_of(start.reset_cause));
  if (!start.crash_note.empty()) text += ", " + start.crash_note;
  return printer.note(text, {{"restart",
                              {{"boot_count", start.boot_count},
                               {"reset_cause", text_of(start.reset_cause)},
                               {"crash_note", report::printable(start.crash_note)}}}});
}

/// Shows lines as they come until @p stop, or until the session fails.
Status follow_session(session::Session& session, LogClient& log, const Times& times,
                      const StopRequest& stop, Printer& printer) {
  auto asked = Deadline::Clock::now();
  while (!stop.requested()) {
    HIL_TRY(session.channel().pump(Deadline::after(kPause)));
    HIL_TRY(show_lines(log.take(), times, printer));
    if (Deadline::Clock::now() < asked + kBetweenReads) continue;
    asked = Deadline::Clock::now();
    HIL_ASSIGN(const auto rest, log.read(Deadline::after(kTimeToRead)));
    HIL_TRY(show_lines(rest, times, printer));
  }
  return {};
}

/// All that the agent has; with @p follow what it says until @p stop, over its resets.
Status show_board(lab::ReadyBoard& board, bool follow, const StopRequest& stop, Printer& printer) {
  while (true) {
    session::Session& session = board.session();
    const Times times(session);
    LogClient log(session, LogClient::From::kOldest);
    auto kept = log.read(Deadline::after(kTimeToRead));
    if (!kept.ok() && stop.requested()) return {};
    if (!kept.ok()) return board.explain(kept.error());
    HIL_TRY(show_lines(*kept, times, printer));
    if (!follow) return {};
    const Status ended = follow_session(session, log, times, stop, printer);
    HIL_TRY(show_lines(log.take_all(), times, printer));
    // Ctrl-C ends it, whatever fails while it comes.
    if (ended.ok() || stop.requested()) return {};
    if (!session.channel().heard_reset()) return board.explain(ended.error());
    const Status reopened = board.reopen(Deadline::after(kTimeToReturn));
    if (stop.requested()) return {};
    HIL_TRY(reopened);
    HIL_TRY(note_restart(board.session().start(), printer));
  }
}

Status show_record(const Arguments& arguments, Printer& printer) {
  const std::string& file = arguments.get("RECORD");
  HIL_ASSIGN(const auto record, report::load_record(file));
  std::string title = fmt::format("log in {}: {}", file, record.command);
  if (!record.board.id.empty()) title += " on " + record.board.id;
  if (record.board.emulated) title += "; device time is virtual (emulated)";
  HIL_TRY(printer.begin(title, false, false));
  for (const results::Event& event : record.events) {
    if (event.kind == "agent-log-lost") {
      HIL_TRY(printer.note(event.text, {{"lost", event.text}}));
    }
    if (event.kind != "agent-log") continue;
    LoggedLine line{{}, event.at_ms, {}, {}, event.level, event.text};
    if (event.device_ms) line.device_s = *event.device_ms / 1000;
    HIL_TRY(printer.show(line));
  }
  return {};
}

Result<LogLevel> least_level(const Arguments& arguments) {
  const auto word = arguments.find("level");
  if (!word) return LogLevel::kDebug;
  return rpc::level_of(*word).value_or(LogLevel::kDebug);  // the options have checked it
}

Status check(const Arguments& arguments) {
  const bool record = arguments.has("RECORD");
  if (record == arguments.has("board")) {
    return Error{
        Blame::kUser,
        record ? "a record and a board were named" : "neither a record nor a board was named",
        "hilbench log --board BOARD, or hilbench log RECORD"};
  }
  if (record && arguments.has("follow")) {
    return Error{Blame::kUser, "--follow goes with --board: a record has ended", ""};
  }
  return {};
}

/// Putting another agent onto a board would wipe the log that is asked for. A virtual board has
/// none before it was started.
std::vector<std::string> without_flashing(const Arguments& arguments,
                                          std::vector<std::string> words) {
  if (arguments.has("board") && !arguments.has("emulate") && !arguments.has("no-flash")) {
    words.emplace(words.begin(), "--no-flash");
  }
  return words;
}

}  // namespace

Options log_options() {
  Options options(
      "log",
      "Shows what the agent on a board has said since its start, each line with device\n"
      "time; or the lines that a record kept of its run.",
      "hilbench log --board linux");
  options.positional("RECORD", "show the log in this record instead of a board's", false)
      .option("board", "BOARD", "board id (see hilbench boards); BOARD@SERIAL for one of two alike")
      .flag("follow", "go on until Ctrl-C, also over resets of the board")
      .option("level", "LEVEL", "only lines of this level or above it (default: debug, all)")
      .values({"debug", "info", "warning", "error"})
      .flag("json", "print a line of JSON for each line instead");
  add_board_options(options, BoardUse::kAsks, false);
  return options;
}

Result<int> log_command(const std::vector<std::string>& words) {
  const Options options = log_options();
  HIL_ASSIGN(const auto given, arguments_or_help(options, words));
  if (!given) return 0;
  HIL_TRY(check(*given));
  HIL_ASSIGN(const LogLevel least, least_level(*given));
  Printer printer(*given, least);
  if (given->has("RECORD")) {
    HIL_TRY(show_record(*given, printer));
    return 0;
  }
  const StopRequest stop;
  HIL_ASSIGN(const auto arguments, options.parse(without_flashing(*given, words)));
  HIL_ASSIGN(const auto board, start_board(arguments, &stop));
  HIL_TRY(printer.begin(title_of(*board), true, !board->session().agent().emulated));
  const Status shown = show_board(*board, arguments.has("follow"), stop, printer);
  tell_faults(*board);
  HIL_TRY(shown);
  return stop.requested() ? 128 + stop.signal() : 0;
}

}  // namespace hil::app
