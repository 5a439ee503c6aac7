// SPDX-License-Identifier: Apache-2.0
// UsbBench: devices in umockdev's notation.
#include "tests/host/lab/usb_bench.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <umockdev.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "host/base/file_descriptor.hpp"

namespace hil {
namespace {

std::string attribute(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format("A: {}={}\\n\n", name, value);
}

/// "1-7", as the kernel names a device after its place.
std::string name_of(const FakeUsbDevice& device) {
  return "1-" + (device.place.empty() ? std::to_string(device.address) : device.place);
}

std::string path_of(const FakeUsbDevice& device) {
  return "/devices/pci0000:00/0000:00:14.0/usb1/" + name_of(device);
}

/// Attributes as the kernel's usbcore has them; libserialport reads the same.
std::string device_text(const FakeUsbDevice& device) {
  return fmt::format(
             "P: {}\nN: bus/usb/001/{:03}\nE: DEVNAME=/dev/bus/usb/001/{:03}\n"
             "E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: busnum=1\\n\nA: devnum={}\\n\n",
             path_of(device), device.address, device.address, device.address) +
         attribute("idVendor", device.vendor) + attribute("idProduct", device.product) +
         attribute("manufacturer", device.maker) + attribute("product", device.name) +
         attribute("serial", device.serial) + "\n";
}

std::string interface_text(const FakeUsbDevice& device, int number, const std::string& name) {
  return fmt::format(
             "P: {}/{}:1.{}\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n"
             "A: bInterfaceNumber=0{}\\n\n",
             path_of(device), name_of(device), number, number) +
         attribute("interface", name) + "\n";
}

std::string tty_text(const FakeUsbDevice& device, const std::string& tty, int number) {
  const std::string interface = fmt::format("{}:1.{}", name_of(device), number);
  const unsigned minor = 2 * device.address + (number > 1 ? 1 : 0);
  return fmt::format(
      "P: {}/{}/tty/{}\nN: {}\nE: DEVNAME=/dev/{}\nE: SUBSYSTEM=tty\nE: MAJOR=166\nE: MINOR={}\n"
      "A: dev=166:{}\\n\nL: device=../../../{}\n\n",
      path_of(device), interface, tty, tty, tty, minor, minor, interface);
}

}  // namespace

UsbBench::UsbBench() : testbed_(umockdev_testbed_new()) {
  add_text("P: /devices/virtual/tty/tty0\nE: SUBSYSTEM=tty\nA: dev=4:0\\n\n\n");
}

UsbBench::~UsbBench() {
  g_object_unref(testbed_);
}

bool UsbBench::works() const {
  return umockdev_in_mock_environment() != 0;
}

std::string UsbBench::root() const {
  char* folder = umockdev_testbed_get_root_dir(testbed_);
  std::string root = folder;
  g_free(folder);
  return root;
}

void UsbBench::add(const FakeUsbDevice& device) {
  add_text(device_text(device));
  if (!device.interface.empty()) add_text(interface_text(device, 0, device.interface));
  int number = 1;
  for (const std::string& tty : {device.tty, device.second_tty}) {
    if (!tty.empty()) {
      add_text(interface_text(device, number, ""));
      add_text(tty_text(device, tty, number));
    }
    number += 2;
  }
}

int UsbBench::far_end(const FakeUsbDevice& device) const {
  return end_of(device.tty);
}

int UsbBench::end_of(const std::string& tty) const {
  return umockdev_testbed_get_dev_fd(testbed_, ("/dev/" + tty).c_str());
}

void UsbBench::unplug(const FakeUsbDevice& device) {
  // umockdev keeps its end of the pseudo-terminal open; put something else in its place.
  const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const std::string& tty : {device.tty, device.second_tty}) {
    if (!tty.empty() && ::dup2(nothing.get(), end_of(tty)) < 0) throw std::runtime_error("dup2");
  }
  umockdev_testbed_remove_device(testbed_, ("/sys" + path_of(device)).c_str());
  for (const std::string& tty : {device.tty, device.second_tty})
    remove_links_of(tty);
  for (int number = 0; number <= 3; ++number) {
    std::filesystem::remove(std::filesystem::path(root()) / "sys/bus/usb/devices" /
                            fmt::format("{}:1.{}", name_of(device), number));
  }
}

/// umockdev 0.17.16 leaves them behind, and then stops where one of that name comes again.
void UsbBench::remove_links_of(const std::string& tty) const {
  if (tty.empty()) return;
  const std::filesystem::path root = this->root();
  const std::filesystem::path dev = root / "dev";
  const auto numbers = std::filesystem::read_symlink(dev / ".node" / tty);  // "166:14"
  std::string pty = std::filesystem::read_symlink(dev / tty).string();      // "/dev/pts/14"
  std::replace(pty.begin(), pty.end(), '/', '_');
  for (const std::filesystem::path& link :
       {dev / ".ptymap" / pty, dev / tty, dev / ".node" / tty, root / "sys/dev/char" / numbers,
        root / "sys/class/tty" / tty}) {
    std::filesystem::remove(link);
  }
}

void UsbBench::add_text(const std::string& text) {
  GError* error = nullptr;
  if (umockdev_testbed_add_from_string(testbed_, text.c_str(), &error) != 0) return;
  std::string why = error->message;
  g_error_free(error);
  throw std::runtime_error("umockdev: " + why);
}

}  // namespace hil
