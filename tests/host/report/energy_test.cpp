// SPDX-License-Identifier: Apache-2.0
// Energy in records: JSON and back, and its text for people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "host/report/console.hpp"
#include "host/report/console_energy.hpp"
#include "host/report/json_record.hpp"
#include "tests/host/report/approved_text.hpp"
#include "tests/host/report/energy_records.hpp"

namespace hil::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace hil::results;

void expect_same(const EnergyFigure& a, const EnergyFigure& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.parts.gain, b.parts.gain);
  EXPECT_EQ(a.parts.time_base, b.parts.time_base);
  EXPECT_EQ(a.parts.combined(), b.parts.combined());
}

TEST(EnergyRecord, ReadingFillsEveryField) {
  const Energy want = *full_energy_record().energy;
  const auto back = parse_record(json_text(full_energy_record()), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  ASSERT_TRUE(back->energy);
  const Energy& got = *back->energy;
  EXPECT_EQ(got.scope, "inference");
  expect_same(*got.gross_uj, *want.gross_uj);
  expect_same(*got.net_uj, *want.net_uj);
  expect_same(*got.charge_uc, *want.charge_uc);
  EXPECT_EQ(got.net_uj->parts.idle, 0.375);
  EXPECT_EQ(got.mean_ma, want.mean_ma);
  EXPECT_EQ(got.peak_ma, want.peak_ma);
  EXPECT_EQ(got.window_s, want.window_s);
  EXPECT_EQ(got.meter.serial, "D2A41B7C");
  EXPECT_EQ(got.meter.accuracy_source, want.meter.accuracy_source);
  EXPECT_TRUE(got.meter.emulated);
  EXPECT_EQ(got.meter.rate_hz, 100'000);
  EXPECT_EQ(got.supply.source, "stated");
  EXPECT_EQ(got.supply.uncertainty_v, 0.0104);
  EXPECT_EQ(got.alignment.method, "logic");
  EXPECT_EQ(got.alignment.edges, 84U);
  EXPECT_EQ(got.alignment.ppm, 12.34);
  EXPECT_EQ(got.alignment.residual_s, 3.1e-6);
  EXPECT_EQ(got.idle->mode, "stop");
  EXPECT_EQ(got.idle->windows, 21U);
  EXPECT_EQ(got.rails[1].name, want.rails[1].name);
  EXPECT_EQ(got.phases[1].name, "input transfer");
  EXPECT_EQ(got.phases[1].seconds, 0.0425);
  EXPECT_FALSE(got.layers[1].seconds);
  EXPECT_EQ(got.duty->battery_hours, 6'000);
  EXPECT_EQ(got.duty->cell_mah, 225);
  EXPECT_EQ(got.trace->sha256, want.trace->sha256);
  ASSERT_EQ(got.windows.size(), 21U);
  EXPECT_EQ(got.windows[4].rejected, "5 samples lost in it");
  EXPECT_EQ(got.windows[4].lost_samples, 5U);
  EXPECT_EQ(got.windows[5].end_s, want.windows[5].end_s);
}

TEST(EnergyRecord, AWrongFieldIsNamed) {
  auto document = nlohmann::json::parse(json_text(energy_record()));
  document["energy"]["windows"][2]["lost_samples"] = -1;
  auto back = parse_record(document.dump(), "x.json");
  ASSERT_FALSE(back.ok());
  EXPECT_THAT(back.error().what, HasSubstr("energy.windows[2].lost_samples"));
  document = nlohmann::json::parse(json_text(energy_record()));
  document["energy"]["gross_uj"]["parts"].erase("gain");
  back = parse_record(document.dump(), "x.json");
  ASSERT_FALSE(back.ok());
  EXPECT_THAT(back.error().what, HasSubstr("energy.gross_uj.parts.gain is missing"));
}

TEST(EnergyRecord, RecordsBeforeMinorVersionFiveHaveNone) {
  auto document = nlohmann::json::parse(json_text(energy_record()));
  document["schema"]["minor"] = 4;
  document.erase("energy");
  const auto back = parse_record(document.dump(), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_FALSE(back->energy);
}

TEST(ConsoleEnergy, AsApproved) {
  expect_approved("energy_80.txt", console_text(energy_record(), 80));
  expect_approved("energy_full_80.txt", console_text(full_energy_record(), 80));
  expect_approved("energy_charge_60.txt", console_text(charge_record(), 60));
  expect_approved("energy_counter_80.txt", console_text(counter_record(), 80));
}

TEST(ConsoleEnergy, ControlCharactersStayOut) {
  EXPECT_THAT(console_text(full_energy_record(), 80), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace hil::report
