// SPDX-License-Identifier: Apache-2.0
// Which boards can be run now, and whether that makes a bench fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> problems(const Findings& findings) {
  std::vector<std::string> names;
  for (const Finding& finding : findings) {
    if (finding.state == State::kProblem) names.push_back(finding.area + "/" + finding.name);
  }
  return names;
}

TEST(DoctorBoards, ALaptopWithNothingPluggedInIsFit) {
  MadeMachine machine;
  const auto findings = machine.examine();
  EXPECT_TRUE(is_fit(findings));
  EXPECT_THAT(ok(findings, "boards"), ElementsAre("without hardware: all 2 can be run here",
                                                  "on the desk: none plugged in"));
}

TEST(DoctorBoards, SomeCanNotBeEmulated) {
  MadeMachine machine;
  machine.programs.clear();
  const auto findings = machine.examine();
  EXPECT_TRUE(is_fit(findings));
  EXPECT_THAT(not_ok(findings, "boards"),
              ElementsAre("remark: without hardware: 1 of 2 can be run here; not netduino (lacks "
                          "qemu-system-arm, openocd) -> see above what is missing"));
}

TEST(DoctorBoards, NothingAtAll) {
  MadeMachine machine;
  machine.programs.clear();
  machine.remove("/agents/agent-here");
  EXPECT_THAT(problems(machine.examine()), ElementsAre("boards/any board"));
  EXPECT_THAT(not_ok(machine.examine(), "boards").back(),
              "problem: any board: none can be run: nothing is plugged in, and nothing can be "
              "emulated -> do what is said above of tools and agents, or plug a board in");
}

TEST(DoctorBoards, ABoardOnTheDeskIsEnough) {
  MadeMachine machine;
  machine.programs.erase("qemu-system-arm");
  machine.remove("/agents/agent-here");
  machine.port("ttyACM0", {});
  const auto findings = machine.examine();
  EXPECT_TRUE(is_fit(findings)) << problems(findings).front();
  EXPECT_THAT(ok(findings, "boards"), ElementsAre("on the desk: may be nucleo (/dev/ttyACM0)"));
  machine.remove("/agents/agent-nucleo.elf");
  EXPECT_THAT(problems(machine.examine()), ElementsAre("boards/on the desk", "boards/any board"));
}

TEST(DoctorBoards, AnAdapterWithoutAPortIsNoPlace) {
  MadeMachine machine;
  machine.board("nucleo").serial.usb = {{0x10c4, 0xea60}};
  machine.usb({"1-4", "10c4", "ea60", "0001", "CP2102", 4});
  EXPECT_THAT(ok(machine.examine(), "boards").back(),
              "on the desk: none has a serial port or a probe");
  EXPECT_THAT(problems(machine.examine()), ElementsAre("ports/10c4:ea60 CP2102"));
  machine.programs.clear();
  machine.remove("/agents/agent-here");
  EXPECT_THAT(problems(machine.examine()).back(), "boards/any board") << "there is no other";
}

TEST(DoctorBoards, AskedForAndReady) {
  MadeMachine machine;
  machine.ask("here");
  EXPECT_THAT(ok(machine.examine(), "boards"), ElementsAre("here: can be run on this machine"));
  machine.ask("netduino", true);
  EXPECT_THAT(ok(machine.examine(), "boards"), ElementsAre("netduino: can be run on this machine"));
  machine.port("ttyACM0", {});
  machine.ask("nucleo");
  EXPECT_THAT(ok(machine.examine(), "boards"), ElementsAre("nucleo: is on /dev/ttyACM0"));
  machine.ask("nucleo").serial = "066A";
  EXPECT_THAT(problems(machine.examine()), IsEmpty());
}

TEST(DoctorBoards, AskedForAndNotPluggedIn) {
  MadeMachine machine;
  machine.ask("nucleo");
  EXPECT_THAT(not_ok(machine.examine(), "boards"),
              ElementsAre("problem: nucleo: no serial port of nucleo is there: none has the USB id "
                          "0483:374b -> plug the board in, or name its port by --port"));
  machine.ask("netduino");
  machine.board("netduino").serial.usb = {{0x1a86, 0x7523}};
  machine.ask("netduino");
  EXPECT_THAT(not_ok(machine.examine(), "boards"),
              ElementsAre("problem: netduino: no serial port of netduino is there: none has the "
                          "USB id 1a86:7523 -> plug the board in, or name its port by --port; or "
                          "add --emulate to use a virtual one"));
}

TEST(DoctorBoards, AskedForAndSeveralThere) {
  MadeMachine machine;
  machine.port("ttyACM0", {});
  machine.port("ttyACM1", {"1-3", "0483", "374b", "066B", "STM32 STLink", 8});
  machine.ask("nucleo");
  EXPECT_THAT(not_ok(machine.examine(), "boards"),
              ElementsAre("problem: nucleo: 2 serial ports may belong to nucleo: /dev/ttyACM0 "
                          "(serial 066A), /dev/ttyACM1 (serial 066B) -> name the board by its "
                          "serial number: --board nucleo@SERIAL"));
}

TEST(DoctorBoards, WhatCanNotBeEmulated) {
  MadeMachine machine;
  machine.ask("nucleo", true);
  EXPECT_THAT(not_ok(machine.examine(), "boards"),
              ElementsAre("problem: nucleo: can't be emulated: its file names no emulator -> leave "
                          "--emulate out to use the one on the desk"));
  machine.ask("netduino", true).serial = "066A";
  EXPECT_THAT(not_ok(machine.examine(), "boards"),
              ElementsAre("problem: netduino: virtual boards are told apart by number, not by "
                          "'066A' -> write netduino@2 for the second one"));
}

TEST(DoctorBoards, AskedForAndLacking) {
  MadeMachine machine;
  machine.programs.erase("qemu-system-arm");
  machine.remove("/agents/agent-netduino.elf");
  machine.ask("netduino", true);
  EXPECT_THAT(problems(machine.examine()),
              ElementsAre("hilbench/agent", "tools/qemu-system-arm", "boards/netduino"));
  EXPECT_THAT(not_ok(machine.examine(), "boards"),
              ElementsAre("problem: netduino: can't be run: it lacks qemu-system-arm, agent -> see "
                          "above what is missing"));
}

TEST(DoctorBoards, NoPromiseAfterAProblem) {
  MadeMachine machine;
  machine.port("ttyACM0", {});
  machine.deny("/dev/ttyACM0", "");
  machine.ask("nucleo");
  const auto findings = machine.examine();
  EXPECT_THAT(problems(findings), ElementsAre("ports//dev/ttyACM0"));
  EXPECT_THAT(ok(findings, "boards"), IsEmpty());
}

TEST(DoctorBoards, NoCatalogue) {
  MadeMachine machine;
  machine.checkup.installed.catalogue.clear();
  machine.checkup.installed.wrong_boards = {
      {Blame::kConfig, "/boards: no board files", "put some"}};
  EXPECT_THAT(problems(machine.examine()), ElementsAre("hilbench/board files", "boards/any board"));
}

}  // namespace
}  // namespace hil::lab::doctor
