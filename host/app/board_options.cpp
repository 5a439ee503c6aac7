// SPDX-License-Identifier: Apache-2.0
// --board and its companions.
#include "host/app/board_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "host/app/board_list.hpp"
#include "host/app/command_tape.hpp"
#include "host/app/console_io.hpp"
#include "host/app/link_options.hpp"
#include "host/app/meter_options.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {
namespace {

constexpr std::chrono::seconds kStartTime{10};
/// QEMU gets what processor time the machine has left, and a byte on the line is several turns of
/// it: on a busy machine (8 busy loops on 2 cores) 2 s without an answer were met in one run of
/// three.
constexpr std::chrono::seconds kEmulatorSilence{8};
constexpr std::chrono::seconds kEmulatorStartTime{40};
constexpr std::int64_t kMostClockHz = 10'000'000'000;
constexpr std::int64_t kLeastBaud = 300;
constexpr std::int64_t kMostBaud = 12'000'000;
/// A board that is plugged in again, or boots again, is back in a few seconds; a person needs more.
constexpr std::chrono::seconds kReconnectTime{30};
constexpr std::int64_t kMostReconnectSeconds = 86'400;

/// Makes @p board ready, with patience for one in QEMU.
Result<std::unique_ptr<lab::ReadyBoard>> make_ready(const boards::Board& board,
                                                    lab::ReadyOptions options) {
  const bool in_qemu =
      options.emulate && board.emulator && board.emulator->kind == boards::EmulatorKind::kQemu;
  if (in_qemu) options.clock.silence_limit = kEmulatorSilence;
  return lab::make_ready(board, options,
                         Deadline::after(in_qemu ? kEmulatorStartTime : kStartTime));
}

/// What takes long while a board is made ready: one line, rewritten on a terminal; elsewhere a line
/// for each thing, without its steps.
class Steps {
 public:
  /// Empty: nothing takes long any more.
  void show(std::string_view step) {
    if (terminal_) return write(step.empty() ? "\r\033[K" : fmt::format("\r\033[K{} ...", step));
    const auto what = step.substr(0, step.find(':'));
    if (!what.empty() && what != what_) remark(fmt::format("{} ...", what));
    what_ = what;
  }

 private:
  static void write(std::string_view text) {
    static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));  // progress: no matter
  }

  bool terminal_ = is_terminal(STDERR_FILENO);
  std::string what_;
};

Result<double> clock_scale_of(const Arguments& arguments, const boards::Board& board) {
  if (!arguments.has("clock")) return 1.0;
  HIL_ASSIGN(const auto clock_hz, arguments.number("clock", 1, kMostClockHz));
  if (board.clock_hz > 0) return static_cast<double>(clock_hz) / board.clock_hz;
  return Error{Blame::kUser,
               fmt::format("--clock {}: the file of {} states no clock", clock_hz, board.id),
               "leave --clock out"};
}

Result<lab::Weights> weights_of(const Arguments& arguments) {
  HIL_ASSIGN(const auto choice, arguments.choice("weights", {"auto", "ram", "flash"}));
  return static_cast<lab::Weights>(choice);
}

/// Commands without --reconnect never wait.
Result<std::chrono::milliseconds> reconnect_of(const Arguments& arguments, BoardUse use) {
  if (use != BoardUse::kRuns) return std::chrono::milliseconds(0);
  if (!arguments.has("reconnect")) return std::chrono::milliseconds(kReconnectTime);
  HIL_ASSIGN(const auto seconds, arguments.number("reconnect", 0, kMostReconnectSeconds));
  return std::chrono::milliseconds(std::chrono::seconds(seconds));
}

/// 0: the fastest that works. The board's own rate is an exact one, too: the line is not raised.
Result<std::uint32_t> baud_of(const Arguments& arguments, const boards::Board& board) {
  if (!arguments.has("baud")) return 0u;
  if (arguments.get("baud") == "default") return board.serial.baud;
  const auto baud = arguments.number("baud", kLeastBaud, kMostBaud);
  if (baud.ok()) return static_cast<std::uint32_t>(*baud);
  return Error{Blame::kUser, baud.error().what, "for example: --baud 115200, or --baud default"};
}

Error names_several(const std::string& word) {
  return {Blame::kUser, fmt::format("--board {} names several boards", word),
          "name one; evaluate and profile take several"};
}

/// The serial of the one board that --board names: a range of one, "linux@3-3", is number 3.
Result<std::string> serial_of(const Arguments& arguments, const BoardName& name,
                              const boards::Catalogue& catalogue) {
  const std::string& word = arguments.get("board");
  if (!is_board_list(word)) return name.serial;
  HIL_ASSIGN(const auto listed, board_list_of(word, arguments.has("emulate"), catalogue));
  if (listed.size() > 1) return names_several(word);
  return listed.front().serial;
}

