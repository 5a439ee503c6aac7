// SPDX-License-Identifier: Apache-2.0
// A board whose agent is a process of this machine.
#include <fmt/format.h>

#include <utility>

#include "host/emulate/process_board.hpp"
#include "host/lab/attachment.hpp"

namespace hil::lab {
namespace {

/// A killed process hangs up its line before it can be waited for.
constexpr auto kTimeToDie = std::chrono::milliseconds(300);

class ProcessAttachment final : public Attachment {
 public:
  explicit ProcessAttachment(std::unique_ptr<emulate::ProcessBoard> process)
      : process_(std::move(process)) {}

  Link& link() override { return process_->link(); }
  [[nodiscard]] bool brings_agent() const override { return true; }
  [[nodiscard]] pid_t agent_pid() const override { return process_->pid(); }

  /// Its line lasts as long as the process, of which find_failure() tells.
  [[nodiscard]] bool line_is_dead() const override { return false; }
  Status reconnect(Deadline /*deadline*/) override {
    return Error{Blame::kDevice, "an agent that is a process of this machine does not come back",
                 "run it again"};
  }

  std::optional<Error> find_failure(const Error& seen) override {
    if (seen.blame != Blame::kLink) return std::nullopt;
    const auto ended = process_->wait_end(Deadline::after(kTimeToDie));
    if (!ended) return std::nullopt;
    return Error{Blame::kDevice,
                 fmt::format("the agent process {}, seen as: {}", ended->text(), seen.what),
                 ended->clean() ? "the agent ends by itself when its line is closed"
                                : "what the agent printed before is above"};
  }

 private:
  std::unique_ptr<emulate::ProcessBoard> process_;
};

}  // namespace

Result<std::unique_ptr<Attachment>> attach_process(const boards::Board& board,
                                                   const AttachOptions& options) {
  const auto runner = emulate::runner_here(board.emulator->runner, board.chip.core);
  HIL_ASSIGN(auto process,
             emulate::ProcessBoard::start(options.agent, runner,
                                          options.agent.parent_path() / emulate::kCountPlugin));
  return std::unique_ptr<Attachment>(new ProcessAttachment(std::move(process)));
}

}  // namespace hil::lab
