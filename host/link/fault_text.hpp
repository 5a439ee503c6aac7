// SPDX-License-Identifier: Apache-2.0
// Faults as a person writes them: "drop=1%,flip=1e-5,cut=2s@8s".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/link/fault_plan.hpp"

namespace hil {

/// A share as a person writes it: "1%", "0.01", "1e-2"; nothing if it is none from 0 to 1.
std::optional<double> share_of_text(std::string_view text);

/// Reads words "NAME=VALUE" with commas between them, each at most once but stall and cut, which
/// may come often:
///   drop, dup, swap  share of the frames, 0 to 1 or with %: "1%", "0.01", "1e-2"
///   flip             share of the bits, likewise
///   stall, cut       LENGTH@START, each with ms or s: "200ms@5s", "1.5s@0s"; a length of 1 ms to
///                    an hour, a start within a day
///   seed             a whole number below 2^64 (without it 1)
///   kUser  anything else; the word is named
Result<FaultPlan> parse_faults(std::string_view text);

/// The same in one fixed form, shares with six digits, spaces behind the commas; empty if nothing
/// is to be broken.
std::string fault_text(const FaultPlan& plan);

}  // namespace hil
