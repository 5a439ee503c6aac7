// SPDX-License-Identifier: Apache-2.0
// The agent's log: what it says of itself, when a line goes out, and lines read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/messages/crash.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/log.pb.h"
#include "target/agent/agent.hpp"
#include "target/agent/crash_note.hpp"
#include "target/agent/log.hpp"
#include "target/agent/memory.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;
using agent::log::Level;
using testing::ElementsAre;
using testing::HasSubstr;

const agent::LogRing& ring() {
  return agent::memory::state().log.ring;
}

std::string last_text() {
  std::array<char, 96> text{};
  ring().read(ring().next() - 1, text);
  return text.data();
}

/// Lines that came as datagrams since the last call.
std::vector<v1::LogLine> lines_of(Host& host) {
  std::vector<v1::LogLine> lines;
  for (const Incoming& datagram : host.datagrams) {
    EXPECT_EQ(datagram.head.service, Service::kLog);
    EXPECT_EQ(datagram.head.method, method::kLogLine);
    EXPECT_EQ(datagram.head.kind, Kind::kStream);
    lines.push_back(parse<v1::LogLine>(datagram));
  }
  host.datagrams.clear();
  return lines;
}

std::vector<std::string> texts_of(Host& host) {
  std::vector<std::string> texts;
  for (const auto& line : lines_of(host))
    texts.push_back(line.text());
  return texts;
}

v1::LogReadReply read(Host& host, std::uint32_t first) {
  v1::LogReadRequest request;
  request.set_first_line(first);
  return parse<v1::LogReadReply>(host.call(Service::kLog, method::kLogRead, request));
}

/// Every line from @p first on, page by page.
std::vector<v1::LogLine> read_all(Host& host, std::uint32_t first) {
  std::vector<v1::LogLine> lines;
  for (;;) {
    const auto page = read(host, first);
    lines.insert(lines.end(), page.lines().begin(), page.lines().end());
    if (page.lines().empty()) return lines;
    first = page.lines().rbegin()->number() + 1;
  }
}

TEST(Log, tells_of_clock_memory_and_boot_at_the_start) {
  Host host;
  ASSERT_TRUE(host.open(1));
  const auto lines = read_all(host, 1);
  ASSERT_GE(lines.size(), 3u);
  EXPECT_EQ(lines[0].number(), 1u);
  EXPECT_EQ(lines[0].level(), v1::LOG_LEVEL_DEBUG);
  EXPECT_THAT(lines[0].text(), testing::MatchesRegex("1000000 Hz, agent [0-9]+ B, models [0-9]+ B, "
                                                     "arena [0-9]+ B"));
  EXPECT_EQ(lines[1].level(), v1::LOG_LEVEL_INFO);
  EXPECT_EQ(lines[1].text(), "boot 1: power-on");
  EXPECT_EQ(lines[2].text(), "session opened, lease 7");
}

TEST(Log, tells_of_the_crash_of_the_run_before) {
  Host host;
  agent::crash::write("stack overflow");
  fake_port().cause = frame::ResetCause::kFault;
  agent::start();
  EXPECT_EQ(last_text(), "boot 2: fault, stack overflow");
  EXPECT_EQ(ring().read(ring().next() - 1, {}).level, static_cast<int>(Level::kWarning));
}

TEST(Log, sends_the_lines_of_the_session_alone) {
  Host host;
  agent::log::say(Level::kError, "before any session");
  ASSERT_TRUE(host.open(1));
  agent::log::say(Level::kWarning, "number ", 18446744073709551615u, "!");
  host.run(5);
  const auto lines = lines_of(host);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text(), "session opened, lease 7");
  EXPECT_EQ(lines[1].text(), "number 18446744073709551615!");
  EXPECT_EQ(lines[1].level(), v1::LOG_LEVEL_WARNING);
  EXPECT_EQ(lines[1].number(), lines[0].number() + 1);
  const auto hello = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, [] {
    v1::HelloRequest request;
    request.set_protocol_major(kProtocolMajor);
    return request;
  }()));
  EXPECT_EQ(hello.first_log_line(), lines[0].number());
  host.send_close();
  host.run(5);
  EXPECT_EQ(last_text(), "session closed");
  host.datagrams.clear();
  ASSERT_TRUE(host.open(2));
  host.run(5);
  EXPECT_THAT(texts_of(host), ElementsAre("session opened, lease 7"));
}

TEST(Log, follows_model_and_run) {
  Host host;
  ASSERT_TRUE(host.open(1));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(2));
  for (const std::uint32_t sample : {0u, 1u}) {
    send_sample(host, begun.head.call, sample_bytes(sample));
    take_result(host, begun.head.call);
  }
  host.run(5);
  EXPECT_THAT(texts_of(host),
              ElementsAre("session opened, lease 7", "model loaded: 500 B in RAM, arena 123 B",
                          "run of 2 begins", "run ended after sample 1"));
}

TEST(Log, tells_why_a_run_or_a_model_was_refused) {
  Host host;
  ASSERT_TRUE(host.open(1));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(2));
  fake_engine().before_operator = [](std::uint32_t) { fake_port().ticks += 10'000'000; };
  send_sample(host, begun.head.call, sample_bytes(0));
  ASSERT_EQ(host.next()->head.kind, Kind::kError);
  EXPECT_EQ(last_text(), "run stopped: sample 0: budget exceeded");
  const std::string model = fake_model(100);
  const Incoming upload = host.call(Service::kModel, method::kModelBegin, begin_of(model));
  send_model(host, upload.head.call, model.substr(0, 99) + "?");
  host.call(Service::kModel, method::kModelCommit, v1::ModelCommitRequest{});
  EXPECT_EQ(last_text(), "the model's CRC-32 is not the announced one");
}

