// SPDX-License-Identifier: Apache-2.0
// A test on virtual boards: a state folder of its own, and a look for what was left behind.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/results/record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {

/// Virtual boards keep flash and locks below $XDG_STATE_HOME: here each test has its own.
class EmulatedBoards : public testing::Test {
 protected:
  void SetUp() override;
  /// Fails if a process that knows the state folder still runs, or a file lies there that should
  /// not.
  void TearDown() override;

  /// Skips the test, saying so, if the agent of @p board or a program to emulate it with is
  /// missing.
  void need(const std::string& board);

  /// "evaluate MODEL --board BOARD --emulate ..." with a record; fails unless it exits 0.
  results::Record run(std::vector<std::string> words);

  /// Ids of processes whose environment names the state folder, this one excepted.
  [[nodiscard]] std::vector<int> left_behind() const;

  TemporaryFolder folder_;

 private:
  std::string state_;
};

const results::Metric* find_metric(const results::Record& record, const std::string& name);

}  // namespace hil::test
