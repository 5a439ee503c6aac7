// SPDX-License-Identifier: Apache-2.0
// hilbench conform: passes on a sound agent, and names the fault that was planted in each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <set>

#include "host/boards/catalogue.hpp"
#include "host/boards/schema.hpp"
#include "host/conform/report_json.hpp"
#include "tests/chain/program.hpp"
#include "tests/chain/test_boards.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using conform::Check;
using conform::ConformReport;
using conform::Verdict;
using testing::AllOf;
using testing::AnyOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using Names = std::set<std::string>;

constexpr int kSound = 0;
constexpr int kSilent = 6;
constexpr int kFaulty = 7;

Names names_with(const ConformReport& report, Verdict verdict) {
  Names names;
  for (const Check& check : report.checks) {
    if (check.verdict == verdict) names.insert(check.name);
  }
  return names;
}

/// "stack: too little stack: all of it was used": for messages.
std::string findings_of(const ConformReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    text += check.name + ": " + conform::word_of(check.verdict) + " " + check.finding + "\n";
  }
  return text;
}

const Check& check_of(const ConformReport& report, const std::string& name) {
  const auto found = std::find_if(report.checks.begin(), report.checks.end(),
                                  [&](const Check& check) { return check.name == name; });
  if (found != report.checks.end()) return *found;
  ADD_FAILURE() << "no check " << name;
  static const Check kNone;
  return kNone;
}

double figure_of(const Check& check, const std::string& name) {
  for (const conform::Figure& figure : check.figures) {
    if (figure.name == name) return figure.value;
  }
  ADD_FAILURE() << "no figure " << name << " in " << check.name;
  return NAN;
}

void expect_schema(const fs::path& file) {
  const auto schema = boards::Schema::load("boards/conform/conform.schema.json");
  ASSERT_TRUE(schema) << schema.error().what;
  const auto json = boards::load_json(file);
  ASSERT_TRUE(json) << json.error().what;
  const auto status = schema->check(*json, file);
  EXPECT_TRUE(status.ok()) << status.error().what;
}

std::uint64_t number_of(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  return std::stoull(text);
}

/// "about 1 byte in 9,800 lost, towards the board (61 times)": the rate fits one in 10,000 within
/// five standard deviations of a count of that size, and 15 % for bytes lost in one frame.
void expect_one_in_ten_thousand(const std::string& finding, const std::string& where) {
  const std::regex form("about 1 byte in ([0-9,]+) lost, ([a-z ]+) \\(([0-9,]+) times\\)");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(finding, found, form)) << finding;
  EXPECT_EQ(found[2], where);
  const auto times = static_cast<double>(number_of(found[3]));
  const double expected = times * static_cast<double>(number_of(found[1])) / 10'000;
  EXPECT_LE(std::abs(times - expected), 5 * std::sqrt(expected) + 0.15 * expected) << finding;
}

/// conform on the linux board whose agent is in the folder @p agents (empty: the sound one).
class Conform : public testing::Test {
 protected:
  void TearDown() override {
    unsetenv("HILBENCH_AGENTS");
    unsetenv("HILBENCH_BOARDS");
  }
  ConformReport run(const std::string& agents, int code, const std::string& board = "linux") {
    if (!agents.empty()) setenv("HILBENCH_AGENTS", agents.c_str(), 1);
    const fs::path file = folder_ / "report.json";
    std::vector<std::string> words{"conform", "--board", board,       "--quick",
                                   "--json",  file,      "--no-store"};
    outcome_ = run_hilbench(words);
    EXPECT_EQ(outcome_.code, code) << outcome_.err << outcome_.out;
    auto report = conform::load_report(file);
    if (!report) {
      ADD_FAILURE() << report.error().what;
      return {};
    }
    expect_schema(file);
    return std::move(report).value();
  }
  TemporaryFolder folder_;
  Program::Outcome outcome_;
};

