// SPDX-License-Identifier: Apache-2.0
// A board on a port whose line has a rate: raised when it is made ready, and again when reopened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "host/boards/catalogue.hpp"
#include "host/emulate/paced_board.hpp"
#include "host/lab/agent_image.hpp"
#include "host/lab/known_rates.hpp"
#include "host/lab/ready_board.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::lab {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

/// The linux board as if it hung on a cable: behind a relay that garbles where the rates differ.
class ReadyRate : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* before = std::getenv("XDG_STATE_HOME")) before_ = before;
    ::setenv("XDG_STATE_HOME", folder_.path().c_str(), 1);
    emulate::PacedBoardOptions options;
    options.image = default_agent_folder() / "hilbench-agent-linux";
    auto paced = emulate::PacedBoard::start(options);
    ASSERT_TRUE(paced.ok()) << paced.error().what;
    paced_ = std::move(*paced);
  }
  void TearDown() override {
    before_ ? ::setenv("XDG_STATE_HOME", before_->c_str(), 1) : ::unsetenv("XDG_STATE_HOME");
  }

  std::unique_ptr<ReadyBoard> ready(std::uint32_t baud = 0) {
    const auto catalogue = boards::Catalogue::load("boards");
    boards::Board board = *catalogue->find("linux");
    board.serial.baud = 115'200;
    board.serial.bauds = {9600, 460'800, 921'600};
    board.emulator.reset();
    ReadyOptions options;
    options.port = paced_->pty();
    options.flash = false;
    options.baud = baud;
    auto made = make_ready(board, options, soon());
    EXPECT_TRUE(made.ok()) << made.error().what;
    return made.ok() ? std::move(*made) : nullptr;
  }
  static bool answers(ReadyBoard& board) { return board.session().sync_time(soon()).ok(); }

  ScratchFolder folder_;
  std::optional<std::string> before_;
  std::unique_ptr<emulate::PacedBoard> paced_;
};

TEST_F(ReadyRate, IsRaisedRememberedAndTold) {
  {
    const auto board = ready();
    ASSERT_TRUE(board);
    EXPECT_EQ(board->link().baud(), 921'600u);
    ASSERT_THAT(board->link_events(), SizeIs(1));
    EXPECT_EQ(board->link_events()[0].kind, "rate");
    EXPECT_THAT(board->link_events()[0].text, HasSubstr("line raised from 115200 to 921600 baud"));
    EXPECT_TRUE(answers(*board));
  }
  const std::string key = "linux@" + paced_->pty().substr(std::string("/dev/pts/").size());
  EXPECT_EQ(KnownRates(*rates_file()).find(key), 921'600u);
  const auto again = ready();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->link().baud(), 921'600u);
  ASSERT_THAT(again->link_events(), SizeIs(1));
  EXPECT_THAT(again->link_events()[0].text, HasSubstr("found to be best before"));
}

TEST_F(ReadyRate, IsRaisedAgainInANewSession) {
  const auto board = ready();
  ASSERT_TRUE(board);
  for (int i = 0; i < 2; ++i) {
    const Status opened = board->reopen(soon());
    ASSERT_TRUE(opened.ok()) << opened.error().what;
    EXPECT_EQ(board->link().baud(), 921'600u);
    EXPECT_TRUE(answers(*board));
  }
  EXPECT_THAT(board->link_events(), SizeIs(1)) << "nothing new";
}

TEST_F(ReadyRate, IsLeftAloneIfItsOwnRateIsAskedFor) {
  const auto board = ready(115'200);
  ASSERT_TRUE(board);
  EXPECT_EQ(board->link().baud(), 115'200u);
  EXPECT_TRUE(answers(*board));
}

}  // namespace
}  // namespace hil::lab
