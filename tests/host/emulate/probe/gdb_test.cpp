// SPDX-License-Identifier: Apache-2.0
// gdb on emulated boards: through OpenOCD and the virtual probe, and at the probe's gdb port.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/emulate/probe/probe_bench.hpp"

namespace hil::emulate {
namespace {

using testing::HasSubstr;

class GdbTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string missing =
        missing_tool({"openocd", "qemu-system-arm", "arm-none-eabi-gcc", "gdb-multiarch"});
    if (!missing.empty()) GTEST_SKIP() << missing;
  }

  static ToolRun gdb(const std::string& image, const std::string& target,
                     const std::vector<std::string>& commands) {
    std::vector<std::string> argv = {"gdb-multiarch", "-nx", "-batch", "-ex",
                                     "set tcp connect-timeout 20"};
    const auto add = [&](const std::string& command) { argv.insert(argv.end(), {"-ex", command}); };
    add("set confirm off");
    add("file " + image);
    add("target extended-remote " + target);
    for (const std::string& command : commands)
      add(command);
    return run_tool(argv);
  }

  /// OpenOCD as a pipe of gdb.
  static std::string openocd_pipe(const ProbeBench& bench, const std::string& log) {
    std::string line = "|";
    for (std::string word : bench.openocd_options(ProbeBench::Door::kDirect)) {
      const auto at = word.find("gdb_port disabled");
      if (at != std::string::npos) word.replace(at, 17, "log_output " + log + "; gdb_port pipe");
      line += " \"" + word + "\"";
    }
    const std::string& target = bench.board().chip.openocd_target;
    return line + " -f " + (target.starts_with("openocd/") ? "boards/" + target : target);
  }

  std::string image_for(const ProbeBench& bench) {
    const auto image = make_image(scratch_.path(), bench.board(), 20000);
    EXPECT_TRUE(image);
    return image ? image->string() : "";
  }

  ScratchFolder scratch_;
};

class GdbBoardTest : public GdbTest, public testing::WithParamInterface<const char*> {};

TEST_P(GdbBoardTest, LoadsBreaksStepsAndComparesThroughOpenocd) {
  ProbeBench bench(GetParam());
  ASSERT_EQ(bench.problem(), "");
  const ToolRun run =
      gdb(image_for(bench), openocd_pipe(bench, (scratch_.path() / "log").string()),
          {"monitor reset halt", "load", "monitor reset halt", "thbreak count", "continue",
           "print/x $r4", "stepi", "print/x $r4", "hbreak count", "continue", "continue",
           "print/x $r4", "delete", "compare-sections", "monitor reset run", "disconnect"});
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("Temporary breakpoint 1, "));
  EXPECT_THAT(run.output, HasSubstr("$1 = 0x0"));
  EXPECT_THAT(run.output, HasSubstr("$2 = 0x1"));
  EXPECT_THAT(run.output, HasSubstr("$3 = 0x2"));
  EXPECT_THAT(run.output, HasSubstr("matched."));
  EXPECT_THAT(run.output, testing::Not(HasSubstr("MIS-MATCHED")));
  EXPECT_TRUE(bench.program_runs());
}

INSTANTIATE_TEST_SUITE_P(Boards, GdbBoardTest,
                         testing::Values("netduino_plus_2", "stm32vldiscovery", "microbit",
                                         "mps2_an386", "mps2_an500", "mps3_an547"));

TEST_F(GdbTest, SoftwareBreakpointsWorkWhereCodeIsInRam) {
  ProbeBench bench("mps2_an386");
  ASSERT_EQ(bench.problem(), "");
  const ToolRun run = gdb(
      image_for(bench), openocd_pipe(bench, (scratch_.path() / "log").string()),
      {"monitor reset halt", "load", "monitor reset halt", "break count", "continue", "print/x $r4",
       "continue", "print/x $r4", "x/hx $pc", "delete", "monitor reset run", "disconnect"});
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("$1 = 0x0"));
  EXPECT_THAT(run.output, HasSubstr("$2 = 0x1"));
  EXPECT_TRUE(bench.program_runs()) << run.output;
}

TEST_F(GdbTest, TheGdbPortIsQemusOwnStub) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  const std::string image = image_for(bench);
  const std::string target = fmt::format("127.0.0.1:{}", bench.server().gdb_port());
  // QEMU's stub writes ROM, so `load` works; what it wrote is kept as if flashed.
  ToolRun run = gdb(image, target, {"load", "compare-sections", "disconnect"});
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("matched."));
  EXPECT_EQ(bench.openocd(ProbeBench::Door::kDirect, {"init", "reset run", "shutdown"}).code, 0);
  EXPECT_TRUE(bench.program_runs());
  EXPECT_NE(bench.saved_flash().at(0), 0xFF);

  // QEMU's monitor could start programs; the port does not lead to it.
  run = gdb(image, target, {"monitor info version", "disconnect"});
  EXPECT_THAT(run.output, HasSubstr("Target does not support this command."));

  run = gdb(image, target, {"break count", "continue", "print $pc == &count", "kill"});
  EXPECT_THAT(run.output, HasSubstr("Breakpoint 1, "));
  const Status ended = bench.wait_end();  // gdb's kill ends QEMU
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kDevice);
  ASSERT_TRUE(bench.restart().ok());
  EXPECT_TRUE(bench.program_runs());
}

TEST_F(GdbTest, AKilledGdbLeavesTheProgramRunning) {
  ProbeBench bench("netduino_plus_2");
  ASSERT_EQ(bench.problem(), "");
  const std::string image = image_for(bench);
  ASSERT_EQ(
      bench.openocd(ProbeBench::Door::kDirect, {"program {" + image + "} verify reset exit"}).code,
      0);
  const std::string target = fmt::format("127.0.0.1:{}", bench.server().gdb_port());
  const ToolRun run = gdb(image, target, {"hbreak count", "continue", "shell kill -9 $PPID"});
  EXPECT_EQ(run.code, -1) << run.output;
  EXPECT_TRUE(bench.program_runs());
}

}  // namespace
}  // namespace hil::emulate
