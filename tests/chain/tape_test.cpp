// SPDX-License-Identifier: Apache-2.0
// Runs of the real hilbench, recorded, and replayed without a board: every byte of what they leave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
constexpr const char* kData = "fixtures/digits/test";

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class Tape : public testing::Test {
 protected:
  Words recorded(const Words& words) {
    return joined(words, {"--board", "linux", "--tape", tape()});
  }
  [[nodiscard]] std::string tape() const { return folder_ / "run.tape"; }
  Program::Outcome replay(const Words& more = {}) {
    return run_hilbench(joined({"replay", tape()}, more));
  }

  /// Records @p words with --json FILE, replays them, and expects the same record, and the same on
  /// standard output.
  void expect_same_record(const Words& words, int code = 0) {
    const auto run = run_hilbench(joined(recorded(words), {"--json", folder_ / "recorded.json"}));
    EXPECT_EQ(run.code, code) << run.err;
    const auto again = replay({"--json", folder_ / "replayed.json"});
    EXPECT_EQ(again.code, code) << again.err;
    EXPECT_THAT(again.err, HasSubstr("replayed to the letter: the record is the tape's, field by "
                                     "field"));
    EXPECT_EQ(again.out, run.out);
    const std::string record = read_text(folder_ / "recorded.json");
    EXPECT_EQ(read_text(folder_ / "replayed.json"), record);
    EXPECT_NE(record, "");
  }
  /// The same for commands that print their result.
  void expect_same_output(const Words& words) {
    const auto run = run_hilbench(recorded(words));
    EXPECT_EQ(run.code, 0) << run.err;
    const auto again = replay();
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("replayed to the letter"));
    EXPECT_EQ(again.out, run.out);
    EXPECT_NE(run.out, "");
  }

  TemporaryFolder folder_;
};

TEST_F(Tape, EvaluateGivesTheSameRecord) {
  expect_same_record({"evaluate", kModel, "--dataset", kData});
}

TEST_F(Tape, ProfileGivesTheSameRecord) {
  expect_same_record({"profile", kModel, "--runs", "5"});
}

TEST_F(Tape, VerifyAndInfoAndInferAndLogSayTheSame) {
  expect_same_output({"verify", kModel, "--json"});
  expect_same_output({"info", "--json"});
  expect_same_output({"infer", kModel, "--input", "fixtures/digits/test/digit_0007_7.bin"});
  expect_same_output({"log"});
}

TEST_F(Tape, ALossyRunGivesTheSameRecord) {
  expect_same_record({"evaluate", kModel, "--dataset", kData, "--limit", "100", "--inject",
                      "drop=2%,dup=1%,flip=1e-5,seed=7"});
  const json record = json::parse(read_text(folder_ / "recorded.json"));
  EXPECT_GT(record.at("link").at("retransmitted_frames").get<int>() +
                record.at("link").at("resend_requests").get<int>(),
            0);
}

TEST_F(Tape, OutputsAreWrittenAgain) {
  const auto run = run_hilbench(joined(recorded({"evaluate", kModel, "--dataset", kData}),
                                       {"--outputs", folder_ / "recorded.csv"}));
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(replay({"--outputs", folder_ / "replayed.csv"}).code, 0);
  EXPECT_EQ(read_text(folder_ / "replayed.csv"), read_text(folder_ / "recorded.csv"));
}

/// A dataset of many copies of a digit, so that a run lasts long enough to be disturbed.
void make_long_dataset(const fs::path& folder) {
  fs::create_directory(folder);
  std::ofstream labels(folder / "y_labels.csv");
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = std::to_string(i) + ".bin";
    if (i == 0) {
      fs::copy_file("fixtures/digits/test/digit_0007_7.bin", folder / name);
    } else {
      fs::create_hard_link(folder / "0.bin", folder / name);
    }
    labels << name << ",10,7\n";
  }
}

TEST_F(Tape, AnInterruptedRunEndsAtTheSamePlace) {
  make_long_dataset(folder_ / "data");
  Program program(joined(recorded({"evaluate", kModel, "--dataset", folder_ / "data"}),
                         {"--json", folder_ / "recorded.json"}));
  ASSERT_TRUE(program.wait_for_text("evaluate"));
  program.signal(SIGINT);
  const auto run = program.finish();
  ASSERT_EQ(run.code, 130) << run.err;
  const auto again = replay({"--json", folder_ / "replayed.json"});
  EXPECT_EQ(again.code, 130) << again.err;
  EXPECT_THAT(again.err, HasSubstr("replayed to the letter"));
  EXPECT_EQ(again.out, run.out);
  EXPECT_EQ(read_text(folder_ / "replayed.json"), read_text(folder_ / "recorded.json"));
}

