// SPDX-License-Identifier: Apache-2.0
// From code in QEMU to a PPK2's driver: supervisor, plugin, emulated meter, truth, supply.
#include "host/emulate/power/virtual_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "host/base/file.hpp"
#include "host/emulate/virtual_board.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/link/tty_link.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/emulate/power/marker_code.hpp"

namespace hil::emulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kBoard = "qemu_rv32";
constexpr double kVolts = 3.0;
constexpr std::uint64_t kTicksBefore = 1'000'000;

Deadline soon() {
  return Deadline::after(seconds(40));
}

bool in_path(const std::string& program) {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// At each byte it receives: 20 ms of loop, three times 20 ms of it in a window with 5 ms between,
/// and 20 ms behind; an instruction and a tick are 1 ns.
RiscvCode windows_code() {
  RiscvCode code;
  const std::size_t start = code.size();
  std::uint64_t ticks = kTicksBefore;
  const auto mark = [&](std::uint32_t pins) {
    ticks += RiscvCode::kMarkInstructions;
    code.mark(pins, ticks);
  };
  code.await_byte();
  mark(0x80);
  ticks += code.loop(2'441);
  for (const std::uint32_t count : {2u, 0u, 2u}) {
    mark(0x81 | count);
    ticks += code.loop(2'441);
    mark(0x80 | count);
    ticks += code.loop(610);
  }
  ticks += code.loop(2'441);
  mark(0);
  code.jump(start);
  return code;
}

class VirtualMeterTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!in_path("qemu-system-riscv32")) GTEST_SKIP() << "qemu-system-riscv32 is not installed";
    ASSERT_EQ(::setenv("XDG_STATE_HOME", scratch_.path().c_str(), 1), 0);
    windows_code().write(scratch_.path() / "code.bin");
  }
  void TearDown() override { ::unsetenv("XDG_STATE_HOME"); }

  [[nodiscard]] std::filesystem::path truth_file() const { return scratch_.path() / "truth.json"; }

  Result<std::unique_ptr<VirtualBoard>> start(MeterRequest meter) const {
    VirtualBoardOptions options;
    options.board = kBoard;
    options.image = scratch_.path() / "code.bin";
    options.meter = std::move(meter);
    return VirtualBoard::start(options, soon());
  }

  [[nodiscard]] nlohmann::json truth() const {
    return nlohmann::json::parse(std::ifstream(truth_file()));
  }

  static Result<std::unique_ptr<energy::PowerMeter>> open_meter(const VirtualBoard& board) {
    HIL_ASSIGN(auto link, TtyLink::open(board.info().meter_port, 0));
    energy::MeterSetup setup;
    setup.volts = kVolts;
    setup.source = true;
    HIL_ASSIGN(auto meter, energy::make_ppk2(std::move(link), setup, soon()));
    HIL_TRY(meter->set_target_power(true, soon()));
    return meter;
  }

  /// Has the code run once.
  static void ring(const VirtualBoard& board) {
    auto line = TtyLink::open(board.info().pty, 115'200);
    ASSERT_TRUE(line.ok()) << line.error().what;
    const std::uint8_t byte = 'x';
    ASSERT_EQ((*line)->write({&byte, 1}).value(), 1u);
  }

  ScratchFolder scratch_;
};

/// Falling edges of input 0.
std::size_t falls_of(const energy::Trace& trace) {
  std::size_t falls = 0;
  for (std::size_t i = 1; i < trace.logic.size(); ++i)
    falls += (trace.logic[i - 1] & 1) != 0 && (trace.logic[i] & 1) == 0;
  return falls;
}

/// Samples and charge (in ampere samples) of each stretch with input 0 high.
struct Stretch {
  std::size_t samples = 0;
  double sum = 0;
};
std::vector<Stretch> stretches_of(const energy::Trace& trace) {
  std::vector<Stretch> found;
  for (std::size_t i = 1; i < trace.logic.size(); ++i) {
    if ((trace.logic[i] & 1) == 0) continue;
    if ((trace.logic[i - 1] & 1) == 0) found.emplace_back();
    ++found.back().samples;
    found.back().sum += static_cast<double>(trace.rails.at(0).values[i]);
  }
  return found;
}

TEST_F(VirtualMeterTest, ADriverMeasuresWhatTheCodeTook) {
  auto board = start({"ppk2", truth_file(), false, {}});
  ASSERT_TRUE(board.ok()) << board.error().what;
  auto meter = open_meter(**board);
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  energy::Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  ring(**board);
  const Deadline deadline = soon();
  while (falls_of(trace) < 3 && !deadline.expired())
    ASSERT_TRUE((*meter)->read(trace, Deadline::after(milliseconds(20))).ok());
  ASSERT_TRUE((*meter)->stop(trace, soon()).ok());

  const auto run = truth().at("runs").at(0);
  EXPECT_EQ(run.at("played"), true);
  EXPECT_DOUBLE_EQ(run.at("volts").get<double>(), kVolts);
  const auto windows = run.at("windows");
  const auto seen = stretches_of(trace);
  ASSERT_EQ(windows.size(), 3u);
  ASSERT_EQ(seen.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(static_cast<double>(seen[i].samples), 2'000, 1);
    const double joules = seen[i].sum * kVolts * 1e-5;
    const double truth = windows[i].at("joules").get<double>();
    EXPECT_NEAR(joules, truth, 0.003 * truth) << i;
  }
  const auto totals = (*board)->truth(soon());
  ASSERT_TRUE(totals.ok()) << totals.error().what;
  EXPECT_EQ(totals->runs, 1u);
  EXPECT_EQ(totals->windows, 3u);
}

TEST_F(VirtualMeterTest, TheTruthIsWhatTheInstructionsCost) {
  auto board = start({"ppk2", truth_file(), false, {}});
  ASSERT_TRUE(board.ok()) << board.error().what;
  ring(**board);
  const Deadline deadline = soon();
  while (!deadline.expired() && (*board)->truth(soon()).value().runs < 1)
    std::this_thread::sleep_for(milliseconds(10));
  const auto run = truth().at("runs").at(0);
  EXPECT_EQ(run.at("played"), false);
  const auto window = run.at("windows").at(0);
  // The loop, and the mark that ends the window: 11 instructions, 10 of them loads.
  const std::uint64_t rounds = std::uint64_t{2'441} * 4096;
  EXPECT_EQ(window.at("instructions"), 1 + 2 * rounds + 11);
  EXPECT_EQ(window.at("by_kind").at("branch"), rounds);
  EXPECT_EQ(window.at("by_kind").at("load_store"), 10);
  // qemu_rv32: 20 mW, 40 pJ an instruction, 8 more a branch, 18 more a load; 3.3 V; 1 ns each.
  const double executed = static_cast<double>(1 + 2 * rounds + 11);
  const double joules =
      executed * 20e-12 + executed * 40e-12 + static_cast<double>(rounds) * 8e-12 + 10 * 18e-12;
  EXPECT_NEAR(window.at("joules").get<double>(), joules, 1e-14);
  EXPECT_NEAR(window.at("coulombs").get<double>(), joules / 3.3, 1e-14);
  EXPECT_DOUBLE_EQ(window.at("seconds").get<double>(), executed * 1e-9);
}

TEST_F(VirtualMeterTest, TheSupplyIsTheBoardsLife) {
  auto board = start({"ppk2", {}, false, {}});
  ASSERT_TRUE(board.ok()) << board.error().what;
  const pid_t first = (*board)->info().qemu_pid;
  auto meter = open_meter(**board);
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(false, soon()).ok());
  const Deadline deadline = soon();
  while (::kill(first, 0) == 0 && !deadline.expired())
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_NE(::kill(first, 0), 0);
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  while ((*board)->info().qemu_pid == first && !deadline.expired()) {
    static_cast<void>((*board)->poll_events());
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_NE((*board)->info().qemu_pid, first);
  ring(**board);
  while (!deadline.expired() && (*board)->truth(soon()).value().runs < 1)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ((*board)->truth(soon()).value().runs, 1u);
}

TEST_F(VirtualMeterTest, ABackPoweredBoardOutlivesItsSupply) {
  auto board = start({"ppk2", {}, true, {}});
  ASSERT_TRUE(board.ok()) << board.error().what;
  auto meter = open_meter(**board);
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(false, soon()).ok());
  ring(**board);
  const Deadline deadline = soon();
  while (!deadline.expired() && (*board)->truth(soon()).value().runs < 1)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ((*board)->truth(soon()).value().runs, 1u);
}

TEST_F(VirtualMeterTest, NothingIsLeftOfAKilledSupervisor) {
  auto board = start({"lpm01a", truth_file(), false, {}});
  ASSERT_TRUE(board.ok()) << board.error().what;
  const VirtualBoardInfo info = (*board)->info();
  EXPECT_FALSE(info.meter_port.empty());
  ASSERT_EQ(::kill(info.pid, SIGKILL), 0);
  const Deadline deadline = soon();
  while (::kill(info.qemu_pid, 0) == 0 && !deadline.expired())
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_NE(::kill(info.qemu_pid, 0), 0);
  EXPECT_FALSE(TtyLink::open(info.meter_port, 0).ok());
}

TEST_F(VirtualMeterTest, WithoutAMeterThereIsNoPlugin) {
  auto board = start({});
  ASSERT_TRUE(board.ok()) << board.error().what;
  EXPECT_EQ((*board)->info().meter_port, "");
  std::ifstream file("/proc/" + std::to_string((*board)->info().qemu_pid) + "/cmdline");
  const std::string words((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(words, HasSubstr("riscv32"));
  EXPECT_THAT(words, testing::Not(HasSubstr("plugin")));
  EXPECT_EQ((*board)->truth(soon()).value().runs, 0u);
}

TEST_F(VirtualMeterTest, WhatThereIsNotIsNamed) {
  const auto unknown = start({"ppk3", {}, false, {}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().blame, Blame::kUser);
  EXPECT_THAT(unknown.error().what, HasSubstr("no emulated meter 'ppk3'"));
  const auto fault = start({"lpm01a", {}, false, {"floating-logic"}});
  ASSERT_FALSE(fault.ok());
  EXPECT_EQ(fault.error().what, "an emulated lpm01a has no fault 'floating-logic'");
  EXPECT_THAT(fault.error().hint, HasSubstr("overflow-after=N"));
  for (const char* wrong : {"lose", "lose=", "lose=x", "lose=0", "streaming=1"})
    EXPECT_FALSE(check_meter({"ppk2", {}, false, {wrong}}).ok()) << wrong;
  EXPECT_TRUE(check_meter({"ppk2", {}, false, {"lose=5", "voltage-mv=70", "streaming"}}).ok());
}

TEST_F(VirtualMeterTest, ATruthThatCannotBeWrittenIsToldAtOnce) {
  const auto board = start({"ppk2", scratch_.path() / "nowhere" / "truth.json", false, {}});
  ASSERT_FALSE(board.ok());
  EXPECT_EQ(board.error().blame, Blame::kUser);
}

}  // namespace
}  // namespace hil::emulate
