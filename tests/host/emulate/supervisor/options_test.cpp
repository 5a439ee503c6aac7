// SPDX-License-Identifier: Apache-2.0
// The command line of hilbench-virtual-board.
#include "host/emulate/supervisor/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::emulate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SupervisorOptions, TakesEverything) {
  const auto options = parse_supervisor_options({"--board",
                                                 "b",
                                                 "--instance",
                                                 "3",
                                                 "--image",
                                                 "a b.elf",
                                                 "--erase",
                                                 "--protect-sector",
                                                 "5",
                                                 "--protect-sector",
                                                 "0x7",
                                                 "--stuck-bit",
                                                 "0x08000010:7:1",
                                                 "--busy-ms",
                                                 "20",
                                                 "--turnaround-ms",
                                                 "16",
                                                 "--meter",
                                                 "ppk2",
                                                 "--truth",
                                                 "t.json",
                                                 "--meter-fault",
                                                 "lose=5",
                                                 "--meter-fault",
                                                 "streaming",
                                                 "--back-powered"});
  ASSERT_TRUE(options.ok()) << options.error().what;
  EXPECT_EQ(options->board, "b");
  EXPECT_EQ(options->instance, 3u);
  EXPECT_EQ(options->image, "a b.elf");
  EXPECT_TRUE(options->erase);
  EXPECT_THAT(options->faults.protected_sectors, ElementsAre(5, 7));
  ASSERT_EQ(options->faults.stuck_bits.size(), 1u);
  EXPECT_EQ(options->faults.stuck_bits[0].address, 0x0800'0010u);
  EXPECT_EQ(options->faults.stuck_bits[0].bit, 7);
  EXPECT_TRUE(options->faults.stuck_bits[0].value);
  EXPECT_EQ(options->faults.sector_erase_time, std::chrono::milliseconds(20));
  EXPECT_EQ(options->turnaround, std::chrono::milliseconds(16));
  EXPECT_EQ(options->meter.kind, "ppk2");
  EXPECT_EQ(options->meter.truth, "t.json");
  EXPECT_THAT(options->meter.faults, ElementsAre("lose=5", "streaming"));
  EXPECT_TRUE(options->meter.back_powered);
}

TEST(SupervisorOptions, OnlyTheBoardIsNeeded) {
  const auto options = parse_supervisor_options({"--board", "b"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->instance, 0u);
  EXPECT_TRUE(options->image.empty());
  EXPECT_FALSE(options->erase);
  EXPECT_FALSE(options->meter.any());
  EXPECT_EQ(parse_supervisor_options({}).error().what, "no board is given");
  EXPECT_EQ(parse_supervisor_options({"--board"}).error().what, "--board needs a value");
}

TEST(SupervisorOptions, RefusesWhatIsWrong) {
  const std::vector<std::vector<std::string>> wrong{
      {"--bord", "b"},
      {"b"},
      {"--board"},
      {"--board", ""},
      {"--board", "b", "--instance", "0"},
      {"--board", "b", "--instance", "65"},
      {"--board", "b", "--instance", "-1"},
      {"--board", "b", "--instance", "1x"},
      {"--board", "b", "--image", ""},
      {"--board", "b", "--protect-sector", "4294967296"},
      {"--board", "b", "--protect-sector", ""},
      {"--board", "b", "--stuck-bit", "0x10:8:1"},
      {"--board", "b", "--stuck-bit", "0x10:7:2"},
      {"--board", "b", "--stuck-bit", "0x10:7"},
      {"--board", "b", "--stuck-bit", "0x10"},
      {"--board", "b", "--stuck-bit", "0x10:7:1:1"},
      {"--board", "b", "--stuck-bit", "::"},
      {"--board", "b", "--busy-ms", "60001"},
      {"--board", "b", "--turnaround-ms", "1001"},
      {"--board", "b", "--turnaround-ms", "-1"},
      {"--board", "b", "--meter", ""},
      {"--board", "b", "--truth", "t.json"},
      {"--board", "b", "--back-powered"},
      {"--board", "b", "--meter-fault", "streaming"},
  };
  for (const auto& words : wrong) {
    const auto options = parse_supervisor_options(words);
    ASSERT_FALSE(options.ok()) << words.back();
    EXPECT_EQ(options.error().blame, Blame::kUser);
    EXPECT_THAT(options.error().hint, HasSubstr("--help"));
  }
}

TEST(SupervisorOptions, HelpComesFirst) {
  const auto options = parse_supervisor_options({"--help", "--nonsense"});
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(options->help);
  EXPECT_EQ(
      supervisor_help(),
      "usage: hilbench-virtual-board --board ID [options]\n"
      "\n"
      "Runs one board in QEMU with a virtual ST-LINK, JTAG and gdb ports, and a paced serial "
      "line.\n"
      "Prints one line of JSON when all are open, then one for each event. Ends with SIGTERM, "
      "or\n"
      "when its standard input ends; takes the lines `hang-up` (breaks the serial line),\n"
      "`power-cycle`, `counts` (bytes on the line) and `truth` (what energy windows took) "
      "there.\n"
      "`hilbench emulate` is the comfortable way to start it.\n"
      "\n"
      "  --board ID                           board to emulate\n"
      "  --instance N                         which of several of one kind (from 1); the first "
      "free one if not given\n"
      "  --image FILE                         firmware to run from the start; for boards "
      "without a debug port\n"
      "  --protect-sector N                   a sector of the flash that stays write-protected "
      "(may be repeated)\n"
      "  --stuck-bit ADDRESS:BIT:VALUE        a bit of the flash that keeps its value (may be "
      "repeated)\n"
      "  --busy-ms N                          how long the flash controller is busy with "
      "erasing a sector\n"
      "  --turnaround-ms N                    how much later bytes of the board reach the host, "
      "as behind an adapter\n"
      "  --meter KIND                         an emulated power meter on the board: ppk2 or "
      "lpm01a\n"
      "  --truth FILE                         where to write what the board's energy windows "
      "truly take, as JSON\n"
      "  --meter-fault NAME[=N]               a fault of the meter: lose=N, voltage-mv=N, ... "
      "(repeatable)\n"
      "  --erase                              start with erased flash\n"
      "  --back-powered                       keep the board running when the meter cuts its "
      "supply\n"
      "  --help                               show this text\n"
      "\n"
      "example:\n"
      "  hilbench-virtual-board --board netduino_plus_2\n");
}

}  // namespace
}  // namespace hil::emulate
