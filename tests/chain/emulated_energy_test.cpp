// SPDX-License-Identifier: Apache-2.0
// Energy runs of real firmware in QEMU: their truth, and what an emulated meter makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/boards/catalogue.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/lab/ready_board.hpp"
#include "host/link/tty_link.hpp"
#include "host/model/model.hpp"
#include "host/session/energy_client.hpp"
#include "host/session/model_client.hpp"
#include "target/engine/plan_engine.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Bytes = std::vector<std::uint8_t>;
using nlohmann::json;

constexpr std::uint32_t kWindows = 6;
constexpr double kVolts = 3.3;

Deadline soon() {
  return Deadline::after(seconds(60));
}

bool in_path(const std::string& program) {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

class EmulatedEnergy : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::setenv("XDG_STATE_HOME", scratch_.path().c_str(), 1), 0);
    auto model = model::load("fixtures/digits/digits_int8.tflite");
    ASSERT_TRUE(model) << model.error().what;
    model_ = std::move(model).value();
    std::ifstream labels("fixtures/digits/test/y_labels.csv");
    std::string line;
    ASSERT_TRUE(std::getline(labels, line));
    std::ifstream file("fixtures/digits/test/" + line.substr(0, line.find(',')), std::ios::binary);
    input_.assign(std::istreambuf_iterator<char>(file), {});
  }
  void TearDown() override { ::unsetenv("XDG_STATE_HOME"); }

  /// Starts @p id with an emulated PPK2 and loads the model.
  void start(const std::string& id) {
    const auto catalogue = boards::Catalogue::load();
    ASSERT_TRUE(catalogue) << catalogue.error().what;
    const auto found = catalogue->find(id);
    ASSERT_TRUE(found) << found.error().what;
    if (!in_path(found->emulator->program))
      GTEST_SKIP() << found->emulator->program << " is not installed";
    if (found->emulator->probe != boards::ProbeModel::kNone && !in_path("openocd"))
      GTEST_SKIP() << "openocd is not installed";
    lab::ReadyOptions options;
    options.emulate = true;
    // A machine that is busy with other things emulates slowly.
    options.clock.silence_limit = seconds(20);
    options.meter = {"ppk2", truth_file(), false, {}};
    auto ready = lab::make_ready(*found, options, soon());
    if (!ready.ok() && ready.error().what.find("there is no agent") != std::string::npos)
      GTEST_SKIP() << ready.error().what;
    ASSERT_TRUE(ready) << ready.error().what;
    board_ = std::move(ready).value();
    session::ModelImage image;
    image.bytes = model_.plan;
    image.crc32 = model_.plan_crc32;
    image.format = engine::kFormatPlan;
    image.plan_major = plan::kMajor;
    image.arena_bytes = model_.arena_bytes;
    const auto loaded = session::upload_model(session(), image, soon());
    ASSERT_TRUE(loaded) << loaded.error().what;
    const std::vector<std::vector<Bytes>> samples{{input_}};
    auto stash = session::stash_inputs(session(), samples, false, soon());
    ASSERT_TRUE(stash) << stash.error().what;
    stash_ = *stash;
  }

  [[nodiscard]] session::Session& session() const { return board_->session(); }
  [[nodiscard]] std::filesystem::path truth_file() const { return scratch_.path() / "truth.json"; }

  /// kWindows windows of one inference, 5 ms of sleep between.
  [[nodiscard]] session::EnergyRunOptions options() const {
    session::EnergyRunOptions run;
    run.windows = kWindows;
    run.rest_ticks = session().agent().tick_hz / 200;
    return run;
  }

  /// Carries out a run, with @p meanwhile called again and again.
  template <class Meanwhile>
  session::EnergyResult run(Meanwhile meanwhile) {
    auto going = session::EnergyRun::begin(session(), options(), stash_, soon());
    EXPECT_TRUE(going) << going.error().what;
    if (!going) return {};
    const Deadline deadline = soon();
    while (!deadline.expired()) {
      auto result = going->wait(Deadline::after(milliseconds(10)));
      EXPECT_TRUE(result) << result.error().what;
      if (!result) return {};
      if (*result) return std::move(**result);
      meanwhile();
    }
    ADD_FAILURE() << "the run does not end";
    return {};
  }
  session::EnergyResult run() {
    return run([] {});
  }

  /// The only run of the truth file, which comes at about the time of the result.
  [[nodiscard]] json truth() const {
    const Deadline deadline = soon();
    while (!deadline.expired()) {
      json runs = json::parse(std::ifstream(truth_file())).at("runs");
      if (!runs.empty()) return runs.at(0);
      ::usleep(10'000);
    }
    ADD_FAILURE() << "there is no truth";
    return {};
  }

  ScratchFolder scratch_;
  model::CompiledModel model_;
  Bytes input_;
  std::unique_ptr<lab::ReadyBoard> board_;
  session::EnergyStash stash_;
};

