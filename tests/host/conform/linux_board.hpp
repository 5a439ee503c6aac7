// SPDX-License-Identifier: Apache-2.0
// Runs models on the real agent of the board `linux`.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/upload.hpp"
#include "host/model/model.hpp"
#include "host/session/infer_client.hpp"

namespace hil::conform::test {

using Bytes = std::vector<std::uint8_t>;

/// An agent process that takes one model after the other.
class LinuxBoard {
 public:
  /// Null, with a failed test, if the agent does not start.
  static std::unique_ptr<LinuxBoard> start() {
    const auto catalogue = boards::Catalogue::load();
    EXPECT_TRUE(catalogue) << (catalogue ? "" : catalogue.error().what);
    const auto board = catalogue->find("linux");
    EXPECT_TRUE(board) << (board ? "" : board.error().what);
    auto ready = lab::make_ready(*board, {}, soon());
    EXPECT_TRUE(ready) << (ready ? "" : ready.error().what);
    if (!ready) return nullptr;
    return std::unique_ptr<LinuxBoard>(new LinuxBoard(std::move(ready).value()));
  }

  [[nodiscard]] const session::AgentInfo& agent() { return board_->session().agent(); }

  /// Sends @p model and runs it @p times on @p inputs. @returns all outputs of each inference.
  std::vector<std::vector<Bytes>> run(const model::CompiledModel& model,
                                      const std::vector<Bytes>& inputs, std::uint32_t times = 1) {
    const auto placed = measure::upload(*board_, model, {});
    EXPECT_TRUE(placed) << (placed ? "" : placed.error().what);
    if (!placed) return {};
    session::InferOptions options;
    options.count = times;
    options.reset_state = true;
    std::vector<std::size_t> sizes;
    for (const model::TensorSpec& output : model.outputs)
      sizes.push_back(output.size_bytes());
    auto run = session::InferRun::begin(board_->session(), options, sizes, soon());
    EXPECT_TRUE(run) << (run ? "" : run.error().what);
    return run ? outputs_of(*run, inputs) : std::vector<std::vector<Bytes>>();
  }

 private:
  explicit LinuxBoard(std::unique_ptr<lab::ReadyBoard> board) : board_(std::move(board)) {}

  static Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }

  static std::vector<std::vector<Bytes>> outputs_of(session::InferRun& run,
                                                    const std::vector<Bytes>& inputs) {
    std::vector<std::vector<Bytes>> outputs;
    const Deadline deadline = soon();
    while (!run.done() && !deadline.expired()) {
      while (run.wants_input())
        EXPECT_TRUE(run.send(inputs).ok());
      auto result = run.receive(deadline);
      EXPECT_TRUE(result) << (result ? "" : result.error().what);
      if (!result) break;
      if (*result) outputs.push_back((**std::move(result)).outputs);
    }
    EXPECT_TRUE(run.done());
    return outputs;
  }

  std::unique_ptr<lab::ReadyBoard> board_;
};

}  // namespace hil::conform::test
