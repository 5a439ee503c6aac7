// SPDX-License-Identifier: Apache-2.0
// hilbench log on the linux board: what it has said since its start, and on until Ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(json::parse(line));
  return lines;
}

TEST(LogCommand, TellsOfBootAndSessionWithDeviceTime) {
  const auto outcome = run_hilbench({"log", "--board", "linux", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto lines = lines_of(outcome.out);
  ASSERT_EQ(lines.size(), 3u) << outcome.out;
  EXPECT_THAT(lines[0]["text"].get<std::string>(), StartsWith("1000000000 Hz, agent "));
  EXPECT_EQ(lines[1]["text"], "boot 1: power-on");
  EXPECT_EQ(lines[2]["text"], "session opened");
  double before = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i]["number"], i + 1);
    EXPECT_GE(lines[i]["device_s"].get<double>(), before);
    before = lines[i]["device_s"].get<double>();
    EXPECT_THAT(lines[i]["host_utc"].get<std::string>(), HasSubstr("T"));
  }
  EXPECT_LT(before, 60) << "since the agent's start, not the machine's";
}

TEST(LogCommand, IsATableForPeople) {
  const auto outcome = run_hilbench({"log", "--board", "linux", "--level", "info"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("log of linux: boot 1 after power-on; device time counts"));
  EXPECT_THAT(outcome.out, HasSubstr("  info     boot 1: power-on\n"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("debug")));
}

TEST(LogCommand, FollowsOverACrashUntilCtrlC) {
  const TemporaryFolder folder;
  const auto out = folder / "out.txt";
  Program program({"log", "--board", "linux", "--follow"}, out);
  const auto wait_for = [&](const std::string& text) {
    return program.wait_for(
        [&](const std::string&) { return read_text(out).find(text) != std::string::npos; });
  };
  ASSERT_TRUE(wait_for("session opened"));
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_EQ(kill(*agent, SIGSEGV), 0);
  ASSERT_TRUE(wait_for("-- the agent restarted: boot 2 after fault, SIGSEGV"));
  ASSERT_TRUE(wait_for("warning  boot 2: fault, SIGSEGV"));
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().code, 128 + SIGINT);
}

/// Whatever fails while Ctrl-C comes is no error: here a question that a hanging agent leaves open.
TEST(LogCommand, CtrlCWhileTheBoardIsSilentIsNoError) {
  const TemporaryFolder folder;
  const auto out = folder / "out.txt";
  Program program({"log", "--board", "linux", "--follow"}, out);
  ASSERT_TRUE(program.wait_for([&](const std::string&) {
    return read_text(out).find("session opened") != std::string::npos;
  }));
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_EQ(kill(*agent, SIGSTOP), 0);
  usleep(2'500'000);  // it asks every two seconds
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 128 + SIGINT);
  EXPECT_EQ(outcome.err, "");
}

TEST(LogCommand, ShowsWhatARunLeftInItsRecord) {
  const TemporaryFolder folder;
  const auto run = run_hilbench({"evaluate", "fixtures/digits/digits_int8.tflite", "--dataset",
                                 "fixtures/digits/test", "--limit", "5", "--board", "linux",
                                 "--json", folder / "record.json"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("agent log"));
  const auto record = report::load_record(folder / "record.json");
  ASSERT_TRUE(record) << record.error().what;
  double before = 0;
  for (const results::Event& event : record->events) {
    if (event.kind != "agent-log") continue;
    ASSERT_TRUE(event.device_ms);
    EXPECT_GE(*event.device_ms, before);
    before = *event.device_ms;
    EXPECT_FALSE(event.level.empty());
  }
  const auto outcome = run_hilbench({"log", folder / "record.json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("  debug    run of 5 begins\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  info     run ended after sample 4\n"));
}

}  // namespace
}  // namespace hil::test
