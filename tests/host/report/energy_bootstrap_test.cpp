// SPDX-License-Identifier: Apache-2.0
// The bootstrap interval of an energy in records, in their schema and for people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/report/console_energy.hpp"
#include "host/report/json_record.hpp"
#include "tests/host/report/energy_records.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

Record with_bootstrap() {
  Record record = full_energy_record();
  record.energy->gross_uj->bootstrap = EnergyBootstrap{46.1171875, 46.3125, 0.95};
  record.energy->net_uj->bootstrap = EnergyBootstrap{41.0, 41.25, 0.95};
  return record;
}

TEST(EnergyBootstrap, ComesBackFromARecord) {
  const auto back = parse_record(json_text(with_bootstrap()), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  const auto& bootstrap = back->energy->gross_uj->bootstrap;
  ASSERT_TRUE(bootstrap);
  EXPECT_EQ(bootstrap->low, 46.1171875);
  EXPECT_EQ(bootstrap->high, 46.3125);
  EXPECT_EQ(bootstrap->level, 0.95);
  EXPECT_FALSE(back->energy->charge_uc->bootstrap);
}

TEST(EnergyBootstrap, OneThatIsBrokenIsNamed) {
  auto document = nlohmann::json::parse(json_text(with_bootstrap()));
  document["energy"]["gross_uj"]["bootstrap"].erase("high");
  const auto back = parse_record(document.dump(), "x.json");
  ASSERT_FALSE(back.ok());
  EXPECT_THAT(back.error().what, ::testing::HasSubstr("energy.gross_uj.bootstrap.high"));
}

TEST(EnergyBootstrap, PeopleReadWhatItIsOf) {
  std::string line;
  for (const auto& [name, text] : energy_lines(*with_bootstrap().energy)) {
    if (name == "bootstrap") line = text;
  }
  EXPECT_EQ(line,
            "gross 46.12 to 46.31 uJ, net 41.00 to 41.25 uJ: 95.0 % of medians over windows drawn "
            "anew, repetition alone");
  for (const auto& [name, text] : energy_lines(*full_energy_record().energy))
    EXPECT_NE(name, "bootstrap") << text;
}

}  // namespace
}  // namespace hil::report
