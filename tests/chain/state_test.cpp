// SPDX-License-Identifier: Apache-2.0
// Models with state through the real agent: every frame of every recording, in order.
#include <gtest/gtest.h>

#include <string>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

class Stateful : public testing::TestWithParam<const char*> {
 protected:
  Program::Outcome evaluate(const char* rule) {
    return run_hilbench({"evaluate", std::string("fixtures/rotor/rotor_") + GetParam() + ".tflite",
                         "--dataset", "fixtures/rotor/test", "--board", "linux", "--state", rule,
                         "--outputs", folder_ / "outputs.csv", "--json", folder_ / "record.json"});
  }
  results::Record record() {
    auto loaded = report::load_record(folder_ / "record.json");
    EXPECT_TRUE(loaded) << loaded.error().what;
    return loaded ? *loaded : results::Record{};
  }
  TemporaryFolder folder_;
};

TEST_P(Stateful, FramesOfOneRecordingGoOnAndRecordingsStartAnew) {
  const auto outcome = evaluate("reset");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(read_text(folder_ / "outputs.csv"),
            read_text(std::string("fixtures/rotor/expected_") + GetParam() + ".csv"));
  EXPECT_EQ(record().verdict.outputs_checked, 1200u);
  EXPECT_EQ(record().conditions.state, "reset");
}

TEST_P(Stateful, KeptStateIsCheckedAgainstTheReferenceToo) {
  const auto outcome = evaluate("keep");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(read_text(folder_ / "outputs.csv"),
            read_text(std::string("fixtures/rotor/expected_") + GetParam() + ".csv"));
  EXPECT_EQ(record().verdict.outputs_differing, 0u);
  EXPECT_EQ(record().conditions.state, "keep");
}

INSTANTIATE_TEST_SUITE_P(Rotor, Stateful, testing::Values("svdf", "buffer"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace hil::test
