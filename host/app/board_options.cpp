// SPDX-License-Identifier: Apache-2.0
// --board and its companions.
#include "host/app/board_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "host/app/board_list.hpp"
#include "host/app/console_io.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {
namespace {

constexpr std::chrono::seconds kStartTime{10};
constexpr std::int64_t kMostClockHz = 10'000'000'000;

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
      .option("clock", "HZ", "the core's true clock, if it is not the one in the board's file");
  if (use == BoardUse::kRuns) {
    options
        .option("weights", "PLACE",
                "where the model goes: ram, flash (the slot that the debug probe writes), or "
                "auto (default: auto, RAM if it fits there)")
        .values({"auto", "ram", "flash"});
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
  HIL_ASSIGN(options.weights, weights_of(arguments));
  options.stop = stop;
  options.progress = std::move(progress);
  return lab::make_ready(listed.board, options, Deadline::after(kStartTime));
}

Result<std::unique_ptr<lab::ReadyBoard>> start_board(const Arguments& arguments,
                                                     const StopRequest* stop) {
  HIL_ASSIGN(const auto name, board_name_of(arguments.get("board")));
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto board, catalogue.find(name.id));
  lab::ReadyOptions options;
  options.host_version = HIL_VERSION;
  options.emulate = arguments.has("emulate");
  HIL_ASSIGN(options.serial, serial_of(arguments, name, catalogue));
  options.port = arguments.find("port").value_or("");
  options.flash = !arguments.has("no-flash");
  HIL_ASSIGN(options.clock_scale, clock_scale_of(arguments, board));
  HIL_ASSIGN(options.weights, weights_of(arguments));
  options.stop = stop;
  const auto steps = std::make_shared<Steps>();
  options.progress = [steps](std::string_view step) { steps->show(step); };
  return lab::make_ready(board, options, Deadline::after(kStartTime));
}

}  // namespace hil::app