TEST_F(Conform, PassesOnTheLinuxBoard) {
  const ConformReport report = run("", kSound);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{}) << findings_of(report);
  EXPECT_EQ(names_with(report, Verdict::kNotRun), Names{}) << findings_of(report);
  EXPECT_EQ(names_with(report, Verdict::kNotJudged), Names{"flash slot"}) << findings_of(report);
  EXPECT_TRUE(report.complete);
  EXPECT_FALSE(report.emulated);
  EXPECT_EQ(report.core, "host");
  EXPECT_GT(figure_of(check_of(report, "line both ways"), "goodput each way"), 0);
  EXPECT_GE(figure_of(check_of(report, "operators"), "right"), 40);
  EXPECT_THAT(check_of(report, "crash note").finding, HasSubstr("forced"));
  EXPECT_THAT(check_of(report, "fault").finding, HasSubstr("SIG"));
  EXPECT_THAT(outcome_.out, HasSubstr("12 passed, 1 not judged"));
  for (const Check& check : report.checks)
    EXPECT_THAT(outcome_.err, HasSubstr("conform: " + check.name + ": "));
}

TEST_F(Conform, NamesAFastTimer) {
  const ConformReport report = run(HIL_AGENT_FAST_TIMER, kFaulty);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{"timer"}) << findings_of(report);
  const Check& timer = check_of(report, "timer");
  EXPECT_THAT(timer.finding, ContainsRegex("runs (2\\.9|3\\.0|3\\.1) % fast"));
  EXPECT_THAT(timer.advice, HasSubstr("clock_hz"));
  EXPECT_NEAR(figure_of(timer, "against the host's clock"), 30'000,
              1'000 + figure_of(timer, "uncertainty"));
}

TEST_F(Conform, NamesAByteInTenThousandLostTowardsTheBoard) {
  const ConformReport report = run(HIL_AGENT_DROPS_INPUT, kFaulty);
  const Names failed = names_with(report, Verdict::kFail);
  for (const std::string& name : failed)
    EXPECT_THAT(name, HasSubstr("line")) << findings_of(report);
  EXPECT_THAT(failed, testing::IsSupersetOf({"line to board", "line both ways"}));
  const Check& line = check_of(report, "line to board");
  expect_one_in_ten_thousand(line.finding, "towards the board");
  EXPECT_THAT(line.advice, HasSubstr("receive interrupt"));
  EXPECT_GT(figure_of(line, "sent again"), 0);
  EXPECT_THAT(findings_of(report), Not(HasSubstr("from the board")));
}

TEST_F(Conform, NamesAByteInTenThousandLostFromTheBoard) {
  const ConformReport report = run(HIL_AGENT_DROPS_OUTPUT, kFaulty);
  for (const std::string& name : names_with(report, Verdict::kFail))
    EXPECT_THAT(name, HasSubstr("line")) << findings_of(report);
  const Check& line = check_of(report, "line from board");
  EXPECT_EQ(line.verdict, Verdict::kFail);
  expect_one_in_ten_thousand(line.finding, "from the board");
  EXPECT_THAT(line.advice, HasSubstr("write()"));
}

TEST_F(Conform, NamesTooLittleStack) {
  const ConformReport report = run(HIL_AGENT_SHORT_STACK, kFaulty);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{"stack"}) << findings_of(report);
  EXPECT_EQ(check_of(report, "stack").finding,
            "too little stack: all of it was used, perhaps more");
  EXPECT_THAT(check_of(report, "stack").advice, HasSubstr("stack_bytes"));
}

TEST_F(Conform, SaysThatNothingEverCame) {
  const ConformReport report = run(HIL_AGENT_MUTE, kSilent);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{"answer"});
  EXPECT_THAT(check_of(report, "answer").finding, HasSubstr("nothing came back"));
  EXPECT_EQ(names_with(report, Verdict::kNotRun).size(), report.checks.size() - 1);
  EXPECT_EQ(check_of(report, "timer").finding, "the board never answered");
  EXPECT_THAT(outcome_.out, HasSubstr("no agent answered"));
}

