// SPDX-License-Identifier: Apache-2.0
// hilbench infer: one input through a model on a board, its outputs in raw and real values.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/app/board_options.hpp"
#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/inputs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/signals.hpp"
#include "host/data/sample.hpp"
#include "host/data/values.hpp"
#include "host/measure/infer.hpp"

namespace hil::app {
namespace {

/// The real value of raw value @p raw; float tensors are real already.
double real_value(const model::TensorSpec& spec, double raw) {
  if (spec.type == data::ElementType::kFloat32) return raw;
  return static_cast<double>(spec.scale) * (raw - spec.zero_point);
}

nlohmann::ordered_json json_of(const session::SampleResult& result,
                               const model::CompiledModel& model, lab::ReadyBoard& board) {
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    const model::TensorSpec& spec = model.outputs[i];
    nlohmann::ordered_json raw = nlohmann::ordered_json::array();
    nlohmann::ordered_json real = nlohmann::ordered_json::array();
    for (std::size_t at = 0; at < spec.element_count(); ++at) {
      const double value = data::value_at(result.outputs[i], spec.type, at);
      raw.push_back(value);
      real.push_back(real_value(spec, value));
    }
    outputs.push_back({{"name", spec.name},
                       {"type", data::name_of(spec.type)},
                       {"shape", spec.shape},
                       {"scale", spec.scale},
                       {"zero_point", spec.zero_point},
                       {"raw", raw},
                       {"real", real}});
  }
  return {{"board", board.board().id},
          {"model", model.path.string()},
          {"outputs", outputs},
          {"crc32", result.crc32},
          {"device_ticks", result.device_ticks},
          {"tick_hz", board.session().agent().tick_hz},
          {"matches_reference", true}};  // anything else is an error
}

std::string table_of(const session::SampleResult& result, const model::CompiledModel& model) {
  std::string text;
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    const model::TensorSpec& spec = model.outputs[i];
    text += fmt::format("output {} ({}, {} values of {})\n{:>7}{:>12}{:>14}\n", i,
                        spec.name.empty() ? "unnamed" : spec.name, spec.element_count(),
                        data::name_of(spec.type), "index", "raw", "real");
    for (std::size_t at = 0; at < spec.element_count(); ++at) {
      const double raw = data::value_at(result.outputs[i], spec.type, at);
      text += fmt::format("{:>7}{:>12.6g}{:>14.6g}\n", at, raw, real_value(spec, raw));
    }
  }
  return text + fmt::format("CRC-32 {:08x}, equal to the host reference\n", result.crc32);
}

}  // namespace

Options infer_options() {
  Options options("infer", "Runs one input through a model on a board and shows the outputs.",
                  "hilbench infer fixtures/digits/digits_int8.tflite --input "
                  "fixtures/digits/test/digit_0007_7.bin --board linux");
  options.positional("MODEL", "the .tflite file")
      .option("input", "FILE", "raw little-endian values, row by row; or .npy, .png, .jpg, .wav",
              true)
      .flag("json", "print JSON instead of a table");
  add_input_options(options);
  add_board_options(options, BoardUse::kRuns);
  return options;
}

Result<int> infer_command(const std::vector<std::string>& words) {
  const Options options = infer_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  const StopRequest stop;
  HIL_ASSIGN(const auto model, model::load(arguments->get("MODEL")));
  HIL_ASSIGN(const auto inputs, read_input(*arguments, model));
  HIL_ASSIGN(const auto limit, link_limit_of(*arguments));
  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  const measure::LinkUse link(*board);
  measure::Watch watch;
  watch.stop = &stop;
  const auto done = measure::infer(*board, model, inputs, watch);
  tell_faults(*board);
  if (!done) return done.error();
  const auto& result = *done;
  if (!result) return 128 + stop.signal();
  const auto json = json_of(*result, model, *board);
  note_record(json);
  HIL_TRY(print(arguments->has("json") ? json.dump(2) + "\n" : table_of(*result, model)));
  HIL_TRY(check_link(link, limit));
  return 0;
}

}  // namespace hil::app
