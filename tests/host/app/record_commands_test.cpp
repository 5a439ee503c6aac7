// SPDX-License-Identifier: Apache-2.0
// hilbench show and compare: exit codes, sentences, and what is left on the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/base/file.hpp"
#include "host/report/console.hpp"
#include "host/report/json_record.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

results::Record record() {
  results::Record made;
  made.command = "profile";
  made.model.file = "kws.tflite";
  made.model.sha256 = std::string(64, 'a');
  made.board.id = "linux";
  results::Metric latency;
  latency.name = "latency_us";
  latency.unit = "us";
  latency.kind = results::MetricKind::kNoisy;
  latency.better = results::Better::kLower;
  latency.value = 100;
  latency.interval = results::Interval{99, 101, 0.95, "order-statistics"};
  made.metrics = {latency};
  return made;
}

results::Record slower() {
  results::Record made = record();
  made.metrics[0].value = 120;
  made.metrics[0].interval = results::Interval{119, 121, 0.95, "order-statistics"};
  return made;
}

results::Record other_model() {
  results::Record made = slower();
  made.model.sha256 = std::string(64, 'b');
  return made;
}

/// What a command printed and how it ended.
struct Ended {
  Result<int> code;
  std::string output, errors;
};

Ended run(Result<int> (*command)(const std::vector<std::string>&),
          const std::vector<std::string>& words) {
  CaptureStdout();
  CaptureStderr();
  auto code = command(words);
  std::string output = GetCapturedStdout();
  return {std::move(code), std::move(output), GetCapturedStderr()};
}

class RecordCommands : public testing::Test {
 protected:
  std::string save(const char* name, const results::Record& saved) {
    const auto path = folder_.path() / name;
    const Status status = report::save_record(saved, path);
    EXPECT_TRUE(status.ok());
    return path.string();
  }
  std::string save_text(const char* name, const std::string& text) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, text).ok());
    return path.string();
  }

  ScratchFolder folder_;
};

TEST_F(RecordCommands, ShowPrintsWhatTheRunPrinted) {
  const auto shown = run(show_command, {save("a.json", record())});
  ASSERT_TRUE(shown.code) << shown.code.error().what;
  EXPECT_EQ(*shown.code, 0);
  EXPECT_EQ(shown.output, report::console_text(record(), 80));
}

TEST_F(RecordCommands, ShowTakesAFailedRunAndStillSucceeds) {
  results::Record failed = record();
  failed.verdict = {results::VerdictStatus::kError,
                    false,
                    Error{Blame::kLink, "the cable is out", "plug it in"},
                    1,
                    9,
                    1,
                    0};
  const auto shown = run(show_command, {save("a.json", failed)});
  ASSERT_TRUE(shown.code) << shown.code.error().what;
  EXPECT_EQ(*shown.code, 0);
  EXPECT_THAT(shown.output, HasSubstr("1 of 9 runs"));
  EXPECT_THAT(shown.output, EndsWith("link: the cable is out\nnext: plug it in\n"));
}

TEST_F(RecordCommands, ShowAsJsonIsTheRecord) {
  const auto shown = run(show_command, {save("a.json", record()), "--json"});
  ASSERT_TRUE(shown.code) << shown.code.error().what;
  EXPECT_EQ(shown.output, report::json_text(record()));
}

TEST_F(RecordCommands, WhatIsNoRecordIsRefused) {
  auto newer = nlohmann::json::parse(report::json_text(record()));
  newer["schema"]["major"] = 2;
  const std::pair<std::string, const char*> cases[] = {
      {save_text("text", "hello"), "it is not valid JSON"},
      {save_text("list", "[1]"), "it is not an object"},
      {save_text("object", "{}"), "schema is missing"},
      {save_text("major", newer.dump()), "it has record version 2.5, this program reads 1.x"},
      {save_text("cut", report::json_text(record()).substr(0, 400)), "it is not valid JSON"},
  };
  const std::string good = save("good.json", record());
  for (const auto& [path, reason] : cases) {
    for (const auto& ended : {run(show_command, {path}), run(compare_command, {good, path}),
                              run(compare_command, {path, good, "--force"})}) {
      ASSERT_FALSE(ended.code) << path;
      EXPECT_EQ(exit_code(ended.code.error().blame), 2);
      EXPECT_EQ(ended.code.error().what, path + " is not a usable record: " + reason);
      EXPECT_FALSE(ended.code.error().hint.empty());
      EXPECT_EQ(ended.output, "");
    }
  }
  const auto none = run(show_command, {(folder_.path() / "none").string()});
  ASSERT_FALSE(none.code);
  EXPECT_EQ(exit_code(none.code.error().blame), 2);
}

