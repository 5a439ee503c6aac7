// SPDX-License-Identifier: Apache-2.0
// Records as runs leave them, for the tests of all writers.
#pragma once

#include "host/results/record.hpp"

namespace hil::report {

/// A finished evaluation of 12 classes over a clean line, with every optional part filled.
results::Record full_record();

/// The same with metrics of every kind, the spread of timings, and slices.
results::Record scored_record();

/// An evaluation without classes.
results::Record autoencoder_record();

/// A finished profile with operators, memory, clock, timer, notes and more log lines than are
/// shown.
results::Record profile_record();
/// The same of an emulated board: instructions, where others have microseconds.
results::Record emulated_profile_record();

/// The same model on the same board later: faster, and one operator gone.
results::Record faster_profile_record();

/// A profile of a model with @p operators operators with long names, large shapes and numbers.
results::Record profile_of_operators(std::uint32_t operators);

/// A run that ended when the agent died: samples missing, an error, retransmissions, events.
results::Record broken_record();

/// An evaluation that was interrupted before anything was known.
results::Record empty_record();

/// A finished evaluation with @p classes classes without names, some confused with the next.
results::Record record_of_classes(std::uint32_t classes);

}  // namespace hil::report