TEST_F(Conform, SaysThatOnlyGarbageCame) {
  const ConformReport report = run(HIL_AGENT_GARBLES, kSilent);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{"answer"});
  const Check& answer = check_of(report, "answer");
  EXPECT_THAT(answer.finding, ContainsRegex("[0-9]+ bytes came back, none of them a valid frame"));
  EXPECT_THAT(answer.advice, HasSubstr("baud rate"));
}

TEST_F(Conform, GoesOnAfterAnAgentThatDied) {
  const ConformReport report = run(HIL_AGENT_DIES, kFaulty);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{"windows"}) << findings_of(report);
  EXPECT_THAT(check_of(report, "windows").finding,
              AllOf(HasSubstr("restarted: fault"), HasSubstr("crash note 'SIGSEGV")));
  EXPECT_EQ(check_of(report, "operators").verdict, Verdict::kPass);
}

TEST_F(Conform, GoesOnWithANewAgentWhereTheOldOneStaysAway) {
  const ConformReport report = run(HIL_AGENT_STAYS_AWAY, kFaulty);
  EXPECT_EQ(names_with(report, Verdict::kFail), Names{"reset"}) << findings_of(report);
  EXPECT_THAT(check_of(report, "reset").finding, HasSubstr("agent process exited with status 3"));
  EXPECT_EQ(names_with(report, Verdict::kNotRun), Names{}) << findings_of(report);
}

TEST_F(Conform, StopsOnCtrlCWithAPartialReportThatIsNotKept) {
  const fs::path file = folder_ / "report.json";
  fs::copy("boards", folder_ / "boards", fs::copy_options::recursive);
  fs::remove_all(folder_ / "boards" / "conform");
  setenv("HILBENCH_BOARDS", (folder_ / "boards").c_str(), 1);
  Program program({"conform", "--board", "linux", "--json", file});
  ASSERT_TRUE(program.wait_for_text("conform: fault: pass"));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  const auto report = conform::load_report(file);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_FALSE(report->complete);
  EXPECT_EQ(check_of(*report, "fault").verdict, Verdict::kPass);
  EXPECT_EQ(check_of(*report, "stack").verdict, Verdict::kNotRun);
  EXPECT_FALSE(fs::exists(folder_ / "boards" / "conform"));
  EXPECT_THAT(outcome.err, HasSubstr("not kept: it was stopped"));
}

