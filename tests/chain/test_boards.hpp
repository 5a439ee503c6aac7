// SPDX-License-Identifier: Apache-2.0
// For tests with the boards of tests/boards, which only tests have.
#pragma once

#include <cstdlib>

#include "tests/chain/emulated_boards.hpp"

namespace hil::test {

/// With the files of tests/boards in place of those of boards/, and the images made from them.
class TestBoards : public EmulatedBoards {
 protected:
  void SetUp() override {
    EmulatedBoards::SetUp();
    setenv("HILBENCH_BOARDS", "tests/boards", 1);
    setenv("HILBENCH_AGENTS", HIL_TEST_AGENT_FOLDER, 1);
  }
  void TearDown() override {
    unsetenv("HILBENCH_BOARDS");
    unsetenv("HILBENCH_AGENTS");
    EmulatedBoards::TearDown();
  }
};

}  // namespace hil::test
