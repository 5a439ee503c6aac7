// SPDX-License-Identifier: Apache-2.0
// hilbench list: text as approved, the same as JSON, wrong words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/app/bench_text.hpp"
#include "host/app/commands.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using nlohmann::json;

constexpr boards::UsbId kStLink{0x0483, 0x374b};

std::vector<boards::Board> two_boards() {
  std::vector<boards::Board> all(2);
  all[0].id = "nucleo_f446re";
  all[0].serial.usb = {kStLink};
  all[0].probe.emplace();
  all[0].probe->usb = {kStLink};
  all[1].id = "linux";
  return all;
}

Bench full_bench() {
  const DeviceAccess no_group{DeviceAccess::Cause::kPermission,
                              "no permission (it belongs to group dialout)",
                              "run sudo usermod -aG dialout $USER, then log in again"};
  const DeviceAccess held{DeviceAccess::Cause::kHeld, "held by openocd -f board.cfg (process 4711)",
                          "end that program, or use another device"};
  const lab::UsbIdentity nucleo{kStLink, "0668FF343339", "STMicroelectronics", "STM32 STLink"};
  Bench bench;
  bench.ports = {
      {"/dev/ttyACM0", "usb", "STM32 STLink - ttyACM0", nucleo, {}},
      {"/dev/ttyS0", "native", "ttyS0", {}, no_group},
      {"/dev/ttyUSB0", "usb", "", lab::UsbIdentity{{0x1a86, 0x7523}, "", "", "USB Serial"}, {}}};
  bench.probes = {{"ST-LINK/V2-1", "/dev/bus/usb/001/007", nucleo, held},
                  {"CMSIS-DAP",
                   "/dev/bus/usb/001/012",
                   lab::UsbIdentity{{0x2e8a, 0x000c}, "E6616407", "Raspberry Pi", ""},
                   {}}};
  return bench;
}

void expect(const std::string& name, const std::string& text) {
  report::expect_approved(name, text, "tests/host/app/approved/");
}

TEST(ListCommand, AFullBench) {
  expect("list_full.txt", bench_text(full_bench(), two_boards()));
}

TEST(ListCommand, KeepsToTheWidthOfTheTerminal) {
  for (const std::size_t width : {60U, 80U, 120U, 200U}) {
    const std::string text = bench_text(full_bench(), two_boards(), width);
    EXPECT_LE(report::widest_line(text), width) << text;
    EXPECT_THAT(text, testing::HasSubstr("0668FF343339")) << "what one types behind BOARD@";
    EXPECT_LE(report::widest_line(bench_text({}, two_boards(), width)), width);
  }
  expect("list_full_80.txt", bench_text(full_bench(), two_boards(), 80));
}

TEST(ListCommand, PortsWithoutProbes) {
  Bench bench = full_bench();
  bench.probes.clear();
  bench.ports.resize(1);
  expect("list_port.txt", bench_text(bench, two_boards()));
}

TEST(ListCommand, OnlyWhatIsBuiltIn) {
  Bench bench = full_bench();
  bench.probes.clear();
  bench.ports = {bench.ports[1]};
  expect("list_built_in.txt", bench_text(bench, two_boards()));
}

TEST(ListCommand, AnEmptyBenchSaysWhatToDo) {
  expect("list_empty.txt", bench_text({}, two_boards()));
}

TEST(ListCommand, JsonOfAFullBench) {
  const json bench = json::parse(bench_json(full_bench(), two_boards()).dump());
  ASSERT_EQ(bench.at("ports").size(), 3u);
  const json& acm = bench["ports"][0];
  EXPECT_EQ(acm.at("port"), "/dev/ttyACM0");
  EXPECT_EQ(acm.at("transport"), "usb");
  EXPECT_EQ(acm.at("usb").at("vendor"), "0x0483");
  EXPECT_EQ(acm.at("usb").at("product"), "0x374b");
  EXPECT_EQ(acm.at("usb").at("serial"), "0668FF343339");
  EXPECT_EQ(acm.at("boards"), json({"nucleo_f446re"}));
  EXPECT_EQ(acm.at("usable"), true);
  EXPECT_EQ(bench["ports"][1].at("usb"), nullptr);
  EXPECT_EQ(bench["ports"][1].at("usable"), false);
  EXPECT_EQ(bench["ports"][1].at("why_not"), "no permission (it belongs to group dialout)");
  ASSERT_EQ(bench.at("probes").size(), 2u);
  EXPECT_EQ(bench["probes"][0].at("probe"), "ST-LINK/V2-1");
  EXPECT_EQ(bench["probes"][0].at("device"), "/dev/bus/usb/001/007");
  EXPECT_EQ(bench["probes"][0].at("boards"), json({"nucleo_f446re"}));
  EXPECT_EQ(bench["probes"][1].at("boards"), json::array());
}

TEST(ListCommand, JsonOfAnEmptyBench) {
  EXPECT_EQ(bench_json({}, {}).dump(), R"({"ports":[],"probes":[]})");
}

TEST(ListCommand, RefusesOtherWords) {
  const auto code = list_command({"--jsn"});
  ASSERT_FALSE(code.ok());
  EXPECT_EQ(code.error().blame, Blame::kUser);
  EXPECT_THAT(code.error().hint, testing::HasSubstr("--json"));
}

}  // namespace
}  // namespace hil::app
