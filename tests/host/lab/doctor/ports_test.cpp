// SPDX-License-Identifier: Apache-2.0
// Serial ports: refused, missing, held by others, watched by others, without a driver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// With the nucleo's port plugged in.
class DoctorPorts : public testing::Test {
 protected:
  DoctorPorts() { machine_.port("ttyACM0", {}); }
  std::vector<std::string> found() { return not_ok(machine_.examine(), "ports"); }
  MadeMachine machine_;
};

TEST_F(DoctorPorts, Free) {
  EXPECT_THAT(ok(machine_.examine(), "ports"),
              ElementsAre("/dev/ttyACM0: free of this user's programs"));
  machine_.checkup.machine.user.root = true;
  EXPECT_THAT(ok(machine_.examine(), "ports"), ElementsAre("/dev/ttyACM0: free"));
}

TEST_F(DoctorPorts, RefusedToWhoIsInNoGroup) {
  machine_.checkup.machine.user.groups = machine_.checkup.machine.user.granted = {"ada"};
  machine_.deny("/dev/ttyACM0", "dialout");
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: no permission (it belongs to group dialout) -> "
                          "sudo usermod -aG dialout ada  # then log out and in again"));
}

TEST_F(DoctorPorts, RefusedToAUserWithoutAName) {
  machine_.checkup.machine.user = {"", false, {"ada"}, {}, 1234};
  machine_.deny("/dev/ttyACM0", "dialout");
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: no permission (it belongs to group dialout) -> "
                          "run hilbench with the group dialout, in a container by --group-add "
                          "dialout: user 1234 has no name to add to it"));
}

TEST_F(DoctorPorts, RefusedUntilTheNextLogin) {
  machine_.checkup.machine.user.groups = {"ada"};
  machine_.deny("/dev/ttyACM0", "dialout");
  EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: no permission (it belongs to group "
                                   "dialout) -> newgrp dialout  # or log out and in again"));
}

TEST_F(DoctorPorts, RefusedToEverybody) {
  machine_.deny("/dev/ttyACM0", "");
  EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: no permission -> unplug it and plug it "
                                   "in again, so that the rules are applied"));
}

TEST_F(DoctorPorts, NoDeviceFile) {
  machine_.miss("/dev/ttyACM0");
  EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: No such file or directory -> sudo "
                                   "systemctl start systemd-udevd && sudo udevadm trigger"));
  machine_.file("/.dockerenv", "");
  EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: No such file or directory -> start the "
                                   "container with --device /dev/ttyACM0"));
}

TEST_F(DoctorPorts, HeldByATerminalProgram) {
  machine_.process(4711, "picocom", 900);
  machine_.hold("/dev/ttyACM0", 4711, "picocom /dev/ttyACM0");
  EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: held by picocom /dev/ttyACM0 (process "
                                   "4711) -> kill 4711  # or end it where it was started"));
}

TEST_F(DoctorPorts, HeldByAnotherUsersProgram) {
  machine_.process(4711, "picocom", 900);
  machine_.hold("/dev/ttyACM0", 4711, "picocom");
  const std::string said = "problem: /dev/ttyACM0: held by picocom (process 4711) -> ";
  for (const char* status : {"Name:\tpicocom\nUid:\t1001\t1001\t1001\t1001\n", "Uid:\tx\n", ""}) {
    machine_.file("/proc/4711/status", status);
    EXPECT_THAT(found(), ElementsAre(said + "sudo kill 4711  # or end it where it was started"))
        << status;
  }
  machine_.checkup.machine.user.root = true;
  machine_.checkup.machine.user.id = 0;
  EXPECT_THAT(found(), ElementsAre(said + "kill 4711  # or end it where it was started"));
}

