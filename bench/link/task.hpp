// SPDX-License-Identifier: Apache-2.0
// A model, its samples, and what every board must answer to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/measure/sample_source.hpp"
#include "host/model/model.hpp"

namespace hil::bench {

/// What the host's own reference run of one sample gives.
struct Answer {
  std::uint32_t crc32 = 0;     ///< over all outputs, as an agent sends it
  std::vector<double> values;  ///< of all outputs, as real numbers
};

struct Task {
  std::string name;
  model::CompiledModel model;
  measure::SampleSource source;
  std::uint32_t samples = 0;    ///< of each row
  std::vector<Answer> answers;  ///< to the first samples of the dataset, at least `samples`

  [[nodiscard]] std::size_t sample_bytes() const { return model.inputs.front().size_bytes(); }
};

/// Loads both and runs the first @p answers samples on the host (fewer if there are fewer).
///   kUser  the dataset has fewer than @p samples samples
///   every error of model::load(), data::load_mlperf_folder() and model::ReferenceRunner
Result<Task> load_task(const std::filesystem::path& model, const std::filesystem::path& folder,
                       std::uint32_t samples, std::uint32_t answers);

}  // namespace hil::bench
