// SPDX-License-Identifier: Apache-2.0
// Threads, one per board, and what they leave.
#include "host/app/many_boards.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "host/app/board_list.hpp"
#include "host/app/board_options.hpp"
#include "host/app/console_io.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/record_folder.hpp"
#include "host/app/start_gate.hpp"
#include "host/measure/record_parts.hpp"
#include "host/report/board_table.hpp"
#include "host/report/progress_board.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using results::VerdictStatus;

std::vector<std::string> names_of(const std::vector<ListedBoard>& boards) {
  std::vector<std::string> names;
  for (const ListedBoard& board : boards)
    names.push_back(board.name);
  return names;
}

/// Tells the gate that a start is over, however that came.
class Turn {
 public:
  Turn(StartGate& gate, std::size_t number) : gate_(gate), number_(number) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { end(); }
  void end() {
    if (!std::exchange(ended_, true)) gate_.leave(number_);
  }

 private:
  StartGate& gate_;
  std::size_t number_;
  bool ended_ = false;
};

/// All boards of one command.
class Bench {
 public:
  Bench(const Arguments& arguments, std::vector<ListedBoard> boards, const ManyJob& job,
        const RecordFolder& folder, const StopRequest& stop)
      : arguments_(arguments),
        boards_(std::move(boards)),
        job_(job),
        folder_(folder),
        stop_(stop),
        progress_(std::cerr, report::board_style_of(STDERR_FILENO), names_of(boards_)),
        records_(boards_.size()),
        saved_(boards_.size()) {}

  Result<int> run() {
    std::vector<std::thread> threads;
    for (std::size_t board = 0; board < boards_.size(); ++board) {
      const auto turn = gate_.enter(&stop_);
      if (turn) {
        start_thread(threads, board, *turn);
      } else {
        conclude(board, {unstarted(board, {}), {}});
      }
    }
    for (std::thread& thread : threads)
      thread.join();
    progress_.finish();
    return tell();
  }

 private:
  void start_thread(std::vector<std::thread>& threads, std::size_t board, std::size_t turn) {
    try {
      threads.emplace_back([this, board, turn] { run_board(board, turn); });
    } catch (const std::system_error& fault) {
      gate_.leave(turn);
      conclude(board, {unstarted(board, Error{Blame::kLab,
                                              fmt::format("no thread for it: {}", fault.what()),
                                              "name fewer boards, or raise ulimit -u"}),
                       {}});
    }
  }

  /// The life of one board; everything of it is made and ended on this thread.
  void run_board(std::size_t board, std::size_t number) {
    try {
      Turn turn(gate_, number);
      progress_.say(board, "starting");
      const auto ready = start_board(arguments_, boards_[board], &stop_,
                                     [&](std::string_view step) { progress_.say(board, step); });
      turn.end();
      if (ready.ok()) return conclude(board, job_.run(**ready, watch(board)));
      // A start that was stopped ends with an error of its own, which is none.
      const bool stopped = stop_.requested();
      conclude(board,
               {unstarted(board, stopped ? std::nullopt : std::optional(ready.error())), {}});
    } catch (const std::exception& fault) {
      const Error error{Blame::kBug, fmt::format("unexpected: {}", fault.what()),
                        "report this with the command line"};
      conclude(board, {unstarted(board, error), {}});
    }
  }

  measure::Watch watch(std::size_t board) {
    measure::Watch watch;
    watch.stop = &stop_;
    watch.progress = [this, board](measure::Phase phase, std::uint64_t done, std::uint64_t total) {
      if (phase == measure::Phase::kUpload) return;  // a second or two at worst
      progress_.update(board, phase_title(phase, job_.command), done, total);
    };
    return watch;
  }

  /// The record of a board that nothing ran on, because of @p error or of a signal.
  [[nodiscard]] results::Record unstarted(std::size_t board,
                                          const std::optional<Error>& error) const {
    results::Record record;
    record.command = job_.command;
    record.board.id = boards_[board].board.id;
    record.board.serial = boards_[board].serial;
    record.board.emulated = boards_[board].emulate;
    record.model = measure::describe_model(job_.model);
    if (job_.source != nullptr) record.dataset = measure::describe_dataset(*job_.source);
    record.conditions = measure::describe_host(std::chrono::system_clock::now());
    record.verdict.complete = false;
    record.verdict.samples_planned = job_.planned;
    record.verdict.error = error;
    record.verdict.status = error ? VerdictStatus::kError : VerdictStatus::kInterrupted;
    if (error && error->blame == Blame::kModel) record.verdict.status = VerdictStatus::kFail;
    return record;
  }