/// The board of that id; in a replay the one whose file is on the tape.
Result<boards::Board> board_of(const std::string& id, const boards::Catalogue& catalogue) {
  const CommandTape* tape = CommandTape::current();
  if (tape == nullptr || tape->player() == nullptr) return catalogue.find(id);
  const auto start = tape->player()->find_note("start");
  const auto file = start.find("board_file");
  if (file == start.end() || !file->is_object()) return catalogue.find(id);
  return boards::board_from(*file, id + ".json");
}

Result<tape::RunTape*> tape_of(const Arguments& arguments, const boards::Board& board) {
  CommandTape* const tape = CommandTape::current();
  if (tape == nullptr) return nullptr;
  return tape->open(arguments, board);
}

/// What the agent is told: a replay says what the recorded program said.
std::string host_version_of(const tape::RunTape* tape) {
  if (tape == nullptr || !tape->replays()) return HIL_VERSION;
  return CommandTape::current()->player()->find_note("start").value("version", HIL_VERSION);
}

}  // namespace

Result<BoardName> board_name_of(const std::string& word) {
  if (word.find(',') != std::string::npos) return names_several(word);
  const std::size_t at = word.find('@');
  if (at == std::string::npos) return BoardName{word, ""};
  BoardName name{word.substr(0, at), word.substr(at + 1)};
  if (!name.id.empty() && !name.serial.empty()) return name;
  return Error{Blame::kUser,
               fmt::format("--board {} lacks what stands {} the @", word,
                           name.id.empty() ? "before" : "behind"),
               "write BOARD, or BOARD@SERIAL for one of two alike"};
}

void add_board_options(Options& options, BoardUse use, bool board_too) {
  if (board_too) {
    options.option("board", "BOARD",
                   "board id (see hilbench boards); BOARD@SERIAL for one of two alike", true);
  }
  options.flag("emulate", "start a virtual board instead of using the one on the desk")
      .option("port", "NAME", "its serial port (default: the one that belongs to the board)")
      .flag("no-flash", "take the agent that is on the board, whatever it is")
      .option("baud", "RATE",
              "rate of its line in bits per second, or default: the one in the board's file, which "
              "is raised to the fastest that board and cable do otherwise")
      .option("clock", "HZ", "the core's true clock, if it is not the one in the board's file")
      .option("tape", "FILE",
              "record all that passes between host and board, for hilbench replay, hilbench tape "
              "show, and bug reports");
  add_link_options(options, use == BoardUse::kRuns);
  if (use == BoardUse::kRuns) {
    options
        .option("weights", "PLACE",
                "where the model goes: ram, flash (the slot that the debug probe writes), or "
                "auto (default: auto, RAM if it fits there)")
        .values({"auto", "ram", "flash"})
        .option(
            "reconnect", "SECONDS",
            "how long a run waits for a board that was unplugged, fell silent or was reset by "
            "power or pin, and then goes on (profile, infer and verify: only while the model is "
            "sent); 0: that is an error at once (default: 30)");
  }
}

Result<std::unique_ptr<lab::ReadyBoard>> start_board(
    const Arguments& arguments, const ListedBoard& listed, const StopRequest* stop,
    std::function<void(std::string_view)> progress) {
  lab::ReadyOptions options;
  options.host_version = HIL_VERSION;
  options.emulate = listed.emulate;
  options.serial = listed.serial;
  options.flash = !arguments.has("no-flash");
  HIL_ASSIGN(options.faults, faults_of(arguments));
  HIL_ASSIGN(options.baud, baud_of(arguments, listed.board));
  HIL_ASSIGN(options.weights, weights_of(arguments));
  HIL_ASSIGN(options.reconnect, reconnect_of(arguments, BoardUse::kRuns));
  options.stop = stop;
  options.progress = std::move(progress);
  return make_ready(listed.board, std::move(options));
}

Result<std::unique_ptr<lab::ReadyBoard>> start_board(const Arguments& arguments,
                                                     const StopRequest* stop, BoardUse use) {
  HIL_ASSIGN(const auto name, board_name_of(arguments.get("board")));
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto board, board_of(name.id, catalogue));
  lab::ReadyOptions options;
  HIL_ASSIGN(options.tape, tape_of(arguments, board));
  options.host_version = host_version_of(options.tape);
  options.emulate = arguments.has("emulate");
  HIL_ASSIGN(options.serial, serial_of(arguments, name, catalogue));
  options.port = arguments.find("port").value_or("");
  options.flash = !arguments.has("no-flash");
  HIL_ASSIGN(options.faults, faults_of(arguments));
  HIL_ASSIGN(options.baud, baud_of(arguments, board));
  HIL_ASSIGN(options.clock_scale, clock_scale_of(arguments, board));
  HIL_ASSIGN(options.weights, weights_of(arguments));
  HIL_ASSIGN(options.reconnect, reconnect_of(arguments, use));
  HIL_ASSIGN(options.meter, emulated_meter_of(arguments));
  options.stop = stop;
  const auto steps = std::make_shared<Steps>();
  options.progress = [steps](std::string_view step) { steps->show(step); };
  return make_ready(board, std::move(options));
}

}  // namespace hil::app
