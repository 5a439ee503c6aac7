// SPDX-License-Identifier: Apache-2.0
// hilbench energy by the host's clock, to the record: sensors and counters of a made-up /sys that
// follows the agent (planted_work.cpp), against what it truly did.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "host/energy/window/host_cut.hpp"
#include "host/report/json_record.hpp"
#include "tests/chain/played_sysfs.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
/// Whole periods of the ripple do not fit in a window: what is left of one, relative to the window.
constexpr BoardPower kPower{3, 12, 0.3, 0.05};
constexpr double kRippleRest = kPower.ripple * kPower.ripple_s / 3.14159 / 10;
/// What rounding to 1 mA and alignment may make together, relative.
constexpr double kMostError = 2e-3;
constexpr double kUpdate_s = 0.25;
constexpr double kShare = 0.4;

/// A run of hilbench, the board it measures, and the sensors that it looks at.
class Bench {
 public:
  Bench(const TemporaryFolder& folder, const std::string& name)
      : folder_(folder / name), energy_(folder_ / "log", kPower) {}

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const WorkedEnergy& energy() const { return energy_; }

  /// Starts it with @p meter and one counted window.
  void start(const std::string& meter, const std::vector<std::string>& more = {}) {
    setenv("HILBENCH_AGENTS", HIL_AGENT_WORK, 1);
    setenv("HILBENCH_SYSFS", (folder_ / "sys").c_str(), 1);
    setenv(kWorkLogVariable, energy_.path().c_str(), 1);
    std::vector<std::string> words{"energy",    kModel, "--board", "linux",
                                   "--meter",   meter,  "--json",  (folder_ / "r.json").string(),
                                   "--windows", "1"};
    words.insert(words.end(), more.begin(), more.end());
    program_.emplace(words);
    for (const char* name : {"HILBENCH_AGENTS", "HILBENCH_SYSFS", kWorkLogVariable})
      unsetenv(name);
  }
  Program& program() { return *program_; }

  /// Waits for its end; nothing if the machine was too busy to read sensors in time or to play a
  /// counter, which hilbench says, and says rightly.
  std::optional<results::Record> finish() {
    const auto outcome = program_->finish();
    const auto record = report::load_record(folder_ / "r.json");
    if (outcome.code == 4 && is_busy(outcome.err)) return {};
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_TRUE(record && record->energy) << outcome.err;
    if (!record || !record->energy) return results::Record();
    for (const results::EnergyWindow& window : record->energy->windows) {
      if (is_busy(window.rejected)) return {};
    }
    return *record;
  }

 private:
  static bool is_busy(const std::string& text) {
    for (const char* busy : {"samples is lost", "samples are lost", "the counter stood still"}) {
      if (text.find(busy) != std::string::npos) return true;
    }
    return false;
  }

  std::filesystem::path folder_;
  WorkedEnergy energy_;
  std::optional<Program> program_;
};

/// What the log says of the counted run: its last three windows are idle, work, idle.
struct Truth {
  double seconds = 0;  ///< of the working window
  double watts = 0, idle_watts = 0;
};

Truth truth_of(const WorkedEnergy& energy) {
  const WorkLog& log = energy.log();
  const std::uint32_t count = log.windows;
  if (count < 3) {
    ADD_FAILURE() << count << " windows";
    return {};
  }
  const auto seconds = [](const std::atomic<std::uint64_t>& ns) {
    return 1e-9 * static_cast<double>(ns.load());
  };
  const WorkLog::Window& work = log.window[count - 2];
  EXPECT_TRUE(work.works && !log.window[count - 1].works && !log.window[count - 3].works);
  const double begin = seconds(work.begin_ns);
  const double end = seconds(work.end_ns);
  return {end - begin, energy.joules(begin, end) / (end - begin), kPower.idle_w};
}

/// One figure: within @p most (relative) of @p truth, and within its own interval of k = 2.
void check_figure(const char* name, const results::EnergyFigure& figure, double truth,
                  double most) {
  fmt::print("{:<14} {:.2f} uJ, truth {:.2f}: {:+.4f} %; may be {:.3f} %, k = 2 is {:.3f} %\n",
             name, figure.value, truth, 100 * (figure.value / truth - 1), 100 * most,
             200 * figure.parts.combined() / truth);
  EXPECT_NEAR(figure.value, truth, most * truth);
  EXPECT_NEAR(figure.value, truth, 2 * figure.parts.combined());
}

/// Method, sigma, its share, guards and length, as the rules of the host's clock are.
void check_rules(const results::Energy& energy, const Truth& truth) {
  EXPECT_EQ(energy.scope, "system");
  EXPECT_EQ(energy.alignment.method, "host-clock");
  EXPECT_GT(energy.alignment.sigma_s, 0);
  EXPECT_LT(energy.alignment.error_share, 0.01);
  ASSERT_EQ(energy.windows.size(), 3U);
  const results::EnergyWindow& window = energy.windows[1];
  EXPECT_EQ(window.rejected, "");
  const double length_s = window.end_s - window.begin_s;
  EXPECT_GE(length_s, energy::kLeastHostWindow_s - truth.seconds / window.inferences);
  EXPECT_LE(length_s, truth.seconds - 2 * energy::kGuardSigmas * energy.alignment.sigma_s + 1e-3);
  ASSERT_TRUE(energy.idle);
  EXPECT_EQ(energy.idle->windows, 2U);
}

