// SPDX-License-Identifier: Apache-2.0
// What a console report says of the link.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/results/record.hpp"

namespace hil::report {

/// Title and content of a line each: traffic, goodput, what was lost, the limit, and what was
/// broken on purpose. Nothing of a link without a name. @p quiet: the line was silent on purpose
/// for most of the run, so its share says nothing and is left out.
std::vector<std::pair<std::string, std::string>> link_lines(const results::LinkInfo& link,
                                                            bool quiet);

/// The same of a line on which foreign firmware speaks text: frames stand for commands and lines,
/// retransmissions for samples that were sent again, and there are no checksums.
std::vector<std::pair<std::string, std::string>> text_link_lines(const results::LinkInfo& link);

/// "12 of 1,240 frames dropped, 3 bits flipped, 1 cut (980 B)": what was broken on purpose.
std::string injected_text(const results::InjectedFaults& injected);

}  // namespace hil::report
