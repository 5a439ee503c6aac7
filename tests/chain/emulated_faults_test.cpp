// SPDX-License-Identifier: Apache-2.0
// What can happen to a virtual board in mid-run: a typed error, and a usable board after it.
#include <gmock/gmock.h>
#include <signal.h>

#include <memory>
#include <thread>

#include "host/emulate/virtual_board.hpp"
#include "host/report/json_record.hpp"
#include "tests/chain/emulated_boards.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;

constexpr const char* kBoard = "netduino_plus_2";

class EmulatedFaults : public EmulatedBoards {
 protected:
  void SetUp() override {
    EmulatedBoards::SetUp();
    need(kBoard);
  }

  static std::vector<std::string> evaluate(std::vector<std::string> more) {
    std::vector<std::string> words{"evaluate",  "fixtures/digits/digits_int8.tflite",
                                   "--dataset", "fixtures/digits/test",
                                   "--board",   kBoard};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// A run that has done a tenth of its samples.
  std::unique_ptr<Program> running() {
    auto program = std::make_unique<Program>(
        evaluate({"--emulate", "--json", (folder_ / "broken.json").string()}));
    EXPECT_TRUE(program->wait_for_text("evaluate ")) << "no sample was done";
    return program;
  }

  /// Ids of processes of this test whose command is @p name.
  std::vector<int> processes(const std::string& name) {
    std::vector<int> found;
    for (const int pid : left_behind()) {
      const std::string comm = read_text("/proc/" + std::to_string(pid) + "/comm");
      if (comm.starts_with(name)) found.push_back(pid);
    }
    return found;
  }

  void expect_gone() {
    for (int i = 0; i < 100 && !left_behind().empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(left_behind(), std::vector<int>{});
  }

  void expect_usable() {
    const results::Record record = run(evaluate({"--limit", "10"}));
    EXPECT_EQ(record.verdict.outputs_checked, 10u);
    EXPECT_EQ(record.verdict.outputs_differing, 0u);
  }
};

TEST_F(EmulatedFaults, QemuKilledInMidRun) {
  if (IsSkipped()) return;
  const auto program = running();
  const auto qemus = processes("qemu-system");
  ASSERT_EQ(qemus.size(), 1u);
  kill(qemus.front(), SIGKILL);
  const auto outcome = program->finish();
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("sample"));
  const auto record = report::load_record(folder_ / "broken.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_FALSE(record->verdict.complete);
  expect_gone();
  expect_usable();
}

TEST_F(EmulatedFaults, HilbenchKilledInMidRun) {
  if (IsSkipped()) return;
  const auto program = running();
  program->signal(SIGKILL);
  EXPECT_EQ(program->finish().code, 128 + SIGKILL);
  expect_gone();
  expect_usable();
}

TEST_F(EmulatedFaults, CtrlCInMidRun) {
  if (IsSkipped()) return;
  const auto program = running();
  program->signal(SIGINT);
  EXPECT_EQ(program->finish().code, 128 + SIGINT);
  const auto record = report::load_record(folder_ / "broken.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_FALSE(record->verdict.complete);
  expect_gone();
  expect_usable();
}

TEST_F(EmulatedFaults, LineHungUpInMidRun) {
  if (IsSkipped()) return;
  expect_usable();  // the agent is in the flash from here on
  emulate::VirtualBoardOptions options;
  options.board = kBoard;
  auto board = emulate::VirtualBoard::start(options, Deadline::after(std::chrono::seconds(20)));
  ASSERT_TRUE(board) << board.error().what;
  Program program(evaluate({"--no-flash", "--port", (*board)->info().pty, "--json",
                            (folder_ / "broken.json").string()}));
  ASSERT_TRUE(program.wait_for_text("evaluate "));
  ASSERT_TRUE((*board)->hang_up().ok());
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("sample"));
  board->reset();
  expect_gone();
  expect_usable();
}

TEST_F(EmulatedFaults, TwoAtATimeAreTwoBoards) {
  if (IsSkipped()) return;
  const auto first = running();
  expect_usable();
  EXPECT_EQ(first->finish().code, 0);
}

}  // namespace
}  // namespace hil::test
