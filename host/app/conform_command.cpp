// SPDX-License-Identifier: Apache-2.0
// hilbench conform: proves the port of a board, check by check.
#include <fmt/format.h>

#include <optional>

#include "host/app/board_options.hpp"
#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/file.hpp"
#include "host/base/signals.hpp"
#include "host/boards/catalogue.hpp"
#include "host/conform/conform.hpp"
#include "host/conform/report_json.hpp"
#include "host/conform/report_text.hpp"
#include "host/conform/store.hpp"

namespace hil::app {
namespace {

/// Where the report goes besides the store; begun early, so that a wrong path costs no run.
struct Output {
  bool json_on_stdout = false;
  std::optional<AtomicFile> file;
};

Result<Output> output_of(const Arguments& arguments) {
  Output output;
  const auto path = arguments.find("json");
  if (!path) return output;
  output.json_on_stdout = *path == "-";
  if (!output.json_on_stdout) {
    HIL_ASSIGN(output.file, AtomicFile::create(*path));
  }
  return output;
}

/// "conform: line to board: pass (goodput 11,234 B/s)"
void say(const conform::Check& check) {
  const std::string figures = conform::figures_text(check);
  remark(fmt::format("conform: {}: {}{}", check.name, conform::word_of(check.verdict),
                     figures.empty() ? "" : " (" + figures + ")"));
}

Status write(Output& output, const conform::ConformReport& report) {
  if (output.json_on_stdout) return print(conform::json_text(report));
  HIL_TRY(print(conform::report_text(report, static_cast<std::size_t>(output_width()))));
  if (!output.file) return {};
  HIL_TRY(output.file->write(conform::json_text(report)));
  return output.file->commit();
}

/// What can't be kept is said; the verdict stands all the same.
void keep_report(const boards::Board& board, const conform::ConformReport& report) {
  const std::string reason = conform::reason_not_to_keep(board, report);
  if (!reason.empty()) return remark("conform: the report is not kept: " + reason);
  const Status kept = conform::keep(board, report);
  if (!kept.ok()) return hil::app::report(kept.error());
  remark("conform: the report is kept in " + conform::report_path(board)->string());
}

/// Options with which a run says nothing of the port that the board's file stands for.
std::string no_proof_of(const Arguments& arguments) {
  if (arguments.has("clock")) return "with --clock the board's file may name a wrong clock";
  if (arguments.has("inject")) return "with --inject the line is broken on purpose";
  if (arguments.has("no-flash")) return "with --no-flash the agent may be any";
  return "";
}

int exit_code_of(const conform::Conformance& found, const StopRequest& stop) {
  if (stop.requested()) return 128 + stop.signal();
  if (found.never_answered) return exit_code(found.never_answered->blame);
  if (found.not_the_ports) return exit_code(found.not_the_ports->blame);
  return found.report.passed() ? 0 : exit_code(Blame::kDevice);
}

/// Errors that say nothing of the port: there was none to try.
bool not_tried(const conform::Conformance& found) {
  if (!found.never_answered) return false;
  const Blame blame = found.never_answered->blame;
  return blame != Blame::kLink && blame != Blame::kDevice;
}

}  // namespace

Options conform_options() {
  Options options(
      "conform",
      "Proves a board's port: that it answers, restarts and says why, loses no byte, gets over\n"
      "garbage, times honestly, computes every operator right, has stack left, and runs models\n"
      "from flash. Keeps the report beside the board's file, or in the state folder if that file\n"
      "is an installed one. Exits with 0 if nothing failed,\n"
      "7 if something did, 6 if nothing answered, 2 to 5 or 70 if an error that is not the\n"
      "port's kept a check from running. A report made with --clock, --no-flash\n"
      "or --inject is not kept.",
      "hilbench conform --board linux --no-store");
  options.option("json", "FILE", "write the report as JSON; - for standard output, and no table")
      .flag("quick", "shorter streams, fewer rounds: proves less, and is not kept")
      .flag("no-store", "do not keep the report");
  add_board_options(options, BoardUse::kAsks);
  return options;
}

Result<int> conform_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(conform_options(), words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto name, board_name_of(arguments->get("board")));
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto board, catalogue.find(name.id));
  HIL_ASSIGN(auto output, output_of(*arguments));
  const StopRequest stop;
  conform::ConformOptions options;
  options.quick = arguments->has("quick");
  options.emulate = arguments->has("emulate");
  options.no_proof = no_proof_of(*arguments);
  options.ends = say;
  measure::Watch watch;
  watch.stop = &stop;
  // A board that goes away in a check has failed it.
  const auto start = [&] { return start_board(*arguments, &stop, BoardUse::kAsks); };
  const conform::Conformance found = conform::conform(board, start, options, watch);
  if (not_tried(found)) return *found.never_answered;
  note_record(nlohmann::json::parse(conform::json_text(found.report)));
  const Status written = write(output, found.report);
  if (!arguments->has("no-store") && !is_replay()) keep_report(board, found.report);
  HIL_TRY(written);
  return exit_code_of(found, stop);
}

}  // namespace hil::app
