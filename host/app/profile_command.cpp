// SPDX-License-Identifier: Apache-2.0
// hilbench profile: latency of a model on a board, as a whole and per operator.
#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/inputs.hpp"
#include "host/app/options.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/app/result_files.hpp"
#include "host/base/signals.hpp"
#include "host/measure/profile.hpp"

namespace hil::app {
namespace {

constexpr std::int64_t kMostRuns = 1'000'000;

Options declare() {
  Options options(
      "profile",
      "Times a model on a board: warm-up and timed runs with the line silent, the input\n"
      "written anew before each and every output checked against the host reference;\n"
      "then the operators one by one, memory, load time, and the device's clock.",
      "hilbench profile fixtures/digits/digits_int8.tflite --board linux --dataset "
      "fixtures/digits/test");
  options.positional("MODEL", "the .tflite file")
      .option("dataset", "DIR", "time real samples (default: inputs drawn at random)")
      .option("runs", "N", "timed inferences (default: 50)")
      .option("warmup", "N", "inferences before them that do not count (default: 5)")
      .option("operator-runs", "N",
              "inferences in the pass that times operators, 0 for none (default: 10)")
      .option("json", "FILE", "write the record as JSON; - for standard output, and no table");
  add_input_options(options);
  add_board_options(options, BoardUse::kRuns);
  return options;
}

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
  return options;
}

}  // namespace

Result<int> profile_command(const std::vector<std::string>& words) {
  const Options options = declare();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  const StopRequest stop;
  HIL_ASSIGN(const auto model, model::load(arguments->get("MODEL")));
  HIL_ASSIGN(const auto how, options_of(*arguments));
  HIL_ASSIGN(const auto inputs, inputs_of(*arguments, model, how));
  HIL_ASSIGN(auto files, ResultFiles::create(*arguments, model));
  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  PhaseProgress progress("profile");
  const results::Record record = measure::profile(*board, model, inputs, how, progress.watch(stop));
  progress.finish();
  return files.conclude(record, files.save(record), stop);
}

}  // namespace hil::app
