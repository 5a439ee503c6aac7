// SPDX-License-Identifier: Apache-2.0
// Whether two energies are of the same thing, and what can be compared if not.
#pragma once

#include <string>
#include <vector>

#include "host/results/comparison.hpp"
#include "host/results/energy.hpp"

namespace hil::results {

/// One figure of both sides, in the same sense.
struct ComparedEnergy {
  std::string name;   ///< "energy_gross_uj", "energy_net_uj", "charge_uc"
  EnergyFigure a, b;  ///< gain is 0 in both where one instrument measured both
};

/// What may be compared of two energies.
struct EnergyComparison {
  std::string refused;                  ///< why nothing may; empty: something may
  std::vector<ComparedEnergy> figures;  ///< none if refused
  std::vector<std::string> notes;  ///< what was converted or left out, and why; one clause each
  bool one_instrument = false;     ///< the same unit of the same meter, with one calibration
};

/// Compares two energies per inference:
/// - another scope is refused: it holds other work;
/// - windows found in the current or by the host's clock are as wide as that allows, so `logic`,
///   `counter` and `time-stamps` go together, `trace-pattern` and `host-clock` each with itself;
/// - two instruments are only compared if both state how exact they are, with all they state; of
///   one instrument the gain is the same in both, and so no part of what tells them apart;
/// - net energies are compared if the same kind of idle was taken off, else left out;
/// - gross energy that one side does not have is made from its net energy and idle power;
/// - charges are compared where both have them;
/// - energies at other voltages are compared as they are, with a note.
EnergyComparison compare_energy(const Energy& a, const Energy& b);

/// Fields of two energies that differ, with those that must agree as compare_energy() refuses.
std::vector<FieldDifference> energy_differences(const Energy& a, const Energy& b);

/// Replaces what @p comparison says of the three figures by what compare_energy() gives, and adds
/// its notes; k = 2 intervals decide. Does nothing if it refuses: whoever compares in spite of that
/// gets the figures as they are.
void judge_energy(const Energy& a, const Energy& b, Comparison& comparison);

}  // namespace hil::results
