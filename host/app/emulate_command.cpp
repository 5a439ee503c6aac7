// SPDX-License-Identifier: Apache-2.0
// hilbench emulate: keeps virtual boards up for other tools, until Ctrl-C.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/emulate_text.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/signals.hpp"
#include "host/boards/catalogue.hpp"
#include "host/emulate/virtual_board.hpp"
#include "host/emulate/virtual_board_lines.hpp"
#include "host/lab/agent_image.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using emulate::VirtualBoard;
using Boards = std::vector<std::unique_ptr<VirtualBoard>>;

constexpr auto kTimeToStart = std::chrono::seconds(30);
constexpr int kMostCount = 64;
/// A signal between looking for it and poll() is noticed that much later.
constexpr int kLookMs = 200;

/// What the command lines name: the image that was given, else the board's agent.
fs::path image_of(const boards::Board& board, const Arguments& arguments) {
  const fs::path image =
      arguments.find("image").value_or((lab::default_agent_folder() / board.agent.image).string());
  std::error_code ignored;
  return fs::absolute(image, ignored);
}

/// One file can't hold what several boards took.
Result<emulate::MeterRequest> meter_of(const Arguments& arguments) {
  emulate::MeterRequest meter;
  meter.kind = arguments.find("meter").value_or("");
  meter.truth = arguments.find("truth").value_or("");
  meter.back_powered = arguments.has("back-powered");
  if (!meter.any() && (meter.back_powered || !meter.truth.empty())) {
    return Error{Blame::kUser, "--truth and --back-powered say something of a --meter",
                 "add --meter ppk2 or --meter lpm01a"};
  }
  if (!meter.truth.empty() && arguments.has("count")) {
    return Error{Blame::kUser, "--truth and --count exclude each other",
                 "start each board by itself, with a file of its own"};
  }
  return meter;
}

Result<emulate::VirtualBoardOptions> start_options(const boards::Board& board,
                                                   const Arguments& arguments) {
  if (!board.emulator || board.emulator->kind != boards::EmulatorKind::kQemu) {
    return Error{Blame::kUser, fmt::format("{} does not run in QEMU", board.id),
                 board.emulator ? "it needs no emulation: use it with --board"
                                : "see hilbench boards for those that do"};
  }
  emulate::VirtualBoardOptions options;
  options.board = board.id;
  options.erase = arguments.has("erase");
  HIL_ASSIGN(options.meter, meter_of(arguments));
  const bool takes_image = board.emulator->probe == boards::ProbeModel::kNone;
  if (takes_image || arguments.has("image")) options.image = image_of(board, arguments);
  return options;
}

Result<Boards> start_all(const emulate::VirtualBoardOptions& options, std::int64_t count,
                         const StopRequest& stop) {
  Boards started;
  while (std::cmp_less(started.size(), count) && !stop.requested()) {
    HIL_ASSIGN(auto board, VirtualBoard::start(options, Deadline::after(kTimeToStart)));
    started.push_back(std::move(board));
  }
  return started;
}

Status print_doors(const boards::Board& board, const Boards& started, const fs::path& image,
                   bool json) {
  std::string text;
  std::vector<emulate::VirtualBoardInfo> infos;
  for (const auto& one : started) {
    text += emulate::ready_line(one->info());
    infos.push_back(one->info());
  }
  if (json || infos.empty()) return print(text);
  return print(fmt::format("{}\n{}\nCtrl-C ends {}.\n", virtual_board_table(infos, table_width()),
                           commands_to_try(board, infos.front(), image, table_width()),
                           infos.size() == 1 ? "it" : "them"));
}

/// Prints what happened to @p board. False: it has ended.
Result<bool> print_events(VirtualBoard& board, bool json) {
  bool lives = true;
  for (const emulate::VirtualBoardEvent& event : board.poll_events()) {
    HIL_TRY(
        print(json ? emulate::event_line(event, &board.info()) : event_text(board.info(), event)));
    lives = lives && event.kind != emulate::EventKind::kEnded;
  }
  return lives;
}

void wait_for_events(const Boards& boards) {
  std::vector<pollfd> polled;
  for (const auto& board : boards)
    polled.push_back({board->event_descriptor(), POLLIN, 0});
  ::poll(polled.data(), polled.size(), kLookMs);
}

/// Blocks until @p stop or until all boards have ended.
Status keep_up(Boards boards, const StopRequest& stop, bool json) {
  while (!stop.requested()) {
    wait_for_events(boards);
    for (auto board = boards.begin(); board != boards.end();) {
      HIL_ASSIGN(const bool lives, print_events(**board, json));
      board = lives ? std::next(board) : boards.erase(board);
    }
    if (boards.empty()) {
      return Error{Blame::kDevice, "no virtual board is left", "what happened is above"};
    }
  }
  return {};
}

}  // namespace

Options emulate_options() {
  Options options("emulate",
                  "Keeps virtual boards up until Ctrl-C, for OpenOCD, gdb and terminals.",
                  "hilbench emulate netduino_plus_2 --count 2");
  options.positional("BOARD", "board id (see hilbench boards)")
      .option("count", "N", "how many of them (default: 1)")
      .option(
          "image", "FILE",
          "firmware to run from the start, for boards without a debug port (default: the agent)")
      .flag("erase", "start with erased flash")
      .option("meter", "KIND", "give each an emulated power meter: ppk2 or lpm01a")
      .option("truth", "FILE", "write what its energy windows truly take, as JSON")
      .flag("back-powered", "keep it running when the meter cuts its supply")
      .flag("json", "print a line of JSON for each board and event instead");
  return options;
}

Result<int> emulate_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(emulate_options(), words));
  if (!arguments) return 0;
  std::int64_t count = 1;
  if (arguments->has("count")) {
    HIL_ASSIGN(count, arguments->number("count", 1, kMostCount));
  }
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto board, catalogue.find(arguments->get("BOARD")));
  HIL_ASSIGN(const auto options, start_options(board, *arguments));
  const bool json = arguments->has("json");
  const StopRequest stop;
  HIL_ASSIGN(Boards started, start_all(options, count, stop));
  HIL_TRY(print_doors(board, started, image_of(board, *arguments), json));
  HIL_TRY(keep_up(std::move(started), stop, json));
  return 128 + stop.signal();
}

}  // namespace hil::app
