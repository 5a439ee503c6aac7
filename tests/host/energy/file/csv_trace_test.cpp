// SPDX-License-Identifier: Apache-2.0
// Tables as the makers' programs export them, and tables that are none.
#include "host/energy/file/csv_trace.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;

Trace read(const std::string& text) {
  auto trace = parse_csv_trace(text);
  EXPECT_TRUE(trace.ok()) << trace.error().what;
  return trace.ok() ? std::move(*trace) : Trace{};
}

std::string error(const std::string& text) {
  const auto trace = parse_csv_trace(text);
  EXPECT_FALSE(trace.ok());
  if (trace.ok()) return "";
  EXPECT_EQ(trace.error().blame, Blame::kUser);
  return trace.error().what;
}

TEST(CsvTrace, PowerProfilersTable) {
  const Trace trace = read(
      "Timestamp(ms),Current(uA),D0-D7\n"
      "0,1234.5,00000000\n"
      "0.01,14000,11000000\r\n"
      "0.02,-3.5,00000001\n");
  EXPECT_EQ(trace.rate_hz, 100'000);
  EXPECT_EQ(trace.logic_bits, 8u);
  EXPECT_THAT(trace.logic, ElementsAre(0, 3, 128));
  EXPECT_THAT(trace.flags, ElementsAre(0, 0, 0));
  EXPECT_THAT(trace.rails[0].values,
              ElementsAre(FloatEq(1.2345e-3F), FloatEq(14e-3F), FloatEq(-3.5e-6F)));
  EXPECT_EQ(trace.rails[0].quantity, Quantity::kCurrent);
  EXPECT_TRUE(trace.rails[0].volts.empty());
  EXPECT_EQ(trace.supply.source, VoltageSource::kUnknown);
  EXPECT_TRUE(trace.events.empty());
}

TEST(CsvTrace, ATableWithVoltageSingleInputsAndMore) {
  const Trace trace = read(
      "# made by a program\n"
      "\n"
      "# time (s);current [mA];voltage (V);power (mW);note;gpi1\n"
      "10.0;1;3.3;3.3;hello;0\n"
      "10.5;2;3.2;6.4;;1\n"
      "# a comment\n"
      "11.0;3;3.1;9.3;x;1\n");
  EXPECT_EQ(trace.rate_hz, 2);
  EXPECT_EQ(trace.logic_bits, 2u);
  EXPECT_THAT(trace.logic, ElementsAre(0, 2, 2));
  EXPECT_THAT(trace.rails[0].volts, ElementsAre(3.3F, 3.2F, 3.1F));
  EXPECT_THAT(trace.rails[0].values, ElementsAre(FloatEq(1e-3F), FloatEq(2e-3F), FloatEq(3e-3F)));
  EXPECT_EQ(trace.supply.source, VoltageSource::kMeasured);
}

TEST(CsvTrace, PowerAloneIsARailOfPower) {
  const Trace trace = read("time_us\tpower_uw\n0\t5\n100\t6\n200\t7\n");
  EXPECT_EQ(trace.rails[0].quantity, Quantity::kPower);
  EXPECT_THAT(trace.rails[0].values, ElementsAre(FloatEq(5e-6F), FloatEq(6e-6F), FloatEq(7e-6F)));
  EXPECT_EQ(trace.rate_hz, 10'000);
  EXPECT_TRUE(trace.logic.empty());
}

TEST(CsvTrace, TheMicroSignIsAUnitInBothForms) {
  for (const char* micro : {"\xC2\xB5", "\xCE\xBC"}) {
    const Trace trace = read(fmt::format("Time(s),Current({}A)\n0,7\n1,8\n", micro));
    EXPECT_THAT(trace.rails[0].values, ElementsAre(FloatEq(7e-6F), FloatEq(8e-6F)));
  }
}

TEST(CsvTrace, MissingRowsAreGapsThatHoldTheLevel) {
  const Trace trace =
      read("Timestamp(ms),Current(uA),D0\n0,1,1\n1,2,1\n2,3,1\n6,4,0\n7,5,0\n8,6,0\n");
  ASSERT_EQ(trace.size(), 9u);
  EXPECT_THAT(trace.flags, ElementsAre(0, 0, 0, flag::kGap, flag::kGap, flag::kGap, 0, 0, 0));
  EXPECT_THAT(trace.logic, ElementsAre(1, 1, 1, 1, 1, 1, 0, 0, 0));
  ASSERT_EQ(trace.events.size(), 1u);
  EXPECT_EQ(trace.events[0].index, 3u);
  EXPECT_EQ(trace.events[0].kind, "loss");
  EXPECT_EQ(trace.events[0].text, "3 rows are missing");
  EXPECT_EQ(trace.rate_hz, 1000);
}

TEST(CsvTrace, TimesThatAreRoundedWhereTheyWereWrittenStillGiveTheRate) {
  std::string text = "time,current\n";
  for (int k = 0; k < 3'000; ++k)
    text += fmt::format("{:.4f},0.001\n", k / 3000.0);
  const Trace trace = read(text);
  EXPECT_EQ(trace.size(), 3'000u);
  EXPECT_NEAR(trace.rate_hz, 3'000, 0.5);
  EXPECT_TRUE(trace.events.empty());
}

TEST(CsvTrace, WhatIsNoTableIsRefusedByLine) {
  EXPECT_THAT(error(""), HasSubstr("no header"));
  EXPECT_THAT(error("# only comments\n"), HasSubstr("line 1: no header"));
  EXPECT_THAT(error("a,b\n1,2\n"), HasSubstr("line 1: it names no column of time"));
  EXPECT_THAT(error("time,time,current\n"), HasSubstr("line 1"));
  EXPECT_THAT(error("time,current(parsec)\n"), HasSubstr("line 1"));
  EXPECT_THAT(error("time,current\n0,1\n"), HasSubstr("less than two samples"));
  EXPECT_THAT(error("time,current\n0,1\n1\n"), HasSubstr("line 3: it has 1 fields"));
  EXPECT_THAT(error("time,current\n0,1\n1,2,3\n"), HasSubstr("line 3: it has 3 fields"));
  EXPECT_THAT(error("time,current\n0,1\n1,x\n"), HasSubstr("line 3: field 2"));
  EXPECT_THAT(error("time,current\n0,1\n1,nan\n"), HasSubstr("line 3: field 2"));
  EXPECT_THAT(error("time,current\n0,1\n1,1e300\n"), HasSubstr("line 3: field 2"));
  EXPECT_THAT(error("time,current,D0\n0,1,0\n1,1,2\n"), HasSubstr("line 3: field 3"));
  EXPECT_THAT(error("time,current,D0-D7\n0,1,0101\n1,1,2\n"), HasSubstr("line 2: field 3"));
  EXPECT_THAT(error("time,current\n0,1\n1,2\n1,3\n"), HasSubstr("line 4: its time"));
  EXPECT_THAT(error("time,current\n0,1\n1,2\n0.5,3\n"), HasSubstr("line 4: its time"));
  std::string shifted = "time,current\n";
  for (int k = 0; k < 100; ++k)
    shifted += fmt::format("{},1\n", k + 0.4 * (k % 2));
  EXPECT_THAT(error(shifted), HasSubstr("equal steps"));
  EXPECT_THAT(error("time,current\n0,1\n1,1\n2,1\n1e9,1\n"), HasSubstr("rows are missing"));
  EXPECT_THAT(error("time,current\n0,1\n1e-300,1\n2e-300,1\n"), HasSubstr("none that can be"));
  EXPECT_THAT(error("time,current\n-1e308,1\n1e308,1\n"), HasSubstr("rows are missing"));
}

TEST(CsvTrace, AFileIsNamed) {
  const ScratchFolder folder;
  const auto path = folder.path() / "export.csv";
  ASSERT_TRUE(write_file(path, "time,current\n0,1\n1,x\n").ok());
  EXPECT_THAT(load_csv_trace(path).error().what, HasSubstr("export.csv, line 3"));
}

}  // namespace
}  // namespace hil::energy
