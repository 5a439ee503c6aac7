// SPDX-License-Identifier: Apache-2.0
// From a trace's file to a record's energy: the one way, for the run itself and for recomputing.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/results/energy.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

struct ComputedEnergy {
  results::Energy energy;               ///< all but `trace`, the file's name
  std::vector<energy::Window> windows;  ///< one per device window, as they were cut
  std::vector<std::string> notes;       ///< of the cut: what a person should know
};

/// Cuts the windows of @p file as its options say (energy_facts.hpp) and sums up what is in them.
/// Pure: the same file gives the same bits.
///   kUser  options are missing or do not go with the windows
///   and every error of the cut and of energy::figures_of()
Result<ComputedEnergy> compute_energy(const energy::TraceFile& file);

/// The metrics energy_gross_uj, energy_net_uj and charge_uc, as far as @p energy has them: standard
/// uncertainty and interval of k = 2, measured or (an emulated meter) emulated.
std::vector<results::Metric> energy_metrics(const results::Energy& energy);

}  // namespace hil::measure
