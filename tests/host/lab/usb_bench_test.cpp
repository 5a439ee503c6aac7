// SPDX-License-Identifier: Apache-2.0
// Ports and probes as listed from USB devices that umockdev makes up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>

#include "host/lab/ports.hpp"
#include "host/lab/probes.hpp"
#include "host/link/serial_link.hpp"
#include "tests/host/base/as_nobody.hpp"
#include "tests/host/lab/usb_bench.hpp"
#include "tests/host/link/fake_serial_port.hpp"

namespace hil::lab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class UsbBenchTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!bench_.works()) GTEST_SKIP() << "run it under umockdev-wrapper (package umockdev)";
  }
  UsbBench bench_;
};

const FakeUsbDevice kNucleo{
    7,        "0483", "374b", "0668FF343339", "STMicroelectronics", "STM32 STLink", "ST-Link Debug",
    "ttyACM0"};
const FakeUsbDevice kAdapter{9,  "0403",   "6001", "A50285BI", "FTDI", "FT232R USB UART",
                             "", "ttyUSB3"};

TEST_F(UsbBenchTest, AnEmptyBench) {
  const auto ports = list_ports();
  ASSERT_TRUE(ports.ok()) << ports.error().what;
  EXPECT_THAT(*ports, IsEmpty());
  EXPECT_THAT(list_probes(), IsEmpty());
}

TEST_F(UsbBenchTest, PortsSayWhatTheyAre) {
  bench_.add(kAdapter);
  bench_.add(kNucleo);
  const auto ports = list_ports();
  ASSERT_TRUE(ports.ok()) << ports.error().what;
  ASSERT_EQ(ports->size(), 2u);
  const Port& nucleo = ports->front();
  EXPECT_EQ(nucleo.name, "/dev/ttyACM0");
  EXPECT_EQ(nucleo.transport, "usb");
  ASSERT_TRUE(nucleo.usb.has_value());
  EXPECT_EQ(text_of(nucleo.usb->id), "0483:374b");
  EXPECT_EQ(nucleo.usb->serial, "0668FF343339");
  EXPECT_EQ(nucleo.usb->maker, "STMicroelectronics");
  EXPECT_EQ(nucleo.usb->product, "STM32 STLink");
  EXPECT_TRUE(nucleo.access.granted()) << nucleo.access.why_not;
  EXPECT_EQ(ports->back().name, "/dev/ttyUSB3");
  EXPECT_EQ(ports->back().usb->serial, "A50285BI");
}

TEST_F(UsbBenchTest, ProbesSayWhatTheyAre) {
  bench_.add(kAdapter);
  bench_.add(kNucleo);
  bench_.add(
      {12, "2e8a", "000c", "E660", "Raspberry Pi", "Debugprobe on Pico", "CMSIS-DAP v2", ""});
  const auto probes = list_probes();
  ASSERT_EQ(probes.size(), 2u);
  EXPECT_EQ(probes[0].kind, "ST-LINK/V2-1");
  EXPECT_EQ(probes[0].node, "/dev/bus/usb/001/007");
  EXPECT_EQ(probes[0].usb.serial, "0668FF343339");
  EXPECT_TRUE(probes[0].access.granted()) << probes[0].access.why_not;
  EXPECT_EQ(probes[1].kind, "CMSIS-DAP");
  EXPECT_EQ(probes[1].node, "/dev/bus/usb/001/012");
}

TEST_F(UsbBenchTest, AProbeWithoutPermissionTellsTheRule) {
  bench_.add(kNucleo);
  ASSERT_EQ(::chmod(bench_.root().c_str(), 0755), 0);
  ASSERT_EQ(::chmod("/dev/bus/usb/001/007", 0600), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        const auto probes = list_probes();
        if (probes.size() == 1)
          std::cerr << probes[0].access.why_not << "; " << probes[0].access.hint;
        std::_Exit(0);
      },
      testing::ExitedWithCode(0),
      "no permission; put this line into /etc/udev/rules.d/71-hilbench-local.rules, "
      ".*ATTR.idVendor.==\"0483\", ATTR.idProduct.==\"374b\"");
}

TEST_F(UsbBenchTest, HostileTextsOfDevices) {
  FakeUsbDevice device = kNucleo;
  device.serial = "1\x1b[31m";
  device.name = std::string(4000, 'A');
  bench_.add(device);
  const auto ports = list_ports();
  ASSERT_TRUE(ports.ok() && ports->size() == 1);
  EXPECT_EQ(ports->front().usb->serial, "1?[31m");
  const auto probes = list_probes();
  ASSERT_EQ(probes.size(), 1u);
  EXPECT_EQ(probes[0].usb.serial, "1?[31m");
  EXPECT_LT(probes[0].usb.product.size(), 400u);
}

TEST_F(UsbBenchTest, BrokenAttributesAreNoDevice) {
  FakeUsbDevice device = kNucleo;
  device.tty.clear();
  for (const char* vendor : {"", "0483x", "10483", "-483"}) {
    device.vendor = vendor;
    ++device.address;
    bench_.add(device);
  }
  EXPECT_THAT(list_probes(), IsEmpty());
}