TEST_F(DoctorPorts, HeldByServices) {
  const std::pair<const char*, const char*> kStops[] = {
      {"ModemManager", "systemctl stop ModemManager"},
      {"agetty", "systemctl disable --now serial-getty@ttyACM0.service"},
      {"brltty", "systemctl disable --now brltty"},
      {"gpsd", "systemctl stop gpsd.socket gpsd.service"}};
  machine_.file("/run/udev/data/c166:0", "E:ID_MM_DEVICE_IGNORE=1\n");
  for (const auto& [name, stop] : kStops) {
    machine_.process(77, name);
    machine_.hold("/dev/ttyACM0", 77, name);
    EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: held by " + std::string(name) +
                                     " (process 77) -> sudo " + stop));
  }
}

TEST_F(DoctorPorts, InUseByHilbenchItself) {
  machine_.process(50, "hilbench");
  machine_.process(51, "openocd", 50);
  machine_.hold("/dev/ttyACM0", 51, "openocd -c x");
  const auto findings = machine_.examine();
  EXPECT_THAT(
      not_ok(findings, "ports"),
      ElementsAre(
          "remark: /dev/ttyACM0: in use by openocd -c x (process 51) -> wait until that run ends"));
  EXPECT_TRUE(is_fit(findings)) << "busy, not broken";
}

TEST_F(DoctorPorts, HeldByNobodyKnowsWhom) {
  machine_.hold("/dev/ttyACM0", 1, "x");
  machine_.holders.clear();
  machine_.access["/dev/ttyACM0"].why_not = "held by another \x1bprogram";
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: held by another ?program -> end that program"));
}

TEST_F(DoctorPorts, ProcessesInALoopAreNoTrap) {
  machine_.process(60, "a", 61);
  machine_.process(61, "b) R (", 60);
  machine_.hold("/dev/ttyACM0", 60, "a");
  EXPECT_THAT(found(), ElementsAre("problem: /dev/ttyACM0: held by a (process 60) -> kill 60  # or "
                                   "end it where it was started"));
}

TEST_F(DoctorPorts, TheKernelsConsole) {
  machine_.file("/proc/consoles", "tty0   -WU (E  p  )    4:7\nttyACM0 -W- (EC p a) 166:0\n");
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: the kernel writes its messages to it -> take "
                          "console=ttyACM0 off the kernel's command line (Debian: in "
                          "/etc/default/grub, then sudo update-grub) and start the machine again"));
}

TEST_F(DoctorPorts, LockFiles) {
  machine_.process(88, "minicom");
  machine_.file("/run/lock/LCK..ttyACM0", "        88\n");
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: minicom (process 88) claims it by "
                          "/run/lock/LCK..ttyACM0 -> kill 88  # or end it where it was started"));
  machine_.file("/run/lock/LCK..ttyACM0", std::string("\x58\0\0\0", 4));
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: minicom (process 88) claims it by "
                          "/run/lock/LCK..ttyACM0 -> kill 88  # or end it where it was started"));
  machine_.file("/run/lock/LCK..ttyACM0", "        89\n");
  EXPECT_THAT(found(), ElementsAre("remark: /dev/ttyACM0: /run/lock/LCK..ttyACM0 is left over: "
                                   "its process is gone -> sudo rm '/run/lock/LCK..ttyACM0'"));
}

TEST_F(DoctorPorts, LockFilesThatNameNobody) {
  for (const std::string text :
       {"", "rubbish", "-88", "0", "99999999999999999999", "\xff\xff\xff\xff"}) {
    machine_.file("/run/lock/LCK..ttyACM0", text);
    EXPECT_THAT(found(),
                ElementsAre("remark: /dev/ttyACM0: /run/lock/LCK..ttyACM0 claims it, but can't be "
                            "read or names no process -> sudo cat -v '/run/lock/LCK..ttyACM0'  # "
                            "see whose it is"))
        << text;
  }
}

TEST_F(DoctorPorts, ALockFileOfAProcessThatIsHidden) {
  machine_.file("/run/lock/LCK..ttyACM0", "        89\n");
  machine_.hidden = {89};
  EXPECT_THAT(found(),
              ElementsAre("problem: /dev/ttyACM0: process 89, which you can't see, claims it by "
                          "/run/lock/LCK..ttyACM0 -> sudo ps -p 89  # see what it is, then end "
                          "it"));
}

