// SPDX-License-Identifier: Apache-2.0
// hwmon folders to rails.
#include "host/energy/sysfs/hwmon.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/energy/sysfs/attribute.hpp"
#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

namespace fs = std::filesystem;

constexpr double kMilli = 1e-3;
constexpr double kMicro = 1e-6;
constexpr int kIna3221Channels = 3;
constexpr int kMostPowers = 32;

struct HwmonDevice {
  fs::path folder;
  std::string chip;  ///< "ina3221"
  std::string id;    ///< "ina3221@1-0040"
  std::string name;  ///< its label, else its chip
  double update_s = 0;
};

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

double number_or_0(const fs::path& file) {
  const auto number = attribute_number(file);
  return number && *number > 0 ? *number : 0;
}

HwmonDevice device_at(const fs::path& folder) {
  HwmonDevice device;
  device.folder = folder;
  device.chip = attribute_text(folder / "name");
  std::error_code error;
  const fs::path place = fs::canonical(folder / "device", error);
  device.id = device.chip + "@" +
              rpc::printable(error ? folder.filename().string() : place.filename().string());
  const std::string label = attribute_text(folder / "label");
  device.name = label.empty() ? device.chip : label;
  device.update_s = number_or_0(folder / "update_interval") * kMilli;
  return device;
}

SensorRail rail_of(const HwmonDevice& device, Quantity quantity, const std::string& label,
                   const std::string& id) {
  SensorRail rail;
  rail.id = id;
  rail.name = label.empty() ? id : label;
  rail.device = device.name;
  rail.chip = device.chip;
  rail.folder = device.folder;
  rail.quantity = quantity;
  rail.update_s = device.update_s;
  return rail;
}

/// Current @p n of @p device with the voltage of that number.
SensorRail current_rail(const HwmonDevice& device, int n, const std::string& label,
                        const std::string& id, const char* shunt) {
  SensorRail rail = rail_of(device, Quantity::kCurrent, label, id);
  rail.value = {device.folder / fmt::format("curr{}_input", n), kMilli};
  const fs::path volts = device.folder / fmt::format("in{}_input", n);
  if (is_there(volts)) rail.volts = SensorChannel{volts, kMilli};
  set_accuracy(rail, number_or_0(device.folder / shunt) * kMicro, kMilli, kMilli);
  return rail;
}

void add_ina3221(const HwmonDevice& device, std::vector<SensorRail>& rails) {
  for (int n = 1; n <= kIna3221Channels; ++n) {
    if (!is_there(device.folder / fmt::format("curr{}_input", n))) continue;
    if (attribute_text(device.folder / fmt::format("in{}_enable", n)) == "0") continue;
    rails.push_back(current_rail(
        device, n, attribute_text(device.folder / fmt::format("in{}_label", n)),
        fmt::format("{}/{}", device.id, n), fmt::format("shunt{}_resistor", n).c_str()));
  }
}

void add_powers(const HwmonDevice& device, std::vector<SensorRail>& rails) {
  for (int n = 1; n <= kMostPowers; ++n) {
    const std::string stem = fmt::format("power{}", n);
    fs::path file = device.folder / (stem + "_input");
    const bool average = !is_there(file);
    if (average) file = device.folder / (stem + "_average");
    if (!is_there(file)) continue;
    const bool only = n == 1 && !is_there(device.folder / "power2_input");
    SensorRail rail =
        rail_of(device, Quantity::kPower, attribute_text(device.folder / (stem + "_label")),
                only ? device.id : fmt::format("{}/{}", device.id, n));
    rail.value = {file, kMicro};
    if (average) rail.update_s = number_or_0(device.folder / (stem + "_average_interval")) * kMilli;
    set_accuracy(rail, 0, kMicro, 0);
    rails.push_back(std::move(rail));
  }
}

void add_rails(const HwmonDevice& device, std::vector<SensorRail>& rails) {
  if (device.chip == "ina3221") return add_ina3221(device, rails);
  if (device.chip.starts_with("ina2") && is_there(device.folder / "curr1_input")) {
    const std::string label = device.name == device.chip ? "" : device.name;
    rails.push_back(current_rail(device, 1, label, device.id, "shunt_resistor"));
    return;
  }
  add_powers(device, rails);
}

}  // namespace

std::vector<SensorRail> find_hwmon_rails(const fs::path& sysfs) {
  std::vector<SensorRail> rails;
  for (const fs::path& folder : entries_of(sysfs / "class/hwmon")) {
    const HwmonDevice device = device_at(folder);
    if (!device.chip.empty()) add_rails(device, rails);
  }
  return rails;
}

}  // namespace hil::energy
