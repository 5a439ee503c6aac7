// SPDX-License-Identifier: Apache-2.0
// Reports: as a person reads them, as JSON there and back, and kept beside the board files.
#include "host/conform/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/boards/schema.hpp"
#include "host/conform/report_json.hpp"
#include "host/conform/report_text.hpp"
#include "host/conform/store.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::conform {
namespace {

namespace fs = std::filesystem;
using results::Origin;
using testing::HasSubstr;

/// One check of each verdict, with long words.
ConformReport example() {
  ConformReport report;
  report.board = "acme_one";
  report.core = "cortex-m4f";
  report.agent_version = "0.1.0";
  report.build_id = "00112233445566778899aabbccddeeff00112233";
  report.unique_id = "0123456789abcdef";
  report.host_version = "0.1.0";
  report.complete = true;
  report.started_utc = "2026-01-31T23:59:59Z";
  report.duration_s = 41.26;
  report.checks = {
      {"answer",
       Verdict::kPass,
       {{"opening and hello", 12.3456, "ms", Origin::kMeasured}},
       "within 2000 ms",
       "",
       ""},
      {"line to board",
       Verdict::kFail,
       {{"goodput", 11234.5, "B/s", Origin::kMeasured},
        {"share of the line", 97.53, "%", Origin::kMeasured},
        {"CRC errors", 0, "", Origin::kMeasured},
        {"sent again", 23, "", Origin::kMeasured},
        {"discarded", 0, "B", Origin::kMeasured}},
       "no byte lost",
       "about 1 byte in 9,800 lost, towards the board (7 times)",
       "look at the port's receive interrupt: it must be taken before the next byte is over"},
      {"timer",
       Verdict::kNotJudged,
       {{"against the host's clock", -12.5, "ppm", Origin::kEmulated}},
       "within 0.5 %",
       "emulated time is not the host's kind of time",
       ""},
      {"stack", Verdict::kNotRun, {}, "", "the board did not come back after 'timer'", ""}};
  return report;
}

bool same(const ConformReport& a, const ConformReport& b) {
  return json_text(a) == json_text(b);
}

class Store : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/hilbench-conform-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    board_.id = "acme_one";
    board_.file = folder_ / "acme_one.json";
  }
  void TearDown() override {
    std::error_code ignored;
    fs::permissions(folder_, fs::perms::owner_all, ignored);
    fs::remove_all(folder_, ignored);
  }
  void write(const std::string& text) {
    fs::create_directories(folder_ / "conform");
    std::ofstream(*report_path(board_)) << text;
  }
  fs::path folder_;
  boards::Board board_;
};

TEST(ConformReport, ReadsAsApproved) {
  report::expect_approved("conform.txt", report_text(example(), 80),
                          "tests/host/conform/approved/");
  report::expect_approved("conform_wide.txt", report_text(example(), 140),
                          "tests/host/conform/approved/");
}

TEST(ConformReport, KeepsToTheWidth) {
  for (const std::size_t width : {0U, 60U, 80U, 200U})
    EXPECT_TRUE(report::fits(report_text(example(), width), std::max<std::size_t>(width, 60)));
}

TEST(ConformReport, SaysWhenNothingAnsweredOrItWasStopped) {
  ConformReport report = example();
  report.core.clear();
  report.complete = false;
  report.quick = true;
  EXPECT_THAT(report_text(report, 80), HasSubstr("no agent answered"));
  EXPECT_THAT(report_text(report, 80), HasSubstr("quick, stopped"));
}

TEST(ConformReport, NothingFromTheBoardSteersTheTerminal) {
  ConformReport report = example();
  report.agent_version = "1\x1b[31m";
  report.checks[0].finding = "note '\x1b]0;x\x07'";
  report.checks[1].advice = "\r\n\x9b";
  const std::string text = report_text(report, 80) + summary_line(report);
  for (const char c : text) {
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << static_cast<int>(c);
  }
}

TEST(ConformReport, PassesOnlyWhenAllIsSaid) {
  ConformReport report = example();
  EXPECT_FALSE(report.passed());
  report.checks[1].verdict = Verdict::kPass;
  EXPECT_FALSE(report.passed()) << "one was not run";
  report.checks[3].verdict = Verdict::kPass;
  EXPECT_TRUE(report.passed()) << "what cannot be judged is no fault";
  report.complete = false;
  EXPECT_FALSE(report.passed());
}

TEST(ConformReport, TellsTheLastRunInOneLine) {
  EXPECT_EQ(summary_line(example()),
            "4 checks: 1 passed, 1 failed, 1 not judged, 1 not run (2026-01-31, agent 0.1.0)");
}

TEST_F(Store, ComesBackAsItWas) {
  const ConformReport report = example();
  ASSERT_TRUE(keep(board_, report).ok());
  const auto kept = kept_report(board_);
  ASSERT_TRUE(kept) << kept.error().what;
  ASSERT_TRUE(*kept);
  EXPECT_TRUE(same(**kept, report));
  EXPECT_EQ(*report_path(board_), folder_ / "conform" / "acme_one.json");
}

