// SPDX-License-Identifier: Apache-2.0
// hilbench energy on board linux beside a recording: what does not go together is said at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::HasSubstr;

/// This board has no sync pins, and the recording knows nothing of it.
class ReplayedEnergy : public testing::Test {
 protected:
  static constexpr int kSeconds = 60;

  /// A kilohertz of 10 mA; with a wire that never moves, if @p wire.
  void keep(bool wire) {
    std::string text = wire ? "time_s,current_a,d0-d7\n" : "time_s,current_a\n";
    for (int i = 0; i < kSeconds * 1000; ++i) {
      std::string stamp = std::to_string(i % 1000);
      stamp.insert(0, 3 - stamp.size(), '0');
      text += std::to_string(i / 1000) + "." + stamp + (wire ? ",0.010,00000000\n" : ",0.010\n");
    }
    write_text(folder_ / "kept.csv", text);
  }
  [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& more) const {
    std::vector<std::string> all{"energy",    "fixtures/digits/digits_int8.tflite",
                                 "--board",   "linux",
                                 "--meter",   "replay:" + (folder_ / "kept.csv").string(),
                                 "--voltage", "3.3",
                                 "--json",    (folder_ / "r.json").string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Program::Outcome energy(const std::vector<std::string>& more) {
    return run_hilbench(words(more));
  }

  TemporaryFolder folder_;
};

TEST_F(ReplayedEnergy, WantsTheWireThatTheRecordingHasNot) {
  keep(false);
  const auto outcome = energy({"--alignment", "logic"});
  EXPECT_EQ(outcome.code, 2) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("the meter has no logic inputs for a sync wire"));
  const auto phases = energy({"--phases"});
  EXPECT_EQ(phases.code, 4) << phases.err;
  EXPECT_THAT(phases.err, HasSubstr("need the sync wire: the meter has no logic inputs"));
}

TEST_F(ReplayedEnergy, WantsTheWireThatTheBoardHasNot) {
  keep(true);
  const auto outcome = energy({"--alignment", "logic"});
  EXPECT_EQ(outcome.code, 2) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("the board linux has no sync pins for a sync wire"));
}

TEST_F(ReplayedEnergy, FindsNoPatternInWhatWasKeptBefore) {
  keep(false);
  const auto outcome = energy({"--alignment", "trace-pattern", "--windows", "1"});
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("pattern"));
  const auto record = report::load_record(folder_ / "r.json");
  ASSERT_TRUE(record.ok()) << record.error().what;
  EXPECT_FALSE(record->energy.has_value());
}

TEST_F(ReplayedEnergy, CtrlCInAWindowLeavesARecord) {
  keep(false);
  Program program(words({"--alignment", "host-clock", "--windows", "1"}));
  ASSERT_TRUE(program.wait_for_text("quiet runs "));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  const auto record = report::load_record(folder_ / "r.json");
  ASSERT_TRUE(record.ok()) << record.error().what;
  EXPECT_EQ(record->verdict.status, results::VerdictStatus::kInterrupted);
  EXPECT_FALSE(record->verdict.error.has_value());
}

}  // namespace
}  // namespace hil::test