/// @p most: what alignment and steps may make, relative to the power of work.
void check_energy(const results::Energy& energy, const Truth& truth, double most) {
  ASSERT_NO_FATAL_FAILURE(check_rules(energy, truth));
  ASSERT_TRUE(energy.gross_uj && energy.net_uj);
  // Of whole inferences that follow each other: as many a second as the record's window has.
  const results::EnergyWindow& window = energy.windows[1];
  const double each_uj = 1e6 * truth.watts * (window.end_s - window.begin_s) / window.inferences;
  check_figure((energy.meter.kind + " gross").c_str(), *energy.gross_uj, each_uj, most);
  const double net_share = (truth.watts - truth.idle_watts) / truth.watts;
  check_figure((energy.meter.kind + " net").c_str(), *energy.net_uj, each_uj * net_share,
               2 * most / net_share);
  EXPECT_NEAR(energy.idle->watts, truth.idle_watts, 4 * most * truth.watts);
}

TEST(HostClockEnergy, IsWhatTheBoardDrew) {
  const TemporaryFolder folder;
  Bench rails(folder, "rails");
  Bench zone(folder, "zone");
  const auto jetson =
      PlayedSysfs::jetson(rails.folder() / "sys", rails.energy(), kShare, kUpdate_s);
  const auto rapl = PlayedSysfs::powercap(zone.folder() / "sys", zone.energy());
  rails.start("hwmon:VDD_IN,VDD_SOC");
  zone.start("powercap:package-0");

  const auto counted = zone.finish();
  const auto sampled = rails.finish();
  if (!counted) GTEST_SKIP() << "this machine was too busy to play a counter";
  {
    SCOPED_TRACE("powercap, whose range of 100 J ends within the window of 128 J");
    ASSERT_TRUE(counted->energy);
    const results::Energy& energy = *counted->energy;
    const double late = rapl->worst_gap_s() / energy::kLeastHostWindow_s;
    check_energy(energy, truth_of(zone.energy()), kMostError + kRippleRest + late);
    EXPECT_GT(energy.windows.at(1).energy_uj, 1.0 * PlayedSysfs::kRange_uj);
    EXPECT_NEAR(energy.gross_uj->parts.gain, 0.1 / std::sqrt(3.0) * energy.gross_uj->value, 1e-3);
    EXPECT_THAT(energy.meter.accuracy_source, HasSubstr("RAPL is a model"));
  }
  if (!sampled) GTEST_SKIP() << "this machine was too busy to read sensors every 250 ms";
  SCOPED_TRACE("a Jetson's rails, by label");
  ASSERT_TRUE(sampled->energy);
  const results::Energy& energy = *sampled->energy;
  const double late = (jetson->worst_gap_s() - kUpdate_s) / energy::kLeastHostWindow_s;
  check_energy(energy, truth_of(rails.energy()), kMostError + kRippleRest + late);
  EXPECT_GE(energy.alignment.sigma_s, kUpdate_s / std::sqrt(12.0)) << "a reading may be that old";
  ASSERT_EQ(energy.rails.size(), 2U);
  EXPECT_EQ(energy.rails[0].name, "VDD_IN");
  EXPECT_NEAR(energy.rails[0].gross_uj, energy.gross_uj->value, 1e-6 * energy.gross_uj->value)
      << "VDD_SOC is a part of VDD_IN";
  EXPECT_NEAR(energy.rails[1].gross_uj, kShare * energy.gross_uj->value,
              2e-3 * energy.gross_uj->value);
  EXPECT_EQ(energy.supply.source, "measured");
  EXPECT_NEAR(energy.supply.volts, PlayedSysfs::kVolts, 1e-6);

  for (const Bench* bench : {&rails, &zone}) {
    const auto again = run_hilbench({"energy", "recompute", (bench->folder() / "r.json").string()});
    EXPECT_EQ(again.code, 0) << again.err;
    const auto plot = run_hilbench({"plot", (bench->folder() / "r.json").string(), "--svg",
                                    (bench->folder() / "r.svg").string()});
    EXPECT_EQ(plot.code, 0) << plot.err;
  }
}

TEST(HostClockEnergy, RefusesWhatTheHostsClockCannot) {
  const TemporaryFolder folder;
  Bench bench(folder, "zone");
  const auto rapl = PlayedSysfs::powercap(bench.folder() / "sys", bench.energy());
  bench.start("powercap", {"--window", "5s"});
  auto outcome = bench.program().finish();
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("windows by the host's clock need 10 s and more, and 5 s were "
                                     "asked for"));
  EXPECT_THAT(outcome.err, HasSubstr("--window 10.7s"));
  bench.start("powercap", {"--alignment", "logic"});
  outcome = bench.program().finish();
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("a counter is read by the host's clock alone"));
  bench.start("powercap", {"--phases"});
  outcome = bench.program().finish();
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("need the sync wire"));
  bench.start("powercap", {"--meter-rate", "1000"});
  outcome = bench.program().finish();
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("powercap cannot be read 1000 times a second"));
}

TEST(HostClockEnergy, ACounterThatGoesBadEndsTheRunAtOnce) {
  const TemporaryFolder folder;
  Bench bench(folder, "zone");
  auto rapl = PlayedSysfs::powercap(bench.folder() / "sys", bench.energy());
  bench.start("powercap");
  // Windows in which inferences are timed are behind it, and the first idle one has begun.
  const auto idle_now = [&](const std::string&) {
    const WorkLog& log = bench.energy().log();
    return log.windows > 4 && !log.window[log.windows - 1].works &&
           log.window[log.windows - 1].end_ns == 0;
  };
  ASSERT_TRUE(bench.program().wait_for(idle_now));
  rapl->spoil("-1234567");
  const auto outcome = bench.program().finish();
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("energy_uj does not say an energy that can be"));
  EXPECT_LT(bench.energy().log().windows, 30U) << "it did not go on";
}

}  // namespace
}  // namespace hil::test