TEST_F(DoctorPorts, WhatThisMachineCallsGone) {
  const auto gone = this_machine().gone;
  EXPECT_FALSE(gone(::getpid()));
  EXPECT_FALSE(gone(1)) << "root's, most often: it may not be signalled, but it is there";
  EXPECT_TRUE(gone(0x7fffffff)) << "the kernel gives no number beyond 2^22";
}

TEST_F(DoctorPorts, ModemManagerMayTakeIt) {
  machine_.process(70, "ModemManager");
  EXPECT_THAT(
      found(),
      ElementsAre("remark: /dev/ttyACM0: ModemManager runs and may talk to it for some seconds "
                  "after it is plugged in -> sudo systemctl disable --now ModemManager"));
  machine_.remove("/usr/lib/udev/rules.d/70-hilbench.rules");
  machine_.checkup.installed.rules_maker = "/src/rules";
  EXPECT_THAT(
      found(),
      ElementsAre(
          "remark: /dev/ttyACM0: ModemManager runs and may talk to it for some seconds after it is "
          "plugged in -> '/src/rules' | sudo tee /etc/udev/rules.d/70-hilbench.rules >/dev/null && "
          "sudo udevadm control --reload && sudo udevadm trigger"));
}

TEST_F(DoctorPorts, ModemManagerIsToldToIgnoreIt) {
  machine_.process(70, "ModemManager");
  machine_.file("/run/udev/data/c166:0", "I:123\nE:ID_MM_DEVICE_IGNORE=1\n");
  EXPECT_THAT(found(), IsEmpty());
  machine_.file("/run/udev/data/c166:0", "E:ID_MM_DEVICE_IGNORE=0\n");
  EXPECT_THAT(found().size(), 1u);
  machine_.file("/run/udev/data/c189:6", "E:ID_MM_DEVICE_IGNORE=1\n");  // the whole USB device
  EXPECT_THAT(found(), IsEmpty());
}

TEST(DoctorOtherPorts, OfNoBoardThatIsKnown) {
  MadeMachine machine;
  machine.port("ttyUSB0", {"1-5", "0403", "6001", "F1", "FT232R", 9});
  EXPECT_THAT(ok(machine.examine(), "ports"),
              ElementsAre("/dev/ttyUSB0: 0403:6001, of no board that hilbench knows"));
  machine.checkup.machine.user.groups = machine.checkup.machine.user.granted = {"ada"};
  machine.deny("/dev/ttyUSB0", "dialout");
  EXPECT_THAT(not_ok(machine.examine(), "ports"),
              ElementsAre("remark: /dev/ttyUSB0: 0403:6001, of no board that hilbench knows; no "
                          "permission (it belongs to group dialout) -> sudo usermod -aG dialout "
                          "ada  # then log out and in again"));
  machine.hold("/dev/ttyUSB0", 5, "minicom");
  EXPECT_THAT(not_ok(machine.examine(), "ports"), IsEmpty()) << "somebody else's business";
}

TEST(DoctorOtherPorts, NoneAtAll) {
  MadeMachine machine;
  EXPECT_THAT(ok(machine.examine(), "ports"), ElementsAre("serial ports: none on USB"));
  machine.checkup.machine.no_ports = "the system does not say what serial ports there are";
  EXPECT_THAT(not_ok(machine.examine(), "ports"),
              ElementsAre("remark: ports: the system does not say what serial ports there are -> "
                          "sudo mount -t sysfs s /sys"));
}

TEST(DoctorOtherPorts, BuiltInOnesAreNotJudged) {
  MadeMachine machine;
  Port port;
  port.name = "/dev/ttyS0";
  machine.checkup.machine.ports = {port};
  machine.deny("/dev/ttyS0", "dialout");
  EXPECT_THAT(not_ok(machine.examine(), "ports"), IsEmpty());
}

