// SPDX-License-Identifier: Apache-2.0
// Sixteen virtual boards side by side, from a cold start: each is flashed and passes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "host/report/json_record.hpp"
#include "tests/chain/emulated_boards.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ManyEmulated : public EmulatedBoards {
 protected:
  /// Runs @p boards; fails unless all of them pass. @returns how the agent of each came there.
  std::vector<std::string> run_all(const std::string& boards, std::size_t count) {
    const fs::path out = folder_ / "out";
    const auto outcome = run_hilbench({"evaluate", "fixtures/digits/digits_int8.tflite",
                                       "--dataset", "fixtures/digits/test", "--limit", "50",
                                       "--board", boards, "--emulate", "--json", out.string()});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(fmt::format("PASS  {0} of {0} boards passed", count)));
    std::vector<std::string> agents;
    for (const auto& entry : fs::directory_iterator(out)) {
      const auto record = report::load_record(entry.path());
      EXPECT_TRUE(record) << record.error().what;
      if (!record) continue;
      EXPECT_EQ(record->verdict.outputs_checked, 50u) << entry.path();
      EXPECT_EQ(record->verdict.outputs_differing, 0u) << entry.path();
      EXPECT_TRUE(record->board.emulated);
      agents.push_back(record->preparation.agent);
    }
    EXPECT_EQ(agents.size(), count);
    return agents;
  }
};

TEST_F(ManyEmulated, SixteenOfFourKindsAreFlashedAndPass) {
  for (const char* board : {"netduino_plus_2", "microbit", "mps2_an386", "qemu_rv32"}) {
    need(board);
    if (IsSkipped()) return;
  }
  const std::string boards = "netduino_plus_2@1-4,microbit@1-4,mps2_an386@1-4,qemu_rv32@1-4";
  const auto cold = run_all(boards, 16);
  EXPECT_EQ(std::count(cold.begin(), cold.end(), "flashed"), 12);
  const auto warm = run_all(boards, 16);
  EXPECT_EQ(std::count(warm.begin(), warm.end(), "already there"), 8) << "those with flash";
}

}  // namespace
}  // namespace hil::test