TEST(Log, a_quiet_run_says_nothing_until_it_has_ended) {
  Host host;
  ASSERT_TRUE(host.open(1));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  host.run(5);
  host.datagrams.clear();
  auto begin = run_of(2);
  begin.set_quiet(true);
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, begin);
  fake_engine().before_operator = [](std::uint32_t index) {
    if (index == 0) agent::log::say(Level::kInfo, "said by an engine");
  };
  send_sample(host, begun.head.call, sample_bytes(0));
  take_result(host, begun.head.call);
  host.run(50);
  EXPECT_TRUE(host.datagrams.empty()) << "the run goes on";
  send_sample(host, begun.head.call, sample_bytes(1));
  take_result(host, begun.head.call);
  host.run(5);
  EXPECT_THAT(texts_of(host), ElementsAre("run of 2 begins, quiet", "said by an engine",
                                          "said by an engine", "run ended after sample 1"));
}

TEST(Log, an_engines_line_leaves_between_operators) {
  Host host;
  ASSERT_TRUE(host.open(1));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  host.run(5);
  host.datagrams.clear();
  std::vector<std::string> heard;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0) agent::log::say(Level::kInfo, "computing");
    host.pump();
    if (index == 2) heard = texts_of(host);
  };
  send_sample(host, begun.head.call, sample_bytes(0));
  take_result(host, begun.head.call);
  EXPECT_THAT(heard, ElementsAre("computing"));
}

TEST(Log, a_line_that_finds_no_room_on_the_line_goes_later) {
  Host host;
  ASSERT_TRUE(host.open(1));
  host.run(5);
  host.datagrams.clear();
  fake_port().room = 3;
  agent::log::say(Level::kInfo, "one");
  agent::log::say(Level::kInfo, "two");
  host.run(20);
  EXPECT_TRUE(host.datagrams.empty());
  fake_port().room = ~std::size_t{0};
  host.run(5);
  EXPECT_THAT(texts_of(host), ElementsAre("one", "two"));
}

TEST(Log, overwritten_lines_are_passed_over) {
  Host host;
  ASSERT_TRUE(host.open(1));
  host.run(5);
  host.datagrams.clear();
  fake_port().room = 0;
  for (std::uint64_t i = 0; i < 200; ++i)
    agent::log::say(Level::kInfo, "line ", i, " of many, with enough text to fill the ring soon");
  host.step();
  fake_port().room = ~std::size_t{0};
  host.run(100);
  const auto lines = lines_of(host);
  ASSERT_FALSE(lines.empty());
  EXPECT_LT(lines.size(), 100u);
  EXPECT_EQ(lines.back().number(), ring().next() - 1);
  for (std::size_t i = 1; i < lines.size(); ++i)
    EXPECT_EQ(lines[i].number(), lines[i - 1].number() + 1);
}

TEST(Log, is_read_back_page_by_page) {
  Host host;
  ASSERT_TRUE(host.open(1));
  for (std::uint64_t i = 0; i < 100; ++i) {
    fake_port().ticks = 1000 + i;
    agent::log::say(static_cast<Level>(i % 4), "line ", i, std::string(i % 90, '.').c_str());
  }
  const std::uint32_t next = ring().next();
  const auto lines = read_all(host, 0);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.front().number(), ring().oldest());
  EXPECT_EQ(lines.back().number(), next - 1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::uint64_t said = 100 - (next - lines[i].number());
    EXPECT_EQ(lines[i].number(), lines[0].number() + i);
    EXPECT_EQ(lines[i].device_ticks(), 1000 + said);
    EXPECT_EQ(lines[i].level(), static_cast<int>(said % 4));
    EXPECT_EQ(lines[i].text().substr(0, 90),
              ("line " + std::to_string(said) + std::string(said % 90, '.')).substr(0, 90));
  }
}

TEST(Log, reading_says_what_there_is) {
  Host host;
  ASSERT_TRUE(host.open(1));
  const std::uint32_t next = ring().next();
  for (const std::uint32_t first : {next, next + 1, ~0u}) {
    const auto page = read(host, first);
    EXPECT_EQ(page.lines_size(), 0) << first;
    EXPECT_EQ(page.next_line(), next);
    EXPECT_EQ(page.oldest_line(), ring().oldest());
  }
  const auto last = read(host, next - 1);
  ASSERT_EQ(last.lines_size(), 1);
  EXPECT_EQ(last.lines(0).text(), "session opened, lease 7");
}

TEST(Log, a_host_that_takes_little_gets_lines_that_are_cut) {
  Host host;
  host.limits = frame::kLeastLimits;
  ASSERT_TRUE(host.open(1));
  agent::log::say(Level::kInfo, std::string(95, 'x').c_str());
  const auto lines = read_all(host, ring().next() - 1);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_GE(lines[0].text().size(), 10u);
  EXPECT_EQ(lines[0].text(), std::string(lines[0].text().size(), 'x'));
}

}  // namespace
}  // namespace hil::test
