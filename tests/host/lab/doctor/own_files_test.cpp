// SPDX-License-Identifier: Apache-2.0
// hilbench's own files: wrong board files, missing agents, plugin and supervisor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/host/lab/doctor/made_machine.hpp"

namespace hil::lab::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

TEST(DoctorOwnFiles, AllThere) {
  MadeMachine machine;
  const auto findings = machine.examine();
  const std::string root = machine.root();
  EXPECT_THAT(
      ok(findings, "hilbench"),
      ElementsAre("board files: 3 in " + root + "/boards", "agents: 3 in " + root + "/agents",
                  "virtual boards: " + root + "/libexec/hilbench-virtual-board"));
  EXPECT_THAT(not_ok(findings, "hilbench"), IsEmpty());
}

TEST(DoctorOwnFiles, EveryWrongBoardFileIsNamed) {
  MadeMachine machine;
  machine.checkup.installed.wrong_boards = {
      {Blame::kConfig, "a.json: /id: \x1b[31mis wrong", "see boards/README.md"},
      {Blame::kConfig, "b.json: not JSON", "see boards/README.md"}};
  EXPECT_THAT(
      not_ok(machine.examine(), "hilbench"),
      ElementsAre("problem: board files: a.json: /id: ?[31mis wrong -> see boards/README.md",
                  "problem: board files: b.json: not JSON -> see boards/README.md"));
}

TEST(DoctorOwnFiles, AgentsThatTheBuildCouldNotMake) {
  MadeMachine machine;
  machine.remove("/agents/agent-netduino.elf");
  machine.remove("/agents/agent-nucleo.elf");
  machine.file("/agents/missing.json",
               R"([{"board": "netduino", "reason": "built without arm-none-eabi-g++",
                    "packages": ["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"]},
                   {"board": "nucleo", "reason": "built without arm-none-eabi-g++",
                    "packages": ["gcc-arm-none-eabi"]},
                   {"board": "here", "reason": "of no matter", "packages": ["nothing"]}])");
  EXPECT_THAT(
      not_ok(machine.examine(), "hilbench"),
      ElementsAre(
          "remark: agents: 1 of 3 in " + machine.root() +
          "/agents; none for netduino, nucleo (built without arm-none-eabi-g++) -> sudo apt-get "
          "install gcc-arm-none-eabi libnewlib-arm-none-eabi  # then build hilbench again"));
}

TEST(DoctorOwnFiles, AgentsNobodyKnowsWhy) {
  MadeMachine machine;
  machine.remove("/agents/agent-nucleo.elf");
  EXPECT_THAT(
      not_ok(machine.examine(), "hilbench"),
      ElementsAre(
          "remark: agents: 2 of 3 in " + machine.root() +
          "/agents; none for nucleo -> build hilbench with its agents, or install its package"));
}

TEST(DoctorOwnFiles, TheAskedBoardsAgent) {
  MadeMachine machine;
  machine.ask("here");
  const std::string image = machine.root() + "/agents/agent-here";
  EXPECT_THAT(ok(machine.examine(), "hilbench"), Contains("agent: " + image));
  fs::permissions(image, fs::perms(0644));
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"),
              ElementsAre("problem: agent: " + image + " may not be executed -> chmod a+rx '" +
                          image + "'"));
  machine.remove("/agents/agent-here");
  EXPECT_THAT(
      not_ok(machine.examine(), "hilbench"),
      ElementsAre("problem: agent: there is no agent for here: " + image +
                  " is missing -> build it, or set HILBENCH_AGENTS to the folder that has it"));
}

TEST(DoctorOwnFiles, VirtualBoardsWithoutTheirProgram) {
  MadeMachine machine;
  const std::string program = machine.root() + "/libexec/hilbench-virtual-board";
  fs::permissions(program, fs::perms(0644));
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"),
              ElementsAre("remark: virtual boards: " + program +
                          " can't be used: no permission -> chmod a+rx '" + program + "'"));
  machine.remove("/libexec/hilbench-virtual-board");
  machine.ask("netduino", true);
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"),
              ElementsAre("problem: virtual boards: " + program +
                          " is missing; needed by netduino -> install hilbench again, or build it "
                          "(ninja -C build)"));
  machine.ask("here");
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"), IsEmpty()) << "it needs none";
}

TEST(DoctorOwnFiles, ThePluginOfEmulatedProcesses) {
  MadeMachine machine;
  machine.board("here").chip.core = "no such processor";
  machine.board("here").emulator->runner = {"qemu-aarch64"};
  machine.programs["qemu-aarch64"] = {ProgramAnswer::Kind::kAnswered, "version 7.2"};
  const std::string plugin = machine.root() + "/agents/libhilbench_count.so";
  EXPECT_THAT(
      not_ok(machine.examine(), "hilbench"),
      ElementsAre(
          "remark: counting plugin: " + plugin +
          " is missing; needed by here -> install hilbench again, or build it (ninja -C build)"));
  machine.file("/agents/libhilbench_count.so", "plugin");
  EXPECT_THAT(ok(machine.examine(), "hilbench"), Contains("counting plugin: " + plugin));
}

TEST(DoctorOwnFiles, ThePluginOfEmulatedMeters) {
  MadeMachine machine;
  machine.board("netduino").emulator->power.emplace();
  machine.ask("netduino", true);
  const std::string plugin = machine.root() + "/agents/libhilbench_power.so";
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"),
              ElementsAre("remark: power plugin: " + plugin +
                          " is missing: virtual boards have no emulated meter -> install hilbench "
                          "again, or build it (ninja -C build)"));
  machine.file("/agents/libhilbench_power.so", "plugin");
  EXPECT_THAT(ok(machine.examine(), "hilbench"), Contains("power plugin: " + plugin));
  machine.ask("here");
  EXPECT_THAT(ok(machine.examine(), "hilbench"), Not(Contains("power plugin: " + plugin)));
}

TEST(DoctorOwnFiles, TheManifest) {
  MadeMachine machine;
  machine.checkup.installed.rules_maker.clear();  // no build tree
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"),
              ElementsAre("remark: manifest: manifest.json is missing: agents can't be checked -> "
                          "install hilbench again, or build it (ninja -C build)"));
  // SHA-256 of "image", which every agent here is.
  const std::string digest = "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d";
  const auto entry = [](const std::string& board, const std::string& sha256) {
    return R"({"board": ")" + board + R"(", "sha256": ")" + sha256 + R"("})";
  };
  machine.file("/agents/manifest.json",
               R"({"agents": [)" + entry("here", digest) + "," + entry("nucleo", digest) + "]}");
  EXPECT_THAT(ok(machine.examine(), "hilbench"), Contains("manifest: agents are those it lists"));
  machine.file("/agents/agent-nucleo.elf", "imagine");
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"),
              ElementsAre("remark: manifest: agents of nucleo are not those that manifest.json "
                          "lists -> install hilbench again, or build it (ninja -C build)"));
  machine.ask("here");
  EXPECT_THAT(not_ok(machine.examine(), "hilbench"), IsEmpty());
}

TEST(DoctorOwnFiles, AManifestThatIsNone) {
  for (const char* text : {"", "[]", "{\"agents\": 7}", "{\"agents\": [7, {}, {\"board\": 7}]}",
                           "{\"agents\": [{\"board\": \"here\", \"sha256\": []}"}) {
    MadeMachine machine;
    machine.file("/agents/manifest.json", text);
    EXPECT_THAT(not_ok(machine.examine(), "hilbench"), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace hil::lab::doctor
