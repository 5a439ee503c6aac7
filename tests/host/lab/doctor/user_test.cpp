// SPDX-License-Identifier: Apache-2.0
// Who runs hilbench, udev's rules, and udev itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kState = "/home/ada/.local/state/hilbench";

TEST(DoctorUser, MemberOfBothGroups) {
  MadeMachine machine;
  EXPECT_THAT(ok(machine.examine(), "user"), ElementsAre("dialout: member", "plugdev: member",
                                                         "state folder: " + std::string(kState)));
}

TEST(DoctorUser, AddedToAGroupButNotLoggedInAgain) {
  MadeMachine machine;
  machine.checkup.machine.user.groups = {"ada", "plugdev"};
  EXPECT_THAT(not_ok(machine.examine(), "user"),
              ElementsAre("remark: dialout: ada was added to it after this session began -> newgrp "
                          "dialout  # or log out and in again"));
  machine.port("ttyACM0", {});
  machine.deny("/dev/ttyACM0", "dialout");
  EXPECT_THAT(not_ok(machine.examine(), "user"),
              ElementsAre("problem: dialout: ada was added to it after this session began -> "
                          "newgrp dialout  # or log out and in again"));
}

TEST(DoctorUser, NoMemberWhereNothingIsRefused) {
  MadeMachine machine;
  machine.checkup.machine.user.groups = machine.checkup.machine.user.granted = {"ada"};
  EXPECT_THAT(not_ok(machine.examine(), "user"), IsEmpty()) << "uaccess may be enough";
}

TEST(DoctorUser, Root) {
  MadeMachine machine;
  machine.checkup.machine.user.root = true;
  EXPECT_THAT(not_ok(machine.examine(), "user"),
              ElementsAre("remark: groups: you are root: whether another user may use the devices "
                          "is not seen -> run hilbench doctor as the user who will use the bench"));
  machine.file("/.dockerenv", "");
  EXPECT_THAT(not_ok(machine.examine(), "user"), IsEmpty());
}

TEST(DoctorUser, GroupsAreOfNoMatterForAVirtualBoard) {
  MadeMachine machine;
  machine.checkup.machine.user.groups = {};
  machine.ask("netduino", true);
  EXPECT_THAT(ok(machine.examine(), "user"), ElementsAre("state folder: " + std::string(kState)));
}

TEST(DoctorUser, NoHome) {
  MadeMachine machine;
  machine.checkup.machine.state_folder.reset();
  EXPECT_THAT(not_ok(machine.examine(), "user"),
              ElementsAre("problem: state folder: there is none: neither HOME nor XDG_STATE_HOME "
                          "is set -> set HOME, or XDG_STATE_HOME to an absolute path"));
}

TEST(DoctorUser, AStateFolderThatCanNotBeMade) {
  MadeMachine machine;
  machine.not_writable = {"/home/ada"};
  EXPECT_THAT(not_ok(machine.examine(), "user"),
              ElementsAre("problem: state folder: /home/ada can't be written: no locks, no virtual "
                          "boards' flash -> set XDG_STATE_HOME to a folder that can be written"));
}

TEST(DoctorUser, LocksLeftByRoot) {
  MadeMachine machine;
  const std::string lock = std::string(kState) + "/locks/nucleo@066A.lock";
  machine.file(lock, "");
  EXPECT_THAT(not_ok(machine.examine(), "user"), IsEmpty());
  machine.not_writable = {lock};
  EXPECT_THAT(
      not_ok(machine.examine(), "user"),
      ElementsAre("problem: state folder: " + lock +
                  " can't be written: no locks, no virtual boards' flash -> sudo chown -R ada: '" +
                  kState + "'"));
}

TEST(DoctorUser, LocksLeftByRootToAUserWithoutAName) {
  MadeMachine machine;
  machine.checkup.machine.user = {"", false, {"ada"}, {}, 1234};
  machine.file(std::string(kState) + "/locks/x.lock", "");
  machine.not_writable = {std::string(kState) + "/locks"};
  EXPECT_THAT(not_ok(machine.examine(), "user"),
              ElementsAre("problem: state folder: " + std::string(kState) +
                          "/locks can't be written: no locks, no virtual boards' flash -> sudo "
                          "chown -R 1234 '" +
                          kState + "'"));
}

// --- udev -------------------------------------------------------------------------------------

