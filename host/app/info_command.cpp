// SPDX-License-Identifier: Apache-2.0
// hilbench info: what the agent on a board says of itself.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "host/app/board_options.hpp"
#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/dialect_options.hpp"
#include "host/app/dialect_runs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/digest.hpp"
#include "host/model/operator_names.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"
#include "protocol/plan/type_set.hpp"

namespace hil::app {
namespace {

/// Names of the operators that are built in for one type of @p types at least.
std::vector<std::string> operators_of(const session::AgentInfo& agent, plan::TypeSet types) {
  std::vector<std::string> names;
  for (std::size_t code = 0; code < agent.operators.size(); ++code) {
    if (!agent.operators[code]) continue;
    if (!agent.has_operator(static_cast<std::uint32_t>(code), types)) continue;
    names.push_back(model::operator_name(static_cast<int>(code)));
  }
  return names;
}

/// What is built in, then the same by the type of the first input, where there is something.
void add_operators(const session::AgentInfo& agent, nlohmann::ordered_json& facts) {
  facts["operators"] = operators_of(agent, 0xFF);
  constexpr std::pair<const char*, plan::TypeSet> kByType[] = {
      {"operators_int8", plan::kInt8Only},
      {"operators_int16", plan::kInt16Only},
      {"operators_int32", plan::kInt32Only},
      {"operators_float32", plan::kFloat32Only}};
  for (const auto& [name, type] : kByType) {
    const auto operators = operators_of(agent, type);
    if (!operators.empty()) facts[name] = operators;
  }
}

/// Round trip of the time sync at open, in microseconds.
double round_trip_us(const session::TimeSync& sync) {
  return static_cast<double>(sync.host_receive_ns - sync.host_send_ns) / 1000.0;
}

nlohmann::ordered_json facts_of(lab::ReadyBoard& board) {
  const session::AgentInfo& agent = board.session().agent();
  const rpc::AgentStart& start = board.session().start();
  nlohmann::ordered_json facts = {
      {"board", board.board().id},
      {"core", agent.core},
      {"unique_id", hex_of(agent.unique_id)},
      {"emulated", agent.emulated},
      {"agent_version", agent.agent_version},
      {"agent_sha256", hex_of(board.agent_sha256())},
      {"agent_build_id", hex_of(agent.image_id)},
      {"agent_start", board.agent_start().how},
      {"protocol", fmt::format("{}.{}", agent.protocol_major, agent.protocol_minor)},
      {"engine", agent.engine},
      {"plan_format", fmt::format("{}.{}", agent.plan_major, agent.plan_minor)},
      {"plan_capacity_bytes", agent.plan_capacity_bytes},
      {"arena_capacity_bytes", agent.arena_capacity_bytes},
      {"slot_bytes", agent.slot_bytes},
      {"agent_static_bytes", agent.agent_static_bytes},
      {"tick_hz", agent.tick_hz},
      {"boot_count", start.boot_count},
      {"reset_cause", rpc::text_of(start.reset_cause)},
      {"crash_note", start.crash_note},
      {"link", board.link().name()},
      {"frame_payload_bytes", start.limits.payload_bytes},
      {"window_frames", start.limits.window},
      {"round_trip_us", round_trip_us(board.session().time_sync())}};
  add_operators(agent, facts);
  return facts;
}

std::string text_of(const nlohmann::ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) return fmt::format("{:.0f}", value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& item : value)
    text += (text.empty() ? "" : ", ") + item.get<std::string>();
  return text;
}

std::string table_of(const nlohmann::ordered_json& facts, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : facts.items()) {
    const std::string shown = report::printable(text_of(value));
    rows.push_back({name, shown.empty() ? "-" : shown});
  }
  report::TableShape shape;
  shape.flexible = {{1, 20}};
  shape.indent = 0;
  return report::shaped_table(std::move(rows), shape, width).text;
}

}  // namespace

Options info_options() {
  Options options("info", "Starts a board and shows what its agent is and can do.",
                  "hilbench info --board linux");
  options.flag("json", "print JSON instead of a table");
  options
      .option("board", "BOARD", "board id (see hilbench boards); BOARD@SERIAL for one of two alike",
              true)
      .unless("dialect");
  add_board_options(options, BoardUse::kAsks, false);
  add_dialect_options(options, false);
  return options;
}

Result<int> info_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(info_options(), words));
  if (!arguments) return 0;
  if (arguments->has("dialect")) return dialect_info(*arguments);
  HIL_ASSIGN(const auto board, start_board(*arguments, nullptr));
  const auto facts = facts_of(*board);
  note_record(facts);
  HIL_TRY(print(arguments->has("json") ? facts.dump(2) + "\n" : table_of(facts, table_width())));
  tell_faults(*board);
  return 0;
}

}  // namespace hil::app
