// SPDX-License-Identifier: Apache-2.0
// A board of ours as what computes behind MLPerf Tiny's DUT protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/dialect/mlperf_tiny/dut.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/agreement.hpp"
#include "host/measure/dialect/dut_model_view.hpp"
#include "host/measure/output_check.hpp"
#include "host/measure/watch.hpp"

namespace hil::measure {

/// Runs samples on a board that has the model loaded. A timed inference is a quiet run of ours: the
/// input is written again before each, the line is silent, and what counts is the time that the
/// agent measured. Every output is compared with the host reference. A board that was gone for a
/// while (lab::ReadyBoard::recover()) computes the `infer` again.
class BoardDut final : public dialect::mlperf_tiny::DutModel {
 public:
  /// Uploads the model of @p view, which must be known. All must outlive it. @p model_id: what
  /// `profile` says.
  ///   every error of upload() and DutReference's parts
  static Result<std::unique_ptr<BoardDut>> make(lab::ReadyBoard& board, const DutModelView& view,
                                                std::string model_id, const Watch& watch);

  [[nodiscard]] std::string vendor() const override;
  [[nodiscard]] std::string model_id() const override { return model_id_; }
  [[nodiscard]] std::size_t most_sample_bytes() const override;
  Status check(std::span<const std::uint8_t> sample) override;
  ///   kUser           stopped
  ///   kLink, kDevice  the board
  ///   kBug            an output that differs from the reference, repeatably
  Result<dialect::mlperf_tiny::DutRun> infer(std::span<const std::uint8_t> sample,
                                             std::uint32_t count, bool timed) override;

  /// Inferences so far, and those of them whose time bytes on the line may have spoilt.
  [[nodiscard]] std::uint64_t inferences() const { return inferences_; }
  [[nodiscard]] std::uint64_t spoiled() const { return spoiled_; }

 private:
  BoardDut(lab::ReadyBoard& board, const DutModelView& view, std::string model_id,
           const Watch& watch, data::Conversion conversion, model::ReferenceRunner runner)
      : board_(board),
        view_(view),
        model_id_(std::move(model_id)),
        watch_(watch),
        conversion_(conversion),
        runner_(std::move(runner)) {}

  struct Sum {
    std::uint64_t ticks = 0;
    Outputs outputs;  ///< of the last inference
  };
  Result<Sum> run(const Inputs& inputs, std::uint32_t count, bool timed);
  Status compare(const Inputs& inputs, const session::SampleResult& result);

  lab::ReadyBoard& board_;
  const DutModelView& view_;
  std::string model_id_;
  const Watch& watch_;
  data::Conversion conversion_;
  model::ReferenceRunner runner_;
  Outputs expected_;  ///< of the sample that runs
  std::uint64_t inferences_ = 0, spoiled_ = 0;
};

}  // namespace hil::measure