TEST_F(RecordCommands, CompareOfLikeRuns) {
  const auto compared = run(compare_command, {save("a.json", record()), save("b.json", slower())});
  ASSERT_TRUE(compared.code) << compared.code.error().what;
  EXPECT_EQ(*compared.code, 0);
  EXPECT_THAT(compared.output, HasSubstr("All conditions are the same."));
  EXPECT_THAT(compared.output, HasSubstr("latency_us  100  120    +20  1.200  worse"));
  EXPECT_EQ(compared.errors, "");
}

TEST_F(RecordCommands, CompareRefusesOtherConditionsAndSaysWhich) {
  const std::string a = save("a.json", record());
  const std::string b = save("b.json", other_model());
  const std::string json = (folder_.path() / "c.json").string();
  const auto refused = run(compare_command, {a, b, "--json", json});
  ASSERT_FALSE(refused.code);
  EXPECT_EQ(exit_code(refused.code.error().blame), 2);
  EXPECT_EQ(refused.code.error().what, a + " and " + b + " differ in model.sha256");
  EXPECT_EQ(refused.code.error().hint,
            "compare runs under the same conditions, or add --force to compare all the same");
  EXPECT_THAT(refused.errors, HasSubstr("A aaaaaaaaaaaa\n"));
  EXPECT_THAT(refused.errors, HasSubstr("B bbbbbbbbbbbb\n"));
  EXPECT_EQ(refused.output, "");
  EXPECT_EQ(folder_.entry_count(), 2) << "no comparison is written";
}

TEST_F(RecordCommands, CompareByForceSaysSo) {
  const auto forced =
      run(compare_command, {"--force", save("a.json", record()), save("b.json", other_model())});
  ASSERT_TRUE(forced.code) << forced.code.error().what;
  EXPECT_THAT(forced.output, HasSubstr("Compared all the same (--force)"));
  EXPECT_THAT(forced.output, HasSubstr("The\nmodels are not the same one."));
  EXPECT_THAT(forced.output, HasSubstr("worse"));
}

TEST_F(RecordCommands, CompareWritesJson) {
  const std::string a = save("a.json", record());
  const std::string b = save("b.json", slower());
  const auto path = folder_.path() / "c.json";
  const auto to_file = run(compare_command, {a, b, "--json", path.string()});
  ASSERT_TRUE(to_file.code) << to_file.code.error().what;
  EXPECT_THAT(to_file.output, HasSubstr("worse"));
  const auto to_output = run(compare_command, {a, b, "--json", "-"});
  ASSERT_TRUE(to_output.code) << to_output.code.error().what;
  const auto written = read_text_file(path, 1 << 20);
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_EQ(*written, to_output.output);
  EXPECT_EQ(nlohmann::json::parse(*written).at("metrics").at(0).at("finding"), "worse");
  const auto nowhere = run(compare_command, {a, b, "--json", "/none/c.json"});
  ASSERT_FALSE(nowhere.code);
  EXPECT_EQ(exit_code(nowhere.code.error().blame), 2);
  EXPECT_EQ(nowhere.output, "");
}

TEST_F(RecordCommands, CompareOverwritesNoRecord) {
  const std::string a = save("a.json", record());
  const std::string b = save("b.json", slower());
  const std::string again = (folder_.path() / "." / "b.json").string();
  const auto refused = run(compare_command, {a, b, "--json", again});
  ASSERT_FALSE(refused.code);
  EXPECT_EQ(refused.code.error().what, "--json " + again + " is one of the compared records");
  EXPECT_EQ(refused.code.error().hint, "give another file");
  const auto kept = report::load_record(b);
  ASSERT_TRUE(kept) << kept.error().what;
  EXPECT_EQ(report::json_text(*kept), report::json_text(slower()));
}

TEST_F(RecordCommands, CompareNeedsTwoRecords) {
  EXPECT_EQ(compare_command({}).error().what, "compare needs A");
  EXPECT_EQ(compare_command({"a"}).error().what, "compare needs B");
  EXPECT_EQ(show_command({}).error().what, "show needs RECORD");
}

}  // namespace
}  // namespace hil::app