TEST_F(Tape, OfAKilledRunCanBeReadUpToItsEnd) {
  Program program(recorded({"profile", kModel, "--runs", "100000"}));
  std::error_code missing;
  ASSERT_TRUE(program.wait_for([&](const std::string&) {
    return fs::exists(tape(), missing) && fs::file_size(tape(), missing) > 20'000;
  }));
  program.signal(SIGKILL);
  EXPECT_EQ(program.finish().code, 128 + SIGKILL);
  const auto shown = run_hilbench({"tape", "show", tape()});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("infer.begin"));
  EXPECT_THAT(shown.out, HasSubstr("no end: the run was killed"));
  const auto again = replay();
  EXPECT_EQ(again.code, 6) << again.err;
  EXPECT_THAT(again.err, HasSubstr("the tape has no end"));
  EXPECT_THAT(again.err, HasSubstr("the tape ends here"));
}

TEST_F(Tape, OtherFilesThanRecordedAreRefused) {
  fs::copy_file(kModel, folder_ / "model.tflite");
  fs::copy(kData, folder_ / "data");
  ASSERT_EQ(
      run_hilbench(recorded({"evaluate", folder_ / "model.tflite", "--dataset", folder_ / "data"}))
          .code,
      0);
  fs::rename(folder_ / "data", folder_ / "moved");
  const auto lost = replay();
  EXPECT_EQ(lost.code, 2);
  EXPECT_THAT(lost.err, HasSubstr("data is not there"));
  EXPECT_THAT(lost.err, HasSubstr("--dataset"));
  EXPECT_EQ(replay({"--dataset", folder_ / "moved"}).code, 1);  // the record names the folder
  write_text(folder_ / "moved/digit_0007_7.bin", std::string(64, '\1'));
  const auto changed = replay({"--dataset", folder_ / "moved"});
  EXPECT_EQ(changed.code, 2);
  EXPECT_THAT(changed.err, HasSubstr("digit_0007_7.bin is not the file that the tape was recorded "
                                     "with"));
  write_text(folder_ / "model.tflite", "x");
  const auto other = replay({"--dataset", folder_ / "moved"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("model.tflite is not the file"));
  EXPECT_THAT(other.err, HasSubstr("--model"));
}

TEST_F(Tape, ShowsJsonAndKnowsWhatIsNoTape) {
  ASSERT_EQ(run_hilbench(recorded({"info"})).code, 0);
  const auto shown = run_hilbench({"tape", "show", tape(), "--json"});
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.out, HasSubstr("\"summary\""));
  const auto none = run_hilbench({"replay", kModel});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("this is no tape"));
}

TEST_F(Tape, ShowFitsTheTerminal) {
  ASSERT_EQ(run_hilbench(recorded({"info"})).code, 0);
  for (const char* columns : {"80", "120"}) {
    ASSERT_EQ(setenv("COLUMNS", columns, 1), 0);
    const auto shown = run_hilbench({"tape", "show", tape()});
    unsetenv("COLUMNS");
    EXPECT_EQ(shown.code, 0);
    std::istringstream lines(shown.out);
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), std::stoul(columns)) << line;
    EXPECT_THAT(shown.out, HasSubstr("request 1 hello"));
  }
  const auto raw = run_hilbench({"tape", "show", tape(), "--raw"});
  EXPECT_EQ(raw.code, 0);
  EXPECT_THAT(raw.out, HasSubstr("write"));
}

/// The first @p count lines of @p text.
std::string first_lines(const std::string& text, int count) {
  std::size_t end = 0;
  for (int i = 0; i < count && end != std::string::npos; ++i)
    end = text.find('\n', end) + 1;
  return text.substr(0, end);
}

// Whatever has changed in the host's timing since, it says the same and comes to the same outputs.
TEST_F(Tape, OfAnEmulatedBoardNeedsNoAgent) {
  ASSERT_EQ(setenv("HILBENCH_AGENTS", (folder_ / "none").c_str(), 1), 0);
  const auto run = run_hilbench(
      {"replay", "fixtures/tapes/netduino_evaluate.tape", "--outputs", folder_ / "outputs.csv"});
  const auto info = run_hilbench({"replay", "fixtures/tapes/microbit_info.tape"});
  unsetenv("HILBENCH_AGENTS");
  EXPECT_THAT(run.err, Not(HasSubstr("behaves otherwise")));
  EXPECT_THAT(run.out, HasSubstr("20 samples"));
  EXPECT_EQ(read_text(folder_ / "outputs.csv"),
            first_lines(read_text("fixtures/digits/expected_outputs.csv"), 21));
  EXPECT_THAT(info.err, Not(HasSubstr("behaves otherwise")));
  EXPECT_THAT(info.out, HasSubstr("microbit"));
}

TEST_F(Tape, SeveralBoardsAreRefused) {
  const auto run = run_hilbench(
      {"evaluate", kModel, "--dataset", kData, "--board", "linux@1-2", "--tape", tape()});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--tape is of one board"));
}

TEST_F(Tape, AFullDiskEndsTheTapeNotTheRun) {
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small{20'000, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto run = run_hilbench(recorded({"evaluate", kModel, "--dataset", kData}));
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.out, HasSubstr("360 samples"));  // all of them
  EXPECT_THAT(run.err, HasSubstr("run.tape can't be written: File too large"));
  EXPECT_THAT(run_hilbench({"tape", "show", tape()}).out, HasSubstr("no end"));
}

}  // namespace
}  // namespace hil::test
