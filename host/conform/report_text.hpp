// SPDX-License-Identifier: Apache-2.0
// A conformance report as text for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "host/conform/report.hpp"

namespace hil::conform {

/// Who was checked, then each check with verdict, figures and limit, below it what is wrong and
/// what to look at next, and the tally. Lines keep to @p width columns (at least 60 are taken).
std::string report_text(const ConformReport& report, std::size_t width);

/// "goodput 11,234 B/s, share 97.5 %"; "emulated" behind those that are.
std::string figures_text(const Check& check);

/// "12 checks: 12 passed (2026-01-31, agent 0.1.0, emulated)": the last run in one line.
std::string summary_line(const ConformReport& report);

}  // namespace hil::conform
