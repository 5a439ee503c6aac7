// SPDX-License-Identifier: Apache-2.0
// hilbench doctor: text as approved, the same as JSON, and a run on this very machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "host/app/commands.hpp"
#include "host/app/doctor_text.hpp"
#include "host/report/shaped_table.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using lab::doctor::Finding;
using lab::doctor::Findings;
using lab::doctor::State;
using nlohmann::json;

/// A laptop with one board, on which most is wrong.
Findings unfit_bench() {
  const std::string rules =
      "sudo install -m 644 '/usr/lib/udev/rules.d/70-hilbench.rules' "
      "/etc/udev/rules.d/70-hilbench.rules && sudo udevadm control --reload && sudo udevadm "
      "trigger";
  return {{"hilbench", "board files", State::kOk, "13 in /usr/share/hilbench/boards", ""},
          {"hilbench", "agents", State::kOk, "13 in /usr/lib/hilbench/agents", ""},
          {"tools", "openocd", State::kOk, "0.12.0", ""},
          {"tools", "qemu-system-riscv32", State::kRemark, "not installed; needed by qemu_rv32",
           "sudo apt-get install qemu-system-misc"},
          {"user", "dialout", State::kProblem, "ada was added to it after this session began",
           "newgrp dialout  # or log out and in again"},
          {"udev", "rules", State::kRemark,
           "70-hilbench.rules is not installed: devices may refuse you", rules},
          {"ports", "/dev/ttyACM0", State::kProblem, "no permission (it belongs to group dialout)",
           "newgrp dialout  # or log out and in again"},
          {"ports", "/dev/ttyUSB0", State::kProblem, "held by /usr/sbin/ModemManager (process 812)",
           "sudo systemctl stop ModemManager"},
          {"probes", "ST-LINK/V2-1 0668FF343339554157", State::kProblem,
           "plugged in, but /dev/bus/usb/001/007 can't be opened: no permission", rules},
          {"clock", "date", State::kOk, "2026-11-20T20:00:00Z, synchronised", ""},
          {"room", "state folder", State::kOk, "65.1 GiB free at /home/ada/.local/state", ""},
          {"boards", "on the desk", State::kOk, "may be nucleo_f446re (/dev/ttyACM0)", ""}};
}

Findings fit_bench() {
  Findings findings;
  for (const Finding& finding : unfit_bench()) {
    if (finding.state == State::kOk) findings.push_back(finding);
  }
  return findings;
}

void expect(const std::string& name, const std::string& text) {
  report::expect_approved(name, text, "tests/host/app/approved/");
}

TEST(DoctorText, AnUnfitBench) {
  expect("doctor_unfit.txt", doctor_text(unfit_bench(), report::kNoWidth, false));
}

TEST(DoctorText, InANarrowTerminalFixesStayWhole) {
  const std::string text = doctor_text(unfit_bench(), 72, false);
  expect("doctor_narrow.txt", text);
  for (const Finding& finding : unfit_bench())
    EXPECT_THAT(text, testing::HasSubstr(finding.fix)) << "it could not be pasted";
}

TEST(DoctorText, AFitBench) {
  expect("doctor_fit.txt", doctor_text(fit_bench(), 100, false));
}

TEST(DoctorText, Colors) {
  const std::string text = doctor_text(unfit_bench(), 100, true);
  EXPECT_THAT(text, testing::HasSubstr("\x1b["));
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
    } else {
      plain += text[i];
    }
  }
  EXPECT_EQ(plain, doctor_text(unfit_bench(), 100, false)) << "nothing moves";
}

TEST(DoctorJson, NamesEverything) {
  const json unfit = json::parse(doctor_json(unfit_bench()).dump());
  EXPECT_EQ(unfit.at("fit"), false);
  ASSERT_EQ(unfit.at("findings").size(), unfit_bench().size());
  EXPECT_EQ(unfit["findings"][7], json({{"area", "ports"},
                                        {"name", "/dev/ttyUSB0"},
                                        {"state", "problem"},
                                        {"what", "held by /usr/sbin/ModemManager (process 812)"},
                                        {"fix", "sudo systemctl stop ModemManager"}}));
  EXPECT_EQ(unfit["findings"][3].at("state"), "remark");
  EXPECT_EQ(unfit["findings"][0].at("state"), "ok");
  EXPECT_EQ(unfit["findings"][0].at("fix"), "");
  EXPECT_EQ(doctor_json({}).dump(), R"({"fit":true,"findings":[]})");
}

/// Runs the command on this machine; what it printed.
json run_here(std::vector<std::string> words, int& code) {
  words.emplace_back("--json");
  testing::internal::CaptureStdout();
  const auto result = doctor_command(words);
  const std::string text = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(result.ok()) << result.error().what;
  code = result.ok() ? *result : -1;
  return json::parse(text, nullptr, false);
}

TEST(DoctorCommand, OnThisMachine) {
  int code = -1;
  const json said = run_here({}, code);
  ASSERT_TRUE(said.is_object());
  EXPECT_EQ(code, said.at("fit").get<bool>() ? 0 : 4);
  std::set<std::string> areas;
  for (const json& finding : said.at("findings")) {
    areas.insert(finding.at("area").get<std::string>());
    const bool is_ok = finding.at("state") == "ok";
    EXPECT_EQ(is_ok, finding.at("fix").get<std::string>().empty()) << finding;
  }
  EXPECT_THAT(areas, testing::IsSupersetOf({"hilbench", "tools", "user", "udev", "ports", "probes",
                                            "clock", "room", "boards"}));
}

TEST(DoctorCommand, ABoardThatIsAProcessNeedsNoTools) {
  int code = -1;
  const json said = run_here({"--board", "linux"}, code);
  ASSERT_TRUE(said.is_object());
  for (const json& finding : said.at("findings")) {
    EXPECT_NE(finding.at("area"), "tools");
    EXPECT_NE(finding.at("area"), "probes");
  }
}

TEST(DoctorCommand, ABoardThatIsNotHere) {
  int code = -1;
  const json said = run_here({"--board", "nucleo_f446re@no-such-serial-number"}, code);
  ASSERT_TRUE(said.is_object());
  EXPECT_EQ(code, 4);
  const json& last = said.at("findings").back();
  EXPECT_EQ(last.at("name"), "nucleo_f446re");
  EXPECT_EQ(last.at("what"), "no serial port has the USB serial number no-such-serial-number");
}

TEST(DoctorCommand, RefusesWhatMakesNoSense) {
  const std::vector<std::vector<std::string>> kWrong = {
      {"--emulate"},
      {"--port", "ttyACM0"},
      {"--board", "linux@"},
      {"--board", "no_such_board"},
      {"--board", "linux,linux"},
      {"--board", "netduino_plus_2", "--emulate", "--port", "ttyACM0"}};
  for (const auto& words : kWrong) {
    const auto code = doctor_command(words);
    ASSERT_FALSE(code.ok()) << words.back();
    EXPECT_EQ(code.error().blame, Blame::kUser) << code.error().what;
    EXPECT_NE(code.error().hint, "");
  }
}

}  // namespace
}  // namespace hil::app