/// The value that most of @p windows have, and how many they are.
std::pair<json, std::size_t> most_common(const json& windows, const char* key) {
  std::pair<json, std::size_t> best;
  for (const json& one : windows) {
    const auto count = static_cast<std::size_t>(
        std::count_if(windows.begin(), windows.end(),
                      [&](const json& other) { return other.at(key) == one.at(key); }));
    if (count > best.second) best = {one.at(key), count};
  }
  return best;
}

TEST_F(EmulatedEnergy, TheTruthOfAWindowIsTheSameToTheLastDigit) {
  std::vector<json> runs;
  for (int i = 0; i < 2; ++i) {
    start("netduino_plus_2");
    if (!board_) return;
    const auto result = run();
    ASSERT_EQ(result.windows.size(), kWindows);
    runs.push_back(truth());
    const json& windows = runs.back().at("windows");
    ASSERT_EQ(windows.size(), kWindows);
    for (std::size_t w = 0; w < kWindows; ++w) {
      // A tick is an instruction there. The agent looks at its clock within the window.
      const std::uint64_t ticks = result.windows[w].end_ticks - result.windows[w].begin_ticks;
      const auto executed = windows[w].at("instructions").get<std::uint64_t>();
      EXPECT_GE(executed, ticks);
      EXPECT_LE(executed, ticks + 500);
      EXPECT_EQ(windows[w].at("asleep_s"), 0.0);
      EXPECT_EQ(windows[w].at("toggles"), 1);
      EXPECT_LE(windows[w].at("begin_ticks").get<std::uint64_t>(), result.windows[w].begin_ticks);
      EXPECT_GE(windows[w].at("end_ticks").get<std::uint64_t>(), result.windows[w].end_ticks);
    }
    board_.reset();
    std::filesystem::remove(truth_file());
  }
  // At most one window of a run has an interrupt of SysTick in it: those are 0.8 s apart.
  for (const char* key : {"instructions", "coulombs", "joules", "seconds"}) {
    const auto first = most_common(runs[0].at("windows"), key);
    const auto second = most_common(runs[1].at("windows"), key);
    EXPECT_GE(first.second, kWindows - 1) << runs[0].dump(1);
    EXPECT_GE(second.second, kWindows - 1) << runs[1].dump(1);
    EXPECT_EQ(first.first, second.first) << key;
  }
}

class EveryBoard : public EmulatedEnergy, public testing::WithParamInterface<const char*> {};

TEST_P(EveryBoard, AMetersWindowsAreThoseOfTheTruth) {
  start(GetParam());
  if (!board_) return;
  ASSERT_FALSE(board_->meter_port().empty());
  auto link = TtyLink::open(board_->meter_port(), 0);
  ASSERT_TRUE(link) << link.error().what;
  auto meter = energy::make_ppk2(std::move(*link), {kVolts, true, 0}, soon());
  ASSERT_TRUE(meter) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  energy::Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  const auto pull = [&] {
    ASSERT_TRUE((*meter)->read(trace, Deadline::after(milliseconds(20))).ok());
  };
  const auto result = run(pull);
  ASSERT_EQ(result.windows.size(), kWindows);
  const auto edges = [&] {
    std::size_t count = 0;
    for (std::size_t i = 1; i < trace.logic.size(); ++i)
      count += (trace.logic[i] ^ trace.logic[i - 1]) & 1U;
    return count;
  };
  const Deadline deadline = soon();
  while (edges() < 2 * std::size_t{kWindows} && !deadline.expired())
    pull();
  ASSERT_TRUE((*meter)->stop(trace, soon()).ok());
  ASSERT_EQ(edges(), 2 * std::size_t{kWindows});

  const json windows = truth().at("windows");
  ASSERT_EQ(windows.size(), kWindows);
  double measured = 0, truly = 0, idle = 0;
  std::size_t samples = 0, idle_samples = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const double amps = static_cast<double>(trace.rails[0].values[i]);
    const bool high = (trace.logic[i] & 1U) != 0;
    (high ? measured : idle) += amps * kVolts / trace.rate_hz;
    ++(high ? samples : idle_samples);
  }
  double seconds_inside = 0;
  for (const json& window : windows) {
    truly += window.at("joules").get<double>();
    seconds_inside += window.at("seconds").get<double>();
  }
  // Each of the edges may be off by a sample, which has the current of a rest on one side.
  const double watts = truly / seconds_inside;
  EXPECT_NEAR(measured, truly, 0.003 * truly + kWindows * watts / trace.rate_hz);
  EXPECT_NEAR(static_cast<double>(samples) / trace.rate_hz, seconds_inside,
              kWindows / trace.rate_hz);
  EXPECT_LT(idle / static_cast<double>(idle_samples), 0.5 * watts / trace.rate_hz);
}

INSTANTIATE_TEST_SUITE_P(Boards, EveryBoard,
                         testing::Values("netduino_plus_2", "mps2_an386", "mps3_an547",
                                         "qemu_rv32"),
                         [](const auto& board) { return std::string(board.param); });

}  // namespace
}  // namespace hil::test