TEST_F(Store, LeavesAnInstallationAsItIs) {
  const fs::path boards = folder_ / "usr" / "share" / "hilbench" / "boards";
  fs::create_directories(boards / "conform");
  board_.file = boards / "acme_one.json";
  ConformReport shipped = example();
  shipped.agent_version = "shipped";
  std::ofstream(boards / "conform" / "acme_one.json") << json_text(shipped);
  setenv("XDG_STATE_HOME", (folder_ / "state").c_str(), 1);
  const auto before = kept_report(board_);
  const Status kept = keep(board_, example());
  const auto after = kept_report(board_);
  unsetenv("XDG_STATE_HOME");
  ASSERT_TRUE(before && *before);
  EXPECT_EQ((*before)->agent_version, "shipped");
  ASSERT_TRUE(kept.ok()) << kept.error().what;
  EXPECT_TRUE(fs::exists(folder_ / "state" / "hilbench" / "conform" / "acme_one.json"));
  ASSERT_TRUE(after && *after);
  EXPECT_TRUE(same(**after, example()));
  const auto untouched = load_report(boards / "conform" / "acme_one.json");
  ASSERT_TRUE(untouched) << untouched.error().what;
  EXPECT_TRUE(same(*untouched, shipped));
}

TEST_F(Store, ObeysTheSchema) {
  const auto schema = boards::Schema::load("boards/conform/conform.schema.json");
  ASSERT_TRUE(schema) << schema.error().what;
  const auto status = schema->check(nlohmann::json::parse(json_text(example())), "example");
  EXPECT_TRUE(status.ok()) << status.error().what;
  auto wrong = nlohmann::json::parse(json_text(example()));
  wrong["checks"][0]["verdict"] = "splendid";
  EXPECT_FALSE(schema->check(wrong, "example").ok());
}

TEST_F(Store, NothingIsThereBeforeTheFirstRun) {
  const auto kept = kept_report(board_);
  ASSERT_TRUE(kept);
  EXPECT_FALSE(*kept);
}

TEST_F(Store, RefusesWhatIsNoReport) {
  for (const char* text : {"", "{", "[]", "{}", "\"x\"", R"({"conform_format": 2})",
                           R"({"conform_format": "1"})", R"({"conform_format": 1, "board": 3})"}) {
    write(text);
    const auto kept = kept_report(board_);
    ASSERT_FALSE(kept) << text;
    EXPECT_EQ(kept.error().blame, Blame::kConfig) << text;
  }
  auto broken = nlohmann::json::parse(json_text(example()));
  broken["checks"][1]["figures"][0]["origin"] = "guessed";
  write(broken.dump());
  EXPECT_FALSE(kept_report(board_));
  broken = nlohmann::json::parse(json_text(example()));
  broken["checks"] = 5;
  write(broken.dump());
  EXPECT_FALSE(kept_report(board_));
}

TEST_F(Store, RefusesTheReportOfAnotherBoard) {
  ConformReport other = example();
  other.board = "acme_two";
  write(json_text(other));
  const auto kept = kept_report(board_);
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().what, HasSubstr("acme_two"));
}

TEST_F(Store, IsNotReplacedByLess) {
  ConformReport report = example();
  EXPECT_EQ(reason_not_to_keep(board_, report), "");
  report.complete = false;
  EXPECT_NE(reason_not_to_keep(board_, report), "");
  report = example();
  report.quick = true;
  EXPECT_NE(reason_not_to_keep(board_, report), "");
  report = example();
  report.no_proof = "with --clock the board's file may name a wrong clock";
  EXPECT_EQ(reason_not_to_keep(board_, report), report.no_proof);
  report = example();
  report.core.clear();
  EXPECT_NE(reason_not_to_keep(board_, report), "");
  report = example();
  report.emulated = true;
  EXPECT_EQ(reason_not_to_keep(board_, report), "") << "nothing is kept yet";
  ASSERT_TRUE(keep(board_, example()).ok());
  EXPECT_THAT(reason_not_to_keep(board_, report), HasSubstr("on the desk"));
}

TEST_F(Store, SaysWhereItCannotBeKept) {
  board_.file = folder_ / "missing" / "deeper" / "acme_one.json";
  const Status kept = keep(board_, example());
  ASSERT_FALSE(kept.ok());
  EXPECT_THAT(kept.error().hint, HasSubstr("--json"));
}

TEST(KeptReports, AllObeyTheSchemaAndBelongToABoard) {
  const auto schema = boards::Schema::load("boards/conform/conform.schema.json");
  ASSERT_TRUE(schema) << schema.error().what;
  std::size_t reports = 0;
  for (const auto& entry : fs::directory_iterator("boards/conform")) {
    const fs::path& path = entry.path();
    if (path.extension() != ".json" || path.filename() == "conform.schema.json") continue;
    const auto json = boards::load_json(path);
    ASSERT_TRUE(json) << json.error().what;
    const auto status = schema->check(*json, path);
    EXPECT_TRUE(status.ok()) << status.error().what;
    const auto report = load_report(path);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->board, path.stem().string());
    EXPECT_TRUE(report->passed()) << path << ": " << tally(*report);
    EXPECT_TRUE(fs::exists(fs::path("boards") / path.filename())) << path;
    ++reports;
  }
  EXPECT_GE(reports, 1U);
}

}  // namespace
}  // namespace hil::conform
