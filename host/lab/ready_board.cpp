// SPDX-License-Identifier: Apache-2.0
// make_ready(): attachment, faults, agent, session, in this order.
#include "host/lab/ready_board.hpp"

#include <fmt/format.h>

#include <utility>

namespace hil::lab {
namespace {

/// For an agent that is there to answer; its boot takes milliseconds, a lost frame 200 ms.
constexpr auto kTimeToAnswer = std::chrono::milliseconds(1'500);
/// For a session after flash was written.
constexpr auto kTimeToReturn = std::chrono::seconds(10);

}  // namespace

ReadyBoard::~ReadyBoard() = default;

Link& ReadyBoard::link() {
  if (faults_) return *faults_;
  return attachment_->link();
}

Status ReadyBoard::attach_board(Deadline deadline) {
  AttachOptions where{options_.emulate, options_.serial, options_.port, agent_.path};
  HIL_ASSIGN(attachment_, attach(board_, where, deadline));
  if (options_.faults.any()) {
    faults_ = std::make_unique<FaultLink>(attachment_->link(), options_.faults);
  }
  return {};
}

Status ReadyBoard::open_session(Deadline deadline) {
  session::SessionOptions options;
  options.host_version = options_.host_version;
  options.channel.board = board_.id;
  options.channel.clock = options_.clock;
  options.channel.stop = options_.stop;
  options.clock_scale = options_.clock_scale;
  auto opened = session::Session::open(link(), options, deadline);
  if (!opened.ok()) return explain(opened.error());
  session_ = std::move(opened).value();
  return {};
}

/// An agent of another board would run, and its numbers would be filed under this one.
Status ReadyBoard::check_board() const {
  const std::string& answers = session_->agent().board;
  if (answers == board_.id) return {};
  return Error{Blame::kDevice,
               fmt::format("the agent that answers on {} is the one of {}",
                           attachment_->link().name(), answers),
               fmt::format("name that board, or leave --no-flash out to put the agent of {} on it",
                           board_.id)};
}

/// Whether the very agent that would be flashed answers; then the session is open.
Result<bool> ReadyBoard::agent_is_there() {
  if (attachment_->is_blank()) return false;
  const Status opened = open_session(Deadline::after(kTimeToAnswer));
  if (!opened.ok()) {
    const Blame blame = opened.error().blame;
    if (blame == Blame::kLink || blame == Blame::kDevice) return false;  // flashing mends that
    return opened.error();
  }
  HIL_ASSIGN(const flash::Image image, flash::read_image(agent_.path));
  const auto expected = build_id_of(image);
  const session::AgentInfo& agent = session_->agent();
  if (!expected.empty() && agent.image_id == expected && agent.board == board_.id) return true;
  session_.reset();
  return false;
}

flash::FlashOptions ReadyBoard::flash_options(const char* what) const {
  flash::FlashOptions options;
  options.stop = options_.stop;
  if (options_.progress) {
    options.progress = [this, what](flash::Phase phase) {
      options_.progress(fmt::format("{}: {}", what, flash::name_of(phase)));
    };
  }
  return options;
}

Status ReadyBoard::note_flashing(const Result<flash::FlashReport>& report, const char* what) {
  if (options_.progress) options_.progress("");
  if (!report.ok()) return explain(report.error()).within(what);
  agent_start_.flash_tool = report->tool_version;
  agent_start_.flash_command = report->command_line;
  return {};
}

Status ReadyBoard::flash_agent() {
  const auto probe = attachment_->probe();
  if (!probe) {
    return Error{
        Blame::kLab,
        fmt::format("no agent of this hilbench answers on {}, and {} has no debug probe to "
                    "put it there with",
                    attachment_->link().name(), board_.id),
        fmt::format("write {} onto the board with the maker's tool", agent_.path.string())};
  }
  HIL_ASSIGN(const flash::Image image, flash::read_image(agent_.path));
  constexpr const char* kWhat = "flashing the agent";
  const auto report = flash::program(board_, image, agent_.path, *probe, flash_options(kWhat));
  HIL_TRY(note_flashing(report, kWhat));
  agent_start_.how = report->already_there ? "already there" : "flashed";
  return {};
}

Status ReadyBoard::bring_agent_up(Deadline deadline) {
  if (attachment_->brings_agent()) {
    agent_start_.how = attachment_->agent_pid() > 0 ? "started" : "loaded by the emulator";
    return open_session(deadline);
  }
  if (!options_.flash) {
    agent_start_.how = "already there";
    HIL_TRY(open_session(deadline));
    return check_board();
  }
  HIL_ASSIGN(const bool there, agent_is_there());
  if (there) {
    agent_start_.how = "already there";
    return {};
  }
  HIL_TRY(flash_agent());
  HIL_TRY(open_session(Deadline::after(kTimeToReturn)));
  return check_board();
}

Status ReadyBoard::write_model_slot(std::span<const std::uint8_t> bytes) {
  const auto probe = attachment_->probe();
  const std::uint32_t slot_bytes = session_->agent().slot_bytes;
  if (!probe || slot_bytes == 0) {
    return Error{Blame::kLab,
                 fmt::format("{} has no {}", board_.id,
                             probe ? "flash slot for models" : "debug probe to write flash with"),
                 "take --weights ram"};
  }
  const std::uint64_t address = session_->agent().slot_address;
  session_.reset();
  constexpr const char* kWhat = "writing the model into flash";
  HIL_TRY(note_flashing(flash::write_bytes(board_, address, bytes, *probe, flash_options(kWhat)),
                        kWhat));
  return open_session(Deadline::after(kTimeToReturn));
}

Result<std::vector<std::uint8_t>> ReadyBoard::read_model_slot(std::size_t size_bytes) {
  const auto probe = attachment_->probe();
  const session::AgentInfo& agent = session_->agent();
  if (!probe || agent.slot_bytes == 0) {
    return Error{Blame::kLab,
                 fmt::format("{} has no {}", board_.id,
                             probe ? "flash slot for models" : "debug probe to read flash with"),
                 ""};
  }
  constexpr const char* kWhat = "reading the flash slot";
  auto content =
      flash::read_bytes(board_, agent.slot_address, size_bytes, *probe, flash_options(kWhat));
  if (options_.progress) options_.progress("");
  if (!content.ok()) return explain(content.error()).within(kWhat);
  return std::move(content->bytes);
}

Status ReadyBoard::reopen(Deadline deadline) {
  session_.reset();
  return open_session(deadline);
}

Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board& board,
                                               const ReadyOptions& options, Deadline deadline) {
  const auto start = std::chrono::steady_clock::now();
  std::unique_ptr<ReadyBoard> ready(new ReadyBoard(board, options));
  // A process is started with it, whether anything is flashed or not.
  const bool process = board.emulator && board.emulator->kind == boards::EmulatorKind::kProcess;
  if (options.flash || (process && options.port.empty())) {
    HIL_ASSIGN(ready->agent_, find_agent(board, options.agent_folder));
  }
  HIL_TRY(ready->attach_board(deadline));
  HIL_TRY(ready->bring_agent_up(deadline));
  ready->agent_start_.took = std::chrono::steady_clock::now() - start;
  return ready;
}

}  // namespace hil::lab
