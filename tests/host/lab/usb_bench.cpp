// SPDX-License-Identifier: Apache-2.0
// UsbBench: devices in umockdev's notation.
#include "tests/host/lab/usb_bench.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <umockdev.h>
#include <unistd.h>

#include <stdexcept>

#include "host/base/file_descriptor.hpp"

namespace hil {
namespace {

std::string attribute(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format("A: {}={}\\n\n", name, value);
}

std::string path_of(const FakeUsbDevice& device) {
  return fmt::format("/devices/pci0000:00/0000:00:14.0/usb1/1-{}", device.address);
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
             "P: {}/1-{}:1.{}\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n"
             "A: bInterfaceNumber=0{}\\n\n",
             path_of(device), device.address, number, number) +
         attribute("interface", name) + "\n";
}

std::string tty_text(const FakeUsbDevice& device) {
  const std::string interface = fmt::format("1-{}:1.1", device.address);
  return fmt::format(
      "P: {}/{}/tty/{}\nN: {}\nE: DEVNAME=/dev/{}\nE: SUBSYSTEM=tty\nE: MAJOR=166\nE: MINOR={}\n"
      "A: dev=166:{}\\n\nL: device=../../../{}\n\n",
      path_of(device), interface, device.tty, device.tty, device.tty, device.address,
      device.address, interface);
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
  if (device.tty.empty()) return;
  add_text(interface_text(device, 1, ""));
  add_text(tty_text(device));
}

int UsbBench::far_end(const FakeUsbDevice& device) const {
  return umockdev_testbed_get_dev_fd(testbed_, ("/dev/" + device.tty).c_str());
}

void UsbBench::unplug(const FakeUsbDevice& device) {
  // umockdev keeps its end of the pseudo-terminal open; put something else in its place.
  const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (::dup2(nothing.get(), far_end(device)) < 0) throw std::runtime_error("dup2");
  umockdev_testbed_remove_device(testbed_, ("/sys" + path_of(device)).c_str());
}

void UsbBench::add_text(const std::string& text) {
  GError* error = nullptr;
  if (umockdev_testbed_add_from_string(testbed_, text.c_str(), &error) != 0) return;
  std::string why = error->message;
  g_error_free(error);
  throw std::runtime_error("umockdev: " + why);
}

}  // namespace hil
