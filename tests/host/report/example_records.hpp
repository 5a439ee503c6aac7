// SPDX-License-Identifier: Apache-2.0
// Records as runs leave them, for the tests of all writers.
#pragma once

#include "host/results/record.hpp"

namespace hil::report {

/// A finished evaluation of 12 classes over a clean line, with every optional part filled.
results::Record full_record();

/// A run that ended when the agent died: samples missing, an error, retransmissions, events.
results::Record broken_record();

/// An evaluation that was interrupted before anything was known.
results::Record empty_record();

/// A finished evaluation with @p classes classes without names, some confused with the next.
results::Record record_of_classes(std::uint32_t classes);

}  // namespace hil::report
