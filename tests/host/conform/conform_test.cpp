// SPDX-License-Identifier: Apache-2.0
// Whose errors are findings against the port: checks that meet one on the real linux agent.
#include "host/conform/conform.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>

#include "host/boards/catalogue.hpp"
#include "host/conform/store.hpp"

namespace hil::conform {
namespace {

using testing::HasSubstr;

Error error_of(Blame blame) {
  return {blame, std::string("met by a check, ") + name_of(blame), "do this"};
}

Status pass(Bench& /*bench*/, Check& check) {
  check.verdict = Verdict::kPass;
  return {};
}

template <Blame kBlame>
Status meet(Bench& /*bench*/, Check& /*check*/) {
  return error_of(kBlame);
}

/// The agent's process is gone, so that bringing it back means to start another one.
Status lose_agent(Bench& bench, Check& /*check*/) {
  kill(bench.board().agent_pid(), SIGKILL);
  return error_of(Blame::kLink);
}

class ConformErrors : public testing::Test {
 protected:
  void SetUp() override {
    const auto catalogue = boards::Catalogue::load();
    ASSERT_TRUE(catalogue) << catalogue.error().what;
    const auto board = catalogue->find("linux");
    ASSERT_TRUE(board) << board.error().what;
    board_ = *board;
  }
  /// Starts the agent once; every further start does @p again.
  Conformance run(std::span<const CheckRow> checks, const Bench::Start& again = {},
                  const StopRequest* stop = nullptr) {
    ConformOptions options;
    options.checks = checks;
    measure::Watch watch;
    watch.stop = stop;
    bool started = false;
    const auto start = [&]() -> Result<std::unique_ptr<lab::ReadyBoard>> {
      if (started && again) return again();
      started = true;
      return lab::make_ready(board_, {}, Deadline::after(std::chrono::seconds(30)));
    };
    return conform(board_, start, options, watch);
  }
  boards::Board board_;
};

TEST_F(ConformErrors, OfThePortAreItsFindings) {
  const CheckRow checks[] = {{"link", meet<Blame::kLink>},
                             {"device", meet<Blame::kDevice>},
                             {"model", meet<Blame::kModel>}};
  const Conformance found = run(checks);
  EXPECT_EQ(found.report.count(Verdict::kFail), 3U);
  EXPECT_FALSE(found.not_the_ports);
  EXPECT_EQ(found.report.no_proof, "");
}

TEST_F(ConformErrors, OfOthersLeaveTheCheckNotRun) {
  const CheckRow checks[] = {{"tool", meet<Blame::kTool>},     {"lab", meet<Blame::kLab>},
                             {"bug", meet<Blame::kBug>},       {"user", meet<Blame::kUser>},
                             {"config", meet<Blame::kConfig>}, {"fine", pass}};
  const Conformance found = run(checks);
  EXPECT_EQ(found.report.count(Verdict::kFail), 0U);
  EXPECT_EQ(found.report.count(Verdict::kNotRun), 5U);
  EXPECT_EQ(found.report.count(Verdict::kPass), 1U) << "the next one goes on";
  EXPECT_EQ(found.report.checks[0].finding, "met by a check, tool");
  EXPECT_EQ(found.report.checks[0].advice, "do this");
  ASSERT_TRUE(found.not_the_ports);
  EXPECT_EQ(found.not_the_ports->blame, Blame::kTool) << "the first";
  EXPECT_FALSE(found.report.passed());
  EXPECT_THAT(reason_not_to_keep(board_, found.report), HasSubstr("met by a check, tool"));
}

TEST_F(ConformErrors, OfTheLabWhenTheBoardShallComeBack) {
  const CheckRow checks[] = {{"loses", lose_agent}, {"fine", pass}};
  const Conformance found = run(checks, [] { return error_of(Blame::kLab); });
  EXPECT_EQ(found.report.checks[0].verdict, Verdict::kFail);
  EXPECT_THAT(found.report.checks[0].finding, HasSubstr("the board did not come back"));
  EXPECT_EQ(found.report.checks[1].verdict, Verdict::kNotRun);
  ASSERT_TRUE(found.not_the_ports);
  EXPECT_EQ(found.not_the_ports->blame, Blame::kLab);
  EXPECT_NE(reason_not_to_keep(board_, found.report), "");
}

TEST_F(ConformErrors, OfAStopWhileTheBoardComesBackAreNobodys) {
  const StopRequest stop;
  const CheckRow checks[] = {{"loses", lose_agent}, {"fine", pass}};
  const Conformance found = run(
      checks,
      [] {
        raise(SIGINT);
        return error_of(Blame::kUser);
      },
      &stop);
  EXPECT_EQ(found.report.checks[0].verdict, Verdict::kNotRun);
  EXPECT_EQ(found.report.checks[0].finding, "stopped");
  EXPECT_EQ(found.report.count(Verdict::kFail), 0U);
  EXPECT_FALSE(found.report.complete);
}

}  // namespace
}  // namespace hil::conform
