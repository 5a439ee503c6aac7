// SPDX-License-Identifier: Apache-2.0
// hilbench energy: joules per inference, from a meter that looks on; or from a trace that is there.
#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/energy_recompute.hpp"
#include "host/app/energy_trace.hpp"
#include "host/app/inputs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/meter_options.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/app/record_trace.hpp"
#include "host/app/result_files.hpp"
#include "host/base/signals.hpp"
#include "host/measure/energy/energy_run.hpp"

namespace hil::app {
namespace {

constexpr std::int64_t kMostWindows = 10'000;
constexpr std::size_t kMostInputs = 8;

/// "20ms", "0.5s", "1.5" (seconds).
Result<double> duration_of(const Arguments& arguments, const char* name, double most) {
  const std::string& word = arguments.get(name);
  double factor = 1;
  std::string number = word;
  if (number.ends_with("ms")) {
    factor = 1e-3;
    number.resize(number.size() - 2);
  } else if (number.ends_with('s')) {
    number.pop_back();
  }
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end) * factor;
  const bool whole = !number.empty() && *end == '\0' && (std::isdigit(number[0]) != 0);
  if (whole && value > 0 && value <= most) return value;
  return Error{Blame::kUser, fmt::format("--{} {} is no time up to {} s", name, word, most),
               fmt::format("for example: --{} 20ms, --{} 1.5s", name, name)};
}

/// "225@3.0": mAh at volts.
Result<measure::BatteryCell> cell_of(const std::string& word) {
  measure::BatteryCell cell;
  char tail = 0;
  const int read = std::sscanf(word.c_str(), "%lf@%lf%c", &cell.mah, &cell.volts, &tail);
  if (read == 2 && std::isfinite(cell.mah) && std::isfinite(cell.volts) && cell.mah > 0 &&
      cell.volts > 0) {
    return cell;
  }
  return Error{Blame::kUser, fmt::format("--cell {} is no cell", word),
               "write its charge in mAh and its mean voltage: --cell 225@3.0"};
}

Result<measure::EnergyOptions> options_of(const Arguments& arguments) {
  measure::EnergyOptions options;
  if (arguments.has("windows")) {
    HIL_ASSIGN(const auto windows, arguments.number("windows", 1, kMostWindows));
    options.windows = static_cast<std::uint32_t>(windows);
  }
  if (arguments.has("window")) {
    HIL_ASSIGN(options.window_s, duration_of(arguments, "window", 3'600));
  }
  HIL_ASSIGN(const auto scope, arguments.choice("scope", {"inference", "load+infer"}));
  options.load_too = scope == 1;
  if (arguments.has("idle")) {
    HIL_ASSIGN(const auto idle, arguments.choice("idle", {"busy", "wait", "stop"}));
    options.idle = static_cast<session::EnergyRest>(idle);
  }
  HIL_ASSIGN(const auto alignment,
             arguments.choice("alignment", {"auto", "logic", "trace-pattern", "host-clock"}));
  options.alignment = static_cast<measure::AlignmentChoice>(alignment);
  options.phases = arguments.has("phases");
  options.per_layer = arguments.has("per-layer");
  if (arguments.has("period")) {
    HIL_ASSIGN(options.period_s, duration_of(arguments, "period", 3'600));
  }
  if (arguments.has("cell")) {
    HIL_ASSIGN(options.cell, cell_of(arguments.get("cell")));
    if (options.period_s == 0) {
      return Error{Blame::kUser, "how long a cell lasts depends on how often it is used",
                   "add --period 1s, or another time between two inferences"};
    }
  }
  HIL_ASSIGN(options.link_limit, link_limit_of(arguments));
  return options;
}

Result<measure::TimedInputs> inputs_of(const Arguments& arguments,
                                       const model::CompiledModel& model) {
  if (!arguments.has("dataset")) return measure::random_inputs(model);
  HIL_ASSIGN(const auto source, source_of(arguments, model));
  return measure::first_samples(source, kMostInputs);
}

Result<int> measure_on_board(const Arguments& arguments) {
  const StopRequest stop;
  HIL_ASSIGN(const AskedMeter asked, meter_of(arguments));
  HIL_ASSIGN(const auto how, options_of(arguments));
  HIL_ASSIGN(const auto model, model::load(arguments.get("MODEL"), plan::Core::kReference,
                                           model::InputMemory::kKept));
  HIL_ASSIGN(const auto inputs, inputs_of(arguments, model));
  HIL_ASSIGN(auto files, ResultFiles::create(arguments, model));
  HIL_ASSIGN(auto bench, MeteredBoard::start(arguments, asked, &stop));
  PhaseProgress progress("energy");
  auto outcome = bench.energy(model, inputs, how, progress.watch(stop));
  progress.finish();
  const Status kept = keep_trace(arguments, outcome);
  const Status saved = files.save(outcome.record);
  return files.conclude(outcome.record, kept.ok() ? saved : kept, stop);
}

Status check_asked(const Arguments& arguments, bool trace) {
  const char* const of_runs[] = {"board",  "meter",     "windows", "window",    "idle",   "scope",
                                 "phases", "per-layer", "period",  "alignment", "dataset"};
  for (const char* name : of_runs) {
    if (trace && arguments.has(name)) {
      return Error{Blame::kUser, fmt::format("--{} is of no use for a trace that is there", name),
                   "leave it out, or give a model"};
    }
  }
  for (const char* name : {"timestamps", "inferences"}) {
    if (!trace && arguments.has(name)) {
      return Error{
          Blame::kUser,
          fmt::format("--{} belongs to a trace, and {} is none", name, arguments.get("MODEL")),
          "leave it out, or give a trace"};
    }
  }
  if (trace || arguments.has("board")) return {};
  return Error{Blame::kUser, "no board is named", "add --board BOARD"};
}

}  // namespace

Options energy_options() {
  Options options(
      "energy",
      "Measures the energy of an inference: the board idles and infers in windows of its own,\n"
      "without a byte on the line, while a power meter records; windows are cut by a sync wire,\n"
      "summed up, and given with their uncertainty. The raw trace is kept beside the record;\n"
      "'hilbench energy recompute RECORD' computes all figures from it again. Of a trace that is\n"
      "there (MLPerf Tiny's trace1-energy.bin, a CSV table, ours) it tells the energy of each\n"
      "window.",
      "hilbench energy fixtures/digits/digits_int8.tflite --board netduino_plus_2 --emulate "
      "--meter ppk2 --json record.json");
  options.positional("MODEL", "the .tflite file; or a trace; or the word recompute")
      .positional("RECORD", "with the word recompute: what a run wrote with --json", false)
      .option("dataset", "DIR", "infer real samples (default: inputs drawn at random)");
  add_meter_options(options);
  options.option("windows", "N", "counted windows (default: 20 short ones, 5 from 0.5 s on)")
      .option("window", "TIME",
              "least length of one: 20ms, 1.5s (default: 20 ms, longer with a slow meter, 10 s by "
              "the host's clock)")
      .option("idle", "MODE",
              "what is taken off for energy above idle: busy, wait, stop "
              "(default: wait)")
      .values({"busy", "wait", "stop"})
      .option("scope", "SCOPE",
              "inference, or load+infer: its input is written anew before each (default: "
              "inference)")
      .values({"inference", "load+infer"})
      .option("alignment", "HOW",
              "how windows are found: logic (the wire), trace-pattern, host-clock, or auto: the "
              "first of them that works (default: auto)")
      .values({"auto", "logic", "trace-pattern", "host-clock"})
      .flag("phases", "also idle, input transfer, pre-process, inference, post-process")
      .flag("per-layer", "also each operator, executed several times in a row")
      .option("period", "TIME", "also one inference each TIME, asleep between: mean power")
      .option("cell", "MAH@VOLTS", "with --period: how long such a cell lasts")
      .option("timestamps", "FILE",
              "of a trace: a JSON list of seconds; windows lie between the 2nd and 3rd, 4th and "
              "5th ... (default: the one beside it, trace1-timestamps.json)")
      .option("inferences", "N", "of a trace: in each window, for energy per inference")
      .option("json", "FILE",
              "write the record (of a trace: its windows) as JSON; - for standard output, and no "
              "table. The trace goes beside it")
      .option("trace", "FILE", "where the raw trace goes (default: beside the record)");
  add_input_options(options);
  options.option("board", "BOARD", "board id (see hilbench boards); BOARD@SERIAL for one of two");
  add_board_options(options, BoardUse::kRuns, false);
  return options;
}

Result<int> energy_command(const std::vector<std::string>& words) {
  if (!words.empty() && words.front() == "recompute") {
    return energy_recompute({words.begin() + 1, words.end()});
  }
  HIL_ASSIGN(const auto arguments, arguments_or_help(energy_options(), words));
  if (!arguments) return 0;
  if (arguments->has("RECORD")) {
    return Error{Blame::kUser, "two files are named",
                 "give a model or a trace; or write: hilbench energy recompute RECORD"};
  }
  const bool trace = is_trace_file(arguments->get("MODEL"));
  HIL_TRY(check_asked(*arguments, trace));
  return trace ? energy_of_trace(*arguments) : measure_on_board(*arguments);
}

}  // namespace hil::app
