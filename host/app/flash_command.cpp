// SPDX-License-Identifier: Apache-2.0
// hilbench flash: an image onto a board.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/flash_text.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/signals.hpp"
#include "host/boards/catalogue.hpp"
#include "host/emulate/virtual_board.hpp"
#include "host/flash/fit.hpp"
#include "host/flash/flash.hpp"
#include "host/lab/agent_image.hpp"
#include "host/lab/attachment.hpp"
#include "host/lab/board_lock.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStartTime{15};

/// The value of --base: decimal, or hexadecimal behind 0x.
Result<std::optional<std::uint64_t>> base_of(const Arguments& arguments) {
  if (!arguments.has("base")) return std::optional<std::uint64_t>();
  const std::string& given = arguments.get("base");
  std::string_view digits = given;
  const bool hex = digits.substr(0, 2) == "0x" || digits.substr(0, 2) == "0X";
  if (hex) digits.remove_prefix(2);
  std::uint64_t base = 0;
  const char* end = digits.data() + digits.size();
  const auto [last, failed] = std::from_chars(digits.data(), end, base, hex ? 16 : 10);
  if (failed == std::errc() && last == end && base <= UINT32_MAX) return std::optional(base);
  return Error{Blame::kUser, fmt::format("--base {} is no address of 32 bits", given),
               "write it like 0x8000000"};
}

Result<fs::path> image_path_of(const Arguments& arguments, const boards::Board& board) {
  if (arguments.has("image")) return fs::path(arguments.get("image"));
  HIL_ASSIGN(const auto agent, lab::find_agent(board, {}));
  return agent.path;
}

/// What is to be written, checked as far as that goes without a board.
Result<FlashPlan> plan_of(const Arguments& arguments, const boards::Board& board) {
  FlashPlan plan;
  HIL_ASSIGN(const auto base, base_of(arguments));
  HIL_ASSIGN(plan.file, image_path_of(arguments, board));
  HIL_ASSIGN(plan.image, flash::read_image(plan.file, base));
  HIL_ASSIGN(plan.fit, flash::check_fit(board, plan.image));
  HIL_ASSIGN(plan.sha256, sha256_of_file(plan.file));
  if (plan.fit.doubts.empty()) return plan;
  if (!arguments.has("force")) {
    return Error{Blame::kUser,
                 fmt::format("{} would not start: {}", plan.file.string(), plan.fit.doubts.front()),
                 "give another image, or --force if you know better"};
  }
  for (const std::string& doubt : plan.fit.doubts)
    remark("flash: " + doubt);
  return plan;
}

/// The board's probe, for as long as it is needed.
struct Door {
  flash::ProbeAddress probe;
  std::unique_ptr<emulate::VirtualBoard> virtual_board;
  std::optional<lab::BoardLock> lock;
};

Result<Door> open_virtual(const boards::Board& board, const std::string& serial) {
  Door door;
  emulate::VirtualBoardOptions options;
  options.board = board.id;
  HIL_ASSIGN(options.instance, lab::instance_of(board, serial));
  HIL_ASSIGN(door.virtual_board,
             emulate::VirtualBoard::start(options, Deadline::after(kStartTime)));
  const emulate::VirtualBoardInfo& info = door.virtual_board->info();
  door.probe = {info.stlink_port, info.serial};
  return door;
}

Result<Door> open_door(const boards::Board& board, const std::string& serial, bool emulated) {
  if (emulated) return open_virtual(board, serial);
  Door door;
  door.probe.serial = serial;
  HIL_ASSIGN(door.lock, lab::lock_board(lab::lock_key(board, serial)));
  return door;
}

/// Refuses what has no debug port before anything is started.
Status check_door(const boards::Board& board, bool emulated) {
  if (board.chip.openocd_target.empty()) {
    return Error{Blame::kUser, fmt::format("{} has no debug port to flash it through", board.id),
                 "it starts with its agent: evaluate and profile need no flashing"};
  }
  if (!emulated || board.emulator) return {};
  return Error{Blame::kUser, fmt::format("{} has no virtual board", board.id),
               "leave --emulate out, or see hilbench boards for those that have one"};
}

Result<int> dry_run(const boards::Board& board, const FlashPlan& plan, const std::string& serial,
                    bool emulated, const Arguments& arguments) {
  flash::ProbeAddress probe{std::nullopt, serial};
  if (emulated) probe = {std::uint16_t{0}, "SERIAL"};
  flash::FlashOptions options;
  options.force = arguments.has("force");
  HIL_ASSIGN(const auto line,
             flash::program_command_line(board, plan.image, plan.file, probe, options));
  HIL_TRY(print(plan_text(board, plan, line, arguments.has("json"), table_width())));
  if (emulated) remark("flash: port 0 and SERIAL stand for those that the virtual board will have");
  return 0;
}

}  // namespace

Options flash_options() {
  Options options("flash",
                  "Writes an image into a board's flash (or RAM) through its debug probe, compares "
                  "it and starts it. Writes nothing if it is there already.",
                  "hilbench flash --board netduino_plus_2 --emulate");
  options
      .option("board", "BOARD", "board id (see hilbench boards); BOARD@SERIAL for one of two alike",
              true)
      .flag("emulate", "start a virtual board instead of using the one on the desk")
      .option("image", "FILE",
              "ELF, Intel HEX, S-record, or raw bytes with --base (default: the board's agent)")
      .option("base", "ADDRESS", "where the first raw byte goes (0x8000000)")
      .flag("dry-run", "check everything that needs no board, print the command line, do nothing")
      .flag("force", "write even what is there already, or what does not look like firmware")
      .flag("json", "print JSON instead of a table");
  return options;
}

Result<int> flash_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(flash_options(), words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto name, board_name_of(arguments->get("board")));
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto board, catalogue.find(name.id));
  const bool emulated = arguments->has("emulate");
  HIL_TRY(check_door(board, emulated));
  HIL_ASSIGN(const auto plan, plan_of(*arguments, board));
  if (arguments->has("dry-run")) return dry_run(board, plan, name.serial, emulated, *arguments);

  const StopRequest stop;
  HIL_ASSIGN(const auto door, open_door(board, name.serial, emulated));
  flash::FlashOptions options;
  options.force = arguments->has("force");
  options.stop = &stop;
  options.progress = [](flash::Phase phase) {
    remark(fmt::format("flash: {}", flash::name_of(phase)));
  };
  const auto report = flash::program(board, plan.image, plan.file, door.probe, options);
  if (!report.ok() && stop.requested()) {
    hil::app::report(report.error());
    return 128 + stop.signal();
  }
  if (!report.ok()) return report.error();
  HIL_TRY(print(report_text(board, plan, *report, arguments->has("json"), table_width())));
  return 0;
}

}  // namespace hil::app