  /// Keeps and writes what board @p board has left; its thread alone touches these elements.
  void conclude(std::size_t board, measure::Evaluation evaluation) {
    evaluation.record.events.insert(
        evaluation.record.events.begin(),
        {0, "note", fmt::format("ran side by side with {} more boards", boards_.size() - 1)});
    saved_[board] = folder_.save(board, evaluation, job_.model, job_.source);
    records_[board] = std::move(evaluation.record);
    progress_.end(board, report::board_line(records_[board]));
  }

  Result<int> tell() {
    std::vector<const results::Record*> records;
    std::vector<report::BoardRow> rows;
    for (std::size_t board = 0; board < boards_.size(); ++board) {
      records.push_back(&records_[board]);
      rows.push_back({boards_[board].name, &records_[board]});
    }
    const auto width = static_cast<std::size_t>(output_width());
    const fs::path path = folder_.record_path(0);
    const std::string where = path.empty() ? "" : (path.parent_path() / "BOARD.json").string();
    HIL_TRY(
        print(folder_.on_stdout() ? json_array(records) : report::board_table(rows, where, width)));
    tell_errors();
    if (stop_.requested()) return 128 + stop_.signal();
    const int code = exit_code_of(records);
    for (const Status& saved : saved_) {
      if (code == 0 && !saved.ok()) return exit_code(saved.error().blame);
    }
    return code;
  }

  /// Each error once, with the boards that have it.
  void tell_errors() const {
    std::vector<std::pair<Error, std::vector<std::string>>> errors;
    const auto add = [&](const Error& error, const std::string& name) {
      const auto same = [&](const auto& known) {
        return known.first.what == error.what && known.first.hint == error.hint;
      };
      const auto found = std::find_if(errors.begin(), errors.end(), same);
      auto& entry = found == errors.end() ? errors.emplace_back(error, 0) : *found;
      entry.second.push_back(name);
    };
    for (std::size_t board = 0; board < boards_.size(); ++board) {
      const auto& error = records_[board].verdict.error;
      if (error) add(*error, boards_[board].name);
      if (!saved_[board].ok()) add(saved_[board].error(), boards_[board].name);
    }
    for (const auto& [error, names] : errors) {
      constexpr std::size_t kNamed = 3;
      const auto last = names.begin() + std::min<std::ptrdiff_t>(kNamed, std::ssize(names));
      std::string who = fmt::format("{}", fmt::join(names.begin(), last, ", "));
      if (names.size() > kNamed) who += fmt::format(" and {} more", names.size() - kNamed);
      app::report(error.within(who));
    }
  }

  const Arguments& arguments_;
  const std::vector<ListedBoard> boards_;
  const ManyJob& job_;
  const RecordFolder& folder_;
  const StopRequest& stop_;
  report::BoardProgress progress_;
  StartGate gate_ = StartGate::for_this_machine();
  std::vector<results::Record> records_;
  std::vector<Status> saved_;
};

Result<std::vector<ListedBoard>> listed(const Arguments& arguments) {
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  return board_list_of(arguments.get("board"), arguments.has("emulate"), catalogue);
}

Status check_options(const Arguments& arguments) {
  for (const char* name : {"port", "clock", "tape"}) {
    if (!arguments.has(name)) continue;
    const bool port = std::string_view(name) == "port";
    return Error{Blame::kUser, fmt::format("--{} is of one board, --board names several", name),
                 port ? "run that board alone; on the desk only boards whose file names "
                        "serial.usb run side by side"
                      : "run that board alone"};
  }
  return {};
}

}  // namespace

Result<bool> names_many(const Arguments& arguments) {
  if (!is_board_list(arguments.get("board"))) return false;
  HIL_ASSIGN(const auto boards, listed(arguments));
  return boards.size() > 1;
}

Result<int> run_on_boards(const Arguments& arguments, const ManyJob& job, const StopRequest& stop) {
  HIL_TRY(check_options(arguments));
  HIL_ASSIGN(auto boards, listed(arguments));
  HIL_ASSIGN(const auto folder, RecordFolder::create(arguments, names_of(boards)));
  return Bench(arguments, std::move(boards), job, folder, stop).run();
}

int exit_code_of(const std::vector<const results::Record*>& records) {
  constexpr std::array kOrder{Blame::kBug,  Blame::kUser, Blame::kConfig, Blame::kLab,
                              Blame::kTool, Blame::kLink, Blame::kDevice, Blame::kModel};
  for (const Blame blame : kOrder) {
    for (const results::Record* record : records) {
      if (record->verdict.error && record->verdict.error->blame == blame) return exit_code(blame);
    }
  }
  return 0;
}

}  // namespace hil::app
