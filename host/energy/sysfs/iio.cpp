// SPDX-License-Identifier: Apache-2.0
// IIO folders to rails.
#include "host/energy/sysfs/iio.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "host/energy/sysfs/attribute.hpp"
#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

namespace fs = std::filesystem;

/// From mA, mV, mW.
constexpr double kMilli = 1e-3;

struct IioDevice {
  fs::path folder;
  std::string chip, id, name;
  double update_s = 0;
};

/// What a channel's files say.
struct IioChannel {
  SensorChannel channel;
  double step = 0;        ///< between two raw numbers, in A, V, W; 0: not told
  std::string problem{};  ///< empty: it can be used
};

/// The numbers N of files "in_KIND N_raw" or "in_KIND N_input".
std::set<unsigned> numbers_of(const fs::path& folder, std::string_view kind) {
  const std::string start = fmt::format("in_{}", kind);
  std::set<unsigned> numbers;
  for (const fs::path& file : entries_of(folder)) {
    const std::string name = file.filename().string();
    if (!name.starts_with(start)) continue;
    unsigned number = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + start.size(), end, number);
    const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
    if (error == std::errc() && (rest == "_raw" || rest == "_input")) numbers.insert(number);
  }
  return numbers;
}

/// Attribute @p what of one channel, or else of all of its kind: in_current3_scale,
/// in_current_scale.
std::string text_of(const fs::path& folder, std::string_view kind, unsigned number,
                    std::string_view what) {
  const std::string own = attribute_text(folder / fmt::format("in_{}{}_{}", kind, number, what));
  return own.empty() ? attribute_text(folder / fmt::format("in_{}_{}", kind, what)) : own;
}

IioChannel channel_of(const fs::path& folder, std::string_view kind, unsigned number) {
  IioChannel made;
  const fs::path stem = folder / fmt::format("in_{}{}", kind, number);
  made.channel = {stem.string() + "_raw", kMilli};
  std::error_code ignored;
  if (!fs::exists(made.channel.file, ignored)) {
    made.channel.file = stem.string() + "_input";
    return made;
  }
  const std::string scale = text_of(folder, kind, number, "scale");
  const std::string offset = text_of(folder, kind, number, "offset");
  const auto factor = scale.empty() ? 1.0 : number_in(scale);
  const auto shift = offset.empty() ? 0.0 : number_in(offset);
  if (!factor || !(*factor > 0)) made.problem = fmt::format("its scale is '{}'", scale);
  if (!shift) made.problem = fmt::format("its offset is '{}'", offset);
  made.channel.scale = factor.value_or(1) * kMilli;
  made.channel.offset = shift.value_or(0);
  made.step = made.channel.scale;
  return made;
}

IioDevice device_at(const fs::path& folder) {
  IioDevice device;
  device.folder = folder;
  device.chip = attribute_text(folder / "name");
  // The folder's own entry lies in its parent device's: .../1-0040/iio:device0.
  std::error_code error;
  const fs::path place = fs::canonical(folder, error);
  const fs::path parent = place.parent_path();
  const bool below_device = !error && parent.filename() != "devices";
  device.id =
      device.chip + "@" + rpc::printable((below_device ? parent : folder).filename().string());
  const std::string label = attribute_text(folder / "label");
  device.name = label.empty() ? device.chip : label;
  const auto rate = attribute_number(folder / "sampling_frequency");
  if (rate && *rate > 0) device.update_s = 1 / *rate;
  return device;
}

std::optional<unsigned> voltage_of(const IioDevice& device, unsigned current) {
  const auto voltages = numbers_of(device.folder, "voltage");
  const unsigned wanted = device.chip.starts_with("ina2") ? 1 : current;
  if (voltages.count(wanted) != 0) return wanted;
  if (voltages.size() == 1) return *voltages.begin();
  return std::nullopt;
}

SensorRail rail_of(const IioDevice& device, std::string_view kind, unsigned number, bool only) {
  SensorRail rail;
  rail.id = only ? device.id : fmt::format("{}/{}", device.id, number);
  const std::string label =
      attribute_text(device.folder / fmt::format("in_{}{}_label", kind, number));
  rail.name = !label.empty() ? label : only ? device.name : rail.id;
  rail.device = device.name;
  rail.chip = device.chip;
  rail.folder = device.folder;
  rail.update_s = device.update_s;
  IioChannel value = channel_of(device.folder, kind, number);
  rail.value = value.channel;
  rail.problem = value.problem;
  rail.accuracy.code_step_a = value.step;
  return rail;
}

SensorRail current_rail(const IioDevice& device, unsigned number, bool only) {
  SensorRail rail = rail_of(device, "current", number, only);
  double volts_step = 0;
  if (const auto voltage = voltage_of(device, number)) {
    IioChannel volts = channel_of(device.folder, "voltage", *voltage);
    if (!volts.problem.empty()) rail.problem = "of its voltage, " + volts.problem;
    rail.volts = volts.channel;
    volts_step = volts.step;
  }
  // In Ohm; ina2xx-adc has it.
  const auto shunt = attribute_number(device.folder / "in_shunt_resistor");
  set_accuracy(rail, shunt && *shunt > 0 ? *shunt : 0, rail.accuracy.code_step_a, volts_step);
  return rail;
}

void add_rails(const IioDevice& device, std::vector<SensorRail>& rails) {
  const auto currents = numbers_of(device.folder, "current");
  for (const unsigned number : currents)
    rails.push_back(current_rail(device, number, currents.size() == 1));
  if (!currents.empty()) return;
  const auto powers = numbers_of(device.folder, "power");
  for (const unsigned number : powers) {
    SensorRail rail = rail_of(device, "power", number, powers.size() == 1);
    rail.quantity = Quantity::kPower;
    set_accuracy(rail, 0, rail.accuracy.code_step_a, 0);
    rails.push_back(std::move(rail));
  }
}

}  // namespace

std::vector<SensorRail> find_iio_rails(const fs::path& sysfs) {
  std::vector<SensorRail> rails;
  for (const fs::path& folder : entries_of(sysfs / "bus/iio/devices")) {
    const IioDevice device = device_at(folder);
    if (!device.chip.empty()) add_rails(device, rails);
  }
  return rails;
}

}  // namespace hil::energy
