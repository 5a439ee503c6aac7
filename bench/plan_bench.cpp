// SPDX-License-Identifier: Apache-2.0
// Time from a .tflite file in memory to a validated plan.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "host/base/file.hpp"
#include "host/model/model.hpp"

namespace {

namespace fs = std::filesystem;

fs::path mlperf_models() {
  const char* folder = std::getenv("HILBENCH_MLPERF_TINY");
  return fs::path(folder != nullptr ? folder : "../shared/mlperf-tiny") / "models";
}

void compile_plan(benchmark::State& state, const fs::path& path) {
  const auto bytes = hil::read_file(path, 16u << 20);
  if (!bytes) {
    state.SkipWithError("the model is not here (set HILBENCH_MLPERF_TINY)");
    return;
  }
  for (auto _ : state) {
    const auto model = hil::model::compile(*bytes, path);
    if (!model) {
      state.SkipWithError(model.error().what.c_str());
      break;
    }
    benchmark::DoNotOptimize(model->plan.data());
  }
}

BENCHMARK_CAPTURE(compile_plan, digits, fs::path("fixtures/digits/digits_int8.tflite"))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(compile_plan, kws, mlperf_models() / "kws_ref_model.tflite")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(compile_plan, resnet, mlperf_models() / "pretrainedResnet_quant.tflite")
    ->Unit(benchmark::kMicrosecond);

}  // namespace