constexpr const char* kRules = "/usr/lib/udev/rules.d/70-hilbench.rules";

TEST(DoctorUdev, RulesInForce) {
  MadeMachine machine;
  EXPECT_THAT(ok(machine.examine(), "udev"), ElementsAre("rules: " + std::string(kRules)));
  machine.usb({});
  EXPECT_THAT(ok(machine.examine(), "udev"),
              ElementsAre("rules: " + std::string(kRules), "udevd: runs"));
  machine.file("/etc/udev/rules.d/70-hilbench.rules", "mine");
  EXPECT_THAT(ok(machine.examine(), "udev"),
              ElementsAre("rules: /etc/udev/rules.d/70-hilbench.rules", "udevd: runs"))
      << "/etc goes first";
}

TEST(DoctorUdev, NoRules) {
  MadeMachine machine;
  machine.remove(kRules);
  machine.checkup.installed.rules_maker.clear();
  EXPECT_THAT(not_ok(machine.examine(), "udev"),
              ElementsAre("remark: rules: 70-hilbench.rules is not installed: devices may refuse "
                          "you -> install hilbench's package, which brings 70-hilbench.rules"));
  machine.checkup.installed.rules_maker = "/src/make_udev_rules";
  EXPECT_THAT(
      not_ok(machine.examine(), "udev"),
      ElementsAre("remark: rules: 70-hilbench.rules is not installed: devices may refuse you -> "
                  "'/src/make_udev_rules' | sudo tee /etc/udev/rules.d/70-hilbench.rules "
                  ">/dev/null && sudo udevadm control --reload && sudo udevadm trigger"));
  machine.checkup.machine.user.root = true;
  EXPECT_THAT(ok(machine.examine(), "udev"), ElementsAre("rules: not installed; root needs none"));
}

TEST(DoctorUdev, RulesOfAnotherVersion) {
  MadeMachine machine;
  machine.file("/shipped", "newer rules\n");
  machine.checkup.installed.udev_rules = machine.root() + "/shipped";
  EXPECT_THAT(not_ok(machine.examine(), "udev"),
              ElementsAre("remark: rules: /usr/lib/udev/rules.d/70-hilbench.rules is not that of "
                          "this version of hilbench -> sudo install -m 644 '" +
                          machine.root() +
                          "/shipped' /etc/udev/rules.d/70-hilbench.rules && sudo udevadm control "
                          "--reload && sudo udevadm trigger"));
  machine.file("/shipped", "rules\n");
  EXPECT_THAT(not_ok(machine.examine(), "udev"), IsEmpty());
}

TEST(DoctorUdev, NotRunning) {
  MadeMachine machine;
  machine.remove("/proc/300");
  EXPECT_THAT(not_ok(machine.examine(), "udev"), IsEmpty()) << "nothing is plugged in";
  machine.usb({});
  EXPECT_THAT(
      not_ok(machine.examine(), "udev"),
      ElementsAre("remark: udevd: not running here: devices plugged in from now on may not be "
                  "noticed, and rules are not applied -> sudo systemctl start systemd-udevd"));
  machine.file("/run/.containerenv", "");
  EXPECT_THAT(not_ok(machine.examine(), "udev"),
              ElementsAre("remark: udevd: not running here: devices plugged in from now on may not "
                          "be noticed, and rules are not applied -> keep udev on the host and "
                          "start the container with -v /run/udev:/run/udev:ro -v /dev:/dev"));
}

TEST(DoctorUdev, AContainerWithTheHostsUdev) {
  MadeMachine machine;
  machine.remove("/proc/300");
  machine.usb({});
  machine.file("/.dockerenv", "");
  EXPECT_THAT(not_ok(machine.examine(), "udev").size(), 1u);
  machine.file("/run/udev/control", "");
  EXPECT_THAT(not_ok(machine.examine(), "udev"), IsEmpty());
  EXPECT_THAT(ok(machine.examine(), "udev").back(), "udevd: runs");
}

TEST(DoctorUdev, AMachineWithoutUsb) {
  MadeMachine machine;
  machine.remove("/sys/bus/usb");
  machine.remove(kRules);
  EXPECT_THAT(ok(machine.examine(), "udev"), ElementsAre("USB: this machine has none"));
  EXPECT_THAT(not_ok(machine.examine(), "udev"), IsEmpty());
}

}  // namespace
}  // namespace hil::lab::doctor
