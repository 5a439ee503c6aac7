// SPDX-License-Identifier: Apache-2.0
// make_ready(): process, faults, session, in this order.
#include "host/lab/ready_board.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>
#include <utility>

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

/// A killed process hangs up its line before it can be waited for.
constexpr auto kTimeToDie = std::chrono::milliseconds(300);

}  // namespace

fs::path default_agent_folder() {
  const char* folder = std::getenv("HILBENCH_AGENTS");
  return folder != nullptr && *folder != 0 ? fs::path(folder) : fs::path(HIL_AGENT_FOLDER);
}

ReadyBoard::~ReadyBoard() = default;

Link& ReadyBoard::link() {
  if (faults_) return *faults_;
  return process_->link();
}

Status ReadyBoard::start_process(const ReadyOptions& options) {
  const fs::path folder =
      options.agent_folder.empty() ? default_agent_folder() : options.agent_folder;
  const fs::path image = folder / board_.emulator->agent;
  std::error_code ignored;
  if (!fs::exists(image, ignored)) {
    return Error{Blame::kLab,
                 fmt::format("there is no agent for {}: {} is missing", board_.id, image.string()),
                 "build it, or set HILBENCH_AGENTS to the folder that has it"};
  }
  HIL_ASSIGN(agent_sha256_, sha256_of_file(image));
  HIL_ASSIGN(process_, emulate::ProcessBoard::start(image));
  if (options.faults.any()) {
    faults_ = std::make_unique<FaultLink>(process_->link(), options.faults);
  }
  return {};
}

Status ReadyBoard::open_session(const ReadyOptions& options, Deadline deadline) {
  session::SessionOptions session_options;
  session_options.host_version = options.host_version;
  session_options.channel.board = board_.id;
  session_options.channel.clock = options.clock;
  auto opened = session::Session::open(link(), session_options, deadline);
  if (!opened.ok()) return explain(opened.error());
  session_ = std::move(opened).value();
  return {};
}

Error ReadyBoard::explain(Error error) {
  if (error.blame != Blame::kLink) return error;
  const auto ended = process_->wait_end(Deadline::after(kTimeToDie));
  if (!ended) return error;
  return Error{Blame::kDevice,
               fmt::format("the agent process {}, seen as: {}", ended->text(), error.what),
               ended->clean() ? "The agent ends by itself when its line is closed."
                              : "what the agent printed before is above"};
}

Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board& board,
                                               const ReadyOptions& options, Deadline deadline) {
  if (!board.emulator) {
    return Error{Blame::kLab, fmt::format("{} can't be run: it has no emulator", board.id),
                 "boards on a cable are not supported yet"};
  }
  std::unique_ptr<ReadyBoard> ready(new ReadyBoard(board));
  HIL_TRY(ready->start_process(options));
  HIL_TRY(ready->open_session(options, deadline));
  return ready;
}

}  // namespace hil::lab
