// SPDX-License-Identifier: Apache-2.0
// Texts of hilbench emulate as approved, board kind by board kind.
#include "host/app/emulate_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "host/boards/catalogue.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using emulate::EventKind;
using emulate::VirtualBoardInfo;
using testing::HasSubstr;
using testing::Not;

boards::Board board_of(const std::string& id) {
  const auto catalogue = boards::Catalogue::load("boards");
  EXPECT_TRUE(catalogue.ok());
  const auto board = catalogue->find(id);
  EXPECT_TRUE(board.ok());
  return *board;
}

VirtualBoardInfo info_of(const std::string& id, unsigned instance = 1) {
  return {id,
          instance,
          "HIL-" + id + "-" + std::to_string(instance),
          "/dev/pts/7",
          40001,
          40002,
          40003,
          77,
          78,
          ""};
}

VirtualBoardInfo without_probe() {
  return {"qemu_rv32", 1, "", "/dev/pts/12", 0, 0, 0, 77, 78, ""};
}

void expect(const std::string& name, const std::string& text) {
  report::expect_approved(name, text, "tests/host/app/approved/");
}

TEST(EmulateText, TableOfSeveral) {
  expect("emulate_table.txt",
         virtual_board_table(
             {info_of("netduino_plus_2"), info_of("netduino_plus_2", 2), without_probe()}));
}

TEST(EmulateText, TableWithAMeter) {
  VirtualBoardInfo with_meter = info_of("netduino_plus_2");
  with_meter.meter_port = "/dev/pts/8";
  expect("emulate_table_meter.txt", virtual_board_table({with_meter, without_probe()}));
}

TEST(EmulateText, CommandsForAFlashBoardARamBoardAndOneWithoutAProbe) {
  expect("emulate_commands_netduino_plus_2.txt",
         commands_to_try(board_of("netduino_plus_2"), info_of("netduino_plus_2"), "/a/agent.elf"));
  expect("emulate_commands_mps2_an386.txt",
         commands_to_try(board_of("mps2_an386"), info_of("mps2_an386", 2), "/a/agent.elf"));
  expect("emulate_commands_qemu_rv32.txt",
         commands_to_try(board_of("qemu_rv32"), without_probe(), "/a/agent.elf"));
}

TEST(EmulateText, KeepsToTheWidthOfTheTerminal) {
  const auto board = board_of("netduino_plus_2");
  for (const std::size_t width : {60U, 80U, 120U, 200U}) {
    const std::string table = virtual_board_table({info_of("netduino_plus_2", 12)}, width);
    EXPECT_LE(report::widest_line(table), width) << table;
    EXPECT_THAT(table, HasSubstr("/dev/pts/7"));
    const std::string lines = commands_to_try(board, info_of(board.id), "/a/agent.elf", width);
    // One word of OpenOCD's is longer than 60 columns.
    EXPECT_LE(report::widest_line(lines), std::max<std::size_t>(width, 94)) << lines;
  }
  expect("emulate_commands_netduino_plus_2_80.txt",
         commands_to_try(board, info_of(board.id), "/a/agent.elf", 80));
}

TEST(EmulateText, TheNrf51HasNoJtag) {
  const std::string text = commands_to_try(board_of("microbit"), info_of("microbit"), "/a/b.elf");
  EXPECT_THAT(text, HasSubstr("st-link backend tcp 40001"));
  EXPECT_THAT(text, Not(HasSubstr("remote_bitbang")));
}

TEST(EmulateText, OddFileNamesStayOneWord) {
  const std::string text =
      commands_to_try(board_of("netduino_plus_2"), info_of("netduino_plus_2"), "/a b/[c]$d'e.elf");
  EXPECT_THAT(text, HasSubstr("-c 'program \"/a b/\\[c\\]\\$d'\\''e.elf\" verify reset exit'"));
  EXPECT_THAT(text, HasSubstr("40003' '/a b/[c]$d'\\''e.elf'"));
}

TEST(EmulateText, EventsAreOneLineEach) {
  const VirtualBoardInfo info = info_of("microbit", 3);
  EXPECT_EQ(event_text(info, {EventKind::kRestarted, "why", "", 5}),
            "microbit@3: started again: why\n");
  EXPECT_EQ(event_text(info, {EventKind::kHalted, "why", "", 5}),
            "microbit@3: started again, its core is held until it is flashed or reset: why\n");
  EXPECT_EQ(event_text(info, {EventKind::kLine, "the line was hung up", "/dev/pts/9", -1}),
            "microbit@3: the line was hung up, the new one is /dev/pts/9\n");
  EXPECT_EQ(event_text(info, {EventKind::kRemark, "why", "", -1}), "microbit@3: why\n");
  EXPECT_EQ(event_text(info, {EventKind::kEnded, "why", "", -1}), "microbit@3: ended: why\n");
}

}  // namespace
}  // namespace hil::app
