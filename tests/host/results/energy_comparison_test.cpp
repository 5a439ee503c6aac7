// SPDX-License-Identifier: Apache-2.0
// Which energies may be compared, as what, and what is said of the others.
#include "host/results/energy_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hil::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

EnergyFigure figure(double value, double gain, double repetition) {
  EnergyFigure made;
  made.value = value;
  made.parts.gain = gain;
  made.parts.repetition = repetition;
  return made;
}

/// 100 uJ gross, 60 uJ net over idle of 4 mW, 10 ms an inference.
Energy example() {
  Energy energy;
  energy.meter = {"ppk2", "Nordic PPK2", "D6A1", "1.2", "cal 7", "the maker's", false, 1e5};
  energy.supply = {3.3, 0.01, "set"};
  energy.scope = "inference";
  energy.alignment.method = "logic";
  energy.idle = EnergyIdle{"wait", 4e-3, 1.2e-3, 1e-5, 1, 10};
  energy.gross_uj = figure(100, 5, 0.1);
  energy.net_uj = figure(60, 3, 0.1);
  energy.charge_uc = figure(30, 1.5, 0.03);
  for (int i = 0; i < 3; ++i) {
    EnergyWindow window;
    window.kind = "inference";
    window.begin_s = 0.1 * i;
    window.end_s = 0.1 * i + 0.05;
    window.inferences = 5;
    energy.windows.push_back(window);
  }
  return energy;
}

std::vector<std::string> names_of(const EnergyComparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedEnergy& compared : comparison.figures)
    names.push_back(compared.name);
  return names;
}

Record record_of(const Energy& energy) {
  Record record;
  record.command = "energy";
  const auto add = [&](const char* name, const char* unit, const std::optional<EnergyFigure>& of) {
    if (!of) return;
    Metric metric;
    metric.name = name;
    metric.unit = unit;
    metric.kind = MetricKind::kNoisy;
    metric.better = Better::kLower;
    metric.scope = energy.scope;
    metric.value = of->value;
    metric.uncertainty = of->parts.combined();
    record.metrics.push_back(metric);
  };
  add("energy_gross_uj", "uJ", energy.gross_uj);
  add("energy_net_uj", "uJ", energy.net_uj);
  add("charge_uc", "uC", energy.charge_uc);
  record.energy = energy;
  return record;
}

TEST(EnergyComparison, OneInstrumentHasOneGain) {
  const auto same = compare_energy(example(), example());
  EXPECT_EQ(same.refused, "");
  EXPECT_TRUE(same.one_instrument);
  EXPECT_THAT(names_of(same), ElementsAre("energy_gross_uj", "energy_net_uj", "charge_uc"));
  EXPECT_EQ(same.figures[0].a.parts.gain, 0);
  EXPECT_EQ(same.figures[0].b.parts.repetition, 0.1);
  EXPECT_THAT(same.notes, ElementsAre(HasSubstr("one instrument measured both")));

  for (const auto change :
       {+[](Energy& e) { e.meter.serial = "other"; }, +[](Energy& e) { e.meter.serial = ""; },
        +[](Energy& e) { e.meter.kind = "lpm01a"; },
        +[](Energy& e) { e.meter.calibration = "cal 8"; },
        +[](Energy& e) { e.meter.emulated = true; }}) {
    Energy b = example();
    change(b);
    const auto other = compare_energy(example(), b);
    EXPECT_FALSE(other.one_instrument);
    EXPECT_EQ(other.figures[0].a.parts.gain, 5);
    EXPECT_THAT(other.notes, IsEmpty());
  }
}

TEST(EnergyComparison, TheGainDecidesBetweenInstrumentsNotWithinOne) {
  Energy b = example();
  b.gross_uj->value = 103;
  const auto finding = [&](const Energy& other) {
    for (const ComparedMetric& metric : compare(record_of(example()), record_of(other)).metrics) {
      if (metric.name == "energy_gross_uj") return metric.number.finding;
    }
    return Finding::kUnclear;
  };
  EXPECT_EQ(finding(b), Finding::kWorse);
  b.meter.serial = "other";
  EXPECT_EQ(finding(b), Finding::kNoDifference);
}

TEST(EnergyComparison, OtherWorkOrOtherWindowsAreRefused) {
  Energy b = example();
  b.scope = "load+infer";
  EXPECT_THAT(compare_energy(example(), b).refused,
              HasSubstr("per inference in A and per load+infer in B"));
  b = example();
  b.alignment.method = "host-clock";
  EXPECT_THAT(compare_energy(example(), b).refused, HasSubstr("by logic in A and by host-clock"));
  EXPECT_THAT(names_of(compare_energy(example(), b)), IsEmpty());
  b.alignment.method = "trace-pattern";
  EXPECT_NE(compare_energy(example(), b).refused, "");
  EXPECT_EQ(compare_energy(b, b).refused, "");
  b.alignment.method = "time-stamps";
  EXPECT_EQ(compare_energy(example(), b).refused, "");
}

TEST(EnergyComparison, InstrumentsOfUnknownAccuracyAreRefused) {
  Energy b = example();
  b.meter.accuracy_source = "";
  EXPECT_EQ(compare_energy(example(), b).refused, "") << "one instrument";
  b.meter.serial = "other";
  EXPECT_THAT(compare_energy(example(), b).refused, HasSubstr("how exact the one of B is"));
  EXPECT_THAT(compare_energy(b, example()).refused, HasSubstr("how exact the one of A is"));
  const Comparison comparison = compare(record_of(example()), record_of(b));
  EXPECT_FALSE(comparison.comparable());
}

