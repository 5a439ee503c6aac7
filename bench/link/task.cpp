// SPDX-License-Identifier: Apache-2.0
// load_task(): the answers come from the engine on the host, not over any line.
#include "bench/link/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/data/mlperf_folder.hpp"
#include "host/measure/real_values.hpp"
#include "protocol/frame/crc32.hpp"

namespace hil::bench {
namespace {

Result<std::vector<Answer>> answers_of(const model::CompiledModel& model,
                                       const measure::SampleSource& source, std::size_t count) {
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(model));
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < count; ++i) {
    HIL_ASSIGN(const auto inputs, source.read(i));
    runner.reset_state();
    HIL_ASSIGN(const auto outputs, runner.run(inputs));
    frame::Crc32 crc;
    for (const auto& output : outputs)
      crc.update(output);
    answers.push_back({crc.value(), measure::real_outputs(model, outputs)});
  }
  return answers;
}

}  // namespace

Result<Task> load_task(const std::filesystem::path& model_path, const std::filesystem::path& folder,
                       std::uint32_t samples, std::uint32_t answers) {
  HIL_ASSIGN(auto model, model::load(model_path));
  HIL_ASSIGN(auto dataset, data::load_mlperf_folder(folder));
  HIL_ASSIGN(auto source, measure::SampleSource::make(std::move(dataset), model, {}));
  if (source.inference_count() < samples) {
    return Error{Blame::kUser,
                 fmt::format("{} has {} samples, not {}", folder.string(), source.inference_count(),
                             samples),
                 ""};
  }
  const std::size_t count = std::min<std::size_t>(answers, source.inference_count());
  HIL_ASSIGN(auto known, answers_of(model, source, count));
  return Task{model_path.stem().string(), std::move(model), std::move(source), samples,
              std::move(known)};
}

}  // namespace hil::bench
