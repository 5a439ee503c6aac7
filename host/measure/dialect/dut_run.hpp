// SPDX-License-Identifier: Apache-2.0
// What all runs over MLPerf Tiny's DUT protocol share: the board, its part of the record, the
// check.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/dialect/mlperf_tiny/client.hpp"
#include "host/link/link.hpp"
#include "host/measure/dialect/dut_model_view.hpp"
#include "host/measure/watch.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

/// Foreign firmware that has answered.
struct DutBoard {
  dialect::mlperf_tiny::Client& client;
  dialect::mlperf_tiny::Identity identity;
  Link& link;
  dialect::mlperf_tiny::ReadBack read_back = dialect::mlperf_tiny::ReadBack::kEvery;
};

/// Whether it is `hilbench dut`, whose time stamps are sums of device times.
bool is_hilbench_dut(const DutBoard& board);
/// `hilbench dut` in front of an emulated board: its microseconds are no time.
bool is_emulated(const DutBoard& board);
results::Origin origin_of(const DutBoard& board);

/// A record of @p command with all that is known before the run.
results::Record begin_dut_record(const char* command, const DutBoard& board,
                                 const DutModelView& view);

/// Adds what the line went through; @p payload_sent and @p payload_received are bytes of tensors
/// that travelled since @p start.
void note_dut_link(const DutBoard& board, std::uint64_t payload_sent,
                   std::uint64_t payload_received, Deadline::Clock::time_point start,
                   results::Record& record);

/// Adds the events that say what this protocol leaves open, and what the firmware does not do.
void note_unchecked(const DutBoard& board, const DutModelView& view, results::Record& record);

/// Printed results against the host reference, within what three decimals leave open. Does nothing
/// for a view whose model is not known.
class PrintedCheck {
 public:
  ///   every error of DutReference::make()
  static Result<PrintedCheck> make(const DutModelView& view);

  /// Compares @p printed with the reference of @p sample, which @p name is the name of.
  ///   every error of DutReference::values()
  Status check(std::span<const std::uint8_t> sample, const std::vector<double>& printed,
               const std::string& name);

  /// Puts counts, the largest difference and, if any differ, an event into @p record.
  void finish(const DutBoard& board, results::Record& record) const;

 private:
  explicit PrintedCheck(std::vector<DutReference> reference) : reference_(std::move(reference)) {}

  std::vector<DutReference> reference_;  ///< one or none
  std::uint64_t checked_ = 0, differing_ = 0;
  double largest_ = 0;
  std::string first_;  ///< name of the first that differs
};

/// Says in @p record how the run ended.
void judge_dut_run(const Status& status, bool complete, results::Record& record);

}  // namespace hil::measure
