// SPDX-License-Identifier: Apache-2.0
// hilbench profile: latency of a model on a board, as a whole and per operator.
#include <algorithm>
#include <filesystem>

#include "host/app/board_list.hpp"
#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/dialect_options.hpp"
#include "host/app/dialect_runs.hpp"
#include "host/app/inputs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/many_boards.hpp"
#include "host/app/meter_options.hpp"
#include "host/app/options.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/app/record_trace.hpp"
#include "host/app/result_files.hpp"
#include "host/base/signals.hpp"
#include "host/measure/energy/energy_run.hpp"
#include "host/measure/profile.hpp"

namespace hil::app {
namespace {

constexpr std::int64_t kMostRuns = 1'000'000;

Result<measure::TimedInputs> inputs_of(const Arguments& arguments,
                                       const model::CompiledModel& model,
                                       const measure::ProfileOptions& options) {
  if (!arguments.has("dataset")) return measure::random_inputs(model);
  HIL_ASSIGN(const auto source, source_of(arguments, model));
  return measure::first_samples(source, std::size_t{options.warmup} + options.runs);
}

Status read_count(const Arguments& arguments, const char* name, std::int64_t least,
                  std::uint32_t& count) {
  if (!arguments.has(name)) return {};
  HIL_ASSIGN(const auto number, arguments.number(name, least, kMostRuns));
  count = static_cast<std::uint32_t>(number);
  return {};
}

Result<measure::ProfileOptions> options_of(const Arguments& arguments) {
  measure::ProfileOptions options;
  HIL_TRY(read_count(arguments, "runs", 1, options.runs));
  HIL_TRY(read_count(arguments, "warmup", 0, options.warmup));
  HIL_TRY(read_count(arguments, "operator-runs", 0, options.operator_runs));
  HIL_ASSIGN(options.link_limit, link_limit_of(arguments));
  return options;
}

/// The same run's energy, on the board that has just been timed; the error of either is the run's.
Status add_energy(const std::filesystem::path& place, const MeteredBoard& bench,
                  const model::CompiledModel& model, const measure::TimedInputs& inputs,
                  const measure::Watch& watch, results::Record& record) {
  measure::EnergyOptions options;
  auto outcome = bench.energy(model, inputs, options, watch);
  const Status kept = keep_trace(place, outcome);
  results::Record& energy = outcome.record;
  record.energy = std::move(energy.energy);
  record.metrics.insert(record.metrics.end(), energy.metrics.begin(), energy.metrics.end());
  for (results::Event& event : energy.events) {
    const bool said =
        std::any_of(record.events.begin(), record.events.end(), [&](const results::Event& other) {
          return other.kind == event.kind && other.text == event.text;
        });
    if (event.kind != "agent-log" && !said) record.events.push_back(std::move(event));
  }
  record.duration_s += energy.duration_s;
  record.verdict.outputs_checked += energy.verdict.outputs_checked;
  record.verdict.outputs_differing += energy.verdict.outputs_differing;
  if (energy.verdict.status != results::VerdictStatus::kPass) {
    record.verdict.status = energy.verdict.status;
    record.verdict.error = energy.verdict.error;
    record.verdict.complete = false;
  }
  return kept;
}

/// With --meter: timed first, then measured.
Result<int> profile_with_meter(const Arguments& arguments, const measure::ProfileOptions& how,
                               const StopRequest& stop) {
  HIL_ASSIGN(const AskedMeter asked, meter_of(arguments));
  HIL_ASSIGN(const auto model, model::load(arguments.get("MODEL"), plan::Core::kReference,
                                           model::InputMemory::kKept));
  HIL_ASSIGN(const auto inputs, inputs_of(arguments, model, how));
  HIL_ASSIGN(auto files, ResultFiles::create(arguments, model));
  HIL_ASSIGN(const auto place, place_for_trace(arguments));
  HIL_ASSIGN(const auto bench, MeteredBoard::start(arguments, asked, &stop));
  PhaseProgress progress("profile");
  const measure::Watch watch = progress.watch(stop);
  results::Record record = measure::profile(bench.board(), model, inputs, how, watch);
  record.events.push_back({0, "plan",
                           "inputs keep their place in the arena through an inference, as windows "
                           "of several need: it may be larger than without --meter"});
  Status kept;
  if (record.verdict.status == results::VerdictStatus::kPass) {
    kept = add_energy(place, bench, model, inputs, watch, record);
  }
  progress.finish();
  const Status saved = files.save(record);
  return files.conclude(record, kept.ok() ? saved : kept, stop);
}

Result<int> profile_on_many(const Arguments& arguments, const model::CompiledModel& model,
                            const measure::TimedInputs& inputs,
                            const measure::ProfileOptions& options, const StopRequest& stop) {
  const auto run = [&](lab::ReadyBoard& board, const measure::Watch& watch) {
    return measure::Evaluation{measure::profile(board, model, inputs, options, watch), {}};
  };
  return run_on_boards(arguments, {"profile", model, nullptr, options.runs, run}, stop);
}

}  // namespace

Options profile_options() {
  Options options(
      "profile",
      "Times a model on a board: warm-up and timed runs with the line silent, the input\n"
      "written anew before each and every output checked against the host reference;\n"
      "then the operators one by one, memory, load time, and the device's clock. Several\n"
      "boards run side by side; those that are processes share this machine's processors,\n"
      "so time them alone.",
      "hilbench profile fixtures/digits/digits_int8.tflite --board linux --dataset "
      "fixtures/digits/test");
  options.positional("MODEL", "the .tflite file; with --dialect only to compare results with")
      .unless("dialect")
      .option("dataset", "DIR", "time real samples (default: inputs drawn at random)")
      .option(
          "runs", "N",
          "timed inferences (default: 50); with --dialect those of one window (default: as many "
          "as fill --window)")
      .option("warmup", "N", "inferences before them that do not count (default: 5)")
      .option("operator-runs", "N",
              "inferences in the pass that times operators, 0 for none (default: 10)")
      .option("json", "FILE",
              "write the record as JSON; - for standard output, and no table; of several boards a "
              "folder with one record each, or with - an array");
  add_input_options(options);
  options.option("board", "BOARD", kBoardListHelp, true).unless("dialect");
  add_board_options(options, BoardUse::kRuns, false);
  add_meter_options(options);
  add_dialect_options(options, true);
  options
      .option("windows", "K", "with --dialect: timed windows, each on another input (default: 5)")
      .option("window", "SECONDS",
              "with --dialect: least length of a window (default: 10, as MLPerf Tiny asks)");
  return options;
}

Result<int> profile_command(const std::vector<std::string>& words) {
  const Options options = profile_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  if (arguments->has("dialect")) return dialect_profile(*arguments);
  HIL_TRY(check_no_dialect_options(*arguments));
  const StopRequest stop;
  HIL_ASSIGN(const bool many, names_many(*arguments));
  HIL_ASSIGN(const auto how, options_of(*arguments));
  if (arguments->has("meter")) {
    if (!many) return profile_with_meter(*arguments, how, stop);
    return Error{Blame::kUser, "one meter measures one board", "name one board with --meter"};
  }
  HIL_ASSIGN(const auto model, model::load(arguments->get("MODEL")));
  HIL_ASSIGN(const auto inputs, inputs_of(*arguments, model, how));
  if (many) return profile_on_many(*arguments, model, inputs, how, stop);
  HIL_ASSIGN(auto files, ResultFiles::create(*arguments, model));
  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  PhaseProgress progress("profile");
  const results::Record record = measure::profile(*board, model, inputs, how, progress.watch(stop));
  progress.finish();
  return files.conclude(record, files.save(record), stop);
}

}  // namespace hil::app
