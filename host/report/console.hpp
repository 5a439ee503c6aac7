// SPDX-License-Identifier: Apache-2.0
// A record as text for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "host/results/record.hpp"

namespace hil::report {

/// The whole result for a person: headline, top-1 with its interval, classes, confusions, other
/// metrics, operators, what was measured on what and how, the link, the last events, the verdict.
/// Of a profile also memory, loading, clock and timer as lines, and all of the host's own notes.
/// Lines keep to @p width columns (at least 60 are taken). The confusion matrix is shown for up to
/// 12 classes if it fits, else the largest confusions. Plain ASCII apart from names; control
/// characters in names and messages become '?'. With @p color the headline and the verdict stand
/// out.
std::string console_text(const results::Record& record, std::size_t width, bool color = false);

}  // namespace hil::report
