// SPDX-License-Identifier: Apache-2.0
// What a reset leaves behind: boot count, cause, and the note of where the agent failed.
#include <gtest/gtest.h>

#include "protocol/messages/crash.pb.h"
#include "target/agent/agent.hpp"
#include "target/agent/crash_note.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

std::string note_of(const Host& host) {
  const auto accept = frame::read_accept(host.accepts.back().bytes());
  return accept ? std::string(accept->crash_note.begin(), accept->crash_note.end()) : "no accept";
}

TEST(Crash, note_names_reason_operator_and_last_message) {
  Host host;
  ASSERT_TRUE(host.open(1));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  fake_engine().before_operator = [](std::uint32_t index) {
    if (index == 2) agent::crash::fail("planted fault");
  };
  send_sample(host, begun.head.call, sample_bytes(0));
  EXPECT_THROW(host.run(100), Restarted);

  fake_port().cause = frame::ResetCause::kFault;
  agent::start();
  host.accepts.clear();
  ASSERT_TRUE(host.open(2));
  const auto accept = frame::read_accept(host.accepts.back().bytes());
  ASSERT_TRUE(accept);
  EXPECT_EQ(accept->boot_count, 2u);
  EXPECT_EQ(accept->reset_cause, frame::ResetCause::kFault);
  EXPECT_EQ(note_of(host), "planted fault, operator 1, last message 3.1");
}

TEST(Crash, note_is_told_for_one_boot_only) {
  Host host;
  agent::crash::write("once");
  agent::start();
  ASSERT_TRUE(host.open(2));
  EXPECT_EQ(note_of(host), "once");
  ASSERT_TRUE(host.open(3));
  EXPECT_EQ(note_of(host), "once");
  agent::start();
  ASSERT_TRUE(host.open(4));
  EXPECT_EQ(note_of(host), "");
  EXPECT_EQ(frame::read_accept(host.accepts.back().bytes())->boot_count, 3u);
}

TEST(Crash, long_reason_is_cut) {
  Host host;
  agent::crash::write(std::string(200, 'r').c_str());
  agent::start();
  ASSERT_TRUE(host.open(2));
  EXPECT_EQ(note_of(host), std::string(frame::kMostCrashNoteBytes, 'r'));
}

TEST(Crash, random_memory_is_a_first_start) {
  Host host;
  for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{0xFF}, std::uint8_t{0x5A}}) {
    scramble_no_init(byte);
    agent::start();
    EXPECT_EQ(agent::crash::boot_count(), 1u);
    EXPECT_TRUE(agent::crash::note().empty());
  }
}

/// What happens when the host asks for @p kind; "" if the agent goes on.
std::string end_of(Host& host, hilbench::v1::ForcedEnd kind) {
  hilbench::v1::ForceRequest request;
  request.set_kind(kind);
  host.request(Service::kCrash, method::kForce, request);
  try {
    host.run(20);
  } catch (const Restarted& restarted) {
    return restarted.what();
  }
  return "";
}

TEST(Crash, forced_note_tells_what_was_asked) {
  Host host;
  ASSERT_TRUE(host.open(1));
  EXPECT_EQ(end_of(host, hilbench::v1::FORCED_END_NOTE), "fatal");
  agent::start();
  ASSERT_TRUE(host.open(2));
  EXPECT_EQ(note_of(host), "forced, last message 10.0");
}

TEST(Crash, forced_fault_and_reset_are_the_ports) {
  for (const auto& [kind, end] : {std::pair{hilbench::v1::FORCED_END_FAULT, "fault"},
                                  {hilbench::v1::FORCED_END_RESET, "reset"}}) {
    Host host;
    ASSERT_TRUE(host.open(1));
    EXPECT_EQ(end_of(host, kind), end);
    agent::start();
    ASSERT_TRUE(host.open(2));
    EXPECT_EQ(note_of(host), "") << "the port would write one";
    EXPECT_EQ(frame::read_accept(host.accepts.back().bytes())->boot_count, 2u);
  }
}

TEST(Crash, forced_end_of_no_kind_is_refused) {
  Host host;
  ASSERT_TRUE(host.open(1));
  for (const int kind : {0, 4, 1 << 30}) {
    hilbench::v1::ForceRequest request;
    request.set_kind(static_cast<hilbench::v1::ForcedEnd>(kind));
    const auto error = error_of(host.call(Service::kCrash, method::kForce, request));
    EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kBadArgument)) << kind;
    EXPECT_EQ(error.text(), "no such end");
  }
}

TEST(Crash, forced_end_is_taken_during_a_run) {
  Host host;
  ASSERT_TRUE(host.open(1));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  host.call(Service::kInfer, method::kInferBegin, run_of(2));
  EXPECT_EQ(end_of(host, hilbench::v1::FORCED_END_RESET), "reset");
}

}  // namespace
}  // namespace hil::test