TEST_F(Conform, AQuickRunIsNotKept) {
  fs::copy("boards", folder_ / "boards", fs::copy_options::recursive);
  fs::remove_all(folder_ / "boards" / "conform");
  setenv("HILBENCH_BOARDS", (folder_ / "boards").c_str(), 1);
  const auto outcome = run_hilbench({"conform", "--board", "linux", "--quick", "--json", "-"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("not kept: --quick"));
  EXPECT_FALSE(fs::exists(folder_ / "boards" / "conform"));
  EXPECT_EQ(outcome.out.find("{"), 0U) << "JSON alone";
}

TEST_F(Conform, ARunWithAnyAgentIsNotKept) {
  fs::copy("boards", folder_ / "boards", fs::copy_options::recursive);
  fs::remove_all(folder_ / "boards" / "conform");
  setenv("HILBENCH_BOARDS", (folder_ / "boards").c_str(), 1);
  const auto outcome = run_hilbench({"conform", "--board", "linux", "--quick", "--no-flash"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("not kept: with --no-flash"));
  EXPECT_FALSE(fs::exists(folder_ / "boards" / "conform"));
}

TEST_F(Conform, AWholeRunIsKeptAndShownWithTheBoard) {
  fs::copy("boards", folder_ / "boards", fs::copy_options::recursive);
  fs::remove_all(folder_ / "boards" / "conform");
  setenv("HILBENCH_BOARDS", (folder_ / "boards").c_str(), 1);
  const auto outcome = run_hilbench({"conform", "--board", "linux"});
  EXPECT_EQ(outcome.code, 0) << outcome.err << outcome.out;
  const fs::path kept = folder_ / "boards" / "conform" / "linux.json";
  ASSERT_TRUE(fs::exists(kept)) << outcome.err;
  expect_schema(kept);
  const auto shown = run_hilbench({"boards", "linux"});
  EXPECT_THAT(shown.out, ContainsRegex("conform +13 checks: 12 passed, 1 not judged"));
  const auto listed = run_hilbench({"boards"});
  EXPECT_EQ(listed.code, 0) << "a report is no board file: " << listed.err;
}

TEST_F(Conform, RefusesWhatIsNoPort) {
  EXPECT_EQ(run_hilbench({"conform"}).code, 2);
  EXPECT_EQ(run_hilbench({"conform", "--board", "none_such"}).code, 2);
  const auto outcome = run_hilbench({"conform", "--board", "linux", "--json", "/no/such/folder/x"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, Not(HasSubstr("conform: answer")));
}

class ConformEveryBoard : public EmulatedBoards, public testing::WithParamInterface<const char*> {};

TEST_P(ConformEveryBoard, Passes) {
  const std::string board = GetParam();
  need(board);
  if (IsSkipped()) return;
  const fs::path file = folder_ / "report.json";
  const auto outcome = run_hilbench(
      {"conform", "--board", board, "--emulate", "--quick", "--no-store", "--json", file});
  EXPECT_EQ(outcome.code, kSound) << outcome.err << outcome.out;
  const auto report = conform::load_report(file);
  ASSERT_TRUE(report) << report.error().what;
  expect_schema(file);
  EXPECT_EQ(names_with(*report, Verdict::kFail), Names{}) << findings_of(*report);
  EXPECT_EQ(names_with(*report, Verdict::kNotRun), Names{}) << findings_of(*report);
  EXPECT_EQ(check_of(*report, "timer").verdict, Verdict::kNotJudged);
  EXPECT_TRUE(report->emulated);
  for (const conform::Figure& figure : check_of(*report, "windows").figures) {
    EXPECT_THAT(figure.unit, AnyOf("", "instructions")) << figure.name;
    EXPECT_EQ(figure.origin, results::Origin::kEmulated) << figure.name;
  }
}

class ConformEmulated : public EmulatedBoards {};

TEST_F(ConformEmulated, ARunWithAnotherClockIsNotKept) {
  need("netduino_plus_2");
  if (IsSkipped()) return;
  fs::copy("boards", folder_ / "boards", fs::copy_options::recursive);
  fs::remove_all(folder_ / "boards" / "conform");
  setenv("HILBENCH_BOARDS", (folder_ / "boards").c_str(), 1);
  const auto outcome = run_hilbench(
      {"conform", "--board", "netduino_plus_2", "--emulate", "--quick", "--clock", "100000000"});
  unsetenv("HILBENCH_BOARDS");
  EXPECT_THAT(outcome.err, HasSubstr("not kept: with --clock"));
  EXPECT_FALSE(fs::exists(folder_ / "boards" / "conform"));
}

class ConformTestBoard : public TestBoards {};

TEST_F(ConformTestBoard, NamesAStackThatOverflows) {
  need("acme_short_stack");
  if (IsSkipped()) return;
  const fs::path file = folder_ / "report.json";
  const auto outcome = run_hilbench({"conform", "--board", "acme_short_stack", "--emulate",
                                     "--quick", "--no-store", "--json", file});
  EXPECT_EQ(outcome.code, kFaulty) << outcome.err << outcome.out;
  const auto report = conform::load_report(file);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(names_with(*report, Verdict::kFail), Names{"stack"}) << findings_of(*report);
  EXPECT_THAT(check_of(*report, "stack").finding,
              AllOf(HasSubstr("too little stack: it overflowed in 'operators'"),
                    HasSubstr("stack overflow")));
  EXPECT_EQ(check_of(*report, "operators").verdict, Verdict::kNotJudged);
}

INSTANTIATE_TEST_SUITE_P(Emulated, ConformEveryBoard,
                         testing::Values("netduino_plus_2", "stm32vldiscovery", "microbit",
                                         "mps2_an385", "mps2_an385_m0", "mps2_an386", "mps2_an500",
                                         "mps3_an547", "qemu_rv32", "linux_aarch64"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace hil::test
