// SPDX-License-Identifier: Apache-2.0
// hilbench meters: text as approved, the same as JSON, wrong words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/app/meters_text.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using energy::FoundMeter;
using energy::FoundMeters;
using energy::MeterKind;
using nlohmann::json;

FoundMeter meter(MeterKind kind, const std::string& name, const std::string& model,
                 const std::string& serial, const std::string& port, double rate_hz) {
  FoundMeter found;
  found.kind = kind;
  found.name = name;
  found.model = model;
  found.serial = serial;
  found.port = port;
  found.rate_hz = rate_hz;
  return found;
}

FoundMeters full_bench() {
  FoundMeters found;
  auto& all = found.meters;
  all.push_back(
      meter(MeterKind::kPpk2, "ppk2", "Nordic PPK2", "D6A1C2E3F4A5", "/dev/ttyACM1", 1e5));
  all.back().abilities = {true, false, true, 8};
  all.push_back(
      meter(MeterKind::kLpm01a, "lpm01a", "ST LPM01A", "FFFFFFFEFFFF", "/dev/ttyACM2", 1e5));
  all.back().abilities = {true, false, true, 1};
  all.back().access = {DeviceAccess::Cause::kHeld, "held by picocom /dev/ttyACM2 (process 4711)",
                       "end that program, or use another device"};
  all.push_back(meter(MeterKind::kHwmon, "hwmon:VDD_IN", "ina3221", "", "/sys/class/hwmon/hwmon4",
                      1 / 0.007));
  all.back().abilities.measures_voltage = true;
  all.push_back(
      meter(MeterKind::kIio, "iio:ina226", "ina226", "", "/sys/bus/iio/devices/iio:device0", 455));
  all.back().abilities.measures_voltage = true;
  all.push_back(meter(MeterKind::kPowercap, "powercap:package-0", "RAPL", "",
                      "/sys/class/powercap/intel-rapl:0", 0));
  all.back().access = {
      DeviceAccess::Cause::kPermission, "no permission to read it",
      "run sudo chmod a+r /sys/class/powercap/intel-rapl:0/energy_uj (until the next "
      "boot), or run hilbench as root"};
  all.push_back(meter(MeterKind::kJoulescope, "joulescope", "Joulescope JS220", "000123",
                      "u/js220/000123", 1e6));
  all.back().abilities = {false, true, true, 2};
  found.notes = {"/dev/ttyACM5 has the USB id of an LPM01A and does not answer as one"};
  return found;
}

void expect(const std::string& name, const std::string& text) {
  report::expect_approved(name, text, "tests/host/app/approved/");
}

TEST(MetersCommand, AFullBench) {
  expect("meters_full.txt", meters_text(full_bench()));
}

TEST(MetersCommand, KeepsToTheWidthOfTheTerminal) {
  for (const std::size_t width : {60U, 80U, 120U, 200U}) {
    const std::string text = meters_text(full_bench(), width);
    EXPECT_LE(report::widest_line(text), width) << text;
    for (const FoundMeter& found : full_bench().meters)
      EXPECT_THAT(text, testing::HasSubstr(found.name)) << "what one types behind --meter";
    EXPECT_LE(report::widest_line(meters_text({}, width)), width);
  }
  expect("meters_full_80.txt", meters_text(full_bench(), 80));
}

TEST(MetersCommand, AnEmptyBenchSaysWhatIsLookedFor) {
  expect("meters_empty.txt", meters_text({}, 80));
}

TEST(MetersCommand, JsonOfAFullBench) {
  const json found = json::parse(meters_json(full_bench()).dump());
  ASSERT_EQ(found.at("meters").size(), 6u);
  const json& ppk2 = found["meters"][0];
  EXPECT_EQ(ppk2.at("meter"), "ppk2");
  EXPECT_EQ(ppk2.at("kind"), "ppk2");
  EXPECT_EQ(ppk2.at("serial"), "D6A1C2E3F4A5");
  EXPECT_EQ(ppk2.at("where"), "/dev/ttyACM1");
  EXPECT_EQ(ppk2.at("rate_hz"), 100000);
  EXPECT_EQ(ppk2.at("supplies"), true);
  EXPECT_EQ(ppk2.at("measures_voltage"), false);
  EXPECT_EQ(ppk2.at("logic_inputs"), 8);
  EXPECT_EQ(ppk2.at("usable"), true);
  EXPECT_EQ(found["meters"][1].at("usable"), false);
  EXPECT_EQ(found["meters"][1].at("why_not"), "held by picocom /dev/ttyACM2 (process 4711)");
  EXPECT_EQ(found["meters"][4].at("rate_hz"), nullptr);
  EXPECT_EQ(found["meters"][4].at("counts_energy"), true);
  EXPECT_EQ(found.at("notes").size(), 1u);
}

TEST(MetersCommand, JsonOfAnEmptyBench) {
  EXPECT_EQ(meters_json({}).dump(), R"({"meters":[],"notes":[]})");
}

TEST(MetersCommand, RefusesOtherWords) {
  const auto code = meters_command({"--jsn"});
  ASSERT_FALSE(code.ok());
  EXPECT_EQ(code.error().blame, Blame::kUser);
  EXPECT_THAT(code.error().hint, testing::HasSubstr("--json"));
}

}  // namespace
}  // namespace hil::app
