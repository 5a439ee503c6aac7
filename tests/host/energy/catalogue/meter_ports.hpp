// SPDX-License-Identifier: Apache-2.0
// Serial ports of meters, as a machine would have them.
#pragma once

#include <optional>
#include <string>

#include "host/energy/catalogue/meter_places.hpp"

namespace hil::energy {

inline MeterPort ppk2_port(const std::string& name, const std::string& serial,
                           std::optional<unsigned> interface) {
  return {name, boards::UsbId{0x1915, 0xc00a}, serial, "PPK2", interface, {}};
}

/// Of ST's USB id for serial examples.
inline MeterPort stm_port(const std::string& name, const std::string& serial,
                          const std::string& product) {
  return {name, boards::UsbId{0x0483, 0x5740}, serial, product, 0, {}};
}

}  // namespace hil::energy
