// SPDX-License-Identifier: Apache-2.0
// Device outputs against the host reference, and whose fault a difference is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/watch.hpp"
#include "host/session/infer_client.hpp"

namespace hil::measure {

/// One buffer per model output.
using Outputs = std::vector<std::vector<std::uint8_t>>;

/// The first sample whose output differs.
struct Difference {
  std::size_t index = 0;  ///< into the results that were checked
  Outputs expected;
};

struct OutputCheck {
  std::uint64_t checked = 0;
  std::uint64_t differing = 0;
  std::optional<Difference> first;
  std::optional<Error> error;  ///< the host itself failed
};

/// Computes the reference output of every sample in @p results (from inference 0 on, without gaps)
/// on the host, its state reset by the same @p rule as on the device, and compares (agree()). Call
/// it when no frame is due: it takes as long as the inferences do here.
OutputCheck check_outputs(const model::CompiledModel& model, const SampleSource& source,
                          const std::vector<session::SampleResult>& results, StateRule rule,
                          const Watch& watch);

/// What has to run again for the device to come to inference @p index as it did: the inference
/// alone or, for a model with state, every one since the last that started from the initial state.
///   every error of SampleSource::read()
Result<std::vector<Inputs>> history_of(const model::CompiledModel& model,
                                       const SampleSource& source, StateRule rule,
                                       std::size_t index);

/// Runs @p history, whose last output in @p result differs from @p expected, on the device once
/// more and says whose turn it is. @p name is what to call the sample.
///   kBug     the same wrong output again: host and device disagree about the arithmetic
///   kDevice  this time it is right, or wrong in another way: the device is not reliable
///   any error of the link
Error explain_difference(session::Session& session, const model::CompiledModel& model,
                         std::span<const Inputs> history, const Outputs& expected,
                         const session::SampleResult& result, const std::string& name);

}  // namespace hil::measure
