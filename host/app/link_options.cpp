// SPDX-License-Identifier: Apache-2.0
// Options of the link, and what they come to at the end.
#include "host/app/link_options.hpp"

#include <fmt/format.h>

#include "host/app/console_io.hpp"
#include "host/link/fault_text.hpp"
#include "host/report/console_link.hpp"
#include "host/results/link_quality.hpp"

namespace hil::app {

void add_link_options(Options& options, bool runs) {
  options.option("inject", "FAULTS",
                 "break the line on purpose, both ways, to see what a bad cable does: "
                 "drop=1%,dup=0.5%,swap=0.1% of the frames, flip=1e-5 of the bits, "
                 "stall=200ms@5s,cut=2s@8s after the session's start (any number of "
                 "each), seed=7");
  if (!runs) return;
  options.option("link-limit", "SHARE",
                 "a run that loses more of the frames of one direction than this (and 5 of them at "
                 "least; 0: not one), or whose line fails more than 3 times, is a link error, "
                 "though every result is right; none: it is not (default: 1%, with --inject none)");
}

Result<FaultPlan> faults_of(const Arguments& arguments) {
  if (!arguments.has("inject")) return FaultPlan{};
  auto plan = parse_faults(arguments.get("inject"));
  if (!plan) return plan.error().within("--inject");
  return plan;
}

Result<std::optional<results::LinkLimit>> link_limit_of(const Arguments& arguments) {
  results::LinkLimit limit;
  const auto word = arguments.find("link-limit");
  if (word == "none" || (!word && arguments.has("inject"))) {
    return std::optional<results::LinkLimit>();
  }
  if (word) {
    const auto share = share_of_text(*word);
    if (!share) {
      return Error{Blame::kUser,
                   fmt::format("--link-limit {} is no share from 0 to 1 or 0% to 100%", *word),
                   "for example: --link-limit 1%, or --link-limit none"};
    }
    limit.lost_share = *share;
  }
  return std::optional(limit);
}

void tell_faults(const lab::ReadyBoard& board) {
  const auto injected = measure::injected_faults(board);
  if (!injected) return;
  remark(fmt::format("injected {}: {}", injected->plan, report::injected_text(*injected)));
}

Status check_link(const measure::LinkUse& use, const std::optional<results::LinkLimit>& limit) {
  return results::check_link(use.describe(limit));
}

}  // namespace hil::app
