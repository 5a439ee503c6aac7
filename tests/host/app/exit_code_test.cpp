// SPDX-License-Identifier: Apache-2.0
// Which of several boards' errors becomes the exit code.
#include <gtest/gtest.h>

#include "host/app/many_boards.hpp"

namespace hil::app {
namespace {

int code_of(const std::vector<std::optional<Blame>>& blames) {
  std::vector<results::Record> records(blames.size());
  std::vector<const results::Record*> pointers;
  for (std::size_t i = 0; i < blames.size(); ++i) {
    if (blames[i]) records[i].verdict.error = Error{*blames[i], "what", "hint"};
    pointers.push_back(&records[i]);
  }
  return exit_code_of(pointers);
}

TEST(ExitCodeOfMany, IsZeroOnlyIfNoneHasAnError) {
  EXPECT_EQ(code_of({}), 0);
  EXPECT_EQ(code_of({{}, {}}), 0);
  EXPECT_EQ(code_of({{}, Blame::kModel, {}}), 1);
}

TEST(ExitCodeOfMany, WhatKeptABoardFromBeingMeasuredCountsBeforeAFailedModel) {
  EXPECT_EQ(code_of({Blame::kModel, Blame::kLink, Blame::kModel}), 6);
  EXPECT_EQ(code_of({Blame::kDevice, Blame::kLink}), 6);
  EXPECT_EQ(code_of({Blame::kDevice, Blame::kTool, Blame::kLink, Blame::kLab}), 4);
  EXPECT_EQ(code_of({Blame::kLab, Blame::kConfig}), 3);
  EXPECT_EQ(code_of({Blame::kConfig, Blame::kUser}), 2);
  EXPECT_EQ(code_of({Blame::kUser, Blame::kBug}), 70);
}

}  // namespace
}  // namespace hil::app
