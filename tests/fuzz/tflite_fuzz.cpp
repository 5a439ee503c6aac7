// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a .tflite file give a valid plan or an error that is not ours.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "host/model/model.hpp"
#include "protocol/plan/validate.hpp"

namespace {

constexpr std::uint64_t kMostSteps = 1'000'000;  // of a model that is also run
constexpr std::uint32_t kMostArena = 1u << 20;   // bytes
constexpr std::uint8_t kInput = 0x55;

/// Whether one inference is short enough to be done for every input of the fuzzer.
bool is_quick(const hil::model::CompiledModel& model) {
  hil::plan::Limits limits;
  limits.arena_bytes = kMostArena;
  limits.features = UINT32_MAX;
  limits.operators.types.fill(0xFF);
  limits.max_work = kMostSteps;
  return hil::plan::validate(model.plan, limits).ok();
}

void run(const hil::model::CompiledModel& model) {
  auto runner = hil::model::ReferenceRunner::make(model);
  if (!runner.ok()) std::abort();
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const auto& spec : model.inputs)
    inputs.emplace_back(spec.size_bytes(), kInput);
  if (!runner->run(inputs).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = hil::model::compile(std::span(data, size), "fuzz.tflite");
  if (!model.ok()) {
    if (model.error().blame == hil::Blame::kBug || model.error().what.empty()) std::abort();
    return 0;
  }
  if (is_quick(*model)) run(*model);
  return 0;
}
