// SPDX-License-Identifier: Apache-2.0
// hilbench log: columns, JSON, records, and what cannot be asked for together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/app/log_text.hpp"
#include "host/report/json_record.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStdout;

/// 2026-11-20 20:52:07.042 UTC.
std::chrono::system_clock::time_point some_time() {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'795'207'927'042));
}

LoggedLine some_line() {
  return {12, {}, 3.0000015, some_time(), "warning", "crash: stack overflow"};
}

TEST(LogText, LinesStandUnderTheirHead) {
  LogStyle style;
  EXPECT_EQ(log_head(style), "  line        device s  level    text\n");
  EXPECT_EQ(log_line_text(some_line(), style),
            "    12        3.000002  warning  crash: stack overflow\n");
  style.numbered = false;
  LoggedLine line = some_line();
  line.at_ms = 1234.56;
  line.device_s.reset();
  EXPECT_EQ(log_head(style), "    run ms        device s  level    text\n");
  EXPECT_EQ(log_line_text(line, style),
            "    1234.6               -  warning  crash: stack overflow\n");
}

TEST(LogText, TimesOfDayAreLocalAndInJsonUtc) {
  LogStyle style;
  style.time_of_day = true;
  const std::time_t seconds = 1'795'207'927;
  std::tm local{};
  localtime_r(&seconds, &local);
  char clock[16];
  ASSERT_EQ(std::strftime(clock, sizeof(clock), "%H:%M:%S", &local), 8u);
  EXPECT_EQ(log_line_text(some_line(), style), "    12        3.000002  " + std::string(clock) +
                                                   ".042  warning  crash: stack overflow\n");
  const auto json = log_line_json(some_line());
  EXPECT_EQ(json["host_utc"].get<std::string>().substr(19), ".042Z");
  EXPECT_EQ(json["number"], 12);
  EXPECT_EQ(json["device_s"], 3.0000015);
  EXPECT_EQ(json["level"], "warning");
  EXPECT_FALSE(json.contains("at_ms"));
}

TEST(LogText, LongTextIsWrappedUnderItself) {
  LogStyle style;
  style.width = 60;
  LoggedLine line = some_line();
  line.text = "one two three four five six seven";
  EXPECT_EQ(log_line_text(line, style),
            "    12        3.000002  warning  one two three four five six\n"
            "                                 seven\n");
  line.text.clear();
  EXPECT_EQ(log_line_text(line, style), "    12        3.000002  warning  \n");
}

TEST(LogText, HostileTextDoesNotReachTheTerminal) {
  LoggedLine line = some_line();
  line.text = "\x1b[2J\n\xc2\x9b";
  line.level = "\x07";
  for (const std::string& shown : {log_line_text(line, {}), log_line_json(line).dump()}) {
    EXPECT_THAT(shown, Not(HasSubstr("\x1b"))) << shown;
    EXPECT_THAT(shown, Not(HasSubstr("\x07"))) << shown;
    EXPECT_THAT(shown, HasSubstr("?[2J?")) << shown;
  }
}

class LogOfARecord : public testing::Test {
 protected:
  void SetUp() override {
    results::Record record;
    record.command = "evaluate";
    record.board.id = "microbit";
    record.board.emulated = true;
    record.events = {{1.5, "agent-log", "session opened", "info", 250.0},
                     {2.5, "note", "said by the host"},
                     {3.5, "agent-log", "run stopped", "warning", 260.0},
                     {4.5, "agent-log-lost", "2 of the agent's log lines did not reach the host"}};
    file_ = (folder_.path() / "record.json").string();
    ASSERT_TRUE(report::save_record(record, file_).ok());
  }
  std::string shown(std::vector<std::string> words) {
    words.push_back(file_);
    CaptureStdout();
    const auto code = log_command(words);
    std::string output = GetCapturedStdout();
    EXPECT_TRUE(code.ok()) << code.error().what;
    return output;
  }
  ScratchFolder folder_;
  std::string file_;
};

TEST_F(LogOfARecord, HasTheAgentsLinesWithBothTimes) {
  EXPECT_EQ(shown({}), "log in " + file_ +
                           ": evaluate on microbit; device time is virtual (emulated)\n"
                           "    run ms        device s  level    text\n"
                           "       1.5        0.250000  info     session opened\n"
                           "       3.5        0.260000  warning  run stopped\n"
                           "-- 2 of the agent's log lines did not reach the host\n");
}

TEST_F(LogOfARecord, LevelLeavesOutWhatIsBelow) {
  const std::string text = shown({"--level", "warning"});
  EXPECT_THAT(text, Not(HasSubstr("session opened")));
  EXPECT_THAT(text, HasSubstr("run stopped"));
  EXPECT_THAT(shown({"--level", "error"}), Not(HasSubstr("run stopped")));
}

TEST_F(LogOfARecord, JsonIsOneObjectALine) {
  EXPECT_EQ(shown({"--json"}),
            "{\"at_ms\":1.5,\"device_s\":0.25,\"level\":\"info\",\"text\":\"session opened\"}\n"
            "{\"at_ms\":3.5,\"device_s\":0.26,\"level\":\"warning\",\"text\":\"run stopped\"}\n"
            "{\"lost\":\"2 of the agent's log lines did not reach the host\"}\n");
}

TEST_F(LogOfARecord, WhatDoesNotGoTogetherIsRefused) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {file_, "--board", "linux"},
                                                {file_, "--follow"},
                                                {"--level", "loud", file_},
                                                {"no/such/record.json"}}) {
    const auto code = log_command(words);
    ASSERT_FALSE(code.ok());
    EXPECT_EQ(code.error().blame, Blame::kUser) << code.error().what;
  }
}

}  // namespace
}  // namespace hil::app
