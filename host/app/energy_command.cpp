// SPDX-License-Identifier: Apache-2.0
// hilbench energy: joules per inference, from a meter that looks on; or from a trace that is there.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <system_error>

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
#include "host/base/file.hpp"
#include "host/base/signals.hpp"
#include "host/measure/energy/energy_run.hpp"

namespace hil::app {
namespace {

constexpr std::int64_t kMostWindows = 10'000;
constexpr std::size_t kMostInputs = 8;

/// All of @p text as a number in plain decimals; NaN if it is none.
double plain_number(std::string_view text) {
  double value = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole ? value : NAN;
}

/// "20ms", "0.5s", "800us", "1.5" (seconds).
Result<double> duration_of(const Arguments& arguments, const char* name, double most) {
  struct Unit {
    std::string_view word;
    double seconds;
  };
  constexpr Unit kUnits[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"", 1}};
  const std::string& word = arguments.get(name);
  std::string_view number = word;
  double factor = 1;
  for (const Unit& unit : kUnits) {
    if (!number.ends_with(unit.word)) continue;
    number.remove_suffix(unit.word.size());
    factor = unit.seconds;
    break;
  }
  const double value = plain_number(number) * factor;
  if (value > 0 && value <= most) return value;
  return Error{Blame::kUser,
               fmt::format("--{} {} is no time above 0 and up to {} s", name, word, most),
               fmt::format("for example: --{} 20ms, --{} 1.5s", name, name)};
}

/// "225@3.0": mAh at volts.
Result<measure::BatteryCell> cell_of(const std::string& word) {
  constexpr double kMost = 1e9;
  const std::string_view text = word;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    const measure::BatteryCell cell{plain_number(text.substr(0, at)),
                                    plain_number(text.substr(at + 1))};
    if (cell.mah > 0 && cell.mah <= kMost && cell.volts > 0 && cell.volts <= kMost) return cell;
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
  HIL_ASSIGN(const auto place, place_for_trace(arguments));
  HIL_ASSIGN(auto bench, MeteredBoard::start(arguments, asked, &stop));
  PhaseProgress progress("energy");
  auto outcome = bench.energy(model, inputs, how, progress.watch(stop));
  progress.finish();
  const Status kept = keep_trace(place, outcome);
  const Status saved = files.save(outcome.record);
  return files.conclude(outcome.record, kept.ok() ? saved : kept, stop);
}

/// Options that mean something for a trace that is there.
bool is_of_traces(const std::string& name) {
  return name == "timestamps" || name == "inferences" || name == "voltage" || name == "json" ||
         name == "help";
}

Status check_asked_of_trace(const Arguments& arguments) {
  const Options all = energy_options();
  for (const Options::Option& option : all.options()) {
    if (is_of_traces(option.name) || !arguments.has(option.name)) continue;
    return Error{Blame::kUser,
                 fmt::format("--{} is of no use for a trace that is there", option.name),
                 "leave it out, or give a model"};
  }
  return {};
}

/// What a run needs besides the meter, which meter_of() asks for.
Status check_asked_of_run(const Arguments& arguments) {
  const std::string& model = arguments.get("MODEL");
  for (const char* name : {"timestamps", "inferences"}) {
    if (!arguments.has(name)) continue;
    return Error{Blame::kUser, fmt::format("--{} belongs to a trace, and {} is none", name, model),
                 "leave it out, or give a trace"};
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(model, ignored)) {
    return Error{Blame::kUser, fmt::format("{} is a folder", model),
                 "give a .tflite file, or a trace"};
  }
  if (!std::filesystem::exists(model, ignored)) return read_file(model, 0).error();
  if (arguments.has("board")) return {};
  return Error{Blame::kUser, "no board is named", "add --board BOARD"};
}

}  // namespace

Options energy_options() {
  Options options(
      "energy",
      "Measures the energy of an inference: the board idles and infers in windows of its own,\n"
      "without a byte on the line, while a power meter records; windows are cut by a sync wire,\n"
      "summed up, and given with their uncertainty. The raw trace is kept beside the record;\n"
      "'hilbench energy recompute RECORD' computes all figures from it again, 'hilbench plot\n"
      "RECORD' draws it. Of a trace that is there (MLPerf Tiny's trace1-energy.bin, a CSV table,\n"
      "ours) it tells the energy of each window: 'hilbench energy trace1-energy.bin --json\n"
      "windows.json'.",
      "hilbench energy fixtures/digits/digits_int8.tflite --board netduino_plus_2 --emulate "
      "--meter ppk2 --json record.json");
  options.positional("MODEL", "the .tflite file; or a trace; or the word recompute")
      .positional("RECORD", "with the word recompute: what a run wrote with --json", false)
      .option("dataset", "DIR", "infer real samples (default: inputs drawn at random)");
  add_meter_options(options);
  options.option("windows", "N", "counted windows (default: 20 short ones, 5 from 0.5 s on)")
      .option(
          "window", "TIME",
          "least length of one: 800us, 20ms, 1.5s (default: 20 ms, longer with a slow meter or a "
          "counter, 10 s by the host's clock)")
      .option("idle", "MODE", "what is subtracted for net energy: busy, wait, stop (default: wait)")
      .values({"busy", "wait", "stop"})
      .option("scope", "SCOPE",
              "inference, or load+infer: its input is written anew before each (default: "
              "inference)")
      .values({"inference", "load+infer"})
      .option("alignment", "HOW",
              "how windows are found: logic (the wire), trace-pattern, host-clock, or auto: the "
              "first of them that works (default: auto)")
      .values({"auto", "logic", "trace-pattern", "host-clock"})
      .flag("phases",
            "also idle, input transfer, pre-process, inference, post-process (needs the wire)")
      .flag("per-layer", "also each operator, executed several times in a row (needs the wire)")
      .option("period", "TIME",
              "also one inference each TIME, asleep between: mean power (needs the wire)")
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
  if (is_trace_file(arguments->get("MODEL"))) {
    HIL_TRY(check_asked_of_trace(*arguments));
    return energy_of_trace(*arguments);
  }
  HIL_TRY(check_asked_of_run(*arguments));
  return measure_on_board(*arguments);
}

}  // namespace hil::app
