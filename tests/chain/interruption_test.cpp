// SPDX-License-Identifier: Apache-2.0
// Runs that end before their time: agent killed, agent silent, Ctrl-C. Nothing measured is lost.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "host/base/signals.hpp"
#include "host/boards/catalogue.hpp"
#include "host/data/load.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/evaluate.hpp"
#include "host/measure/infer.hpp"
#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

/// A dataset of many copies of the digits, so that a run lasts long enough to be disturbed.
class Interruption : public testing::Test {
 protected:
  static constexpr int kSamples = 40'000;

  void SetUp() override {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator("fixtures/digits/test")) {
      if (entry.path().extension() == ".bin") files.push_back(entry.path());
    }
    ASSERT_FALSE(files.empty());
    fs::create_directory(folder_ / "data");
    std::ofstream labels(folder_ / "data/y_labels.csv");
    const std::string bytes = read_text(files.front());
    for (int i = 0; i < kSamples; ++i) {
      const std::string name = std::to_string(i) + ".bin";
      write_text(folder_ / ("data/" + name), bytes);
      labels << name << ",10," << i % 10 << "\n";
    }
  }
  Program start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"evaluate",  "fixtures/digits/digits_int8.tflite",
                                   "--dataset", folder_ / "data",
                                   "--board",   "linux",
                                   "--json",    folder_ / "record.json",
                                   "--outputs", folder_ / "outputs.csv"};
    words.insert(words.end(), more.begin(), more.end());
    return Program(words);
  }
  /// What every broken-off run must leave: a readable, incomplete record and whole rows.
  void expect_partial_record(const std::string& status) {
    const auto record = report::load_record(folder_ / "record.json");
    ASSERT_TRUE(record) << record.error().what;
    EXPECT_FALSE(record->verdict.complete);
    EXPECT_GT(record->verdict.samples_done, 0u);
    EXPECT_LT(record->verdict.samples_done, static_cast<std::uint64_t>(kSamples));
    EXPECT_THAT(read_text(folder_ / "record.json"), HasSubstr("\"" + status + "\""));
    const std::string rows = read_text(folder_ / "outputs.csv");
    EXPECT_EQ(static_cast<std::uint64_t>(std::count(rows.begin(), rows.end(), '\n')),
              record->verdict.samples_done + 1);
    EXPECT_THAT(folder_.entries(), testing::ElementsAre("data", "outputs.csv", "record.json"));
  }

  TemporaryFolder folder_;
};

bool is_alive(pid_t pid) {
  return kill(pid, 0) == 0;
}

TEST_F(Interruption, AKilledAgentIsTheDevicesFaultAtOnce) {
  Program program = start();
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("evaluate "));
  kill(*agent, SIGKILL);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_LT(outcome.took, seconds(3));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("ended by signal 9 (SIGKILL)"), HasSubstr("sample "),
                                 HasSubstr(".bin")));
  expect_partial_record("error");
}

TEST_F(Interruption, ASilentAgentIsTheLinksFault) {
  Program program = start({"--reconnect", "2"});
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("evaluate "));
  kill(*agent, SIGSTOP);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("no answer"), HasSubstr("sample ")));
  EXPECT_FALSE(is_alive(*agent)) << "a stopped agent must not stay behind";
  expect_partial_record("error");
}

TEST_F(Interruption, CtrlCEndsTheWaitForAHungAgent) {
  Program program = start({"--reconnect", "110"});
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("evaluate "));
  kill(*agent, SIGSTOP);
  ASSERT_TRUE(program.wait_for_text("waiting for the board to come back")) << "it is announced";
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_LT(outcome.took, seconds(60)) << "not by --reconnect";
  EXPECT_FALSE(is_alive(*agent)) << "a stopped agent must not stay behind";
  expect_partial_record("interrupted");
}

TEST_F(Interruption, CtrlCKeepsWhatWasMeasured) {
  Program program = start();
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("evaluate "));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_FALSE(is_alive(*agent));
  expect_partial_record("interrupted");
}

