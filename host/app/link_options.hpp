// SPDX-License-Identifier: Apache-2.0
// --inject and --link-limit: a line that is broken on purpose, and how bad a line may be.
#pragma once

#include <optional>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/lab/ready_board.hpp"
#include "host/link/fault_plan.hpp"
#include "host/measure/link_use.hpp"
#include "host/results/record.hpp"

namespace hil::app {

/// Declares --inject, and with @p runs --link-limit too.
void add_link_options(Options& options, bool runs);

/// What --inject says; nothing is broken without it.
///   kUser  every error of parse_faults()
Result<FaultPlan> faults_of(const Arguments& arguments);

/// What --link-limit says. Without it results::LinkLimit{}; with --inject none, because who breaks
/// a line wants to see the run end.
///   kUser  neither a share nor none
Result<std::optional<results::LinkLimit>> link_limit_of(const Arguments& arguments);

/// Says on standard error what was broken on purpose, if anything was asked for: for commands that
/// leave no record.
void tell_faults(const lab::ReadyBoard& board);

/// Whether the link of a run without record has kept to @p limit since @p use was made.
///   kLink  it has not
Status check_link(const measure::LinkUse& use, const std::optional<results::LinkLimit>& limit);

}  // namespace hil::app
