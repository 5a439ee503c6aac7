// SPDX-License-Identifier: Apache-2.0
// The supervisor's lines, there and back, and what is no such line.
#include "host/emulate/virtual_board_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::emulate {
namespace {

using testing::HasSubstr;

VirtualBoardInfo example() {
  return {"netduino_plus_2",
          2,
          "HIL-netduino_plus_2-2",
          "/dev/pts/7",
          40001,
          40002,
          40003,
          77,
          78,
          "/s/f"};
}

/// Without the line feed.
std::string_view body(const std::string& line) {
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return std::string_view(line).substr(0, line.size() - 1);
}

TEST(VirtualBoardLines, ReadyLineThereAndBack) {
  const std::string line = ready_line(example());
  EXPECT_EQ(line,
            "{\"board\":\"netduino_plus_2\",\"instance\":2,\"serial\":\"HIL-netduino_plus_2-2\","
            "\"pty\":\"/dev/pts/7\",\"stlink_port\":40001,\"jtag_port\":40002,\"gdb_port\":40003,"
            "\"pid\":77,\"qemu_pid\":78,\"flash\":\"/s/f\"}\n");
  const auto read = parse_line(body(line));
  ASSERT_TRUE(read.ok()) << read.error().what;
  const auto* info = std::get_if<VirtualBoardInfo>(&*read);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(ready_line(*info), line);
}

TEST(VirtualBoardLines, TheMeterIsNamedIfThereIsOne) {
  VirtualBoardInfo with_meter = example();
  with_meter.meter_port = "/dev/pts/9";
  const std::string line = ready_line(with_meter);
  EXPECT_THAT(line, HasSubstr("\"flash\":\"/s/f\",\"meter_port\":\"/dev/pts/9\"}"));
  const auto read = parse_line(body(line));
  ASSERT_TRUE(read.ok()) << read.error().what;
  EXPECT_EQ(std::get<VirtualBoardInfo>(*read).meter_port, "/dev/pts/9");
}

TEST(VirtualBoardLines, TruthThereAndBack) {
  const std::string line = truth_line({3, 60, 0.1234567890123456, 1e-9});
  const auto read = parse_line(body(line));
  ASSERT_TRUE(read.ok()) << read.error().what;
  const auto& truth = std::get<TruthTotals>(*read);
  EXPECT_EQ(truth.runs, 3u);
  EXPECT_EQ(truth.windows, 60u);
  EXPECT_EQ(truth.window_joules, 0.1234567890123456);
  EXPECT_EQ(truth.window_coulombs, 1e-9);
  for (const char* wrong :
       {R"({"truth":1})", R"({"truth":{"runs":1,"windows":-1,"window_joules":1}})",
        R"({"truth":{"runs":1,"windows":1,"window_joules":"x","window_coulombs":0}})"})
    EXPECT_FALSE(parse_line(wrong).ok()) << wrong;
}

TEST(VirtualBoardLines, EventsThereAndBack) {
  for (const EventKind kind : {EventKind::kRestarted, EventKind::kHalted, EventKind::kLine,
                               EventKind::kRemark, EventKind::kEnded}) {
    const std::string line = event_line({kind, "why\n\"so\"", "/dev/pts/9", 12});
    const auto read = parse_line(body(line));
    ASSERT_TRUE(read.ok());
    const auto* event = std::get_if<VirtualBoardEvent>(&*read);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->kind, kind);
    EXPECT_EQ(event->why, "why\n\"so\"");
    EXPECT_EQ(event->pty, "/dev/pts/9");
    EXPECT_EQ(event->qemu_pid, 12);
  }
  EXPECT_EQ(event_line({EventKind::kRestarted, "x", "", -1}),
            "{\"event\":\"restarted\",\"why\":\"x\"}\n");
}

