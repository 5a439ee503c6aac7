// SPDX-License-Identifier: Apache-2.0
// hilbench energy --meter agent: an INA228 on the board's bus (planted_counter.cpp), to the record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "host/energy/file/trace_file.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;

constexpr double kVolts = 3.3, kWatts = 0.5 * kVolts;
constexpr double kCoulombsPerCode = 0.04096 / 0.015 / 524288,
                 kJoulesPerCode = 51.2 * kCoulombsPerCode;

/// The chip is read somewhere within a reading, and cuts what it counted to whole codes.
void check(const results::EnergyWindow& window, const measure::CountedWindow& count,
           std::uint64_t tick_hz) {
  ASSERT_TRUE(count.before && count.behind);
  ASSERT_EQ(window.rejected, "");
  const double took = static_cast<double>(count.before->took_ticks + count.behind->took_ticks) /
                      static_cast<double>(tick_hz);
  const double joules = window.energy_uj * 1e-6;
  EXPECT_NEAR(joules, kWatts * (window.end_s - window.begin_s),
              kWatts * took / 2 + 1.01 * kJoulesPerCode);
  EXPECT_NEAR(window.charge_uc * 1e-6, joules / kVolts,
              1.01 * (kJoulesPerCode / kVolts + kCoulombsPerCode));
}

class CounterEnergy : public testing::Test {
 protected:
  void SetUp() override { setenv("HILBENCH_AGENTS", HIL_AGENT_COUNTER, 1); }
  void TearDown() override { unsetenv("HILBENCH_AGENTS"); }

  Program::Outcome energy(const std::vector<std::string>& more) {
    std::vector<std::string> words{"energy",    "fixtures/digits/digits_int8.tflite",
                                   "--board",   "linux",
                                   "--json",    (folder_ / "r.json").string(),
                                   "--window",  "200ms",
                                   "--windows", "3"};
    words.insert(words.end(), more.begin(), more.end());
    return run_hilbench(words);
  }

  TemporaryFolder folder_;
};

TEST_F(CounterEnergy, IsWhatTheChipCounted) {
  const auto outcome = energy({"--meter", "agent:0x41", "--shunt", "15mohm"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("INA228 at 0x41"));
  const auto made = report::load_record(folder_ / "r.json");
  ASSERT_TRUE(made.ok()) << made.error().what;
  ASSERT_TRUE(made->energy && made->energy->gross_uj && made->energy->net_uj);
  const results::Energy& counted = *made->energy;
  EXPECT_EQ(counted.alignment.method, "counter");
  EXPECT_EQ(counted.scope, "inference");
  EXPECT_EQ(counted.supply.source, "measured");
  EXPECT_NEAR(counted.supply.volts, 3.3, 1e-3);
  ASSERT_EQ(counted.windows.size(), 7U);
  const auto trace = energy::load_trace(folder_ / "r.hiltrace");
  ASSERT_TRUE(trace.ok()) << trace.error().what;
  const auto facts = measure::facts_from(trace->options);
  ASSERT_TRUE(facts.ok() && facts->counter) << facts.error().what;
  ASSERT_EQ(facts->counter->windows.size(), counted.windows.size());
  for (std::size_t w = 0; w < counted.windows.size(); ++w)
    check(counted.windows[w], facts->counter->windows[w], facts->tick_hz);
}

TEST_F(CounterEnergy, IsCountedMoreFinelyWhereLessFlows) {
  const auto outcome =
      energy({"--meter", "agent:0x41", "--shunt", "15mohm", "--max-current", "600mA"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const auto made = report::load_record(folder_ / "r.json");
  const auto trace = energy::load_trace(folder_ / "r.hiltrace");
  ASSERT_TRUE(made.ok() && made->energy && trace.ok());
  const auto facts = measure::facts_from(trace->options);
  ASSERT_TRUE(facts.ok() && facts->counter);
  EXPECT_LT(facts->counter->scale.joules_per_code, kJoulesPerCode / 4);
  ASSERT_EQ(facts->counter->windows.size(), made->energy->windows.size());
  for (std::size_t w = 0; w < made->energy->windows.size(); ++w)
    check(made->energy->windows[w], facts->counter->windows[w], facts->tick_hz);
}

TEST_F(CounterEnergy, MoreThanItCountsIsNamed) {
  const auto outcome =
      energy({"--meter", "agent:0x41", "--shunt", "15mohm", "--max-current", "100mA"});
  EXPECT_EQ(outcome.code, 4) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr("more than the 0.1 A flowed that the INA228 was set up for"));
}

TEST_F(CounterEnergy, IsComputedAgainFromItsReadings) {
  ASSERT_EQ(energy({"--meter", "agent:0x41", "--shunt", "0.015ohm"}).code, 0);
  const auto again = run_hilbench({"energy", "recompute", (folder_ / "r.json").string()});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("the readings around 7 windows"));
  EXPECT_THAT(again.out, HasSubstr("to the last digit"));
  const auto plot = run_hilbench({"plot", (folder_ / "r.json").string()});
  EXPECT_THAT(plot.err, HasSubstr("no samples to draw"));
}

TEST_F(CounterEnergy, IsRefusedByNameWhereItCannotBe) {
  EXPECT_THAT(energy({"--meter", "agent", "--shunt", "15mohm"}).err, HasSubstr("0x40"));
  EXPECT_THAT(energy({"--meter", "agent:0x41"}).err, HasSubstr("what shunt"));
  EXPECT_THAT(energy({"--meter", "agent:0x41", "--shunt", "fifteen"}).err, HasSubstr("no ohm"));
  EXPECT_THAT(energy({"--meter", "agent:0x41", "--shunt", "15mohm", "--max-current", "20A"}).err,
              HasSubstr("beyond a shunt"));
  EXPECT_THAT(energy({"--meter", "agent:0x41", "--shunt", "15mohm", "--alignment", "logic"}).err,
              HasSubstr("leave --alignment out"));
  EXPECT_THAT(energy({"--meter", "agent:0x41", "--shunt", "15mohm", "--phases"}).err,
              HasSubstr("sync wire"));
}

}  // namespace
}  // namespace hil::test
