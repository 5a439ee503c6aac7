// SPDX-License-Identifier: Apache-2.0
// --inject and --link-limit as a person uses them: exact results, an honest record, the exit code.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
constexpr const char* kDigits = "fixtures/digits/test";

/// The digits ten times over: 3,600 samples, so that no seed lets all of their 2 million bits
/// through.
std::filesystem::path many_digits(const TemporaryFolder& folder) {
  namespace fs = std::filesystem;
  const fs::path digits = fs::absolute(kDigits);
  fs::copy_file(digits / "dataset.json", folder / "dataset.json");
  std::string all;
  for (int i = 0; i < 10; ++i) {
    std::istringstream rows(read_text(digits / "y_labels.csv"));
    for (std::string row; std::getline(rows, row);) {
      const std::string name = row.substr(0, row.find(','));
      fs::create_symlink(digits / name, folder / fmt::format("{}_{}", i, name));
      all += fmt::format("{}_{}\n", i, row);
    }
  }
  write_text(folder / "y_labels.csv", all);
  return folder.path();
}

/// @p text without its line breaks: where they are depends on the widths of measured figures.
std::string in_one_line(const std::string& text) {
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

struct Run {
  Program::Outcome outcome;
  results::Record record;
};

Run evaluate(const std::filesystem::path& dataset, const std::vector<std::string>& more) {
  const TemporaryFolder folder;
  std::vector<std::string> words{"evaluate", kModel,  "--dataset", dataset,
                                 "--board",  "linux", "--json",    folder / "record.json"};
  words.insert(words.end(), more.begin(), more.end());
  Run run{run_hilbench(words), {}};
  const auto record = report::load_record(folder / "record.json");
  EXPECT_TRUE(record.ok()) << record.error().what << run.outcome.err;
  if (record.ok()) run.record = *record;
  return run;
}

TEST(Inject, ResultsAreRightAndTheRecordSaysWhatWasBroken) {
  const TemporaryFolder folder;
  const auto run = evaluate(many_digits(folder), {"--inject", "drop=3%,dup=2%,flip=1e-5,seed=5"});
  ASSERT_EQ(run.outcome.code, 0) << run.outcome.err;
  EXPECT_EQ(run.record.verdict.outputs_checked, 3'600u);
  EXPECT_EQ(run.record.verdict.outputs_differing, 0u);
  const results::LinkInfo& link = run.record.link;
  ASSERT_TRUE(link.injected);
  EXPECT_EQ(link.injected->plan, "drop=3%, flip=1e-05, dup=2%, seed=5");
  EXPECT_GT(link.injected->frames, 0u);
  EXPECT_GT(link.injected->flipped_bits, 0u);
  EXPECT_GT(link.frames_lost_to_board + link.frames_lost_from_board, 0u);
  EXPECT_GT(link.retransmitted_frames + link.device_duplicate_frames, 0u);
  EXPECT_FALSE(link.limit) << "who breaks the line wants the run to end";
  EXPECT_EQ(link.payload_bytes_sent, 3'600u * 64);
  EXPECT_EQ(link.payload_bytes_received, 3'600u * 10);
  EXPECT_GT(link.goodput_bytes_per_s.value_or(0), 0);
  EXPECT_FALSE(link.line_share) << "this line has no rate";
  EXPECT_THAT(in_one_line(run.outcome.out),
              AllOf(HasSubstr("injected drop=3%, flip=1e-05, dup=2%, seed=5:"),
                    HasSubstr("lost or damaged "), HasSubstr("PASS"), HasSubstr("goodput ")));
}

TEST(Inject, ALimitThatIsAskedForMakesItALinkError) {
  const TemporaryFolder folder;
  const auto run =
      evaluate(many_digits(folder), {"--inject", "drop=3%,flip=1e-5", "--link-limit", "0"});
  EXPECT_EQ(run.outcome.code, exit_code(Blame::kLink)) << run.outcome.err;
  const results::Verdict& verdict = run.record.verdict;
  EXPECT_EQ(verdict.status, results::VerdictStatus::kError);
  EXPECT_TRUE(verdict.complete) << "everything was measured";
  EXPECT_EQ(verdict.outputs_checked, 3'600u);
  EXPECT_EQ(verdict.outputs_differing, 0u);
  ASSERT_TRUE(verdict.error);
  EXPECT_THAT(verdict.error->what, HasSubstr("the limit is none"));
  EXPECT_FALSE(run.record.metrics.empty()) << "the record is as full as that of a pass";
  EXPECT_THAT(in_one_line(run.outcome.out),
              AllOf(HasSubstr("ERROR"), HasSubstr("every result is right")));
}

TEST(Inject, AGoodLineKeepsToTheLimitThatAlwaysApplies) {
  const auto run = evaluate(kDigits, {});
  ASSERT_EQ(run.outcome.code, 0) << run.outcome.err;
  const results::LinkInfo& link = run.record.link;
  ASSERT_TRUE(link.limit);
  EXPECT_EQ(link.limit->lost_share, 0.01);
  EXPECT_FALSE(link.injected);
  EXPECT_EQ(link.frames_lost_to_board, 0u);
  EXPECT_EQ(link.frames_lost_from_board, 0u);
  EXPECT_EQ(link.resyncs, 0u);
  EXPECT_EQ(link.reconnects, 0u);
  EXPECT_THAT(in_one_line(run.outcome.out),
              AllOf(HasSubstr("limit 1 % of frames"), Not(HasSubstr("injected")),
                    Not(HasSubstr("lost or"))));
  EXPECT_FALSE(evaluate(kDigits, {"--link-limit", "none"}).record.link.limit);
  EXPECT_EQ(evaluate(kDigits, {"--link-limit", "0"}).outcome.code, 0);
}

TEST(Inject, ProfilesHaveItToo) {
  const TemporaryFolder folder;
  const auto outcome = run_hilbench({"profile", kModel, "--board", "linux", "--inject", "flip=1e-5",
                                     "--runs", "100", "--json", folder / "record.json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto record = report::load_record(folder / "record.json");
  ASSERT_TRUE(record.ok()) << record.error().what;
  ASSERT_TRUE(record->link.injected);
  EXPECT_EQ(record->link.injected->plan, "flip=1e-05, seed=1");
  EXPECT_GT(record->link.injected->frames, 0u);
  EXPECT_EQ(record->link.payload_bytes_sent, 105u * 64);
  EXPECT_THAT(in_one_line(outcome.out), HasSubstr("the line silent meanwhile"));
}

TEST(Inject, CommandsWithoutRecordSayItAtTheirEnd) {
  for (const char* command : {"infer", "verify", "info", "log"}) {
    std::vector<std::string> words{command, "--board", "linux", "--inject", "dup=100%"};
    const std::string name = command;
    if (name == "infer" || name == "verify") {
      words.insert(words.begin() + 1, {kModel, "--input", "fixtures/digits/test/digit_0007_7.bin"});
    }
    const auto outcome = run_hilbench(words);
    EXPECT_EQ(outcome.code, 0) << name << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("injected dup=100%, seed=1: ")) << name;
    EXPECT_THAT(outcome.err, HasSubstr("frames doubled")) << name;
  }
}

TEST(Inject, ACableThatIsCutForGoodIsALinkError) {
  const auto run = evaluate(kDigits, {"--inject", "cut=3600s@0s", "--reconnect", "0"});
  EXPECT_EQ(run.outcome.code, exit_code(Blame::kLink)) << run.outcome.err;
  EXPECT_FALSE(run.record.verdict.complete);
  ASSERT_TRUE(run.record.link.injected);
  EXPECT_EQ(run.record.link.injected->cuts, 1u);
  EXPECT_GT(run.record.link.injected->cut_bytes, 0u);
}

TEST(Inject, WrongWordsAreNamedBeforeABoardIsTouched) {
  const auto wrong = run_hilbench({"info", "--board", "linux", "--inject", "dorp=1%"});
  EXPECT_EQ(wrong.code, exit_code(Blame::kUser));
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("fault 'dorp=1%' is of no known kind"),
                               HasSubstr("did you mean drop?")));
  const auto limit = run_hilbench(
      {"evaluate", kModel, "--dataset", kDigits, "--board", "linux", "--link-limit", "often"});
  EXPECT_EQ(limit.code, exit_code(Blame::kUser));
  EXPECT_THAT(limit.err, HasSubstr("--link-limit often is no share from 0 to 1 or 0% to 100%"));
}

}  // namespace
}  // namespace hil::test
