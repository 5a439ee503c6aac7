// SPDX-License-Identifier: Apache-2.0
// --dialect and its companions: firmware that is not ours, on a port.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/data/element_type.hpp"
#include "host/dialect/mlperf_tiny/client.hpp"
#include "host/link/fault_link.hpp"
#include "host/link/link.hpp"
#include "host/measure/dialect/dut_run.hpp"

namespace hil::app {

/// Declares --dialect, and for commands that run samples (@p runs) --sample-type and --read-back.
void add_dialect_options(Options& options, bool runs);

/// That options which only --dialect gives a meaning are not given without it.
///   kUser  one is
Status check_no_dialect_options(const Arguments& arguments);

/// Declares --sample-type.
void add_sample_type_option(Options& options);

/// The value of --sample-type; nothing if it is not given.
///   kUser  it is no element type
Result<std::optional<data::ElementType>> sample_type_of(const Arguments& arguments);

/// Firmware on a port that has said who it is.
class DialectBoard {
 public:
  /// Opens --port at --baud, or at the rates that such firmware uses one after the other until it
  /// answers. Blocks until then, some ten seconds at most.
  ///   kUser   options that go with our own agent alone; --port is missing
  ///   kLink   nobody answers
  ///   and every error of opening the port
  static Result<std::unique_ptr<DialectBoard>> open(const Arguments& arguments,
                                                    const StopRequest* stop);

  [[nodiscard]] const measure::DutBoard& board() const { return *board_; }

 private:
  DialectBoard(std::unique_ptr<Link> port, const FaultPlan& faults);
  [[nodiscard]] Link& link() { return faults_ ? *faults_ : *port_; }
  Result<dialect::mlperf_tiny::Identity> identify(const Arguments& arguments);

  std::unique_ptr<Link> port_;
  std::unique_ptr<FaultLink> faults_;
  std::unique_ptr<dialect::mlperf_tiny::Client> client_;
  std::optional<measure::DutBoard> board_;
};

}  // namespace hil::app
