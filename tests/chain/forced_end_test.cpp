// SPDX-License-Identifier: Apache-2.0
// The linux board comes back from every forced end and says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/boards/catalogue.hpp"
#include "host/lab/ready_board.hpp"
#include "host/session/crash_client.hpp"

namespace hil::test {
namespace {

using session::ForcedEnd;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

TEST(ForcedEnd, TheNextSessionTellsBootCauseAndNote) {
  const auto catalogue = boards::Catalogue::load();
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  const auto board = catalogue->find("linux");
  ASSERT_TRUE(board.ok()) << board.error().what;
  auto ready = lab::make_ready(*board, {}, soon());
  ASSERT_TRUE(ready.ok()) << ready.error().what;
  std::uint32_t boot = (*ready)->session().start().boot_count;
  EXPECT_EQ(boot, 1u);
  for (const auto& [how, cause, note] :
       {std::tuple{ForcedEnd::kNote, frame::ResetCause::kFault, "forced, last message 10.0"},
        {ForcedEnd::kFault, frame::ResetCause::kFault, "SIGSEGV, last message 10.0"},
        {ForcedEnd::kReset, frame::ResetCause::kSoftware, ""}}) {
    const Status ended = session::force_end((*ready)->session(), how, soon());
    ASSERT_TRUE(ended.ok()) << ended.error().what;
    const Status opened = (*ready)->reopen(soon());
    ASSERT_TRUE(opened.ok()) << opened.error().what;
    const rpc::AgentStart& start = (*ready)->session().start();
    EXPECT_EQ(start.boot_count, ++boot);
    EXPECT_EQ(start.reset_cause, cause);
    EXPECT_EQ(start.crash_note, note);
  }
}

}  // namespace
}  // namespace hil::test
