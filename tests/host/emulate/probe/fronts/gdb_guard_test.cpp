// SPDX-License-Identifier: Apache-2.0
// What a gdb client may send to QEMU's stub, and what it may not.
#include "host/emulate/probe/fronts/gdb_guard.hpp"

#include <gtest/gtest.h>

#include "host/emulate/probe/doors/gdb_packets.hpp"

namespace hil::emulate {
namespace {

struct Passed {
  std::string pass;
  std::string answers;
  bool sane = true;
};

/// @p stream in pieces of @p piece bytes.
Passed guarded(const std::string& stream, std::size_t piece) {
  GdbGuard guard;
  std::vector<std::uint8_t> pass;
  std::vector<std::uint8_t> answers;
  Passed passed;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const std::string part = stream.substr(at, piece);
    passed.sane = guard.take(std::vector<std::uint8_t>(part.begin(), part.end()), pass, answers) &&
                  passed.sane;
  }
  passed.pass.assign(pass.begin(), pass.end());
  passed.answers.assign(answers.begin(), answers.end());
  return passed;
}

TEST(GdbGuardTest, DebuggingPassesAsItIs) {
  const std::string stream = "+" + gdb_packet("qSupported:multiprocess+") + "\x03-" +
                             gdb_packet("M20000000,2:a5a5") +
                             gdb_packet(
                                 "X1,2:}\x03"
                                 "a");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, stream.size()}) {
    const Passed passed = guarded(stream, piece);
    EXPECT_EQ(passed.pass, stream) << piece;
    EXPECT_EQ(passed.answers, "");
  }
}

TEST(GdbGuardTest, MonitorCommandsAreUnknown) {
  const std::string body = "qRcmd,71756974";
  for (const std::string& packet :
       {gdb_packet(body), gdb_packet("}Q" + body.substr(1)), gdb_packet("qR}Cmd,00")}) {
    const Passed passed = guarded(packet, 2);
    EXPECT_EQ(passed.pass, "") << packet;
    EXPECT_EQ(passed.answers, "+$#00") << packet;
  }
}

TEST(GdbGuardTest, WhatQemuCouldReadOtherwiseIsNotPassed) {
  for (const std::string& packet :
       {gdb_packet("a*"), gdb_packet("qR* cmd"), gdb_packet("m0,4}"), gdb_packet("m$0"),
        std::string("$m0,4#00"), std::string("$m0,4#zz")}) {
    const Passed passed = guarded(packet, packet.size());
    EXPECT_EQ(passed.pass, "") << packet;
    EXPECT_EQ(passed.answers, "-") << packet;
  }
  EXPECT_EQ(guarded("junk between packets" + gdb_packet("?"), 4).pass, gdb_packet("?"));
}

TEST(GdbGuardTest, AnEndlessPacketEndsTheConversation) {
  const Passed passed = guarded("$" + std::string(20'000, 'x'), 1000);
  EXPECT_FALSE(passed.sane);
  EXPECT_EQ(passed.pass, "");
}

}  // namespace
}  // namespace hil::emulate
