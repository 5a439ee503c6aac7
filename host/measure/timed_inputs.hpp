// SPDX-License-Identifier: Apache-2.0
// What timed runs run on: samples of a dataset, or numbers drawn where there is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/measure/sample_source.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

/// A few inputs that runs go through in turn.
struct TimedInputs {
  std::vector<Inputs> inputs;      ///< at least one
  std::vector<std::string> names;  ///< one each, for messages
  std::string origin;              ///< "16 samples of DIR", "8 inputs drawn at random (seed 1)"
};

/// Most memory that timed inputs may take together (the first one may exceed it).
inline constexpr std::size_t kMaxTimedBytes = std::size_t{256} << 20;

/// The inputs of the first @p most inferences of @p source (at least 1), fewer if there are fewer
/// or if they would exceed kMaxTimedBytes.
///   every error of SampleSource::read()
Result<TimedInputs> first_samples(const SampleSource& source, std::size_t most);

/// Eight inputs of numbers drawn uniformly by a generator of fixed seed: integers over their whole
/// range, floats from -1 to 1.
TimedInputs random_inputs(const model::CompiledModel& model);

}  // namespace hil::measure
