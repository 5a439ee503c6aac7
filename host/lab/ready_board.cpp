// SPDX-License-Identifier: Apache-2.0
// make_ready(): attachment, faults, agent, session, in this order.
#include "host/lab/ready_board.hpp"

#include <fmt/format.h>

#include <utility>

#include "host/lab/known_rates.hpp"
#include "host/lab/line_raise.hpp"
#include "host/link/line_rate.hpp"
#include "host/session/rate_client.hpp"

namespace hil::lab {
namespace {

/// For an agent that is there to answer; its boot takes milliseconds, a lost frame 200 ms, and one
/// that was left at another rate needs 1.2 s (rpc::open_session() at 115,200 baud).
constexpr auto kTimeToAnswer = std::chrono::milliseconds(2'000);
/// For the agent to go back to its first rate with both sides knowing: a goodbye at a raised rate,
/// lost, would have the next opening call it back by noise (0.8 s at 115,200 baud).
constexpr auto kTimeToLower = std::chrono::milliseconds(500);
/// For a session after flash was written. QEMU gets what processor time the machine has left.
constexpr auto kTimeToReturn = std::chrono::seconds(10);
constexpr auto kEmulatorsTimeToReturn = std::chrono::seconds(40);

Deadline time_to_return(const ReadyOptions& options) {
  return Deadline::after(options.emulate ? kEmulatorsTimeToReturn : kTimeToReturn);
}

}  // namespace

ReadyBoard::~ReadyBoard() = default;

Link& ReadyBoard::link() {
  if (taped_link_ != nullptr) return *taped_link_;
  if (faults_) return *faults_;
  return attachment_->link();
}

Result<std::optional<FaultReport>> ReadyBoard::fault_report() const {
  if (!options_.faults.any()) return std::optional<FaultReport>();
  HIL_ASSIGN(auto report, lab::fault_report(options_.faults, faults_.get(), options_.tape));
  return std::optional(std::move(report));
}

Status ReadyBoard::attach_board(Deadline deadline) {
  AttachOptions where{options_.emulate, options_.serial, options_.port,
                      agent_.path,      options_.meter,  options_.stop};
  tape::RunTape* const tape = options_.tape;
  HIL_ASSIGN(attachment_, taped_attachment(tape, [&] { return attach(board_, where, deadline); }));
  const bool replays = tape != nullptr && tape->replays();
  if (options_.faults.any() && !replays) {  // the tape has what they had left
    faults_ = std::make_unique<FaultLink>(attachment_->link(), options_.faults);
  }
  if (tape != nullptr) taped_link_ = &tape->begin(replays ? nullptr : &link());
  return {};
}

Status ReadyBoard::open_session(Deadline deadline) {
  HIL_TRY(open_at_first_rate(false, deadline));
  return raise_rate();
}

Status ReadyBoard::raise_rate() {
  RaisePlan plan;
  plan.bauds = board_.serial.bauds;
  plan.wanted = options_.baud;
  plan.forgiving = options_.faults.any();
  plan.key = attachment_->line_key();
  const bool replays = options_.tape != nullptr && options_.tape->replays();
  if (const auto file = rates_file(); file.ok() && !replays) plan.memory = KnownRates(*file);
  HIL_ASSIGN(plan.known, taped_number(options_.tape, "known rate", [&] {
               if (proven_baud_ != 0 || !plan.memory || plan.key.empty()) return proven_baud_;
               return plan.memory->find(plan.key).value_or(0);
             }));
  const RaiseLine line{[this]() -> session::Session& { return *session_; },
                       [this] {
                         close_session();
                         return open_at_first_rate(true, time_to_return(options_));
                       }};
  HIL_ASSIGN(const Raised raised, raise_line(line, plan));
  if (!raised.text.empty() && raised.baud != proven_baud_) note_link_event("rate", raised.text);
  proven_baud_ = raised.baud;
  return {};
}

void ReadyBoard::lower_rate() {
  if (!session_ || session_->first_baud() == link().baud()) return;
  static_cast<void>(
      session::change_rate(*session_, session_->first_baud(), Deadline::after(kTimeToLower)));
}

Status ReadyBoard::open_at_first_rate(bool other_rate, Deadline deadline) {
  const std::uint32_t first = board_.serial.baud;
  if (link().baud() != 0 && !rate_fits(first, link().baud())) HIL_TRY(link().set_baud(first));
  session::SessionOptions options;
  options.channel.other_rate = other_rate;
  options.host_version = options_.host_version;
  options.channel.board = board_.id;
  options.channel.clock = options_.clock;
  options.channel.stop = options_.stop;
  HIL_ASSIGN(options.channel.session, taped_session_id(options_.tape));
  options.clock_scale = options_.clock_scale;
  auto opened = session::Session::open(link(), options, deadline);
  if (!opened.ok()) return explain(opened.error());
  retire_session();  // it has failed or was closed: nothing is said in its name any more
  session_ = std::move(opened).value();
  return {};
}

void ReadyBoard::close_session() {
  if (session_) session_->channel().close(Error{Blame::kLink, "the session was closed", ""});
}

void ReadyBoard::retire_session() {
  if (!session_) return;
  retired_ += session_->channel().statistics();
  session_.reset();
}

rpc::LinkStatistics ReadyBoard::link_statistics() const {
  rpc::LinkStatistics all = retired_;
  if (session_) all += session_->channel().statistics();
  return all;
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

Result<std::vector<std::uint8_t>> ReadyBoard::wanted_build_id() const {
  return taped_bytes(options_.tape, "agent's build id", [&]() -> Result<std::vector<std::uint8_t>> {
    HIL_ASSIGN(const flash::Image image, flash::read_image(agent_.path));
    return build_id_of(image);
  });
}

/// Whether the very agent that would be flashed answers; then the session is open.
Result<bool> ReadyBoard::agent_is_there() {
  if (attachment_->is_blank()) return false;
  const Status opened = open_at_first_rate(false, Deadline::after(kTimeToAnswer));
  if (!opened.ok()) {
    const Blame blame = opened.error().blame;
    if (blame == Blame::kLink || blame == Blame::kDevice) return false;  // flashing mends that
    return opened.error();
  }
  HIL_ASSIGN(const auto expected, wanted_build_id());
  const session::AgentInfo& agent = session_->agent();
  if (!expected.empty() && agent.image_id == expected && agent.board == board_.id) return true;
  close_session();
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
  constexpr const char* kWhat = "flashing the agent";
  const auto report = taped_flashing(options_.tape, kWhat, [&]() -> Result<flash::FlashReport> {
    HIL_ASSIGN(const flash::Image image, flash::read_image(agent_.path));
    return flash::program(board_, image, agent_.path, *probe, flash_options(kWhat));
  });
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
    return raise_rate();
  }
  HIL_TRY(flash_agent());
  HIL_TRY(open_session(time_to_return(options_)));
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
  close_session();
  constexpr const char* kWhat = "writing the model into flash";
  const auto report = taped_flashing(options_.tape, kWhat, [&] {
    return flash::write_bytes(board_, address, bytes, *probe, flash_options(kWhat));
  });
  HIL_TRY(note_flashing(report, kWhat));
  return open_session(time_to_return(options_));
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
  auto content = taped_bytes(options_.tape, kWhat, [&]() -> Result<std::vector<std::uint8_t>> {
    HIL_ASSIGN(auto read, flash::read_bytes(board_, agent.slot_address, size_bytes, *probe,
                                            flash_options(kWhat)));
    return std::move(read.bytes);
  });
  if (options_.progress) options_.progress("");
  if (!content.ok()) return explain(content.error()).within(kWhat);
  return content;
}

Status ReadyBoard::reopen(Deadline deadline) {
  lower_rate();
  close_session();
  return open_session(deadline);
}

Result<std::unique_ptr<ReadyBoard>> make_ready(const boards::Board& board,
                                               const ReadyOptions& options, Deadline deadline) {
  const auto start = Clock::now();
  std::unique_ptr<ReadyBoard> ready(new ReadyBoard(board, options));
  // A process is started with it, whether anything is flashed or not.
  const bool process = board.emulator && board.emulator->kind == boards::EmulatorKind::kProcess;
  if (options.flash || (process && options.port.empty())) {
    HIL_ASSIGN(ready->agent_,
               taped_agent(options.tape, [&] { return find_agent(board, options.agent_folder); }));
  }
  HIL_TRY(ready->attach_board(deadline));
  HIL_ASSIGN(const Deadline answer, taped_deadline(options.tape, deadline));
  HIL_TRY(ready->bring_agent_up(answer));
  if (ready->faults_) {
    const ClockScope machine(
        nullptr);  // a replay, which has no faults_, does not look at the clock
    ready->faults_->start_clock();
  }
  HIL_ASSIGN(ready->agent_start_.took, taped_duration(options.tape, "time to be ready",
                                                      [&] { return Clock::now() - start; }));
  return ready;
}

}  // namespace hil::lab