TEST_F(UsbBenchTest, AMistypedPortNamesTheNearest) {
  bench_.add(kNucleo);
  bench_.add(kAdapter);
  const auto near = SerialLink::open("/dev/ttyACM1", {115200, {}, {}});
  ASSERT_FALSE(near.ok());
  EXPECT_EQ(near.error().what, "there is no serial port /dev/ttyACM1");
  EXPECT_EQ(near.error().hint, "did you mean /dev/ttyACM0?");
  const auto far = SerialLink::open("COM5", {115200, {}, {}});
  ASSERT_FALSE(far.ok());
  EXPECT_EQ(far.error().hint, "there are: /dev/ttyACM0, /dev/ttyUSB3");
}

TEST_F(UsbBenchTest, APortByTheLinksOfUdev) {
  bench_.add(kNucleo);
  namespace fs = std::filesystem;
  const fs::path dev = fs::path(bench_.root()) / "dev";
  fs::create_directories(dev / "serial/by-id");
  fs::create_symlink("../../ttyACM0", dev / "serial/by-id/usb-nucleo");
  fs::create_symlink("serial/by-id/usb-nucleo", dev / "board1");
  fs::create_symlink("loop", dev / "loop");
  for (const char* name : {"ttyACM0", "/dev/serial/by-id/usb-nucleo", "/dev/board1", "board1"}) {
    const auto link = SerialLink::open(name, {115200, {}, {}});
    ASSERT_TRUE(link.ok()) << link.error().what;
    EXPECT_EQ((*link)->name(), "serial /dev/ttyACM0");
  }
  EXPECT_EQ(SerialLink::open("/dev/loop", {}).error().what, "there is no serial port /dev/loop");
}

TEST_F(UsbBenchTest, PortsSayWhereTheyAre) {
  FakeUsbDevice device = kNucleo;
  device.place = "4.2";
  device.second_tty = "ttyACM1";
  bench_.add(device);
  const auto ports = list_ports();
  ASSERT_TRUE(ports.ok() && ports->size() == 2);
  ASSERT_TRUE(ports->front().place && ports->back().place);
  EXPECT_EQ(ports->front().place->device, "1-4.2");
  EXPECT_EQ(ports->front().place->number, 1u);
  EXPECT_EQ(ports->back().place->device, "1-4.2");
  EXPECT_EQ(ports->back().place->number, 3u);
}

TEST_F(UsbBenchTest, ACustomRateAndTheModemLines) {
  bench_.add(kAdapter);
  fake_modem() = {};
  const auto link = SerialLink::open("/dev/ttyUSB3", {250'000, true, false});
  ASSERT_TRUE(link.ok()) << link.error().what;
  EXPECT_EQ((*link)->baud(), 250'000u);
  EXPECT_EQ(fake_modem().lines & (TIOCM_DTR | TIOCM_RTS), TIOCM_DTR);
  ASSERT_TRUE((*link)->set_baud(1'500'000).ok());
  EXPECT_EQ((*link)->baud(), 1'500'000u);
  fake_modem().most_baud = 3'000'000;  // as ftdi_sio, which then runs at 9,600 without a word
  const Status refused = (*link)->set_baud(12'000'000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kConfig);
  EXPECT_THAT(refused.error().what, HasSubstr("9600"));
  EXPECT_EQ((*link)->baud(), 1'500'000u);
}

TEST_F(UsbBenchTest, KnownAgainWhenItComesBackUnderAnotherName) {
  bench_.add(kNucleo);
  bench_.add(kAdapter);
  const auto before = list_ports();
  ASSERT_TRUE(before.ok());
  const PortIdentity identity(before->front(), *before);
  bench_.unplug(kNucleo);
  EXPECT_EQ(identity.find(*list_ports()), nullptr);
  FakeUsbDevice back = kNucleo;
  back.address = 31;
  back.tty = "ttyACM4";
  bench_.add(back);
  const auto after = list_ports();
  const Port* found = identity.find(*after);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "/dev/ttyACM4");
  EXPECT_TRUE(SerialLink::open(found->name, {115200, true, {}}).ok());
}

TEST_F(UsbBenchTest, ALineOverAListedPortUntilItIsUnplugged) {
  bench_.add(kNucleo);
  boards::Board board;
  board.serial.usb = {{0x0483, 0x374b}};
  const auto port = find_port(board, "", *list_ports());
  ASSERT_TRUE(port.ok()) << port.error().what;
  auto link = SerialLink::open(port->name, {115200, true, {}});
  ASSERT_TRUE(link.ok()) << link.error().what;
  EXPECT_EQ((*link)->name(), "serial /dev/ttyACM0");
  const int far = bench_.far_end(kNucleo);
  ASSERT_EQ(::write(far, "abc", 3), 3);
  std::array<std::uint8_t, 16> buffer{};
  EXPECT_EQ(*(*link)->read(buffer, Deadline::after(std::chrono::seconds(5))), 3u);
  EXPECT_EQ(*(*link)->write(std::span(buffer).first(3)), 3u);
  EXPECT_EQ(::read(far, buffer.data(), buffer.size()), 3);
  bench_.unplug(kNucleo);
  const auto gone = (*link)->read(buffer, Deadline::after(std::chrono::seconds(5)));
  ASSERT_FALSE(gone.ok()) << "silence instead";
  EXPECT_EQ(gone.error().blame, Blame::kLink);
  EXPECT_EQ(gone.error().what, "serial /dev/ttyACM0 is gone");
  EXPECT_FALSE(SerialLink::open(port->name, {115200, true, {}}).ok());
}

}  // namespace
}  // namespace hil::lab
