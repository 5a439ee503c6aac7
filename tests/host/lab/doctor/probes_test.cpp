// SPDX-License-Identifier: Apache-2.0
// Debug probes: refused, missing, held, alike, asleep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kNode = "/dev/bus/usb/001/007";

class DoctorProbes : public testing::Test {
 protected:
  DoctorProbes() { machine_.port("ttyACM0", {}); }
  std::vector<std::string> found() { return not_ok(machine_.examine(), "probes"); }
  MadeMachine machine_;
};

TEST_F(DoctorProbes, CanBeOpened) {
  EXPECT_THAT(ok(machine_.examine(), "probes"), ElementsAre("ST-LINK/V2-1 066A: can be opened"));
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(DoctorProbes, RefusedWithoutRules) {
  machine_.remove("/usr/lib/udev/rules.d/70-hilbench.rules");
  machine_.checkup.installed.rules_maker = "/src/rules";
  machine_.deny(kNode, "");
  EXPECT_THAT(
      found(),
      ElementsAre(
          "problem: ST-LINK/V2-1 066A: plugged in, but /dev/bus/usb/001/007 can't be opened: no "
          "permission -> '/src/rules' | sudo tee /etc/udev/rules.d/70-hilbench.rules >/dev/null && "
          "sudo udevadm control --reload && sudo udevadm trigger"));
}

TEST_F(DoctorProbes, RefusedWithRules) {
  machine_.deny(kNode, "");
  EXPECT_THAT(
      found(),
      ElementsAre(
          "problem: ST-LINK/V2-1 066A: plugged in, but /dev/bus/usb/001/007 can't be opened: no "
          "permission -> unplug it and plug it in again, so that the rules are applied"));
  machine_.checkup.machine.user.groups = machine_.checkup.machine.user.granted = {"ada"};
  machine_.deny(kNode, "plugdev");
  EXPECT_THAT(found(),
              ElementsAre("problem: ST-LINK/V2-1 066A: plugged in, but /dev/bus/usb/001/007 can't "
                          "be opened: no permission (it belongs to group plugdev) -> sudo usermod "
                          "-aG plugdev ada  # then log out and in again"));
}

TEST_F(DoctorProbes, AContainerWithoutItsNode) {
  machine_.miss(kNode);
  machine_.file("/.dockerenv", "");
  EXPECT_THAT(
      found(),
      ElementsAre(
          "problem: ST-LINK/V2-1 066A: plugged in, but /dev/bus/usb/001/007 is missing -> start "
          "the container with -v /dev/bus/usb:/dev/bus/usb --device-cgroup-rule 'c 189:* rmw'"));
}

TEST_F(DoctorProbes, HeldByAnotherTool) {
  machine_.process(99, "JLinkGDBServer");
  machine_.hold(kNode, 99, "JLinkGDBServer -if SWD");
  EXPECT_THAT(found(), ElementsAre("problem: ST-LINK/V2-1 066A: held by JLinkGDBServer -if SWD "
                                   "(process 99) -> kill 99  # or end it where it was started"));
}

TEST_F(DoctorProbes, TwoAlike) {
  machine_.usb({"1-3", "0483", "374b", "066B", "STM32 STLink", 8});
  EXPECT_THAT(found(), IsEmpty()) << "their serial numbers differ";
  machine_.usb({"1-3", "0483", "374b", "066A", "STM32 STLink", 8});
  machine_.port("ttyACM1", {"1-3", "0483", "374b", "066A", "STM32 STLink", 8});
  EXPECT_THAT(found(), ElementsAre("problem: ST-LINK/V2-1 066A: 2 probes 0483:374b have one serial "
                                   "number -> unplug all but one: nothing tells them apart"));
}

TEST_F(DoctorProbes, TwoWithoutSerialNumbers) {
  machine_.remove("/sys/bus/usb/devices/1-2/serial");
  machine_.port("ttyACM1", {"1-3", "0483", "374b", "", "STM32 STLink", 8});
  EXPECT_THAT(found(), ElementsAre("problem: ST-LINK/V2-1: 2 probes 0483:374b have no serial "
                                   "number -> unplug all but one: nothing tells them apart"));
}

TEST_F(DoctorProbes, AskedForWithoutSayingWhich) {
  machine_.port("ttyACM1", {"1-3", "0483", "374b", "066B", "STM32 STLink", 8});
  machine_.ask("nucleo");
  EXPECT_THAT(found(),
              ElementsAre("problem: choice: 2 probes may be of nucleo (serial numbers 066A, 066B) "
                          "-> name the board by its serial number: --board nucleo@SERIAL"));
  machine_.ask("nucleo").serial = "066B";
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_THAT(ok(machine_.examine(), "probes"), ElementsAre("ST-LINK/V2-1 066B: can be opened"));
}

TEST_F(DoctorProbes, AskedForAndNotThere) {
  machine_.ask("netduino");
  EXPECT_THAT(found(), ElementsAre("problem: debug probe: none of netduino is plugged in -> plug "
                                   "it in, or add --emulate to use a virtual board"));
}

TEST_F(DoctorProbes, MayFallAsleep) {
  machine_.file("/sys/bus/usb/devices/1-2/power/control", "on\n");
  EXPECT_THAT(found(), IsEmpty());
  machine_.file("/sys/bus/usb/devices/1-2/power/control", "auto\n");
  EXPECT_THAT(
      found(),
      ElementsAre("remark: ST-LINK/V2-1 066A: the kernel may put it to sleep when idle (USB "
                  "autosuspend) -> echo on | sudo tee /sys/bus/usb/devices/1-2/power/control"));
}

TEST_F(DoctorProbes, ADriverOfTheKernelOnItsInterface) {
  machine_.file("/sys/bus/usb/devices/1-2:1.0/bInterfaceClass", "ff\n");
  machine_.link("/sys/bus/usb/devices/1-2:1.0/driver", "../../drivers/usbfs");
  EXPECT_THAT(found(), IsEmpty());
  machine_.remove("/sys/bus/usb/devices/1-2:1.0/driver");
  machine_.link("/sys/bus/usb/devices/1-2:1.0/driver", "../../drivers/ftdi_sio");
  EXPECT_THAT(found(),
              ElementsAre("remark: ST-LINK/V2-1 066A: the kernel's driver ftdi_sio has its "
                          "interface 1-2:1.0 -> echo 1-2:1.0 | sudo tee "
                          "/sys/bus/usb/drivers/ftdi_sio/unbind  # if OpenOCD can't open it"));
}

TEST(DoctorOtherProbes, FirstStLinkIsTakenForADisk) {
  MadeMachine machine;
  machine.usb({"1-6", "0483", "3744", "", "STM32 STLink", 6});
  EXPECT_THAT(not_ok(machine.examine(), "probes"), IsEmpty()) << "usb-storage is not loaded";
  machine.file("/sys/module/usb_storage/parameters/quirks", "\n");
  EXPECT_THAT(not_ok(machine.examine(), "probes"),
              ElementsAre("remark: ST-LINK/V1: the kernel takes it for a disk, which disturbs "
                          "OpenOCD -> echo 483:3744:i | sudo tee "
                          "/sys/module/usb_storage/parameters/quirks  # then plug it in again"));
  machine.file("/sys/module/usb_storage/parameters/quirks", "0bc2:2312:u,152d:0578:f\n");
  EXPECT_THAT(not_ok(machine.examine(), "probes"),
              ElementsAre("remark: ST-LINK/V1: the kernel takes it for a disk, which disturbs "
                          "OpenOCD -> echo 0bc2:2312:u,152d:0578:f,483:3744:i | sudo tee "
                          "/sys/module/usb_storage/parameters/quirks  # then plug it in again"));
  machine.file("/sys/module/usb_storage/parameters/quirks", "0bc2:2312:u,483:3744:i\n");
  EXPECT_THAT(not_ok(machine.examine(), "probes"), IsEmpty());
}

TEST(DoctorOtherProbes, CmsisDapByHid) {
  MadeMachine machine;
  machine.usb({"1-7", "0d28", "0204", "9900", "BBC micro:bit CMSIS-DAP", 17});
  const std::string interface = "/sys/bus/usb/devices/1-7:1.3/";
  machine.file(interface + "bInterfaceClass", "03\n");
  machine.file(interface + "0003:0D28:0204.0001/hidraw/hidraw4/dev", "243:4\n");
  EXPECT_THAT(not_ok(machine.examine(), "probes"), IsEmpty());
  machine.deny("/dev/hidraw4", "");
  EXPECT_THAT(
      not_ok(machine.examine(), "probes"),
      ElementsAre("problem: CMSIS-DAP 9900: OpenOCD needs /dev/hidraw4 for it: no permission -> "
                  "unplug it and plug it in again, so that the rules are applied"));
  machine.file("/sys/bus/usb/devices/1-7:1.4/bInterfaceClass", "ff\n");
  EXPECT_THAT(not_ok(machine.examine(), "probes"), IsEmpty()) << "version 2 needs no hidraw";
}

TEST(DoctorOtherProbes, AChipInItsBootLoader) {
  MadeMachine machine;
  machine.usb({"2-1", "0483", "df11", "3255", "STM32  BOOTLOADER", 11});
  EXPECT_THAT(not_ok(machine.examine(), "probes"),
              ElementsAre("remark: STM32 BOOTLOADER: a chip at USB 2-1 waits in its boot loader "
                          "(DFU): no agent runs on it -> take BOOT0 to low and reset the board"));
}

TEST(DoctorOtherProbes, HostileNames) {
  MadeMachine machine;
  machine.usb({"1-8", "0483", "374b", "\x1b[2J", std::string(5000, 'A'), 18});
  EXPECT_THAT(ok(machine.examine(), "probes"), Contains("ST-LINK/V2-1 ?[2J: can be opened"));
}

TEST(DoctorOtherProbes, None) {
  MadeMachine machine;
  EXPECT_THAT(ok(machine.examine(), "probes"), ElementsAre("debug probes: none plugged in"));
}

}  // namespace
}  // namespace hil::lab::doctor
