// SPDX-License-Identifier: Apache-2.0
// Anyone's tools on what `hilbench emulate` keeps up: OpenOCD by ST-LINK and JTAG, gdb, hilbench.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/lab/agent_image.hpp"
#include "tests/chain/emulated_boards.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kBoard = "netduino_plus_2";

class EmulateCommand : public EmulatedBoards {
 protected:
  void SetUp() override {
    EmulatedBoards::SetUp();
    need(kBoard);
    if (IsSkipped()) return;
    emulate_.emplace(std::vector<std::string>{"emulate", kBoard, "--erase", "--json"},
                     folder_ / "ready");
    for (int i = 0; i < 200 && doors_.is_null(); ++i) {
      usleep(50'000);
      const std::string said = read_text(folder_ / "ready");
      const auto end = said.find('\n');
      if (end != std::string::npos) doors_ = nlohmann::json::parse(said.substr(0, end));
    }
    ASSERT_FALSE(doors_.is_null()) << "no virtual board came up";
  }

  void TearDown() override {
    if (emulate_) {
      emulate_->signal(SIGINT);
      EXPECT_EQ(emulate_->finish().code, 128 + SIGINT);
    }
    EmulatedBoards::TearDown();
  }

  [[nodiscard]] static std::string agent() {
    return (lab::default_agent_folder() / "hilbench-agent-netduino_plus_2.elf").string();
  }
  [[nodiscard]] std::string stlink() const {
    return fmt::format(
        "-f interface/stlink-dap.cfg -c 'st-link backend tcp {}' -c 'adapter serial {}' "
        "-c 'transport select dapdirect_swd' -f target/stm32f4x.cfg",
        doors_["stlink_port"].get<int>(), doors_["serial"].get<std::string>());
  }
  [[nodiscard]] std::string jtag() const {
    return fmt::format(
        "-c 'adapter driver remote_bitbang' -c 'remote_bitbang host 127.0.0.1' "
        "-c 'remote_bitbang port {}' -c 'transport select jtag' -f target/stm32f4x.cfg",
        doors_["jtag_port"].get<int>());
  }

  struct Shell {
    int code = -1;
    std::string said;
  };
  /// @p line as a person types it.
  Shell shell(const std::string& line) const {
    const std::string out = (folder_ / "said").string();
    const int status = system(fmt::format("timeout 60 {} > '{}' 2>&1", line, out).c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out)};
  }
  [[nodiscard]] Shell program(const std::string& door) const {
    return shell(fmt::format("openocd {} -c 'program {} verify reset exit'", door, agent()));
  }

  void expect_agent_answers() {
    const auto outcome = run_hilbench({"info", "--board", kBoard, "--no-flash", "--port",
                                       doors_["pty"].get<std::string>(), "--json"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(nlohmann::json::parse(outcome.out)["board"], kBoard);
  }

  std::optional<Program> emulate_;
  nlohmann::json doors_;
};

TEST_F(EmulateCommand, OpenocdProgramsByStlink) {
  if (IsSkipped()) return;
  const Shell flashed = program(stlink());
  EXPECT_EQ(flashed.code, 0) << flashed.said;
  EXPECT_THAT(flashed.said, HasSubstr("** Verified OK **"));
  expect_agent_answers();
}

TEST_F(EmulateCommand, OpenocdProgramsByJtag) {
  if (IsSkipped()) return;
  const Shell flashed = program(jtag());
  EXPECT_EQ(flashed.code, 0) << flashed.said;
  EXPECT_THAT(flashed.said, HasSubstr("** Verified OK **"));
  expect_agent_answers();
}

TEST_F(EmulateCommand, GdbStopsTheAgentAndStepsIt) {
  if (IsSkipped()) return;
  if (shell("gdb-multiarch --version").code != 0) GTEST_SKIP() << "gdb-multiarch is not installed";
  ASSERT_EQ(program(stlink()).code, 0);
  const Shell debugged = shell(fmt::format(
      "gdb-multiarch -nx -batch -ex \"target extended-remote | openocd {} -c 'log_output {}; "
      "gdb_port pipe; telnet_port disabled; tcl_port disabled; init; reset init'\" "
      "-ex 'hbreak hil::agent::step' -ex continue -ex 'bt 2' -ex stepi -ex 'info registers pc' "
      "-ex 'delete' -ex 'monitor resume' -ex disconnect {}",
      stlink(), (folder_ / "openocd.log").string(), agent()));
  EXPECT_EQ(debugged.code, 0) << debugged.said;
  EXPECT_THAT(debugged.said, HasSubstr("Hardware assisted breakpoint 1"));
  EXPECT_THAT(debugged.said, HasSubstr("Breakpoint 1, "));
  EXPECT_THAT(debugged.said, HasSubstr("in hil::port::start() ()")) << "who called it";
  EXPECT_THAT(debugged.said, Not(HasSubstr("Cannot")));
  expect_agent_answers();
}

}  // namespace
}  // namespace hil::test
