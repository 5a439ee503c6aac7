// SPDX-License-Identifier: Apache-2.0
// Boards that nobody has: tests/boards adds each to a known chip family by one JSON file and no
// code; here they are listed, flashed, asked and made to compute, as any other.
#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/chain/test_boards.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDigits = "fixtures/digits/digits_int8.tflite";
constexpr const char* kDigitsTest = "fixtures/digits/test";

class NewBoard : public TestBoards {
 protected:
  static nlohmann::json facts_of(const std::string& board) {
    const auto outcome = run_hilbench({"info", "--board", board, "--emulate", "--json"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out, nullptr, false);
  }
  void expect_computes_digits(const std::string& board) {
    const results::Record record =
        run({"evaluate", kDigits, "--dataset", kDigitsTest, "--limit", "20", "--board", board});
    EXPECT_EQ(record.verdict.outputs_checked, 20u);
    EXPECT_EQ(record.verdict.outputs_differing, 0u);
  }
};

TEST_F(NewBoard, IsListedWithItsOwnFacts) {
  const auto all = run_hilbench({"boards"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, AllOf(HasSubstr("acme_f4 "), HasSubstr("acme_rv32 "),
                             HasSubstr("acme_short_stack "), Not(HasSubstr("netduino"))));
  const auto one = run_hilbench({"boards", "acme_f4"});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out,
              AllOf(HasSubstr("STM32F407VE (cortex-m4f, port stm32f4)"), HasSubstr("120000000 Hz"),
                    HasSubstr("57600 baud"), HasSubstr("256 KiB at 0x08040000")));
}

TEST_F(NewBoard, OfAFamilyWithFlashIsFlashedAndComputes) {
  need("acme_f4");
  if (IsSkipped()) return;
  const auto flashed = run_hilbench({"flash", "--board", "acme_f4", "--emulate"});
  ASSERT_EQ(flashed.code, 0) << flashed.err;
  EXPECT_THAT(flashed.out, AllOf(HasSubstr("of 524,288 bytes"), HasSubstr("compared")));
  const nlohmann::json facts = facts_of("acme_f4");
  EXPECT_EQ(facts["board"], "acme_f4");
  EXPECT_EQ(facts["agent_start"], "already there");
  EXPECT_EQ(facts["slot_bytes"], 262'144);
  EXPECT_EQ(facts["arena_capacity_bytes"], 32'768);
  EXPECT_EQ(facts["frame_payload_bytes"], 512);
  expect_computes_digits("acme_f4");
}

TEST_F(NewBoard, OfAFamilyWithoutFlashIsLoadedAndComputes) {
  need("acme_rv32");
  if (IsSkipped()) return;
  const nlohmann::json facts = facts_of("acme_rv32");
  EXPECT_EQ(facts["board"], "acme_rv32");
  EXPECT_EQ(facts["agent_start"], "loaded by the emulator");
  EXPECT_EQ(facts["plan_capacity_bytes"], 262'144);
  expect_computes_digits("acme_rv32");
}

/// The planted fault of tests/boards/acme_short_stack.json: it introduces itself, and falls when a
/// model is loaded.
TEST_F(NewBoard, WithTooLittleStackAnswersAndFallsWithItsFirstModel) {
  need("acme_short_stack");
  if (IsSkipped()) return;
  EXPECT_EQ(facts_of("acme_short_stack")["board"], "acme_short_stack");
  const auto outcome =
      run_hilbench({"infer", kDigits, "--input", "fixtures/digits/test/digit_0007_7.bin", "--board",
                    "acme_short_stack", "--emulate"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_THAT(outcome.err, HasSubstr("the agent on acme_short_stack reset (cause fault"));
}

/// Packages take the folder of agents as it is.
TEST_F(NewBoard, DoesNotLieWithTheAgentsThatPeopleGet) {
  for (const auto& entry : fs::directory_iterator(HIL_AGENT_FOLDER)) {
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("acme")));
  }
}

}  // namespace
}  // namespace hil::test