TEST(EnergyComparison, NetEnergiesNeedTheSameIdle) {
  Energy b = example();
  b.idle->mode = "stop";
  auto comparison = compare_energy(example(), b);
  EXPECT_THAT(names_of(comparison), ElementsAre("energy_gross_uj", "charge_uc"));
  EXPECT_THAT(comparison.notes[0], HasSubstr("idle of kind wait in A, stop in B"));
  const Comparison whole = compare(record_of(example()), record_of(b));
  EXPECT_TRUE(whole.comparable());
  for (const ComparedMetric& metric : whole.metrics)
    EXPECT_NE(metric.name, "energy_net_uj");
  EXPECT_THAT(whole.notes[0], HasSubstr("net energy is not compared"));

  b.idle.reset();
  b.net_uj.reset();
  comparison = compare_energy(example(), b);
  EXPECT_THAT(names_of(comparison), ElementsAre("energy_gross_uj", "charge_uc"));
  EXPECT_THAT(comparison.notes[0], HasSubstr("no idle was measured with B"));
}

TEST(EnergyComparison, GrossIsMadeFromNetAndIdleWhereItIsMissing) {
  Energy b = example();
  b.gross_uj.reset();
  b.meter.serial = "other";
  const auto comparison = compare_energy(example(), b);
  ASSERT_THAT(names_of(comparison), ElementsAre("energy_gross_uj", "energy_net_uj", "charge_uc"));
  EXPECT_NEAR(comparison.figures[0].b.value, 100, 1e-9);  // 60 uJ + 4 mW * 10 ms
  EXPECT_NEAR(comparison.figures[0].b.parts.gain, 5, 1e-9);
  EXPECT_NEAR(comparison.figures[0].b.parts.idle, 0.1, 1e-9);
  EXPECT_THAT(comparison.notes[0], HasSubstr("gross energy of B is its net energy plus its idle"));
  const Comparison whole = compare(record_of(example()), record_of(b));
  bool found = false;
  for (const ComparedMetric& metric : whole.metrics)
    found = found || (metric.name == "energy_gross_uj" && metric.number.a && metric.number.b);
  EXPECT_TRUE(found);
  for (EnergyWindow& window : b.windows)
    window.rejected = "spoiled";
  EXPECT_THAT(names_of(compare_energy(example(), b)), ElementsAre("energy_net_uj", "charge_uc"));
}

TEST(EnergyComparison, OtherVoltagesAreSaid) {
  Energy b = example();
  b.supply.volts = 3.32;  // within 2 * hypot(10 mV, 10 mV)
  EXPECT_THAT(compare_energy(example(), b).notes, ElementsAre(HasSubstr("one instrument")));
  b.supply = {1.8, 0.01, "stated"};
  const auto comparison = compare_energy(example(), b);
  EXPECT_EQ(comparison.refused, "");
  EXPECT_THAT(names_of(comparison), ElementsAre("energy_gross_uj", "energy_net_uj", "charge_uc"));
  EXPECT_THAT(comparison.notes,
              ElementsAre("the supply is 3.300 V set in A and 1.800 V stated in B: energies differ "
                          "for that alone, charges less so",
                          HasSubstr("one instrument")));
  b.supply = {};
  EXPECT_THAT(compare_energy(example(), b).notes, ElementsAre(HasSubstr("one instrument")));
}

TEST(EnergyComparison, WhatIsConvertedHasNoBootstrapOfSomethingElse) {
  Energy b = example();
  b.net_uj->bootstrap = EnergyBootstrap{59.9, 60.1, 0.95};
  b.gross_uj.reset();
  const auto comparison = compare_energy(example(), b);
  ASSERT_EQ(comparison.figures.size(), 3u);
  EXPECT_FALSE(comparison.figures[0].b.bootstrap);
  EXPECT_TRUE(comparison.figures[1].b.bootstrap);
}

TEST(EnergyComparison, DifferencesAreNamedAndScopeAndWindowsMustAgree) {
  Energy b = example();
  EXPECT_THAT(energy_differences(example(), b), IsEmpty());
  b.scope = "system";
  b.alignment.method = "counter";
  b.idle->mode = "busy";
  b.supply.volts = 1.8;
  b.meter.serial = "other";
  const auto differences = energy_differences(example(), b);
  ASSERT_EQ(differences.size(), 5u);
  EXPECT_EQ(differences[0].field, "energy.scope");
  EXPECT_TRUE(differences[0].must_agree);
  EXPECT_EQ(differences[1].field, "energy.alignment");
  EXPECT_FALSE(differences[1].must_agree);
  EXPECT_EQ(differences[2].b, "busy");
  EXPECT_EQ(differences[3].a, "3.300 V set");
  EXPECT_EQ(differences[4].b, "ppk2 other, calibration cal 7");
  EXPECT_FALSE(compare(record_of(example()), record_of(b)).comparable());
}

TEST(EnergyComparison, ARefusalKeepsTheFiguresForThoseWhoForceIt) {
  Energy b = example();
  b.alignment.method = "host-clock";
  const Comparison comparison = compare(record_of(example()), record_of(b));
  EXPECT_FALSE(comparison.comparable());
  EXPECT_EQ(comparison.metrics.size(), 3u);
  EXPECT_THAT(comparison.notes, ElementsAre(HasSubstr("windows were found by")));
}

}  // namespace
}  // namespace hil::results