TEST(VirtualBoardLines, CountsThereAndBack) {
  const auto at = [](std::int64_t ns) { return LineCounts::Time(std::chrono::nanoseconds(ns)); };
  const LineCounts sent{1,
                        UINT64_MAX,
                        3,
                        4,
                        at(5),
                        at(6),
                        at(INT64_MAX),
                        at(0),
                        std::chrono::nanoseconds(9),
                        std::chrono::nanoseconds(10)};
  const std::string line = counts_line(sent);
  EXPECT_EQ(line,
            "{\"line_counts\":{\"to_device\":1,\"to_host\":18446744073709551615,\"garbled\":3,"
            "\"dropped\":4,\"first_to_device_ns\":5,\"last_to_device_ns\":6,"
            "\"first_to_host_ns\":9223372036854775807,\"last_to_host_ns\":0,"
            "\"put_off_ns\":9,\"held_up_ns\":10}}\n");
  const auto read = parse_line(body(line));
  ASSERT_TRUE(read.ok()) << read.error().what;
  const auto* counts = std::get_if<LineCounts>(&*read);
  ASSERT_NE(counts, nullptr);
  EXPECT_EQ(counts_line(*counts), line);
}

TEST(VirtualBoardLines, CountsThatAreNotWholeAreRefused) {
  const std::string whole = counts_line({});
  for (const char* name : {"to_device", "dropped", "first_to_host_ns", "held_up_ns"}) {
    std::string line = whole;
    line.replace(line.find(name), std::string(name).size(), "other");
    EXPECT_FALSE(parse_line(body(line)).ok()) << name;
  }
  for (const char* value : {"-1", "1.5", "\"1\"", "9223372036854775808"}) {
    std::string line = whole;
    const std::string key = "\"last_to_host_ns\":";
    line.replace(line.find(key) + key.size(), 1, value);
    EXPECT_FALSE(parse_line(body(line)).ok()) << value;
  }
}

TEST(VirtualBoardLines, ErrorsThereAndBack) {
  for (const Blame blame : {Blame::kUser, Blame::kConfig, Blame::kLab, Blame::kTool, Blame::kLink,
                            Blame::kDevice, Blame::kModel, Blame::kBug}) {
    const std::string line = error_line({blame, "what", "hint"});
    const auto read = parse_line(body(line));
    ASSERT_TRUE(read.ok());
    const auto* error = std::get_if<Error>(&*read);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->blame, blame);
    EXPECT_EQ(error->what, "what");
    EXPECT_EQ(error->hint, "hint");
  }
}

TEST(VirtualBoardLines, BytesThatAreNoUtf8AreReplaced) {
  const std::string line = event_line({EventKind::kEnded, "\xFF\xFE", "", -1});
  EXPECT_TRUE(parse_line(body(line)).ok());
}

TEST(VirtualBoardLines, AnythingElseIsATypedErrorAtEveryCut) {
  const std::string whole = ready_line(example());
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    EXPECT_FALSE(parse_line(whole.substr(0, size)).ok()) << size;
  for (const char* line :
       {"", "x", "[]", "{}", "null", "1", "{\"event\":\"dance\"}", "{\"event\":3}",
        "{\"error\":\"x\"}", "{\"error\":{\"blame\":\"nobody\"}}", "{\"board\":\"b\"}"}) {
    const auto read = parse_line(line);
    ASSERT_FALSE(read.ok()) << line;
    EXPECT_EQ(read.error().blame, Blame::kTool);
  }
}

TEST(VirtualBoardLines, NumbersOutOfRangeAreRefused) {
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"40001", "65536"},
           {"40001", "-1"},
           {"40001", "1.5"},
           {"40001", "\"1\""},
           {":77,", ":2147483648,"},
           {"\"instance\":2", "\"instance\":4294967296"}}) {
    std::string line = ready_line(example());
    line.replace(line.find(from), std::string(from).size(), to);
    EXPECT_FALSE(parse_line(body(line)).ok()) << to;
  }
}

}  // namespace
}  // namespace hil::emulate
