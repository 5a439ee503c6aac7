// SPDX-License-Identifier: Apache-2.0
// The table of current sensors.
#include "host/energy/sysfs/ina_chips.hpp"

#include <array>
#include <cmath>

namespace hil::energy {
namespace {

// Maxima as the maker gives them; longest name first where one begins with another. Of the INA226
// and the INA228 the shunt's figures were looked up by those who planned this. All others are from
// memory, not held against a data sheet, and `source` says so: it is in every record.
constexpr const char* kRecalled = "the maker's figures from memory, not checked";
constexpr const char* kLookedUp = "the maker's figures (of the bus voltage: from memory)";

constexpr std::array<ChipLimits, 8> kChips{{
    {"ina3221", 0.0025, 80e-6, 40e-6, 0.1638, 0.0025, 16e-3, 8e-3, kRecalled},
    {"ina226", 0.001, 10e-6, 2.5e-6, 0.08192, 0.001, 7.5e-3, 1.25e-3, kLookedUp},
    {"ina238", 0.001, 5e-6, 5e-6, 0.16384, 0.001, 5e-3, 3.125e-3, kRecalled},
    {"ina228", 0.0005, 1e-6, 312.5e-9, 0.16384, 0.0005, 2.5e-3, 195.3125e-6, kLookedUp},
    // Grades A and B differ and the driver does not tell them apart: the worse.
    {"ina219", 0.01, 100e-6, 10e-6, 0.32, 0.01, 4e-3, 4e-3, kRecalled},
    {"ina220", 0.01, 100e-6, 10e-6, 0.32, 0.01, 4e-3, 4e-3, kRecalled},
    {"ina23", 0.005, 50e-6, 2.5e-6, 0.08192, 0.005, 15e-3, 1.25e-3, "taken: five times an INA226"},
    {"", 0.02, 0, 0, 0, 0.02, 0, 0, "taken: 2 %, nothing is known of this chip"},
}};

}  // namespace

const ChipLimits& limits_of_chip(std::string_view name) {
  for (const ChipLimits& chip : kChips) {
    if (name.starts_with(chip.name)) return chip;
  }
  return kChips.back();
}

double shunt_uncertainty() {
  return standard_of_limit(0.01);
}

double standard_of_limit(double limit) {
  return limit / std::sqrt(3.0);
}

}  // namespace hil::energy
