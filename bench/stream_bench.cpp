// SPDX-License-Identifier: Apache-2.0
// The whole chain on the linux board: host CPU time and line overhead per streamed sample, beside
// the inference itself and beside what MLPerf Tiny's protocol needs.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/base/file.hpp"
#include "host/boards/catalogue.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace {

namespace fs = std::filesystem;
using namespace hil;  // NOLINT: one program, one purpose

struct Figures {
  std::string model;
  std::size_t sample_bytes = 0;
  std::uint32_t samples = 0;
  double host_cpu_us = 0, device_us = 0, wall_us = 0;  ///< per sample
  double overhead_out_bytes = 0, in_bytes = 0;         ///< per sample
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Bytes both ways for one sample in MLPerf Tiny's text protocol: `db load N%`, then `db HH..%`
/// with 31 bytes a command, each answered by `m-ready`. Source: its DUT API (mlcommons/tiny,
/// benchmark/api); gives 1,247 for 490 bytes.
std::size_t mlperf_line_bytes(std::size_t sample_bytes) {
  constexpr std::size_t kChunk = 31;
  const std::size_t ready = std::string_view("m-ready\r\n").size();
  const std::size_t announce =
      fmt::format("db load {}%m-[Expecting {} bytes]\r\n", sample_bytes, sample_bytes).size() +
      ready;
  const std::size_t commands = (sample_bytes + kChunk - 1) / kChunk;
  const std::size_t command = std::string_view("db %").size() + ready;
  return announce + 2 * sample_bytes + commands * command +
         std::string_view("m-load-done\r\n").size();
}

Result<Figures> run_chain(const fs::path& model_path, const fs::path& folder) {
  HIL_ASSIGN(const auto model, model::load(model_path));
  HIL_ASSIGN(auto dataset, data::load_mlperf_folder(folder));
  const auto count = static_cast<std::uint32_t>(dataset.samples.size());
  HIL_ASSIGN(const auto source, measure::SampleSource::make(std::move(dataset), model, {}));
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto entry, catalogue.find("linux"));
  HIL_ASSIGN(auto board, lab::make_ready(entry, {}, Deadline::after(std::chrono::seconds(10))));
  const measure::Watch watch;
  HIL_ASSIGN(const auto loaded, measure::upload(*board, model, watch));
  (void)loaded;

  const auto before = board->session().channel().statistics();
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const auto result =
      measure::stream(*board, model, source, count, measure::StateRule::kReset, watch);
  const double used = cpu_seconds() - cpu;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  if (result.error) return *result.error;
  const auto after = board->session().channel().statistics();

  Figures figures{model_path.filename(), model.inputs.front().size_bytes(), count};
  double ticks = 0;
  for (const auto& sample : result.samples)
    ticks += static_cast<double>(sample.device_ticks);
  const auto per_sample = [&](double total) { return total / count; };
  figures.host_cpu_us = per_sample(used * 1e6);
  figures.wall_us = per_sample(wall.count() * 1e6);
  figures.device_us =
      per_sample(ticks * 1e6 / static_cast<double>(board->session().agent().tick_hz));
  figures.overhead_out_bytes =
      per_sample(static_cast<double>(after.bytes_sent - before.bytes_sent)) -
      static_cast<double>(figures.sample_bytes);
  figures.in_bytes = per_sample(static_cast<double>(after.bytes_received - before.bytes_received));
  return figures;
}

nlohmann::ordered_json json_of(const Figures& figures) {
  return {{"model", figures.model},
          {"samples", figures.samples},
          {"sample_bytes", figures.sample_bytes},
          {"host_cpu_us_per_sample", figures.host_cpu_us},
          {"inference_us_per_sample", figures.device_us},
          {"wall_us_per_sample", figures.wall_us},
          {"overhead_bytes_per_sample", figures.overhead_out_bytes},
          {"reply_bytes_per_sample", figures.in_bytes},
          {"mlperf_tiny_overhead_bytes_per_sample",
           mlperf_line_bytes(figures.sample_bytes) - figures.sample_bytes}};
}

std::string row_of(const Figures& figures) {
  return fmt::format("{:<28}{:>7}{:>9}{:>12.1f}{:>14.1f}{:>11.1f}{:>12.1f}{:>10.1f}{:>12}\n",
                     figures.model, figures.samples, figures.sample_bytes, figures.host_cpu_us,
                     figures.device_us, figures.wall_us, figures.overhead_out_bytes,
                     figures.in_bytes,
                     mlperf_line_bytes(figures.sample_bytes) - figures.sample_bytes);
}

}  // namespace

/// stream_bench [JSON FILE]
int main(int argc, char** argv) {
  const char* folder = std::getenv("HILBENCH_MLPERF_TINY");
  const fs::path mlperf = folder != nullptr ? folder : "../shared/mlperf-tiny";
  std::vector<std::pair<fs::path, fs::path>> jobs{
      {"fixtures/digits/digits_int8.tflite", "fixtures/digits/test"}};
  if (fs::exists(mlperf)) {
    jobs.emplace_back(mlperf / "models/kws_ref_model.tflite", mlperf / "datasets/kws01");
  } else {
    fmt::print(stderr, "KWS is left out: no folder {} (set HILBENCH_MLPERF_TINY)\n",
               mlperf.string());
  }
  fmt::print("{:<28}{:>7}{:>9}{:>12}{:>14}{:>11}{:>12}{:>10}{:>12}\n", "model", "samples", "bytes",
             "host CPU us", "inference us", "wall us", "overhead B", "reply B", "MLPerf B *");
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const auto& [model, dataset] : jobs) {
    const auto figures = run_chain(model, dataset);
    if (!figures) {
      fmt::print(stderr, "{}: {}\n", model.string(), figures.error().what);
      return exit_code(figures.error().blame);
    }
    fmt::print("{}", row_of(*figures));
    all.push_back(json_of(*figures));
  }
  fmt::print(
      "\nper sample; host CPU: getrusage of the host process, files read included; overhead: "
      "bytes sent\nbeyond the sample; * bytes beyond the sample both ways that MLPerf "
      "Tiny's text protocol needs (computed)\n");
  if (argc > 1) {
    const auto saved = write_file(argv[1], all.dump(2) + "\n");
    if (!saved.ok()) fmt::print(stderr, "{}\n", saved.error().what);
  }
  return 0;
}