TEST_F(Interruption, CtrlCEndsTheWaitForAnAgentThatSaysNothing) {
  setenv("HILBENCH_AGENTS", HIL_AGENT_MUTE, 1);
  Program program = start();
  const auto agent = program.agent();
  unsetenv("HILBENCH_AGENTS");
  ASSERT_TRUE(agent);
  usleep(500'000);
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_LT(outcome.took, seconds(5)) << "the start alone may take 10 s";
  EXPECT_THAT(outcome.err, HasSubstr("stopped while linux on"));
  EXPECT_FALSE(is_alive(*agent));
  EXPECT_THAT(folder_.entries(), testing::ElementsAre("data"));
}

TEST_F(Interruption, AKilledHilbenchLeavesNoAgent) {
  Program program = start();
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("evaluate "));
  program.signal(SIGKILL);
  EXPECT_EQ(program.finish().code, 137);
  for (int i = 0; i < 2000 && is_alive(*agent); ++i)
    usleep(1000);
  EXPECT_FALSE(is_alive(*agent));
  EXPECT_FALSE(fs::exists(folder_ / "record.json")) << "a half-written record has no name";
  const int unnamed = open(folder_.path().c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (unnamed < 0)
    GTEST_SKIP() << "this file system has no files without names: " << folder_.path();
  close(unnamed);
  EXPECT_THAT(folder_.entries(), testing::ElementsAre("data"));
}

/// Commands that leave no record, with an agent that lets them wait.
class Ended : public testing::Test {
 protected:
  void TearDown() override { unsetenv("HILBENCH_AGENTS"); }
  static std::vector<std::string> infer() {
    return {"infer",   "fixtures/digits/digits_int8.tflite",   "--board", "linux",
            "--input", "fixtures/digits/test/digit_0007_7.bin"};
  }
  /// Sends @p number after @p wait and checks that nothing stays behind.
  void expect_gone(const std::vector<std::string>& words, int number,
                   std::chrono::milliseconds wait) {
    Program program(words);
    const auto agent = program.agent();
    ASSERT_TRUE(agent);
    std::this_thread::sleep_for(wait);
    program.signal(number);
    const auto outcome = program.finish();
    EXPECT_EQ(outcome.code, 128 + number) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_FALSE(is_alive(*agent)) << "the agent stays behind";
    EXPECT_THAT(folder_.entries(), testing::IsEmpty());
  }
  TemporaryFolder folder_;
};

TEST_F(Ended, InferByCtrlCInTheMidstOfAnInference) {
  setenv("HILBENCH_AGENTS", HIL_AGENT_STUCK, 1);
  expect_gone(infer(), SIGINT, std::chrono::milliseconds(1000));
  expect_gone(infer(), SIGTERM, std::chrono::milliseconds(1000));
}

TEST_F(Ended, ByCtrlCAsSoonAsTheAgentStarts) {
  setenv("HILBENCH_AGENTS", HIL_AGENT_STUCK, 1);
  const std::string json = folder_ / "record.json";
  const std::string model = infer()[1];
  expect_gone(infer(), SIGINT, std::chrono::milliseconds(0));
  expect_gone({"verify", model, "--board", "linux"}, SIGINT, std::chrono::milliseconds(0));
}

TEST(Stopped, WhileTheModelIsSentTellsNothingOfIt) {
  const auto board = boards::Catalogue::load().value().find("linux");
  ASSERT_TRUE(board) << board.error().what;
  const auto ready = lab::make_ready(*board, {}, Deadline::after(seconds(10)));
  ASSERT_TRUE(ready) << ready.error().what;
  const auto model = model::load("fixtures/digits/digits_int8.tflite");
  const auto dataset = data::load_dataset("fixtures/digits/test");
  ASSERT_TRUE(model && dataset);
  const auto source = measure::SampleSource::make(*dataset, *model, {});
  ASSERT_TRUE(source) << source.error().what;
  const StopRequest stop;
  measure::Watch watch;
  watch.stop = &stop;
  watch.progress = [](measure::Phase phase, std::uint64_t, std::uint64_t) {
    if (phase == measure::Phase::kUpload) raise(SIGINT);
  };
  const auto evaluation = measure::evaluate(**ready, *model, *source, {.count = 5}, watch);
  EXPECT_EQ(evaluation.record.verdict.status, results::VerdictStatus::kInterrupted);
  EXPECT_FALSE(evaluation.record.verdict.complete);
  EXPECT_FALSE(evaluation.record.verdict.error);
  EXPECT_TRUE(evaluation.record.metrics.empty()) << "of a model that may not be loaded";
  const auto inputs = source->read(0);
  ASSERT_TRUE(inputs);
  const auto again = measure::infer(**ready, *model, *inputs, measure::Watch{});
  EXPECT_TRUE(again) << again.error().what;
}

}  // namespace
}  // namespace hil::test