TEST(DoctorOtherPorts, ThePortThatIsAskedFor) {
  MadeMachine machine;
  Port port;
  port.name = "/dev/ttyS0";
  machine.checkup.machine.ports = {port};
  machine.file("/proc/consoles", "ttyS0 -W- (EC p a) 4:64\n");
  machine.ask("nucleo").port = "ttyS0";
  EXPECT_THAT(not_ok(machine.examine(), "ports"),
              ElementsAre("problem: /dev/ttyS0: the kernel writes its messages to it -> take "
                          "console=ttyS0 off the kernel's command line (Debian: in "
                          "/etc/default/grub, then sudo update-grub) and start the machine again"));
}

TEST(DoctorOtherPorts, AMistypedPort) {
  MadeMachine machine;
  machine.miss("/dev/ttyACM7");
  machine.ask("nucleo").port = "ttyACM7";
  EXPECT_THAT(not_ok(machine.examine(), "ports"),
              ElementsAre("problem: /dev/ttyACM7: there is no such port -> plug the board in, or "
                          "name another: hilbench list shows those there are"));
}

TEST(DoctorOtherPorts, BrailleSoftwareTookTheAdapter) {
  MadeMachine machine;
  machine.usb({"1-4", "1a86", "7523", "", "USB Serial", 4});
  machine.file("/usr/lib/udev/rules.d/85-brltty.rules", "");
  const std::string said =
      ": 1a86:7523 USB Serial: has no serial port: brltty takes this adapter for a Braille display "
      "-> sudo apt-get remove brltty  # then plug it in again; for a Braille display, take its "
      "line out of 85-brltty.rules instead";
  EXPECT_THAT(not_ok(machine.examine(), "ports"), ElementsAre("remark" + said));
  machine.board("nucleo").serial.usb = {{0x1a86, 0x7523}};
  EXPECT_THAT(not_ok(machine.examine(), "ports"), ElementsAre("problem" + said));
}

TEST(DoctorOtherPorts, DisksAndHubsOfTheSameMakers) {
  MadeMachine machine;
  machine.usb({"1-4", "067b", "2773", "", "SATA Adapter", 4});
  const std::string driver = "/sys/bus/usb/devices/1-4:1.0/driver";
  const auto found = [&machine] { return not_ok(machine.examine(), "ports"); };
  EXPECT_THAT(found().size(), 1u) << "no driver has it: it may be a PL2303";
  machine.link(driver, "../../drivers/usb-storage");
  EXPECT_THAT(found(), IsEmpty());
  machine.remove(driver);
  machine.link(driver, "../../drivers/usbfs");
  EXPECT_THAT(found().size(), 1u) << "a program has it, brltty for one";
  machine.remove(driver);
  machine.link(driver, "../../drivers/usb-storage");
  machine.board("nucleo").serial.usb = {{0x067b, 0x2773}};
  EXPECT_THAT(found(),
              ElementsAre("problem: 067b:2773 SATA Adapter: has no serial port: no driver of the "
                          "kernel has taken it -> sudo modprobe pl2303  # then plug it in again"))
      << "a board says that it is its port, whatever else the device is";
}

TEST(DoctorOtherPorts, NoDriver) {
  MadeMachine machine;
  machine.usb({"1-4", "10c4", "ea60", "0001", "CP2102", 4});
  EXPECT_THAT(not_ok(machine.examine(), "ports"),
              ElementsAre("remark: 10c4:ea60 CP2102: has no serial port: no driver of the kernel "
                          "has taken it -> sudo modprobe cp210x  # then plug it in again"));
  machine.remove("/sys/bus/usb/devices/1-4");
  machine.usb({});
  EXPECT_THAT(not_ok(machine.examine(), "ports"),
              ElementsAre("problem: 0483:374b STM32 STLink: has no serial port: no driver of the "
                          "kernel has taken it -> sudo modprobe cdc_acm  # then plug it in again"));
}

TEST(DoctorOtherPorts, AVirtualBoardNeedsNone) {
  MadeMachine machine;
  machine.port("ttyACM0", {});
  machine.deny("/dev/ttyACM0", "dialout");
  machine.ask("netduino", true);
  const auto findings = machine.examine();
  EXPECT_THAT(not_ok(findings, "ports"), IsEmpty());
  EXPECT_TRUE(is_fit(findings));
}

}  // namespace
}  // namespace hil::lab::doctor
