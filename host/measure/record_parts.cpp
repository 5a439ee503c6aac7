// SPDX-License-Identifier: Apache-2.0
// Filling the parts of a record.
#include "host/measure/record_parts.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include "host/base/utc.hpp"
#include "host/session/log_client.hpp"

namespace hil::measure {
namespace {

/// For the agent's last words; it answers at once, or it is gone.
/// On a bad cable an answer may take many polls; a dead one ends by its silence before.
constexpr auto kTimeForLog = std::chrono::seconds(10);

double milliseconds_of(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

/// "Linux 6.1.0 x86_64"
std::string host_system() {
  utsname names{};
  if (uname(&names) != 0) return "unknown";
  return fmt::format("{} {} {}", names.sysname, names.release, names.machine);
}

/// Lines of the agent's log as events; @p tick_hz is the rate of their stamps.
void add_lines(const std::vector<rpc::LogLine>& lines, std::uint64_t tick_hz,
               Deadline::Clock::time_point start, std::vector<results::Event>& events) {
  const double ticks_per_ms = static_cast<double>(tick_hz) / 1000;
  for (const rpc::LogLine& line : lines) {
    events.push_back({milliseconds_of(line.at - start), "agent-log", line.text, name_of(line.level),
                      static_cast<double>(line.device_ticks) / ticks_per_ms});
  }
}

}  // namespace

const char* host_version() {
  return HIL_VERSION;
}

results::Origin origin_of(lab::ReadyBoard& board) {
  return board.session().agent().emulated ? results::Origin::kEmulated : results::Origin::kMeasured;
}

results::BoardInfo describe_board(lab::ReadyBoard& board) {
  const session::AgentInfo& agent = board.session().agent();
  results::BoardInfo info;
  info.id = board.board().id;
  info.serial = board.serial();
  info.core = agent.core;
  info.unique_id = hex_of(agent.unique_id);
  info.agent_version = agent.agent_version;
  info.agent_sha256 = hex_of(board.agent_sha256());
  info.engine = agent.engine;
  info.boot_count = board.session().start().boot_count;
  info.reset_cause = rpc::text_of(board.session().start().reset_cause);
  info.emulated = agent.emulated;
  return info;
}

results::ModelInfo describe_model(const model::CompiledModel& model) {
  results::ModelInfo info;
  info.file = model.path.string();
  info.sha256 = hex_of(model.sha256);
  info.file_bytes = model.file_bytes;
  info.plan_bytes = model.plan.size();
  info.arena_bytes = std::uint64_t{model.arena_bytes} + model.state_bytes;
  info.macs = model.macs;
  return info;
}

results::DatasetInfo describe_dataset(const SampleSource& source) {
  const data::Dataset& dataset = source.dataset();
  results::DatasetInfo info;
  info.folder = dataset.folder.string();
  info.license = dataset.license;
  info.element_type = std::string(data::name_of(source.type()));
  info.samples = dataset.samples.size();
  info.classes = dataset.class_count;
  info.labels_sha256 = dataset.labels_sha256;
  return info;
}

results::Conditions describe_host(std::chrono::system_clock::time_point started) {
  results::Conditions conditions;
  conditions.host_version = host_version();
  conditions.host_os = host_system();
  conditions.started_utc = utc_text(started);
  return conditions;
}

results::Conditions describe_conditions(lab::ReadyBoard& board,
                                        std::chrono::system_clock::time_point started) {
  results::Conditions conditions = describe_host(started);
  conditions.baud = board.link().baud();
  conditions.tick_hz = board.session().agent().tick_hz;
  return conditions;
}

results::Preparation describe_preparation(const lab::ReadyBoard& board) {
  const lab::AgentStart& start = board.agent_start();
  results::Preparation preparation;
  preparation.agent = start.how;
  preparation.agent_ms = milliseconds_of(start.took);
  preparation.flash_tool = start.flash_tool;
  preparation.flash_command = start.flash_command;
  return preparation;
}

void note_model(lab::ReadyBoard& board, const PlacedModel& placed, results::Record& record) {
  record.board = describe_board(board);  // writing the flash slot restarts the agent
  record.preparation = describe_preparation(board);
  record.preparation.model_place =
      placed.place == session::ModelPlace::kFlashSlot ? "flash slot" : "RAM";
  record.preparation.model_held = placed.held;
  record.preparation.model_ms = placed.host_ms;
}

void take_agent_events(lab::ReadyBoard& board, Deadline::Clock::time_point start,
                       std::vector<results::Event>& events) {
  for (const lab::LinkEvent& event : board.link_events())
    events.push_back({milliseconds_of(event.at - start), event.kind, event.text});
  for (const auto& [tick_hz, lines] : board.earlier_logs())
    add_lines(lines, tick_hz, start, events);
  session::Session& session = board.session();
  session::LogClient log(session, session::LogClient::From::kSession);
  const auto read = log.read(Deadline::after(kTimeForLog));
  const session::LogLines given = read.ok() ? *read : log.take_all();
  add_lines(given.lines, session.agent().tick_hz, start, events);
  const auto lost = [&](const std::string& what) {
    events.push_back({milliseconds_of(Deadline::Clock::now() - start), "agent-log-lost", what});
  };
  if (given.lost > 0) {
    lost(fmt::format("{} of the agent's log lines did not reach the host", given.lost));
  }
  if (!read.ok()) lost("the agent could not be asked for the rest of its log");
}

}  // namespace hil::measure
