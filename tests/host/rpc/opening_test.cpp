// SPDX-License-Identifier: Apache-2.0
// The handshake with an agent that a host has left at another rate of its line.
#include "host/rpc/opening.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/frame/control.hpp"
#include "protocol/frame/frame.hpp"
#include "tests/host/rpc/fake_agent.hpp"

namespace hil::rpc {
namespace {

using std::chrono::milliseconds;

/// The line to an agent that hears nothing until it has received enough that made no sense.
class LostLine : public Link {
 public:
  explicit LostLine(std::uint32_t baud) : baud_(baud) {}

  FakeAgent agent;
  std::size_t heard = 0;          ///< bytes
  std::size_t comes_back_at = 0;  ///< after so many of them
  unsigned opens_before = 0;      ///< frames that came before the first burst

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    const bool lost = heard < comes_back_at;
    heard += bytes.size();
    if (lost) {
      if (bytes.size() > 1 && bytes.size() < 100 && !burst_) ++opens_before;
      burst_ = burst_ || bytes.size() > frame::kMostUnheardBytes;
      return bytes.size();
    }
    return agent.write(bytes);
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override {
    return agent.read(buffer, deadline);
  }
  Status wait(bool want_write, Deadline deadline) override {
    return agent.wait(want_write, deadline);
  }
  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  [[nodiscard]] std::string name() const override { return "lost line"; }

 private:
  std::uint32_t baud_;
  bool burst_ = false;
};

OpenRequest quick() {
  OpenRequest request;
  request.board = "board";
  request.session = 7;
  request.interval = milliseconds(5);
  return request;
}

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

TEST(Opening, BringsALostAgentBack) {
  LostLine line(115'200);
  line.comes_back_at = frame::kMostUnheardBytes;
  const auto opened = open_session(line, quick(), soon());
  ASSERT_TRUE(opened.ok()) << opened.error().what;
  EXPECT_EQ(line.opens_before, 2u) << "noise is the third thing to try";
  EXPECT_EQ(line.agent.opens, 1u);
  EXPECT_GE(opened->counted.bytes_sent, frame::kMostUnheardBytes) << "it is counted";
}

TEST(Opening, DoesSoSoonerIfItKnows) {
  LostLine line(115'200);
  line.comes_back_at = frame::kMostUnheardBytes;
  OpenRequest request = quick();
  request.other_rate = true;
  ASSERT_TRUE(open_session(line, request, soon()).ok());
  EXPECT_EQ(line.opens_before, 1u);
}

TEST(Opening, TriesAgain) {
  LostLine line(115'200);
  line.comes_back_at = 2 * frame::kMostUnheardBytes + 2000;
  const auto opened = open_session(line, quick(), soon());
  ASSERT_TRUE(opened.ok()) << opened.error().what;
}

TEST(Opening, AnAgentThatAnswersHearsNoNoise) {
  LostLine line(115'200);
  const auto opened = open_session(line, quick(), soon());
  ASSERT_TRUE(opened.ok()) << opened.error().what;
  EXPECT_LT(opened->counted.bytes_sent, 200u);
}

TEST(Opening, ABoardThatReadsNothingMoreHasNotAnswered) {
  class Full : public LostLine {
   public:
    using LostLine::LostLine;
    Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
      const std::size_t room = 200 - std::min<std::size_t>(200, heard);
      return LostLine::write(bytes.first(std::min(room, bytes.size())));
    }
  };
  Full line(115'200);
  line.agent.mute = true;
  const auto opened = open_session(line, quick(), Deadline::after(milliseconds(300)));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().blame, Blame::kLink);
  EXPECT_EQ(opened.error().what.rfind("no answer from board", 0), 0u) << opened.error().what;
}

TEST(Opening, ALineWithoutARateHearsNoNoise) {
  LostLine line(0);
  line.agent.mute = true;
  const auto opened = open_session(line, quick(), Deadline::after(milliseconds(200)));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().blame, Blame::kLink);
  EXPECT_LT(line.heard, frame::kMostUnheardBytes);
}

}  // namespace
}  // namespace hil::rpc
