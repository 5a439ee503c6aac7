// SPDX-License-Identifier: Apache-2.0
// USB devices from sysfs.
#include "host/lab/usb_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "host/rpc/printable.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

/// Longest attribute: 126 characters of UTF-16 in UTF-8, and a line end.
constexpr std::size_t kMostAttribute = 3 * 126 + 1;

/// The first line of attribute @p name of the device at @p folder; empty if it has none.
std::string attribute(const fs::path& folder, const char* name) {
  std::ifstream file(folder / name, std::ios::binary);
  std::string text(kMostAttribute, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text.substr(0, text.find('\n'));
}

template <class Number>
std::optional<Number> number(const std::string& text, int base) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// What is in @p folder, sorted; nothing if there is no such folder.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Interfaces are named after their device: "1-2:1.0" is one of "1-2".
bool is_interface_of(const std::string& name, const std::string& device) {
  return name.size() > device.size() && name.compare(0, device.size(), device) == 0 &&
         name[device.size()] == ':';
}

std::optional<UsbDevice> device_at(const fs::path& folder) {
  const auto vendor = number<std::uint16_t>(attribute(folder, "idVendor"), 16);
  const auto product = number<std::uint16_t>(attribute(folder, "idProduct"), 16);
  const auto bus = number<unsigned>(attribute(folder, "busnum"), 10);
  const auto address = number<unsigned>(attribute(folder, "devnum"), 10);
  if (!vendor || !product || !bus || !address) return std::nullopt;
  UsbDevice device;
  device.identity = {{*vendor, *product},
                     rpc::printable(attribute(folder, "serial")),
                     rpc::printable(attribute(folder, "manufacturer")),
                     rpc::printable(attribute(folder, "product"))};
  device.name = rpc::printable(folder.filename().string());
  device.node = fmt::format("/dev/bus/usb/{:03}/{:03}", *bus, *address);
  return device;
}

}  // namespace

std::vector<UsbDevice> list_usb_devices(const fs::path& root) {
  const auto all = entries(root / "sys/bus/usb/devices");
  std::vector<UsbDevice> devices;
  for (const fs::path& folder : all) {
    auto device = device_at(folder);
    if (!device) continue;
    for (const fs::path& other : all) {
      if (!is_interface_of(other.filename().string(), folder.filename().string())) continue;
      const std::string name = rpc::printable(attribute(other, "interface"));
      if (!name.empty()) device->interfaces.push_back(name);
    }
    devices.push_back(std::move(*device));
  }
  std::sort(devices.begin(), devices.end(),
            [](const UsbDevice& a, const UsbDevice& b) { return a.node < b.node; });
  return devices;
}

std::optional<UsbInterface> find_usb_interface(const std::string& tty, const fs::path& root) {
  std::error_code error;
  // A CDC device's terminal hangs on the interface itself, an adapter's on a port of it.
  fs::path folder = fs::canonical(root / "sys/class/tty" / tty / "device", error);
  if (error) return std::nullopt;
  for (; folder != folder.root_path(); folder = folder.parent_path()) {
    const auto number_here = number<unsigned>(attribute(folder, "bInterfaceNumber"), 16);
    if (!number_here) continue;
    return UsbInterface{rpc::printable(folder.parent_path().filename().string()), *number_here};
  }
  return std::nullopt;
}

std::string text_of(boards::UsbId id) {
  return fmt::format("{:04x}:{:04x}", id.vendor, id.product);
}

bool contains(const std::vector<boards::UsbId>& ids, boards::UsbId id) {
  return std::any_of(ids.begin(), ids.end(), [id](boards::UsbId other) {
    return other.vendor == id.vendor && other.product == id.product;
  });
}

}  // namespace hil::lab
