// SPDX-License-Identifier: Apache-2.0
// raise_line(): one rate after the other, fastest first.
#include "host/lab/line_raise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/link/line_rate.hpp"
#include "host/session/rate_choice.hpp"
#include "host/session/rate_client.hpp"

namespace hil::lab {
namespace {

/// For the agent's word on one request at the first rate.
constexpr std::chrono::seconds kTimeToAgree{2};
/// One lost acknowledgement, or a machine that was busy for a second, is no word on a cable.
constexpr int kTries = 2;

class Raise {
 public:
  Raise(const RaiseLine& line, const RaisePlan& plan)
      : line_(line), plan_(plan), first_(line.session().first_baud()) {}

  Result<Raised> run() {
    if (plan_.wanted != 0) return take_wanted();
    if (first_ == 0) return Raised{0, ""};
    const auto known = remembered();
    if (known && *known <= first_) return stay("as it was found to be best before");
    const auto& offered = line_.session().agent().bauds;
    const auto rates = session::rates_to_try(offered, plan_.bauds, first_, known.value_or(0));
    for (const std::uint32_t baud : rates) {
      const bool proven = known && baud == *known;
      HIL_ASSIGN(const auto failure, try_rate(baud, proven));
      if (!failure) return raised(baud, proven);
      note_failure(baud, *failure);
      if (proven) forget();
    }
    if (rates.empty()) return Raised{first_, ""};
    remember(first_);
    return stay(failures_);
  }

 private:
  Result<Raised> take_wanted() {
    const std::uint32_t baud = plan_.wanted;
    if (first_ != 0 && rate_fits(baud, first_)) return stay("as asked for");
    HIL_TRY(check_wanted());
    HIL_ASSIGN(const auto failure, try_rate(baud, false));
    if (!failure) return raised(baud, false);
    return failure->within(fmt::format("--baud {}", baud));
  }

  [[nodiscard]] Status check_wanted() const {
    const session::AgentInfo& agent = line_.session().agent();
    if (first_ == 0) {
      return Error{Blame::kUser,
                   fmt::format("the line to {} has no rate that could be {} baud", agent.board,
                               plan_.wanted),
                   "leave --baud out"};
    }
    const auto& offered = agent.bauds;
    if (std::find(offered.begin(), offered.end(), plan_.wanted) != offered.end()) return {};
    const std::string has =
        offered.empty() ? "none but the one it has" : fmt::format("{}", fmt::join(offered, ", "));
    return Error{Blame::kUser,
                 fmt::format("the agent of {} does not do {} baud", agent.board, plan_.wanted),
                 fmt::format("its rates are: {}", has)};
  }

  /// Nothing if the line works at @p baud; what kept it from that, and a session at the first rate.
  Result<std::optional<Error>> try_rate(std::uint32_t baud, bool proven) {
    const Status fits = check_adapter(baud);
    if (!fits.ok() && fits.error().blame == Blame::kConfig) return std::optional(fits.error());
    HIL_TRY(fits);
    Status done;
    for (int i = 0; i < kTries; ++i) {
      done = try_once(baud, proven);
      if (done.ok()) return std::optional<Error>();
      if (!is_about_the_line(done.error())) return done.error();
      HIL_TRY(line_.reopen());
    }
    return std::optional(done.error());
  }

  Status try_once(std::uint32_t baud, bool proven) {
    session::Session& session = line_.session();
    HIL_TRY(session::change_rate(session, baud, Deadline::after(kTimeToAgree)));
    const auto proof = proven ? session::Proof::kShort : session::Proof::kFull;
    return session::prove_line(session, proof, plan_.forgiving);
  }

  /// Before the agent is told: it would be left alone at a rate that only it can do.
  [[nodiscard]] Status check_adapter(std::uint32_t baud) const {
    Link& link = line_.session().channel().link();
    HIL_TRY(link.set_baud(baud));
    return link.set_baud(first_);
  }

  /// Whether a lower rate may be the answer.
  static bool is_about_the_line(const Error& error) {
    return error.blame == Blame::kLink || error.blame == Blame::kDevice;
  }

  void note_failure(std::uint32_t baud, const Error& error) {
    failures_ +=
        fmt::format("{}{} did not work: {}", failures_.empty() ? "" : "; ", baud, error.what);
  }

  Result<Raised> raised(std::uint32_t baud, bool proven) {
    remember(baud);
    std::string text = fmt::format("line raised from {} to {} baud", first_, baud);
    if (proven) text += ", as it was found to be best before";
    if (!failures_.empty()) text += "; " + failures_;
    return Raised{baud, std::move(text)};
  }

  [[nodiscard]] Result<Raised> stay(const std::string& why) const {
    return Raised{first_, fmt::format("line stays at {} baud, {}", first_, why)};
  }

  [[nodiscard]] std::optional<std::uint32_t> remembered() const {
    if (plan_.known != 0) return plan_.known;
    if (!plan_.memory || plan_.key.empty()) return std::nullopt;
    return plan_.memory->find(plan_.key);
  }

  // A rate that can't be remembered is searched for again: nothing that a run should end by.
  void remember(std::uint32_t baud) const {
    if (!plan_.memory || plan_.key.empty() || plan_.forgiving) return;
    static_cast<void>(plan_.memory->remember(plan_.key, baud));
  }
  void forget() const {
    if (plan_.memory && !plan_.forgiving) static_cast<void>(plan_.memory->forget(plan_.key));
  }

  const RaiseLine& line_;
  const RaisePlan& plan_;
  std::uint32_t first_;
  std::string failures_;
};

}  // namespace

Result<Raised> raise_line(const RaiseLine& line, const RaisePlan& plan) {
  return Raise(line, plan).run();
}

}  // namespace hil::lab
