// SPDX-License-Identifier: Apache-2.0
// The board under check: ready for each check anew, whatever the one before did to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/conform/report.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/watch.hpp"

namespace hil::conform {

/// How the board was found when it was called again.
struct Return {
  bool same_boot = true;  ///< false: the agent has started anew meanwhile
  std::string cause;      ///< of that start: "fault"
  std::string note;       ///< that the run before it left; may be empty
};

class Bench {
 public:
  /// Attaches the board, puts the agent on it and opens a session.
  using Start = std::function<Result<std::unique_ptr<lab::ReadyBoard>>()>;

  Bench(Start start, measure::Watch watch, bool quick)
      : start_(std::move(start)), watch_(std::move(watch)), quick_(quick) {}

  /// Starts the board. Blocks until it answers.
  ///   every error of the Start
  Status start();
  /// Ends the session and opens a new one; the board goes on as it is. Blocks until then or
  /// @p deadline.
  ///   every error of lab::ReadyBoard::reopen()
  Status reopen(Deadline deadline);
  /// A restart since the last session was asked for: recover() will not speak of it.
  void expect_restart() { boot_ = session().start().boot_count; }
  /// After an error: opens a new session and, if nothing answers, starts the board anew.
  ///   every error of the Start
  Result<Return> recover();

  /// The following only between start() and a recover() that failed.
  [[nodiscard]] lab::ReadyBoard& board() const { return *board_; }
  [[nodiscard]] session::Session& session() const { return board_->session(); }
  [[nodiscard]] const session::AgentInfo& agent() const { return session().agent(); }
  [[nodiscard]] results::Origin origin() const;
  /// What @p value is called on this board.
  [[nodiscard]] Figure figure(std::string name, double value, std::string unit) const {
    return {std::move(name), value, std::move(unit), origin()};
  }
  /// The same by the host's clock or from the host's own counts.
  [[nodiscard]] static Figure host_figure(std::string name, double value, std::string unit) {
    return {std::move(name), value, std::move(unit), results::Origin::kMeasured};
  }

  [[nodiscard]] const measure::Watch& watch() const { return watch_; }
  /// Checks may be shorter and prove less.
  [[nodiscard]] bool quick() const { return quick_; }

  /// Asks how much of its stack the agent has used since it started, and keeps the most that was
  /// ever said. What can't be asked changes nothing.
  void note_stack();
  /// All of the stack and the most of it in use at once, over all restarts; 0: not known.
  struct Stack {
    std::uint32_t bytes = 0, used = 0;
  };
  [[nodiscard]] const Stack& stack() const { return stack_; }

  /// The first time that the agent's stack overflowed: "in operators (HardFault stack overflow)".
  std::optional<std::string> overflow;

 private:
  [[nodiscard]] Return compare_boots(bool anew);

  Start start_;
  measure::Watch watch_;
  bool quick_;
  std::unique_ptr<lab::ReadyBoard> board_;
  Stack stack_;
  std::uint32_t boot_ = 0;  ///< count that the last session was told
};

}  // namespace hil::conform
